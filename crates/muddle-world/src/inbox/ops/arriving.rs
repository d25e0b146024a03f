//! Mail on its way into the box: which thread it joins, what it lacks, and the record that comes of it.
//!
//! Shared by delivery, insert, import, send and drafts.

use std::borrow::Cow;

use super::create;
use crate::effect::{Effects, mint};
use crate::inbox::limits::RECIPIENTS_MAX;
use crate::inbox::mime::{self, Letterhead};
use crate::inbox::state::{self, Message, mail_id, pack_raw, unpack_raw};
use crate::inbox::{Mailbox, Refusal, compose};
use crate::row::Str;
use crate::time::At;
use crate::vendor::Vendor;
use crate::view::View;

/// How a mail finds its thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joins {
    /// By the message ids it refers to, as mail from outside does.
    References,
    /// By those or by the thread it names, and only under the same subject, as mail from the desk does.
    Subject,
}

/// A mail about to be kept.
pub struct Arrival {
    raw: Str,
    /// Its letterhead.
    pub head: Letterhead,
}

impl Arrival {
    /// Reads a raw mail that a caller hands in, if it keeps to the vendor's limits on headers and people.
    pub fn within_limits(raw: &str) -> Result<Self, Refusal> {
        if let Some(excess) = mime::excess(&unpack_raw(raw)) {
            return Err(Refusal::invalid(excess));
        }
        let arrival = Self::read(raw)?;
        let head = &arrival.head;
        if head.to.len() + head.cc.len() + head.bcc.len() > RECIPIENTS_MAX {
            return Err(Refusal::invalid(format!(
                "Too many recipients: a message may have at most {RECIPIENTS_MAX}"
            )));
        }
        Ok(arrival)
    }

    /// Reads a raw mail. Line ends become CRLF, as the vendor keeps them.
    pub fn read(raw: &str) -> Result<Self, Refusal> {
        let bytes = unpack_raw(raw);
        let bytes = with_crlf(&bytes);
        let mail = mime::read(&bytes);
        let mail = mail.filter(|mail| !mail.root.headers.is_empty());
        let mail = mail.ok_or_else(|| Refusal::invalid("Invalid value for ByteString: raw"))?;
        let unchanged = matches!(bytes, Cow::Borrowed(_));
        Ok(Self {
            raw: if unchanged {
                raw.into()
            } else {
                pack_raw(&bytes)
            },
            head: mail.head,
        })
    }

    /// Adds what a mail cannot travel without: `Date` and `Message-ID`.
    pub fn complete(&mut self, view: &View<'_>, effects: &Effects) {
        let mut added = String::new();
        if self.head.date.is_none() {
            added = format!("Date: {}\r\n", compose::date_header(view.at, 0));
        }
        if self.head.message_id.is_empty() {
            let nth = view.nth(effects, Vendor::Inbox, "messages");
            let id = mint(view.seed(), "message ids", nth, "CAJ", 40);
            let address = super::address(view);
            let domain = address.rsplit('@').next().unwrap_or_default();
            self.head.message_id = format!("{id}@{domain}").into();
            added.push_str(&format!("Message-ID: <{}>\r\n", self.head.message_id));
        }
        self.prepend(&added);
    }

    /// Makes the mail one of the box's own, whatever it said of its writer.
    pub fn come_from(&mut self, address: &str) {
        let given = self.head.from.take();
        let own = given
            .filter(|from| from.address.eq_ignore_ascii_case(address))
            .map(|from| (from, false));
        let (from, new) = own.unwrap_or_else(|| (Mailbox::bare(address), true));
        self.head.from = Some(from);
        if new {
            self.rename_header("From", "X-Google-Original-From");
            self.prepend(&format!("From: {}\r\n", compose::clean(address)));
        }
    }

    /// Puts header lines before the others.
    fn prepend(&mut self, lines: &str) {
        if !lines.is_empty() {
            let mut bytes = lines.as_bytes().to_vec();
            bytes.extend_from_slice(&unpack_raw(&self.raw));
            self.raw = pack_raw(&bytes);
        }
    }

    /// Renames a header's lines, so that another can take its place.
    fn rename_header(&mut self, name: &str, new: &str) {
        let bytes = unpack_raw(&self.raw).into_owned();
        let end = find(&bytes, b"\r\n\r\n").map_or(bytes.len(), |at| at + 2);
        let mut out = Vec::with_capacity(bytes.len() + 32);
        for line in bytes[..end].split_inclusive(|byte| *byte == b'\n') {
            let named = line.len() > name.len()
                && line[..name.len()].eq_ignore_ascii_case(name.as_bytes())
                && line[name.len()] == b':';
            if named {
                out.extend_from_slice(new.as_bytes());
                out.extend_from_slice(&line[name.len()..]);
            } else {
                out.extend_from_slice(line);
            }
        }
        out.extend_from_slice(&bytes[end..]);
        self.raw = pack_raw(&out);
    }

    /// Keeps it.
    pub fn keep(
        self,
        view: &View<'_>,
        effects: &mut Effects,
        thread: Option<Str>,
        labels: &[Str],
        at: At,
    ) -> Message {
        let id = free_id(view, effects);
        let thread = thread.unwrap_or_else(|| id.clone());
        let message = state::message(self.raw, self.head, id, thread, labels, at);
        create(effects, message.clone());
        message
    }
}

/// The next message's id: the drawn one, or the first free one after it.
fn free_id(view: &View<'_>, effects: &Effects) -> Str {
    let nth = view.nth(effects, Vendor::Inbox, "messages");
    let mut id = mail_id(view.seed(), view.at, nth);
    while view.world.inbox.messages.get(&id).is_some() {
        let next = u64::from_str_radix(&id, 16)
            .unwrap_or_default()
            .wrapping_add(1);
        id = format!("{next:016x}").into();
    }
    id
}

/// The thread that a mail joins; none if it begins one. A named thread must exist.
pub fn thread_of(
    view: &View<'_>,
    head: &Letterhead,
    named: Option<&Str>,
    joins: Joins,
) -> Result<Option<Str>, Refusal> {
    let messages = &view.world.inbox.messages;
    if let Some(thread) = named {
        if messages.by_key("thread", thread).next().is_none() {
            return Err(Refusal::NotFound);
        }
        if same_subject(view, thread, &head.subject) {
            return Ok(Some(thread.clone()));
        }
    }
    // The nearest ancestor that is still in the box decides.
    let found = head.references.iter().rev().find_map(|id| {
        let mut hits = messages.by_key("message_id", id);
        hits.next().map(|hit| hit.thread_id.clone())
    });
    Ok(found
        .filter(|thread| joins == Joins::References || same_subject(view, thread, &head.subject)))
}

fn same_subject(view: &View<'_>, thread: &str, subject: &str) -> bool {
    let subject = bare_subject(subject);
    let mut messages = view.world.inbox.messages.by_key("thread", thread);
    messages.any(|message| bare_subject(&message.subject) == subject)
}

/// A subject without the marks of replying and forwarding, lowered.
fn bare_subject(subject: &str) -> String {
    let mut rest = subject.trim();
    while let Some((mark, tail)) = rest.split_once(':') {
        let mark = mark.trim().to_lowercase();
        let mark = mark.split('[').next().unwrap_or_default();
        if !matches!(mark, "re" | "fw" | "fwd" | "aw" | "wg" | "sv" | "antw") {
            break;
        }
        rest = tail.trim();
    }
    rest.to_lowercase()
}

/// Bare line feeds become CRLF.
fn with_crlf(bytes: &[u8]) -> Cow<'_, [u8]> {
    let bare = |at: usize| bytes[at] == b'\n' && (at == 0 || bytes[at - 1] != b'\r');
    if !(0..bytes.len()).any(bare) {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 32);
    for (at, byte) in bytes.iter().enumerate() {
        if bare(at) {
            out.push(b'\r');
        }
        out.push(*byte);
    }
    Cow::Owned(out)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
