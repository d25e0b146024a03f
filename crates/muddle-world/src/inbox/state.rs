//! Records of the mailbox: messages, labels and drafts. Threads are the messages that share a `thread_id`.
//!
//! A message keeps its RFC 822 text once, as it came; beside it stand only the headers that lists, threading and
//! searches read. What a search compares is computed from the text at the first search and is no part of the record.

use std::borrow::Cow;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use super::mime::{self, Letterhead};
use super::words::Memo;
use crate::chance::Seed;
use crate::row;
use crate::row::{Row, Str};
use crate::time::At;

/// What stands before a raw message that is not UTF-8 and is therefore kept as base64.
const BASE64_PREFIX: &str = "base64:";

/// A name and an address, as in `To: Ada Byron <ada@example.com>`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// The person's name, decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Str>,
    /// The address, in the case it was written in.
    pub address: Str,
}

impl Mailbox {
    /// A mailbox with a name.
    pub fn named(name: &str, address: &str) -> Self {
        Self {
            name: Some(name.into()),
            address: address.into(),
        }
    }

    /// A bare address.
    pub fn bare(address: &str) -> Self {
        Self {
            name: None,
            address: address.into(),
        }
    }
}

row! {
    /// A mail in the box, a sent one or the text of a draft.
    pub struct Message {
        /// 16 hex digits, rising with the time of arrival.
        pub id: Str,
        /// The id of the thread's first message.
        pub thread_id: Str,
        /// System labels and `Label_N`, sorted.
        pub label_ids: Vec<Str>,
        /// When it arrived, or what its `Date` said where it was inserted so.
        pub at: At,
        /// RFC 822 as it came; `base64:` before text that is not UTF-8.
        pub raw: Str,
        /// Who wrote it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub from: Option<Mailbox>,
        /// To whom.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub to: Vec<Mailbox>,
        /// With copies to.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub cc: Vec<Mailbox>,
        /// With hidden copies to.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub bcc: Vec<Mailbox>,
        /// Decoded.
        pub subject: Str,
        /// Without angle brackets; empty where the mail has none.
        pub message_id: Str,
        /// Message ids of `References` and then `In-Reply-To`, oldest first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub references: Vec<Str>,
        /// How the text begins, in one line.
        pub snippet: Str,
        /// Bytes of the raw message.
        pub size: u64,
        /// Names of the attachments; empty text for one without a name.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub filenames: Vec<Str>,
        /// The words a search compares.
        #[serde(skip)]
        pub words: Memo,
    }
}

impl Message {
    /// Whether it carries this label.
    pub fn has(&self, label: &str) -> bool {
        self.label_ids.iter().any(|id| &**id == label)
    }

    /// The bytes of the raw message.
    pub fn raw_bytes(&self) -> Cow<'_, [u8]> {
        unpack_raw(&self.raw)
    }

    /// The mail taken apart.
    pub fn parts(&self) -> mime::Part {
        mime::read(&self.raw_bytes())
            .map(|mail| mail.root)
            .unwrap_or_default()
    }

    /// The mail as a part without a body, which costs no more than its headers.
    pub fn outline(&self) -> mime::Part {
        mime::outline(&self.raw_bytes()).unwrap_or_default()
    }

    /// Its readable text, quoted parts included: the plain body, or the HTML one without its tags.
    pub fn text(&self) -> String {
        self.parts().readable()
    }
}

/// A record of a mail's text. `labels` are made unique and sorted; a text that is no mail at all has empty headers.
pub fn message_from_raw(raw: &str, id: Str, thread: Str, labels: &[Str], at: At) -> Message {
    let head = mime::read(&unpack_raw(raw)).map(|mail| mail.head);
    message(raw.into(), head.unwrap_or_default(), id, thread, labels, at)
}

/// Like [`message_from_raw`], for a mail that is already taken apart.
pub(super) fn message(
    raw: Str,
    head: Letterhead,
    id: Str,
    thread: Str,
    labels: &[Str],
    at: At,
) -> Message {
    let mut label_ids = labels.to_vec();
    label_ids.sort();
    label_ids.dedup();
    Message {
        id,
        thread_id: thread,
        label_ids,
        at,
        size: unpack_raw(&raw).len() as u64,
        raw,
        from: head.from,
        to: head.to,
        cc: head.cc,
        bcc: head.bcc,
        subject: head.subject,
        message_id: head.message_id,
        references: head.references,
        snippet: head.snippet,
        filenames: head.filenames,
        words: Memo::default(),
    }
}

/// Raw bytes as a record keeps them.
pub fn pack_raw(bytes: &[u8]) -> Str {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.starts_with(BASE64_PREFIX) => text.into(),
        _ => format!("{BASE64_PREFIX}{}", BASE64.encode(bytes)).into(),
    }
}

/// The bytes that [`pack_raw`] kept.
pub fn unpack_raw(raw: &str) -> Cow<'_, [u8]> {
    let packed = raw.strip_prefix(BASE64_PREFIX);
    match packed.and_then(|text| BASE64.decode(text.as_bytes()).ok()) {
        Some(bytes) => Cow::Owned(bytes),
        None => Cow::Borrowed(raw.as_bytes()),
    }
}

/// The id of the `nth` message of a box, arriving at `at`: rising in time, and the same whenever the log is replayed.
pub fn mail_id(seed: &Seed, at: At, nth: u64) -> Str {
    let tail = seed.draw(&[b"mail id", &nth.to_be_bytes()]) & 0xf_ffff;
    let head = at.0.max(0) as u64 & 0xfff_ffff_ffff;
    format!("{:016x}", head << 20 | tail).into()
}

/// The colours of a label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelColor {
    /// `#rrggbb`.
    pub text: Str,
    /// `#rrggbb`.
    pub background: Str,
}

row! {
    /// A label that somebody made. The system's own labels are [`SYSTEM_LABELS`] and no records.
    pub struct Label {
        /// `Label_N`.
        pub id: Str,
        /// Unique, whatever its case.
        pub name: Str,
        /// `labelShow`, `labelShowIfUnread` or `labelHide`.
        pub label_list_visibility: Str,
        /// `show` or `hide`.
        pub message_list_visibility: Str,
        /// Where one was given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub color: Option<LabelColor>,
    }
}

row! {
    /// A mail that is not sent yet.
    pub struct Draft {
        /// `r…`.
        pub id: Str,
        /// Its text; another message after each update.
        pub message: Str,
        /// When it was last written.
        pub at: At,
    }
}

impl Row for Message {
    const COLLECTION: &'static str = "messages";
    fn id(&self) -> &Str {
        &self.id
    }
    fn created(&self) -> i64 {
        self.at.0
    }
    fn keys(&self, visit: &mut dyn FnMut(&'static str, &str)) {
        visit("thread", &self.thread_id);
        if !self.message_id.is_empty() {
            visit("message_id", &self.message_id);
        }
        if let Some(from) = &self.from {
            visit("from", &from.address.to_lowercase());
        }
        for label in &self.label_ids {
            visit("label", label);
        }
    }
}

impl Row for Label {
    const COLLECTION: &'static str = "labels";
    fn id(&self) -> &Str {
        &self.id
    }
    fn keys(&self, visit: &mut dyn FnMut(&'static str, &str)) {
        visit("name", &self.name.to_lowercase());
    }
}

impl Row for Draft {
    const COLLECTION: &'static str = "drafts";
    fn id(&self) -> &Str {
        &self.id
    }
    fn created(&self) -> i64 {
        self.at.0
    }
    fn keys(&self, visit: &mut dyn FnMut(&'static str, &str)) {
        visit("message", &self.message);
    }
}

crate::tables! {
    /// Mail of every kind.
    messages: Message,
    /// Labels that somebody made.
    labels: Label,
    /// Mail that is not sent yet.
    drafts: Draft,
}

/// Labels that every mailbox has.
pub const SYSTEM_LABELS: [&str; 14] = [
    "CHAT",
    "SENT",
    "INBOX",
    "IMPORTANT",
    "TRASH",
    "DRAFT",
    "SPAM",
    "CATEGORY_FORUMS",
    "CATEGORY_UPDATES",
    "CATEGORY_PERSONAL",
    "CATEGORY_PROMOTIONS",
    "CATEGORY_SOCIAL",
    "STARRED",
    "UNREAD",
];
