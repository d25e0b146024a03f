//! Hands on the scale: what people and the sandbox's own gaps did to a run, so that a reader can weigh it.
//!
//! Noted entry by entry by [`crate::grade`]; printed at the end of every report. Nothing here changes a score.

use std::collections::BTreeMap;

use muddle_world::call::{ActorKind, Call};
use muddle_world::effect::{Change, Effect, Record};
use muddle_world::entry::{Core, Outcome};
use muddle_world::reply::{Denial, Reply};
use muddle_world::time::At;
use muddle_world::{inbox, office};
use serde_json::{Value, json};

use crate::lines::actor_name;

/// One intervention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The entry.
    pub seq: u64,
    /// Office time.
    pub at: At,
    /// What was done, as a clause.
    pub what: String,
}

/// What somebody who watched or judged wrote down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The entry.
    pub seq: u64,
    /// Office time.
    pub at: At,
    /// Who: a role.
    pub by: &'static str,
    /// What.
    pub text: String,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hands {
    /// `practice`, `live`, `exam`.
    pub mode: String,
    /// Opened outside practice with a known seed.
    pub test: bool,
    /// Faults armed or lifted by hand.
    pub faults: Vec<Move>,
    /// Clock settings; plain waiting is none.
    pub clock: Vec<Move>,
    /// Keys issued, taken back or given an end.
    pub keys: Vec<Move>,
    /// Mail sent in by hand, as a customer.
    pub mail: Vec<Move>,
    /// What people who watched wrote down; a note moves nothing.
    pub notes: Vec<Note>,
    /// Whether the vendors' own rate limits were off.
    pub unlimited: bool,
    /// Routes the sandbox lacks, by vendor and nearest operation, with how often they were called.
    pub gaps: BTreeMap<String, u64>,
    /// Calls of the candidate within an attempt.
    pub by_attempt: u64,
    /// Calls of the candidate outside one.
    pub by_hand: u64,
    /// Calls that failed because the sandbox did.
    pub broken: u64,
}

impl Hands {
    /// One entry.
    pub(crate) fn note(&mut self, core: &Core) {
        let what = |what: String| Move {
            seq: core.seq,
            at: core.at,
            what,
        };
        let faults = || {
            let of_faults = |effect: &&Effect| &*effect.collection == "faults";
            let ids = core.effects.iter().filter(of_faults).map(record_of);
            ids.collect::<Vec<_>>().join(", ")
        };
        match &core.call {
            // What was refused did nothing.
            Call::Office(_) if core.outcome != Outcome::Ok => {}
            Call::Office(office::Call::Open(opening)) => {
                self.mode = opening.mode.to_string();
                self.test = opening.test;
                self.unlimited = opening.rate_limits.as_deref() == Some(office::RATE_LIMITS_OFF);
            }
            Call::Office(office::Call::ArmFault(fault)) => {
                let whom = fault.vendor.map_or("every vendor", |vendor| vendor.name());
                let kind = fault.fault.name().replace('_', " ");
                let of = fault
                    .operation
                    .as_deref()
                    .map_or(String::new(), |operation| {
                        format!(", {}", operation.replace('_', " "))
                    });
                let id = faults();
                self.faults
                    .push(what(format!("{id} was armed: {kind} on {whom}{of}")));
            }
            Call::Office(office::Call::LiftFaults { .. }) => {
                let lifted = faults();
                if !lifted.is_empty() {
                    self.faults.push(what(format!("{lifted} was lifted")));
                }
            }
            Call::Office(office::Call::SetClock { to, .. }) => {
                let change = to.map_or("the clock was set to run otherwise".to_owned(), |to| {
                    format!("the clock was moved to {}", stamp(to))
                });
                self.clock.push(what(change));
            }
            // The candidate's own waiting is no hand on the scale.
            Call::Office(office::Call::Wait { for_ms })
                if core.actor.kind != ActorKind::Candidate =>
            {
                let minutes = for_ms / 60_000;
                self.clock
                    .push(what(format!("the clock was moved on by {minutes} minutes")));
            }
            Call::Office(
                change @ (office::Call::IssueKey { key, opens, .. }
                | office::Call::RevokeKey { key, opens }
                | office::Call::ExpireKey { key, opens, .. }),
            ) => {
                let done = match change {
                    office::Call::IssueKey { .. } => "issued",
                    office::Call::RevokeKey { .. } => "taken back",
                    _ => "given an end",
                };
                self.keys
                    .push(what(format!("key `{key}` for {opens} was {done}")));
            }
            _ => {}
        }
        self.note_writing(core);
        if core.actor.kind == ActorKind::Candidate && core.about.is_none() {
            self.note_call(core);
        }
    }

    /// What people who watch wrote themselves: notes, and mail in a customer's name.
    fn note_writing(&mut self, core: &Core) {
        if core.outcome != Outcome::Ok {
            return;
        }
        match &core.call {
            Call::Office(office::Call::Note { text }) => self.notes.push(Note {
                seq: core.seq,
                at: core.at,
                by: actor_name(core.actor.kind),
                text: text.to_string(),
            }),
            Call::Inbox(_) if is_by_hand(core) => {
                self.mail.extend(mail_by_hand(core).map(|what| Move {
                    seq: core.seq,
                    at: core.at,
                    what,
                }));
            }
            _ => {}
        }
    }

    fn note_call(&mut self, core: &Core) {
        if !matches!(core.call, Call::Office(_)) {
            match core.actor.attempt {
                Some(_) => self.by_attempt += 1,
                None => self.by_hand += 1,
            }
        }
        self.broken += u64::from(core.outcome == Outcome::Broken);
        if let Some(Reply::Denied(Denial::NotOffered { nearest })) = &core.reply {
            let near = nearest
                .as_deref()
                .map_or(String::new(), |name| format!(", nearest is {name}"));
            *self
                .gaps
                .entry(format!("{}{near}", core.vendor))
                .or_default() += 1;
        }
    }

    /// For programs.
    pub(crate) fn to_json(&self) -> Value {
        let moves = |list: &[Move]| -> Value {
            list.iter()
                .map(|one| json!({"seq": one.seq, "at": one.at.iso(), "what": one.what}))
                .collect()
        };
        let mut hands = json!({
            "faults": moves(&self.faults),
            "clock": moves(&self.clock),
            "keys": moves(&self.keys),
            "gaps": self.gaps,
            "calls_by_attempt": self.by_attempt,
            "calls_by_hand": self.by_hand,
            "broken": self.broken,
        });
        // What a report of an older log never had stays out of it.
        if !self.mail.is_empty() {
            hands["mail"] = moves(&self.mail);
        }
        if self.unlimited {
            hands["rate_limits"] = office::RATE_LIMITS_OFF.into();
        }
        hands
    }

    /// The notes, for programs.
    pub(crate) fn notes_json(&self) -> Value {
        let note = |one: &Note| json!({"seq": one.seq, "at": one.at.iso(), "by": one.by, "text": one.text});
        self.notes.iter().map(note).collect()
    }
}

/// Whether somebody who watches or judges did it, or the admin for them, and not the office by itself.
const fn is_by_hand(core: &Core) -> bool {
    matches!(
        core.actor.kind,
        ActorKind::Interviewer | ActorKind::Grader | ActorKind::System
    )
}

/// A mail that came in by hand, as a clause.
fn mail_by_hand(core: &Core) -> Option<String> {
    core.effects.iter().find_map(|effect| match &effect.change {
        Change::Created(Record::Inbox(inbox::Record::Message(mail))) => {
            let from = mail.from.as_ref().map_or("nobody", |from| &*from.address);
            Some(format!(
                "a mail from {from} was sent in: \"{}\"",
                mail.subject
            ))
        }
        _ => None,
    })
}

/// The id of the record that an effect is about.
fn record_of(effect: &Effect) -> &str {
    match &effect.change {
        Change::Created(record) | Change::Removed(record) => record.id(),
        Change::Changed { id, .. } => id,
    }
}

/// Office time as people read it: date and minute.
pub(crate) fn stamp(at: At) -> String {
    let iso = at.iso();
    iso.get(..16).unwrap_or(&iso).replace('T', " ")
}
