//! Mail as it was seen: kept after its deletion, with who sent it and what was labelled how.
//!
//! Filled by [`super::History::fold`]. A mail is *sent* once an operation that sends gave it the label `SENT`; a mail
//! that was merely inserted or imported with that label reached nobody.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use muddle_world::effect::{Change, Effect, Record};
use muddle_world::entry::Core;
use muddle_world::inbox::{self, Message};
use muddle_world::row::Str;

use super::{History, Origin};
use crate::wording::{plain, split_quotes};

/// Labels that a visible decision is not made of.
const IDLE_LABELS: [&str; 4] = ["UNREAD", "STARRED", "IMPORTANT", "SENT"];

/// Which way a mail went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// To the desk.
    In,
    /// From the desk.
    Out,
    /// Nowhere yet.
    Draft,
}

/// One message, also if it is gone.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    /// As it was when it came.
    pub row: Message,
    /// Who made it.
    pub by: Origin,
    /// Who sent it, once somebody did.
    pub sent: Option<Origin>,
    /// Whether it came with the label.
    direction: Direction,
    /// Taken apart once for the log and its idle twin.
    words: Arc<OnceLock<(String, String)>>,
}

impl Mail {
    /// A mail as it came.
    pub fn new(row: &Message, by: Origin) -> Self {
        let direction = if row.has("DRAFT") {
            Direction::Draft
        } else if row.has("SENT") {
            Direction::Out
        } else {
            Direction::In
        };
        Self {
            row: row.clone(),
            by,
            sent: (direction == Direction::Out && by.seq == 0).then_some(by),
            direction,
            words: Arc::default(),
        }
    }

    /// Which way it went.
    pub fn direction(&self) -> Direction {
        match (&self.sent, self.direction) {
            (Some(_), _) => Direction::Out,
            (None, Direction::Out) => Direction::In,
            (None, other) => other,
        }
    }

    /// Its own words and what it quotes.
    pub fn words(&self) -> &(String, String) {
        self.words.get_or_init(|| split_quotes(&self.row.text()))
    }

    /// Subject and own words, for comparing.
    pub fn says(&self) -> String {
        plain(&format!("{} {}", self.row.subject, self.words().0))
    }

    /// All that its reader can read, for comparing.
    pub fn shows(&self) -> String {
        let (own, quoted) = self.words();
        plain(&format!("{} {own} {quoted}", self.row.subject))
    }

    /// Its readers' addresses, lower case, each with `to`, `cc` or `bcc`.
    pub fn readers(&self) -> impl Iterator<Item = (&'static str, String)> + '_ {
        let each = |kind, list: &'_ [inbox::Mailbox]| -> Vec<(&'static str, String)> {
            list.iter()
                .map(|one| (kind, one.address.to_lowercase()))
                .collect()
        };
        each("to", &self.row.to)
            .into_iter()
            .chain(each("cc", &self.row.cc))
            .chain(each("bcc", &self.row.bcc))
    }

    /// Its writer's address, lower case.
    pub fn sender(&self) -> String {
        self.row
            .from
            .as_ref()
            .map_or_else(String::new, |one| one.address.to_lowercase())
    }
}

/// A label put on or taken off.
#[derive(Clone, Debug)]
pub(crate) struct LabelMove {
    /// By whom.
    pub by: Origin,
    /// Of which message.
    pub mail: Str,
    /// The label's id.
    pub label: Str,
    /// Put on, or taken off.
    pub added: bool,
}

impl LabelMove {
    /// Whether somebody who opens the mailbox sees that something was decided.
    pub fn shows_a_decision(&self) -> bool {
        let on = self.added && !IDLE_LABELS.contains(&&*self.label) && &*self.label != "INBOX";
        on || (!self.added && &*self.label == "INBOX")
    }
}

impl History {
    pub(super) fn note_mail(&mut self, core: &Core, effect: &Effect, by: Origin) {
        match &effect.change {
            Change::Created(Record::Inbox(inbox::Record::Message(row))) => {
                let mut mail = Mail::new(row, by);
                if row.has("SENT") && sends(core) {
                    mail.sent = Some(by);
                }
                self.mails.insert(row.id.clone(), mail);
            }
            Change::Changed { id, fields } if &*effect.collection == "messages" => {
                let labels = fields.0.iter().find(|field| &*field.name == "label_ids");
                let Some(change) = labels else { return };
                let (before, after) = (set(&change.before), set(&change.after));
                for label in after.difference(&before) {
                    self.move_label(core, id, label, true, by);
                }
                for label in before.difference(&after) {
                    self.move_label(core, id, label, false, by);
                }
            }
            _ => {}
        }
    }

    fn move_label(&mut self, core: &Core, id: &Str, label: &str, added: bool, by: Origin) {
        if let Some(mail) = self.mails.get_mut(id)
            && added
            && label == "SENT"
            && sends(core)
        {
            mail.sent = Some(by);
        }
        self.labels.push(LabelMove {
            by,
            mail: id.clone(),
            label: label.into(),
            added,
        });
    }

    /// A label's name.
    pub fn label_name(&self, id: &str) -> Str {
        let label = self.world.inbox.labels.get(id);
        label.map_or_else(|| id.into(), |label| label.name.clone())
    }

    /// The mails that the candidate sent, in the order of their ids.
    pub fn sent_by_candidate(&self) -> impl Iterator<Item = (&Mail, Origin)> {
        self.mails.values().filter_map(|mail| {
            let by = mail.sent?;
            (by.actor == muddle_world::call::ActorKind::Candidate).then_some((mail, by))
        })
    }
}

fn sends(core: &Core) -> bool {
    core.operation
        .as_deref()
        .is_some_and(|name| name.starts_with("send"))
}

fn set(value: &serde_json::Value) -> BTreeSet<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one.as_str())
        .collect()
}
