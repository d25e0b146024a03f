//! A mail written out: the one writer of RFC 822 in Muddle, for the generator, people, drafts and answers.
//!
//! Built on `mail-builder` with every value it would otherwise draw at random (boundaries, Message-ID, Date) given
//! explicitly, so equal letters are equal bytes on every machine. No text of a letter can end a header line.

use mail_builder::MessageBuilder;
use mail_builder::headers::HeaderType;
use mail_builder::headers::address::{Address, EmailAddress};
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::{BodyPart, MimePart};
use sha2::{Digest, Sha256};

use super::state::Mailbox;
use crate::time::At;

/// In which characters a plain text is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Charset {
    /// Everything.
    #[default]
    Utf8,
    /// Western letters only; others become `?`.
    Latin1,
}

/// A file that goes with a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enclosure {
    /// Its name.
    pub name: String,
    /// As in `application/pdf`.
    pub mime_type: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A mail before it is written out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// Who writes.
    pub from: Mailbox,
    /// To whom.
    pub to: Vec<Mailbox>,
    /// With copies to.
    pub cc: Vec<Mailbox>,
    /// Where an answer should go.
    pub reply_to: Option<Mailbox>,
    /// In plain text; it is encoded here.
    pub subject: String,
    /// When it was written.
    pub date: At,
    /// The writer's time zone, minutes east of UTC.
    pub offset_min: i32,
    /// With or without angle brackets.
    pub message_id: String,
    /// The message id of what it answers.
    pub in_reply_to: Option<String>,
    /// The message ids of its thread, oldest first.
    pub references: Vec<String>,
    /// The plain body; where it is empty and there is a formatted one, that one stands alone.
    pub text: String,
    /// The same, formatted.
    pub html: Option<String>,
    /// What goes with it.
    pub enclosures: Vec<Enclosure>,
    /// More headers, as (`Auto-Submitted`, `auto-replied`).
    pub headers: Vec<(String, String)>,
    /// Of the plain body.
    pub charset: Charset,
}

/// Writes a letter out, with CRLF and in ASCII alone.
pub fn compose(letter: &Letter) -> String {
    let mut mail = MessageBuilder::new()
        .header("Message-ID", MessageId::new(clean_id(&letter.message_id)))
        .header(
            "Date",
            Raw::new(date_header(letter.date, letter.offset_min)),
        )
        .header("From", person(&letter.from));
    for (name, people) in [("To", &letter.to), ("Cc", &letter.cc)] {
        if !people.is_empty() {
            let people = people.iter().map(person).collect();
            mail = mail.header(name, Address::List(people));
        }
    }
    if let Some(reply_to) = &letter.reply_to {
        mail = mail.header("Reply-To", person(reply_to));
    }
    mail = mail.header("Subject", Text::new(clean(&letter.subject)));
    if let Some(id) = &letter.in_reply_to {
        mail = mail.header("In-Reply-To", MessageId::new(clean_id(id)));
    }
    if !letter.references.is_empty() {
        let ids: Vec<String> = letter.references.iter().map(|id| clean_id(id)).collect();
        mail = mail.header(
            "References",
            HeaderType::from(MessageId::new_list(ids.into_iter())),
        );
    }
    for (name, value) in &letter.headers {
        mail = mail.header(clean_name(name), Text::new(clean(value)));
    }
    let bytes = mail.body(body(letter)).write_to_vec().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `Sat, 21 Nov 2026 02:00:00 +0000`.
pub fn date_header(at: At, offset_min: i32) -> String {
    let offset = jiff::tz::Offset::from_seconds(offset_min.saturating_mul(60));
    let zone = jiff::tz::TimeZone::fixed(offset.unwrap_or(jiff::tz::Offset::UTC));
    let zoned = at.timestamp().to_zoned(zone);
    zoned.strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
}

/// Text that can stand in a header: one line, no control characters.
pub fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

fn clean_id(id: &str) -> String {
    let plain = |c: &char| c.is_ascii_graphic() && !matches!(c, '<' | '>');
    id.chars().filter(plain).collect()
}

fn clean_name(name: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    name.chars().filter(plain).collect()
}

fn person(mailbox: &Mailbox) -> Address<'static> {
    let plain = |c: &char| !c.is_control() && !c.is_whitespace() && !matches!(c, '<' | '>' | ',');
    let email: String = mailbox.address.chars().filter(plain).collect();
    let name = mailbox.name.as_deref().map(|name| clean(name).into());
    Address::Address(EmailAddress {
        name,
        email: email.into(),
    })
}

fn body(letter: &Letter) -> MimePart<'_> {
    let html = letter.html.as_deref();
    let html = html.map(|html| MimePart::new("text/html", with_crlf(html)));
    let mut whole = match html {
        None => text_part(letter),
        Some(html) if letter.text.is_empty() => html,
        Some(html) => {
            let parts = vec![text_part(letter), html];
            multipart("multipart/alternative", letter, parts)
        }
    };
    if !letter.enclosures.is_empty() {
        let mut parts = vec![whole];
        parts.extend(letter.enclosures.iter().map(enclosed));
        whole = multipart("multipart/mixed", letter, parts);
    }
    whole
}

fn text_part(letter: &Letter) -> MimePart<'_> {
    match letter.charset {
        Charset::Utf8 => MimePart::new("text/plain", with_crlf(&letter.text)),
        Charset::Latin1 => {
            let bytes: Vec<u8> = with_crlf(&letter.text)
                .chars()
                .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
                .collect();
            let kind = ContentType::new("text/plain").attribute("charset", "iso-8859-1");
            MimePart::new(kind, BodyPart::Binary(bytes.into()))
        }
    }
}

/// Lines end with CRLF, however they were written.
fn with_crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

fn enclosed(enclosure: &Enclosure) -> MimePart<'_> {
    let mime_type = clean(&enclosure.mime_type);
    let bytes = BodyPart::Binary(enclosure.bytes.as_slice().into());
    MimePart::new(ContentType::new(mime_type), bytes).attachment(clean(&enclosure.name))
}

/// A part of parts, its boundary drawn from the letter itself.
fn multipart<'x>(kind: &'static str, letter: &Letter, parts: Vec<MimePart<'x>>) -> MimePart<'x> {
    let mut hash = Sha256::new();
    for piece in [kind, &letter.message_id, &letter.subject, &letter.text] {
        hash.update((piece.len() as u64).to_be_bytes());
        hash.update(piece);
    }
    let digest = data_encoding::HEXLOWER.encode(&hash.finalize());
    let boundary = format!("=_{}", &digest[..32]);
    let kind = ContentType::new(kind).attribute("boundary", boundary);
    MimePart::new(kind, parts)
}
