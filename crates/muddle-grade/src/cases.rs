//! Each case goes to the first of its outcome rules whose facts are all true.
//!
//! Called by [`crate::grade`] once per log; what it finds goes into the tables, the score and the report. Knows no kind
//! of case: a rule's facts say everything. People's capacity for hand-offs is counted here, because it runs over all cases.

use std::collections::{BTreeMap, BTreeSet};

use muddle_scenario::truth::{Case, Critical, Fact, OutcomeRule, Tier, Truth};
use muddle_world::crm::Kind;
use muddle_world::row::Str;
use muddle_world::time::DAY;
use muddle_world::vendor::Vendor;

use crate::deeds::{Deeds, Form, Handed};
use crate::facts::Facts;
use crate::history::{History, Origin};

/// What became of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// An outcome was reached.
    Decided(Tier),
    /// Nobody did anything that counts.
    Untouched,
    /// The log ended before it opened.
    NotReached,
    /// We failed on the way, so nobody knows.
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

/// Something the candidate did on a case.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    /// When.
    pub by: Origin,
    /// As in the table `acts`.
    pub form: &'static str,
    /// The record that shows it.
    pub id: Str,
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
    let too_late: BTreeSet<usize> = truth_cases_late(&about, &late);
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
fn truth_cases_late(about: &[Vec<usize>], late: &[bool]) -> BTreeSet<usize> {
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
    let good = rule.is_some_and(|(rule, _)| !matches!(rule.tier, Tier::Harmless | Tier::Harmful));
    if !good
        && facts
            .history
            .broken
            .iter()
            .any(|(_, subject)| names(subject, case))
    {
        return verdict(
            Standing::Inconclusive,
            "the sandbox failed on the way",
            None,
            None,
            acts,
        );
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

/// From records and words to the cases they belong to.
struct Index {
    by_record: BTreeMap<(&'static str, Str), Vec<usize>>,
    by_word: BTreeMap<String, Vec<usize>>,
}

impl Index {
    fn of(history: &History, truth: &Truth) -> Self {
        let mut index = Self {
            by_record: BTreeMap::new(),
            by_word: BTreeMap::new(),
        };
        for (nth, case) in truth.cases.iter().enumerate() {
            let touches = &case.touches;
            for contact in &touches.contacts {
                let lives = history.lives_as(contact).unwrap_or_else(|| contact.clone());
                index.record("contacts", &lives, nth);
                index.record("contacts", contact, nth);
            }
            for (collection, ids) in [
                ("threads", &touches.threads),
                ("deals", &touches.orders),
                ("customers", &touches.customers),
                ("charges", &touches.charges),
            ] {
                for id in ids {
                    index.record(collection, id, nth);
                }
            }
            let words = touches
                .threads
                .iter()
                .chain(&touches.messages)
                .chain(&touches.charges);
            for word in words.chain(&touches.addresses) {
                index.word(&word.to_lowercase(), nth);
            }
            let numbers = touches
                .orders
                .iter()
                .filter_map(|id| history.order_number(id));
            for number in numbers.collect::<Vec<_>>() {
                index.word(&number.to_lowercase(), nth);
            }
        }
        index
    }

    fn record(&mut self, collection: &'static str, id: &Str, case: usize) {
        let cases = self.by_record.entry((collection, id.clone())).or_default();
        if !cases.contains(&case) {
            cases.push(case);
        }
    }

    fn word(&mut self, word: &str, case: usize) {
        let cases = self.by_word.entry(word.to_owned()).or_default();
        if !cases.contains(&case) {
            cases.push(case);
        }
    }

    fn of_record(&self, collection: &'static str, id: &Str) -> &[usize] {
        self.by_record
            .get(&(collection, id.clone()))
            .map_or(&[], Vec::as_slice)
    }

    /// The cases that a hand-off is about: by its thread, by what it names, else by its contacts.
    fn about(&self, handed: &Handed) -> Vec<usize> {
        if handed.form == Form::Label {
            return self.of_record("threads", &handed.id).to_vec();
        }
        let mut found = Vec::new();
        let edge = |c: char| !c.is_alphanumeric();
        for word in handed.says.split_whitespace() {
            for case in self
                .by_word
                .get(word.trim_matches(edge))
                .into_iter()
                .flatten()
            {
                if !found.contains(case) {
                    found.push(*case);
                }
            }
        }
        if found.is_empty() {
            for contact in &handed.contacts {
                found.extend(self.of_record("contacts", contact));
            }
        }
        found.dedup();
        found
    }
}

fn acts(
    history: &History,
    deeds: &Deeds,
    index: &Index,
    about: &[Vec<usize>],
    cases: usize,
) -> Vec<Vec<Act>> {
    let mut acts = vec![Vec::new(); cases];
    let mut add = |cases: &[usize], by: Origin, form: &'static str, id: &Str| {
        for case in cases {
            let list: &mut Vec<Act> = &mut acts[*case];
            let known = |act: &Act| act.form == form && act.id == *id && act.by.seq == by.seq;
            if !list.iter().any(known) {
                list.push(Act {
                    by,
                    form,
                    id: id.clone(),
                });
            }
        }
    };
    for paid in &deeds.paid {
        add(
            index.of_record("charges", &paid.charge),
            paid.by,
            "refund",
            &paid.id,
        );
    }
    for sent in &deeds.sent {
        for thread in &sent.threads {
            add(
                index.of_record("threads", thread),
                sent.by,
                "reply",
                &sent.id,
            );
        }
    }
    for note in &deeds.notes {
        for (contact, _) in &note.contacts {
            add(
                index.of_record("contacts", contact),
                note.by,
                "note",
                &note.id,
            );
        }
    }
    for (handed, cases) in deeds.handed.iter().zip(about) {
        add(cases, handed.by, "handoff", &handed.id);
    }
    let ours = history.labels.iter().filter(|step| {
        step.by.actor == muddle_world::call::ActorKind::Candidate && step.shows_a_decision()
    });
    for step in ours {
        if let Some(mail) = history.mails.get(&step.mail) {
            add(
                index.of_record("threads", &mail.row.thread_id),
                step.by,
                "label",
                &step.mail,
            );
        }
    }
    for touch in &history.touches {
        let (vendor, collection, id) = &touch.place;
        let place = match (*vendor, &**collection) {
            (Vendor::Crm, "contacts") => "contacts",
            (Vendor::Crm, name) if name == Kind::Deals.name() => "deals",
            (Vendor::Billing, "customers") => "customers",
            _ => continue,
        };
        let merged = touch.fields.iter().any(|field| &**field == "merged_into");
        add(
            index.of_record(place, id),
            touch.by,
            if merged { "merge" } else { "write" },
            id,
        );
    }
    for list in &mut acts {
        list.sort_by_key(|act| act.by.seq);
    }
    acts
}
