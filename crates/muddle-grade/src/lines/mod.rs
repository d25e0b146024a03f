//! An entry as a line that a person reads: who did what to whom, for how much, and how it ended.
//!
//! Called by the control API for `watch`, `status` and `log --format text|csv`; the one place where an entry is put into
//! words. Reading order: this file, [`names`] (what an id stands for), [`ending`] (how it ended), [`office`] (the workspace's
//! own operations), [`csv`], [`folding`] (reads in a row as one line). Pure. What a candidate wrote stands in a line
//! without control characters and cut to [`WORDS_MAX`] letters, so that no mail can paint a terminal.

pub mod csv;
mod ending;
mod folding;
mod names;
mod office;

pub use folding::{Folding, Shown};

use std::collections::BTreeMap;

use muddle_world::call::{ActorKind, Call};
use muddle_world::effect::Record;
use muddle_world::entry::{Core, Fate, Outcome};
use muddle_world::reply::{Denial, Reply};
use muddle_world::row::Str;
use muddle_world::time::At;
use muddle_world::vendor::Vendor;
use muddle_world::{billing, call};
use serde_json::{Value, json};

use names::Names;

/// Letters of a candidate's words in a line.
const WORDS_MAX: usize = 80;
/// Currencies without minor units.
const WHOLE_CURRENCIES: [&str; 6] = ["jpy", "krw", "vnd", "clp", "xaf", "xof"];

/// That a call was tried before without a sure end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    /// How often before.
    pub nth: u32,
    /// Whether it came with the key of the try before; none where the vendor takes no keys.
    pub same_key: Option<bool>,
}

/// One entry in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The entry.
    pub seq: u64,
    /// Office time.
    pub at: At,
    /// Who.
    pub actor: ActorKind,
    /// Their name, where one was given.
    pub name: String,
    /// The declared attempt.
    pub attempt: Option<u32>,
    /// Who was called.
    pub vendor: Vendor,
    /// What was asked; empty for a path that no operation answers.
    pub operation: String,
    /// The record's id, or what was searched for.
    pub object: String,
    /// The order or customer that it is about, where opening and log know it.
    pub about_whom: String,
    /// Minor units and currency.
    pub money: Option<(i64, String)>,
    /// As in the log.
    pub outcome: Outcome,
    /// As in the log.
    pub applied: bool,
    /// As in the log.
    pub answer: Option<Fate>,
    /// As in the log.
    pub status: Option<u16>,
    /// The fault that struck.
    pub fault: Option<Str>,
    /// The caller's idempotency key.
    pub key: Option<Str>,
    /// The entry that this one continues or repeats.
    pub about: Option<u64>,
    /// That it was tried before.
    pub retry: Option<Retry>,
    /// How it ended, as a clause.
    pub ending: String,
    /// A read of the candidate that went well: of many in a row one line is enough.
    pub quiet: bool,
}

/// Makes lines of a log's entries, in their order.
pub struct Lines {
    names: Names,
    tries: BTreeMap<Str, Try>,
}

/// A call whose end its caller cannot be sure of.
#[derive(Clone)]
struct Try {
    count: u32,
    key: Option<Str>,
}

impl Lines {
    /// For the log of an office that began with these records.
    pub fn new(opening: &[Record]) -> Self {
        Self {
            names: Names::of(opening),
            tries: BTreeMap::new(),
        }
    }

    /// The line of the next entry.
    pub fn line(&mut self, core: &Core) -> Line {
        self.names.learn(core);
        let retry = self.tried(core);
        let matter = match &core.call {
            Call::Office(call) => names::Matter {
                object: office::words(call, core),
                ..names::Matter::default()
            },
            _ => self.names.matter(core),
        };
        let money = money_of(core, &self.names);
        let well = core.outcome == Outcome::Ok && core.answer != Some(Fate::Lost);
        let read = !core.call.is_write() && core.vendor != Vendor::Office;
        Line {
            seq: core.seq,
            at: core.at,
            actor: core.actor.kind,
            name: clean(core.actor.name.as_deref().unwrap_or_default()),
            attempt: core.actor.attempt,
            vendor: core.vendor,
            operation: clean(core.operation.as_deref().unwrap_or_default()),
            object: clean(&matter.object),
            about_whom: clean(&matter.whom),
            money,
            outcome: core.outcome,
            applied: core.applied,
            answer: core.answer,
            status: core.status,
            fault: core.verdict.as_ref().map(|verdict| verdict.fault.clone()),
            key: core.idempotency_key.clone(),
            about: core.about,
            retry,
            ending: ending::words(core),
            quiet: well && read && core.actor.kind == ActorKind::Candidate,
        }
    }

    /// Whether the call was tried before, and what the next try is to know of it.
    fn tried(&mut self, core: &Core) -> Option<Retry> {
        let subject = core.subject.as_ref()?;
        if core.actor.kind != ActorKind::Candidate || core.vendor == Vendor::Office {
            return None;
        }
        let before = self.tries.get(subject).cloned();
        let continues = core.about.is_some() && !ending::is_repeated(core);
        let key = core.idempotency_key.clone();
        let retry = before.as_ref().filter(|_| !continues).map(|before| Retry {
            nth: before.count,
            same_key: takes_key(core).then(|| before.key.is_some() && before.key == key),
        });
        if is_unsure(core) {
            let count = before.map_or(0, |before| before.count) + u32::from(!continues);
            self.tries.insert(subject.clone(), Try { count, key });
        } else {
            self.tries.remove(subject);
        }
        retry
    }
}

fn takes_key(core: &Core) -> bool {
    core.vendor == Vendor::Billing && core.call.is_write()
}

/// Whether its caller has reason to call again.
fn is_unsure(core: &Core) -> bool {
    use Outcome::{Broken, Dropped, Failed, Indefinite, Parked};
    matches!(
        core.outcome,
        Failed | Indefinite | Parked | Dropped | Broken
    ) || core.answer.is_some_and(|fate| fate != Fate::Sent)
        || matches!(core.status, Some(409 | 429 | 500..))
        || matches!(core.reply, Some(Reply::Denied(Denial::Limited(_))))
}

/// The money that a call moved, or would have.
fn money_of(core: &Core, names: &Names) -> Option<(i64, String)> {
    use muddle_world::effect::Change;
    let made = core.effects.iter().find_map(|effect| match &effect.change {
        Change::Created(Record::Billing(billing::Record::Refund(refund))) => {
            Some((refund.amount, refund.currency.to_string()))
        }
        Change::Created(Record::Billing(billing::Record::CreditNote(note))) => {
            Some((note.amount, note.currency.to_string()))
        }
        _ => None,
    });
    if made.is_some() {
        return made;
    }
    let call::Call::Billing(call) = &core.call else {
        return None;
    };
    let (amount, of) = match &call.request {
        billing::Request::CreateRefund(new) => (
            new.amount,
            new.charge.as_ref().or(new.payment_intent.as_ref()),
        ),
        billing::Request::CreateCreditNote(new) => (new.amount, new.invoice.as_ref()),
        _ => return None,
    };
    let currency = of.and_then(|id| names.currency(id)).unwrap_or_default();
    Some((amount?, currency))
}

impl Line {
    /// Date in the office, as `2026-11-24`.
    pub fn day(&self) -> String {
        self.at.iso().get(..10).unwrap_or_default().to_owned()
    }

    /// Time of day in the office, as `08:30:29`.
    pub fn time(&self) -> String {
        self.at.iso().get(11..19).unwrap_or_default().to_owned()
    }

    /// `62.90`, as people write it; empty where no money is spoken of.
    pub fn amount(&self) -> String {
        let Some((minor, currency)) = &self.money else {
            return String::new();
        };
        if WHOLE_CURRENCIES.contains(&currency.as_str()) {
            return minor.to_string();
        }
        let sign = if *minor < 0 { "-" } else { "" };
        let minor = minor.unsigned_abs();
        format!("{sign}{}.{:02}", minor / 100, minor % 100)
    }

    /// `EUR`; empty where no currency is known.
    pub fn currency(&self) -> String {
        self.money
            .as_ref()
            .map_or_else(String::new, |(_, currency)| currency.to_uppercase())
    }

    /// The line: `08:30:29 candidate create_refund MT-13132 62.90 EUR applied, ANSWER LOST; retry 1, same key`.
    pub fn text(&self) -> String {
        let matter = match self.about_whom.as_str() {
            "" => self.object.as_str(),
            whom => whom,
        };
        let who = match (self.actor, self.name.as_str()) {
            (ActorKind::Persona, name) if !name.is_empty() => {
                format!("{} {name}", actor_name(self.actor))
            }
            _ => actor_name(self.actor).to_owned(),
        };
        let operation = match self.operation.as_str() {
            "" => self.vendor.name(),
            name => name,
        };
        let parts = [
            self.time(),
            who,
            operation.to_owned(),
            matter.to_owned(),
            self.amount(),
            self.currency(),
            self.ending.clone(),
        ];
        let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let mut said = said.join(" ");
        if let Some(retry) = &self.retry {
            said.push_str(&format!("; retry {}", retry.nth));
            match (retry.same_key, &self.key) {
                (Some(true), _) => said.push_str(", same key"),
                (Some(false), Some(_)) => said.push_str(", another key"),
                (Some(false), None) => said.push_str(", no key"),
                (None, _) => {}
            }
        }
        said
    }

    /// What of it goes to whoever watches.
    pub fn shown(&self) -> Shown {
        Shown {
            seq: self.seq,
            day: self.day(),
            time: self.time(),
            actor: actor_name(self.actor).to_owned(),
            operation: self.operation.clone(),
            text: self.text(),
            quiet: self.quiet,
        }
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        json!({"seq": self.seq, "at": self.at.iso(), "line": self.text()})
    }
}

/// A role as the log names it.
pub(crate) const fn actor_name(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::Candidate => "candidate",
        ActorKind::Interviewer => "interviewer",
        ActorKind::Grader => "grader",
        ActorKind::Story => "story",
        ActorKind::Persona => "persona",
        ActorKind::Vendor => "vendor",
        ActorKind::System => "system",
    }
}

/// Text that can stand in a line: one line, no control or direction characters, at most [`WORDS_MAX`] letters.
fn clean(text: &str) -> String {
    let hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let mut letters = text.chars().filter(|c| !hidden(*c)).map(plain);
    let mut kept: String = letters.by_ref().take(WORDS_MAX).collect();
    if letters.next().is_some() {
        kept.push('…');
    }
    kept.trim().to_owned()
}
