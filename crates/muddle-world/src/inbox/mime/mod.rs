//! A mail taken apart: its letterhead and its tree of parts, bodies decoded.
//!
//! Called when mail arrives (letterhead), when it is searched or an attachment is asked for, and by the wire face,
//! which only spells the tree. Reads whatever it is given: a broken part is a part with the bytes that are there.

mod head;
mod header;
mod split;

use std::collections::BTreeSet;

use mail_parser::{HeaderName, HeaderValue, MessageParser};

use super::limits::{
    HEADERS_BYTES_MAX, MESSAGE_ID_BYTES_MAX, RECIPIENTS_MAX, REFERENCES_MAX, SUBJECT_BYTES_MAX,
};
use super::state::Mailbox;
use crate::row::Str;

pub use header::excess;

/// Characters of a snippet.
const SNIPPET_CHARS: usize = 200;

/// A mail taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// What a list, a thread and a search need.
    pub head: Letterhead,
    /// The whole mail as a part.
    pub root: Part,
}

/// What a record keeps of a mail's headers and body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letterhead {
    /// Who wrote it.
    pub from: Option<Mailbox>,
    /// To whom.
    pub to: Vec<Mailbox>,
    /// With copies to.
    pub cc: Vec<Mailbox>,
    /// With hidden copies to.
    pub bcc: Vec<Mailbox>,
    /// Decoded, in one line.
    pub subject: Str,
    /// Without angle brackets; empty if there is none.
    pub message_id: Str,
    /// `References`, then `In-Reply-To`, each once.
    pub references: Vec<Str>,
    /// How the text begins.
    pub snippet: Str,
    /// Names of the attachments.
    pub filenames: Vec<Str>,
    /// Its `Date`, milliseconds since 1970.
    pub date: Option<i64>,
}

/// One part of a mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Empty for the whole mail, else its place: `0`, `1.0`.
    pub id: String,
    /// Lower case, as in `text/plain`.
    pub mime_type: String,
    /// Decoded; empty if it has none.
    pub filename: String,
    /// In their order and case, values decoded and in one line.
    pub headers: Vec<(String, String)>,
    /// Decoded; a body to be read is UTF-8, whatever it came in.
    pub body: Vec<u8>,
    /// To be fetched by itself rather than read here.
    pub attached: bool,
    /// Parts within it.
    pub parts: Vec<Part>,
}

impl Part {
    /// This part and all within it, in order.
    pub fn walk(&self) -> Vec<&Self> {
        let mut found = Vec::new();
        let mut ahead = vec![self];
        while let Some(part) = ahead.pop() {
            found.push(part);
            ahead.extend(part.parts.iter().rev());
        }
        found
    }

    /// The text a person reads: plain bodies, or HTML ones without tags where there are no plain ones.
    pub fn readable(&self) -> String {
        let bodies = |mime_type: &str| -> Vec<String> {
            let readable = self.walk().into_iter();
            readable
                .filter(|part| !part.attached && part.mime_type == mime_type)
                .map(|part| String::from_utf8_lossy(&part.body).into_owned())
                .collect()
        };
        let plain = bodies("text/plain");
        if plain.iter().any(|text| !text.trim().is_empty()) {
            return plain.join("\n");
        }
        let html = bodies("text/html");
        let html = html
            .iter()
            .map(|html| mail_parser::decoders::html::html_to_text(html));
        html.collect::<Vec<_>>().join("\n")
    }
}

/// Takes a mail apart; none if there is not even one header.
pub fn read(raw: &[u8]) -> Option<Mail> {
    let root = split::tree(raw)?;
    let mut head = letterhead(raw)?;
    head.snippet = snippet(&root.readable());
    head.filenames = root
        .walk()
        .iter()
        .filter(|part| part.attached)
        .map(|part| Str::from(part.filename.as_str()))
        .collect();
    Some(Mail { head, root })
}

/// The whole mail as a part without a body: what it says of itself in its headers.
pub fn outline(raw: &[u8]) -> Option<Part> {
    let mut part = split::tree(header::block_of(raw))?;
    part.body.clear();
    part.parts.clear();
    Some(part)
}

/// The letterhead alone, without snippet and attachments.
pub fn letterhead(raw: &[u8]) -> Option<Letterhead> {
    let parser = MessageParser::new()
        .header_address(HeaderName::From)
        .header_address(HeaderName::To)
        .header_address(HeaderName::Cc)
        .header_address(HeaderName::Bcc)
        .header_text(HeaderName::Subject)
        .header_id(HeaderName::MessageId)
        .header_id(HeaderName::References)
        .header_id(HeaderName::InReplyTo)
        .header_date(HeaderName::Date)
        .default_header_ignore();
    let block = header::block_of(raw);
    let block = header::tamed(&block[..block.len().min(HEADERS_BYTES_MAX)]);
    let mail = parser.parse_headers(&*block)?;
    let subject = one_line(mail.subject().unwrap_or_default());
    Some(Letterhead {
        from: mailboxes(mail.from()).into_iter().next(),
        to: mailboxes(mail.to()),
        cc: mailboxes(mail.cc()),
        bcc: mailboxes(mail.bcc()),
        subject: cut(&subject, SUBJECT_BYTES_MAX).into(),
        message_id: cut(mail.message_id().unwrap_or_default(), MESSAGE_ID_BYTES_MAX).into(),
        references: references(ids(mail.references()), ids(mail.in_reply_to())),
        date: mail
            .date()
            .filter(|date| date.is_valid())
            .map(|date| date.to_timestamp() * 1_000),
        ..Letterhead::default()
    })
}

/// A text's first bytes, cut before a character.
pub(super) fn cut(text: &str, bytes_max: usize) -> &str {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Each id once. Of too many the first and the last ones are kept: a thread's root and the nearest ancestors.
fn references(references: Vec<Str>, in_reply_to: Vec<Str>) -> Vec<Str> {
    let mut seen = BTreeSet::new();
    let mut kept = references;
    kept.extend(in_reply_to);
    kept.retain(|id| id.len() <= MESSAGE_ID_BYTES_MAX && seen.insert(id.clone()));
    if kept.len() > REFERENCES_MAX {
        let surplus = kept.len() - REFERENCES_MAX;
        kept.drain(1..=surplus);
    }
    kept
}

fn mailboxes(address: Option<&mail_parser::Address<'_>>) -> Vec<Mailbox> {
    let people = address.into_iter().flat_map(mail_parser::Address::iter);
    people
        .filter_map(|person| {
            // `To: nobody` is a name to the parser; to whoever sends it is a bad address.
            let (name, address) = match person.address() {
                Some(address) => (person.name(), address),
                None => (None, person.name()?),
            };
            let name = name.map(one_line).filter(|name| !name.is_empty());
            let address = address.trim();
            (!address.is_empty()).then(|| Mailbox {
                name: name.map(Str::from),
                address: one_line(address).into(),
            })
        })
        // One more than mail may go to, so that the excess can be refused.
        .take(RECIPIENTS_MAX + 1)
        .collect()
}

fn ids(value: &HeaderValue<'_>) -> Vec<Str> {
    match value {
        HeaderValue::Text(id) => vec![Str::from(&**id)],
        HeaderValue::TextList(ids) => ids.iter().map(|id| Str::from(&**id)).collect(),
        _ => Vec::new(),
    }
}

/// One line without control characters, runs of white space as one space.
fn one_line(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn snippet(text: &str) -> Str {
    let line: String = text.chars().take(SNIPPET_CHARS * 4).collect();
    let line = one_line(&line);
    match line.char_indices().nth(SNIPPET_CHARS) {
        None => line.into(),
        Some((end, _)) => {
            let cut = line[..end].rfind(' ').unwrap_or(end);
            line[..cut].into()
        }
    }
}
