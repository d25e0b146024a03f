//! What a part says of itself in its headers: its type, name, transfer encoding, and what is to be done with its body.
//!
//! Called by [`super::split`] for every part. Holds nothing of the mail's bytes, so that they can be read later.

use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::parsers::MessageStream;
use mail_parser::{GetHeader, HeaderName, HeaderValue, MessageParser, MessagePart, MimeHeaders};

use super::header::tamed;
use super::one_line;
use crate::inbox::limits::FILENAME_CHARS_MAX;

/// The type of what is not looked into.
const UNKNOWN: &str = "application/octet-stream";

/// What a part's body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text that a person reads.
    Text,
    /// A file.
    File,
    /// A whole mail.
    Mail,
    /// Parts between lines of a boundary.
    Multipart,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    None,
    Base64,
    QuotedPrintable,
}

/// A part's headers, understood.
#[derive(Clone, Debug)]
pub struct Head {
    /// In their order and case, values decoded and in one line.
    pub headers: Vec<(String, String)>,
    /// Lower case, as in `text/plain`.
    pub mime_type: String,
    /// Decoded; empty if it has none.
    pub filename: String,
    /// It has a name or calls itself an attachment.
    pub attached: bool,
    /// What its body is.
    pub kind: Kind,
    /// Of a multipart.
    pub boundary: Vec<u8>,
    /// Its parts are mails unless they say otherwise.
    pub digest: bool,
    encoding: Encoding,
    charset: Option<String>,
}

impl Head {
    /// Reads a block of headers. In a `digest` a part that does not say what it is, is a mail.
    pub fn read(parser: &MessageParser, block: &[u8], digest: bool) -> Self {
        let tamed = tamed(block);
        let parsed = parser.parse_headers(&*tamed);
        match parsed.as_ref().and_then(|mail| mail.parts.first()) {
            Some(part) => Self::of(part, &tamed, digest),
            None if digest => Self::plain("message/rfc822", Kind::Mail),
            None => Self::plain("text/plain", Kind::Text),
        }
    }

    /// Of a part that is not looked into.
    pub fn unknown(headers: Vec<(String, String)>) -> Self {
        Self {
            headers,
            attached: true,
            ..Self::plain(UNKNOWN, Kind::File)
        }
    }

    fn plain(mime_type: &str, kind: Kind) -> Self {
        Self {
            headers: Vec::new(),
            mime_type: mime_type.to_owned(),
            filename: String::new(),
            attached: false,
            kind,
            boundary: Vec::new(),
            digest: false,
            encoding: Encoding::None,
            charset: None,
        }
    }

    fn of(part: &MessagePart<'_>, block: &[u8], digest: bool) -> Self {
        let Some(content) = part.content_type() else {
            let (mime_type, kind) = if digest {
                ("message/rfc822", Kind::Mail)
            } else {
                ("text/plain", Kind::Text)
            };
            return Self::plain(mime_type, kind).with(part, block);
        };
        let subtype = content.subtype().unwrap_or("plain");
        let boundary = content.attribute("boundary").map(str::trim_end);
        let boundary = boundary.filter(|boundary| !boundary.is_empty());
        let kind = match (content.ctype(), boundary) {
            ("multipart", Some(_)) => Kind::Multipart,
            ("text", _) => Kind::Text,
            ("message", _) if matches!(subtype, "rfc822" | "global") => Kind::Mail,
            _ => Kind::File,
        };
        let mime_type = format!("{}/{subtype}", content.ctype()).to_lowercase();
        Self {
            boundary: boundary.unwrap_or_default().as_bytes().to_vec(),
            digest: mime_type == "multipart/digest",
            charset: content.attribute("charset").map(str::to_owned),
            ..Self::plain(&mime_type, kind)
        }
        .with(part, block)
    }

    /// What does not depend on the type.
    fn with(self, part: &MessagePart<'_>, block: &[u8]) -> Self {
        let name = part.attachment_name().map(one_line).unwrap_or_default();
        let filename: String = name.chars().take(FILENAME_CHARS_MAX).collect();
        let disposed = part
            .content_disposition()
            .is_some_and(|disposition| disposition.is_attachment());
        let encoding = part
            .headers
            .header_value(&HeaderName::ContentTransferEncoding);
        let encoding = match encoding {
            Some(HeaderValue::Text(name)) if name.eq_ignore_ascii_case("base64") => {
                Encoding::Base64
            }
            Some(HeaderValue::Text(name)) if name.eq_ignore_ascii_case("quoted-printable") => {
                Encoding::QuotedPrintable
            }
            _ => Encoding::None,
        };
        Self {
            headers: written(part, block),
            attached: self.kind != Kind::Multipart && (!filename.is_empty() || disposed),
            filename,
            encoding,
            ..self
        }
    }

    /// Whether other parts lie in it as they are, to be found by going on.
    pub fn holds_parts(&self) -> bool {
        match self.kind {
            Kind::Multipart => true,
            Kind::Mail => !self.attached && self.encoding == Encoding::None,
            Kind::Text | Kind::File => false,
        }
    }

    /// Whether it is a mail that must be decoded before its parts are found.
    pub fn is_encoded_mail(&self) -> bool {
        self.kind == Kind::Mail && !self.attached && self.encoding != Encoding::None
    }

    /// A body with its transfer encoding undone; none if it cannot be.
    pub fn bytes(&self, raw: &[u8]) -> Option<Vec<u8>> {
        let mut stream = MessageStream::new(raw);
        let (end, decoded) = match self.encoding {
            Encoding::None => return Some(raw.to_vec()),
            Encoding::Base64 => stream.decode_base64_mime(b""),
            Encoding::QuotedPrintable => stream.decode_quoted_printable_mime(b""),
        };
        (end != usize::MAX).then(|| decoded.into_owned())
    }

    /// A body as it is shown, and whether as a file. Text is UTF-8; what cannot be decoded is text as it came, and so
    /// is a multipart or a mail in which nothing was found.
    pub fn shown(&self, raw: &[u8]) -> (Vec<u8>, bool) {
        let decoded = self.bytes(raw);
        let readable = decoded.is_none() || self.kind != Kind::File;
        let bytes = decoded.unwrap_or_else(|| raw.to_vec());
        if self.attached || !readable {
            return (bytes, true);
        }
        let charset = self.charset.as_deref();
        let text = match charset.and_then(|name| charset_decoder(name.as_bytes())) {
            Some(decode) => decode(&bytes),
            None => String::from_utf8(bytes)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
        };
        (text.into_bytes(), false)
    }
}

/// Names as they were written; the parser's own spelling of known names would change their case.
fn written(part: &MessagePart<'_>, block: &[u8]) -> Vec<(String, String)> {
    let spelled = |start: u32, end: u32| {
        let bytes = block.get(start as usize..end as usize);
        String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned()
    };
    let headers = part.headers.iter().map(|header| {
        let name = spelled(header.offset_field, header.offset_start);
        let name = name.trim().trim_end_matches(':').trim_end();
        let value = match &header.value {
            HeaderValue::Text(text) => one_line(text),
            _ => one_line(&spelled(header.offset_start, header.offset_end)),
        };
        (name.to_owned(), value)
    });
    headers.collect()
}
