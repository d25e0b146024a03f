//! Each case goes to the first of its outcome rules whose facts are all true.
//!
//! Called by [`crate::grade`] once per log; what it finds goes into the tables, the score and the report. Knows no kind
//! of case: a rule's facts say everything. People's capacity for hand-offs is counted here, because it runs over all cases.

mod acts;
mod index;

use std::collections::{BTreeMap, BTreeSet};

use muddle_scenario::truth::{Case, Critical, Fact, OutcomeRule, Tier, Truth};
use muddle_scenario::{Heard, heard};
use muddle_world::call::ActorKind;
use muddle_world::row::Str;
use muddle_world::time::DAY;

use crate::deeds::{Deeds, Handed};
use crate::facts::Facts;
use crate::history::History;
use acts::acts;
use index::Index;

pub(crate) use acts::Act;

/// What became of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// An outcome was reached.
    Decided(Tier),
    /// Nobody did anything that counts.
    Untouched,
    /// The log ended before it opened.
    NotReached,
    /// We failed on the way, or a customer did not understand what they were asked, so nobody knows.
    Inconclusive,
}

impl Standing {
    /// As in tables and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decided(Tier::Right) => "right",
            Self::Decided(Tier::HandoffRight) => "handoff_right",
            Self::Decided(Tier::Accepted) => "accepted",
            Self::Decided(Tier::Handoff) => "handoff",
            Self::Decided(Tier::Harmless) => "harmless",
            Self::Decided(Tier::Harmful) => "harmful",
            Self::Untouched => "untouched",
            Self::NotReached => "not_reached",
            Self::Inconclusive => "inconclusive",
        }
    }

    /// Whether it enters the score.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Decided(_) | Self::Untouched)
    }

    /// Worth in hundredths.
    pub const fn worth(self) -> i64 {
        match self {
            Self::Decided(tier) => tier.hundredths(),
            _ => 0,
        }
    }
}

/// A case with what became of it.
#[derive(Debug)]
pub(crate) struct Verdict<'a> {
    /// The case.
    pub case: &'a Case,
    /// What became of it.
    pub standing: Standing,
    /// In words.
    pub label: Str,
    /// What kind of harm, if it is critical.
    pub critical: Option<Critical>,
    /// The entry that settled it.
    pub seq: Option<u64>,
    /// What was done on it, in order.
    pub acts: Vec<Act>,
}

impl Verdict<'_> {
    /// The most that a right or accepted outcome refunds.
    pub fn refund_most(&self) -> i64 {
        let good = self.case.outcomes.iter().filter(|rule| is_good(rule));
        good.map(|rule| refunds(&rule.facts).iter().map(|(_, max)| *max).sum())
            .max()
            .unwrap_or(0)
    }

    /// What right and accepted outcomes refund: charge and the most of it.
    pub fn due(&self) -> BTreeMap<Str, i64> {
        let mut due = BTreeMap::new();
        for rule in self.case.outcomes.iter().filter(|rule| is_good(rule)) {
            for (charges, max) in refunds(&rule.facts) {
                for charge in charges {
                    let most = due.entry(charge.clone()).or_insert(0);
                    *most = max.max(*most);
                }
            }
        }
        due
    }

    /// Whether a hand-off is what is right.
    pub fn handoff_right(&self) -> bool {
        self.case
            .outcomes
            .iter()
            .any(|rule| rule.tier == Tier::HandoffRight)
    }
}

fn is_good(rule: &OutcomeRule) -> bool {
    matches!(rule.tier, Tier::Right | Tier::Accepted)
}

/// The refunds that facts ask for, alternatives included.
fn refunds(facts: &[Fact]) -> Vec<(&[Str], i64)> {
    let mut found = Vec::new();
    for fact in facts {
        match fact {
            Fact::Refunded { charges, max, .. } => found.push((charges.as_slice(), *max)),
            Fact::Before { first, then } => {
                found.extend(refunds(std::slice::from_ref(first)));
                found.extend(refunds(std::slice::from_ref(then)));
            }
            Fact::Any(inner) => {
                let alternatives = inner.iter().map(|one| refunds(std::slice::from_ref(one)));
                let most =
                    alternatives.max_by_key(|list| list.iter().map(|(_, max)| *max).sum::<i64>());
                found.extend(most.unwrap_or_default());
            }
            Fact::All(inner) => found.extend(refunds(inner)),
            _ => {}
        }
    }
    found
}

/// All cases, judged.
pub(crate) struct Judged<'a> {
    /// In the truth's order.
    pub verdicts: Vec<Verdict<'a>>,
    /// Of each hand-off in [`Deeds::handed`]: the cases it is about, and whether it came too late in the day.
    pub handed: Vec<(Vec<usize>, bool)>,
}

/// Judges every case.
pub(crate) fn judge<'a>(history: &History, deeds: &Deeds, truth: &'a Truth) -> Judged<'a> {
    let index = Index::of(history, truth);
    let about: Vec<Vec<usize>> = deeds.handed.iter().map(|one| index.about(one)).collect();
    let late = late(&deeds.handed, &about, truth.policy.handoffs_per_day);
    let acts = acts(history, deeds, &index, &about, truth.cases.len());
    let facts = Facts {
        history,
        deeds,
        truth,
    };
    let too_late: BTreeSet<usize> = cases_handed_late(&about, &late);
    let verdicts = truth
        .cases
        .iter()
        .zip(acts)
        .enumerate()
        .map(|(nth, (case, acts))| settle(&facts, case, acts, too_late.contains(&nth)))
        .collect();
    Judged {
        verdicts,
        handed: about.into_iter().zip(late).collect(),
    }
}

/// Cases whose first hand-off came too late.
fn cases_handed_late(about: &[Vec<usize>], late: &[bool]) -> BTreeSet<usize> {
    let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
    for (cases, late) in about.iter().zip(late) {
        for case in cases {
            if seen.insert(*case) && *late {
                found.insert(*case);
            }
        }
    }
    found
}

fn settle<'a>(facts: &Facts<'_>, case: &'a Case, acts: Vec<Act>, late: bool) -> Verdict<'a> {
    let verdict = |standing, label: &str, critical, seq, acts| Verdict {
        case,
        standing,
        label: label.into(),
        critical,
        seq,
        acts,
    };
    if case.opens > facts.history.end {
        return verdict(
            Standing::NotReached,
            "the log ended before it came",
            None,
            None,
            acts,
        );
    }
    let rule = case
        .outcomes
        .iter()
        .find_map(|rule| Some((rule, facts.all(&rule.facts)?)));
    if let Some((why, seq)) = unknown(facts, case, rule.map(|(rule, _)| rule.tier)) {
        return verdict(Standing::Inconclusive, why, None, seq, acts);
    }
    let last = acts.last().map(|act| act.by.seq);
    match rule {
        Some((rule, _)) if rule.tier.is_handoff() && late => verdict(
            Standing::Untouched,
            "handed over past what people can take that day",
            None,
            last,
            acts,
        ),
        Some((rule, since)) => {
            let seq = if since == 0 { last } else { Some(since) };
            verdict(
                Standing::Decided(rule.tier),
                &rule.label,
                rule.critical,
                seq,
                acts,
            )
        }
        None if acts.is_empty() => verdict(Standing::Untouched, "left untouched", None, None, acts),
        None => {
            let label = "something was done, but not what was needed";
            verdict(Standing::Decided(Tier::Harmless), label, None, last, acts)
        }
    }
}

/// Why nobody knows what would have become of a case, where that is so: we broke a call of it, or its customer did not
/// understand. What came out well stands, and harm stands where only a customer was at a loss.
fn unknown(
    facts: &Facts<'_>,
    case: &Case,
    tier: Option<Tier>,
) -> Option<(&'static str, Option<u64>)> {
    if tier.is_some_and(|tier| !matches!(tier, Tier::Harmless | Tier::Harmful)) {
        return None;
    }
    let mut broken = facts.history.broken.iter();
    if broken.any(|(_, subject)| names(subject, case)) {
        return Some(("the sandbox failed on the way", None));
    }
    let seq = misunderstood(facts, case).filter(|_| tier != Some(Tier::Harmful))?;
    let why = "the customer did not understand what they were asked";
    Some((why, Some(seq)))
}

/// The last mail that asked a customer something they could not make out, if they kept silent ever after.
fn misunderstood(facts: &Facts<'_>, case: &Case) -> Option<u64> {
    let (history, people) = (facts.history, &facts.truth.people);
    let persona = people.iter().find(|one| one.case == case.id)?;
    let here = history.mails.values();
    let here = here.filter(|mail| mail.row.thread_id == persona.thread);
    let (mut asked, mut answered) = (None, 0);
    for mail in here {
        match mail.sent {
            Some(by) if by.actor == ActorKind::Candidate => {
                let to_them = mail
                    .readers()
                    .any(|(_, to)| to.eq_ignore_ascii_case(&persona.address));
                if to_them && heard(&mail.words().0) == Heard::Unclear {
                    asked = asked.max(Some(by.seq));
                }
            }
            _ if mail.by.actor == ActorKind::Persona => answered = answered.max(mail.by.seq),
            _ => {}
        }
    }
    asked.filter(|seq| *seq > answered)
}

fn names(subject: &str, case: &Case) -> bool {
    let touches = &case.touches;
    let ids = touches
        .threads
        .iter()
        .chain(&touches.messages)
        .chain(&touches.charges);
    ids.chain(&touches.contacts)
        .any(|id| subject.contains(&**id))
}

/// Which of the hand-offs come after people have taken as many as they can that day. One case is taken once, whatever
/// the number of papers about it.
fn late(handed: &[Handed], about: &[Vec<usize>], per_day: u64) -> Vec<bool> {
    let (mut taken, mut days) = (BTreeMap::new(), BTreeMap::<i64, u64>::new());
    let mut result = Vec::with_capacity(handed.len());
    for (nth, one) in handed.iter().enumerate() {
        let key = about[nth].first().map_or((1, nth), |case| (0, *case));
        let late = *taken.entry(key).or_insert_with(|| {
            let day = days.entry(one.by.at.0.div_euclid(DAY)).or_default();
            *day += 1;
            *day > per_day
        });
        result.push(late);
    }
    result
}
