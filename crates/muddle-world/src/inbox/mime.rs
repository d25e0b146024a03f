//! A mail taken apart: its letterhead and its tree of parts, bodies decoded.
//!
//! Called when mail arrives (letterhead), when it is searched or an attachment is asked for, and by the wire face,
//! which only spells the tree. Reads whatever it is given: a broken part is a part with the bytes that are there.

use mail_parser::{Encoding, HeaderValue, MessageParser, MessagePart, MimeHeaders, PartType};

use super::state::Mailbox;
use crate::row::Str;

/// Characters of a snippet.
const SNIPPET_CHARS: usize = 200;
/// How deep mails may lie within mails; what is deeper is an attachment.
const DEPTH_MAX: usize = 8;

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
        let mut found = vec![self];
        for part in &self.parts {
            found.extend(part.walk());
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
    let root = read_part(raw, String::new(), DEPTH_MAX)?;
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

/// The letterhead alone, without snippet and attachments.
pub fn letterhead(raw: &[u8]) -> Option<Letterhead> {
    let mail = MessageParser::default().parse_headers(raw)?;
    let mut references = ids(mail.references());
    for id in ids(mail.in_reply_to()) {
        if !references.contains(&id) {
            references.push(id);
        }
    }
    Some(Letterhead {
        from: mailboxes(mail.from()).into_iter().next(),
        to: mailboxes(mail.to()),
        cc: mailboxes(mail.cc()),
        bcc: mailboxes(mail.bcc()),
        subject: one_line(mail.subject().unwrap_or_default()).into(),
        message_id: mail.message_id().unwrap_or_default().into(),
        references,
        date: mail
            .date()
            .filter(|date| date.is_valid())
            .map(|date| date.to_timestamp() * 1_000),
        ..Letterhead::default()
    })
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

fn read_part(raw: &[u8], id: String, depth: usize) -> Option<Part> {
    let parser = MessageParser::new()
        .with_mime_headers()
        .default_header_text();
    let mail = parser.parse(raw)?;
    let root = mail.parts.first()?;
    Some(part(&mail, root, id, depth))
}

fn part(mail: &mail_parser::Message<'_>, from: &MessagePart<'_>, id: String, depth: usize) -> Part {
    let mime_type = from.content_type().map_or_else(
        || "text/plain".to_owned(),
        |kind| {
            let subtype = kind.subtype().unwrap_or("plain");
            format!("{}/{subtype}", kind.ctype()).to_lowercase()
        },
    );
    let filename = from.attachment_name().map(one_line).unwrap_or_default();
    let disposed = from
        .content_disposition()
        .is_some_and(|disposition| disposition.is_attachment());
    let mut made = Part {
        headers: headers(mail, from),
        attached: !filename.is_empty() || disposed,
        id,
        mime_type,
        filename,
        ..Part::default()
    };
    let below = |n: usize| match &*made.id {
        "" => n.to_string(),
        id => format!("{id}.{n}"),
    };
    match &from.body {
        PartType::Multipart(parts) => {
            let parts = parts.iter().enumerate().filter_map(|(n, index)| {
                let child = mail.parts.get(*index as usize)?;
                Some(part(mail, child, below(n), depth))
            });
            made.parts = parts.collect();
            made.attached = false;
        }
        PartType::Text(text) | PartType::Html(text) if !made.attached => {
            made.body = text.as_bytes().to_vec();
        }
        PartType::Message(_) if !made.attached && depth > 0 => {
            let inner = read_part(&transfer_decoded(mail, from), below(0), depth - 1);
            made.parts = inner.into_iter().collect();
        }
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
            made.body = bytes.to_vec();
            made.attached = true;
        }
        PartType::Text(_) | PartType::Html(_) | PartType::Message(_) => {
            made.body = transfer_decoded(mail, from);
            made.attached = true;
        }
    }
    made
}

/// The bytes of an attachment: its transfer encoding undone, its character set left alone.
fn transfer_decoded(mail: &mail_parser::Message<'_>, from: &MessagePart<'_>) -> Vec<u8> {
    let slice = from.raw_body_offset() as usize..from.raw_end_offset() as usize;
    let raw = mail.raw_message.get(slice).unwrap_or_default();
    let decoded = match from.encoding {
        Encoding::None => None,
        Encoding::Base64 => mail_parser::decoders::base64::base64_decode(raw),
        Encoding::QuotedPrintable => {
            mail_parser::decoders::quoted_printable::quoted_printable_decode(raw)
        }
    };
    decoded.unwrap_or_else(|| raw.to_vec())
}

fn headers(mail: &mail_parser::Message<'_>, from: &MessagePart<'_>) -> Vec<(String, String)> {
    let spelled = |start: u32, end: u32| {
        let bytes = mail.raw_message.get(start as usize..end as usize);
        String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned()
    };
    let value = |header: &mail_parser::Header<'_>| match &header.value {
        HeaderValue::Text(text) => one_line(text),
        _ => one_line(&spelled(header.offset_start, header.offset_end)),
    };
    from.headers
        .iter()
        .map(|header| {
            // The name as it was written; the parser's own spelling of known names would change its case.
            let written = spelled(header.offset_field, header.offset_start);
            let name = written.trim().trim_end_matches(':').trim_end();
            (name.to_owned(), value(header))
        })
        .collect()
}
