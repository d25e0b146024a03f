//! What changed in the box, in order: the vendor's history, folded from the effects of each entry.
//!
//! Called by `World::apply` alone. Ids rise by one with every changed message, so they are a function of the log; the
//! list is bounded, and who asks for what it no longer holds must look at the whole box again.

use std::collections::{BTreeMap, VecDeque};

use serde::Deserialize;

use super::state::{Message, Record, Tables};
use crate::effect::{self, Change, Effect};
use crate::row::{Fields, Str};
use crate::vendor::Vendor;

/// The history id of an untouched opening.
pub const HISTORY_START: u64 = 41_200;
/// Changes that are remembered.
pub const HISTORY_MAX: usize = 20_000;

/// One changed message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Rises by one.
    pub id: u64,
    /// Which message.
    pub message: Str,
    /// Its thread.
    pub thread: Str,
    /// Its labels, after the change; before it for one that is gone.
    pub label_ids: Vec<Str>,
    /// What happened.
    pub what: Happening,
}

/// What happened to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// It came.
    Added,
    /// It is gone for good.
    Deleted,
    /// Its labels changed.
    Labels {
        /// New ones.
        added: Vec<Str>,
        /// Those it lost.
        removed: Vec<Str>,
    },
}

/// The box's history.
#[derive(Clone, Debug, Default)]
pub struct History {
    events: VecDeque<Event>,
    count: u64,
    latest: BTreeMap<Str, u64>,
}

impl History {
    /// The id of the latest change.
    pub const fn now(&self) -> u64 {
        HISTORY_START + self.count
    }

    /// The id of the latest change of a message.
    pub fn of(&self, message: &str) -> u64 {
        self.latest.get(message).copied().unwrap_or(HISTORY_START)
    }

    /// The changes after `start`, oldest first; none if it lies further back than is remembered.
    pub fn since(&self, start: u64) -> Option<impl Iterator<Item = &Event>> {
        let oldest = self.now() - self.events.len() as u64;
        let skip = usize::try_from(start.checked_sub(oldest)?).unwrap_or(usize::MAX);
        Some(self.events.iter().skip(skip))
    }

    /// Folds the effects of one entry, which `tables` already show.
    pub fn fold(&mut self, tables: &Tables, effects: &[Effect]) {
        for effect in effects {
            if effect.vendor == Vendor::Inbox && &*effect.collection == "messages" {
                self.fold_message(tables, &effect.change);
            }
        }
    }

    fn fold_message(&mut self, tables: &Tables, change: &Change) {
        match change {
            Change::Created(effect::Record::Inbox(Record::Message(message))) => {
                self.push(message, Happening::Added);
            }
            Change::Removed(effect::Record::Inbox(Record::Message(message))) => {
                self.push(message, Happening::Deleted);
                self.latest.remove(&message.id);
            }
            Change::Changed { id, fields } => {
                if let (Some(message), Some(what)) = (tables.messages.get(id), relabelled(fields)) {
                    self.push(message, what);
                }
            }
            Change::Created(_) | Change::Removed(_) => {}
        }
    }

    fn push(&mut self, message: &Message, what: Happening) {
        self.count += 1;
        let id = self.now();
        self.latest.insert(message.id.clone(), id);
        if self.events.len() == HISTORY_MAX {
            self.events.pop_front();
        }
        self.events.push_back(Event {
            id,
            message: message.id.clone(),
            thread: message.thread_id.clone(),
            label_ids: message.label_ids.clone(),
            what,
        });
    }
}

/// Which labels came and went; none if the labels are as they were.
fn relabelled(fields: &Fields) -> Option<Happening> {
    let change = fields
        .0
        .iter()
        .find(|change| &*change.name == "label_ids")?;
    let before = Vec::<Str>::deserialize(&change.before).unwrap_or_default();
    let after = Vec::<Str>::deserialize(&change.after).unwrap_or_default();
    let less = |from: &[Str], other: &[Str]| -> Vec<Str> {
        let kept = from.iter().filter(|label| !other.contains(label));
        kept.cloned().collect()
    };
    Some(Happening::Labels {
        added: less(&after, &before),
        removed: less(&before, &after),
    })
}
