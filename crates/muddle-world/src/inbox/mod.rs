//! The mailbox: messages, threads, labels, drafts and history, in Gmail's semantics.
//!
//! `Call` is what can be asked, typed and without the wire's spelling; [`decide`] says what changes; [`resolve`] looks
//! up what a reply names. Mail is taken apart by [`mime`] and written by [`compose`]. Looking at a mail changes nothing.

pub mod compose;
pub mod history;
pub mod mime;
mod ops;
mod refusal;
mod resolve;
mod state;
mod words;

#[cfg(test)]
mod tests;

pub use compose::{Charset, Enclosure, Letter, compose};
pub use history::History;
pub use ops::decide;
pub use refusal::Refusal;
pub use resolve::{Answer, Shown, resolve};
pub use state::{
    Draft, Label, LabelColor, Mailbox, Message, Record, SYSTEM_LABELS, Tables, mail_id,
    message_from_raw, pack_raw, unpack_raw,
};
pub use words::{Memo, Words, spaced};

use serde::{Deserialize, Serialize};

use crate::row::Str;
use crate::vendor::Operation;

/// The number of these rules; it is raised when the same call would be decided otherwise.
pub const RULES: u32 = 1;

/// The mailbox's operations.
pub const OPERATIONS: &[Operation] = &[Operation::inner("deliver")];

/// One call: whose mailbox, and what is asked of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The mailbox's address; absent for the caller's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Str>,
    /// What is asked.
    pub request: Request,
}

/// Mail that story or a person sends in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// RFC 822, see [`compose`].
    pub raw: Str,
    /// `INBOX` and `UNREAD` if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub label_ids: Vec<Str>,
}

/// What can be asked of the mailbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Mail comes in from outside (story and people only).
    Deliver(Delivery),
}

/// What is kept of the mailbox's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// One message.
    Message {
        /// Its id.
        id: Str,
    },
    /// Done; nothing to say.
    Done,
    /// The mailbox says no.
    Refused(Refusal),
}

impl Call {
    /// A call on the caller's own mailbox.
    pub const fn plain(request: Request) -> Self {
        Self {
            user: None,
            request,
        }
    }

    /// Mail from outside, into the inbox, unread.
    pub fn deliver(raw: &str) -> Self {
        Self::plain(Request::Deliver(Delivery {
            raw: raw.into(),
            label_ids: Vec::new(),
        }))
    }

    /// The operation's name.
    pub const fn operation(&self) -> &'static str {
        match &self.request {
            Request::Deliver(_) => "deliver",
        }
    }

    /// What makes two attempts the same logical call.
    pub fn subject(&self) -> String {
        match &self.request {
            Request::Deliver(mail) => format!("deliver:{}", letter_subject(&mail.raw)),
        }
    }

    /// What it costs of the vendor's quota.
    pub const fn quota_units(&self) -> u64 {
        match &self.request {
            Request::Deliver(_) => 0,
        }
    }
}

/// Writer, readers and subject of a raw mail: the same for a mail built twice with other boundaries and ids.
fn letter_subject(raw: &str) -> String {
    let head = mime::letterhead(&unpack_raw(raw)).unwrap_or_default();
    let people = head.to.iter().chain(&head.cc).chain(&head.bcc);
    let people: Vec<&str> = people.map(|person| &*person.address).collect();
    format!("{}:{}", people.join(","), head.subject)
}
