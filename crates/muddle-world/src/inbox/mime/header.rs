//! A part's headers: where they end, and what may be read of them.
//!
//! Called by [`super::split`] for every part, and for the letterhead. The parser of header values is not ours and takes
//! more than linear time over some malformed ones, so what it gets is bounded here first: number and bytes of headers,
//! the length of `Content-*` values, and encoded words that never end.

use std::borrow::Cow;

use crate::inbox::limits::{
    CONTENT_HEADER_BYTES_MAX, ENCODED_WORD_BYTES_MAX, HEADER_BYTES_MAX, HEADERS_BYTES_MAX,
    HEADERS_MAX, MESSAGE_ID_BYTES_MAX, OPEN_ENCODED_WORDS_MAX, SUBJECT_BYTES_MAX,
};

/// One line of a mail, its line end included.
pub fn line_at(raw: &[u8], at: usize) -> &[u8] {
    let rest = &raw[at..];
    let end = rest.iter().position(|byte| *byte == b'\n');
    &rest[..end.map_or(rest.len(), |end| end + 1)]
}

/// Whether a line, its line end included, is empty.
pub const fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

/// Whether a line goes on with the header before it.
pub const fn is_continuation(line: &[u8]) -> bool {
    matches!(line, [b' ' | b'\t', ..])
}

/// The headers at the beginning of a mail, the empty line after them included.
pub fn block_of(raw: &[u8]) -> &[u8] {
    let mut at = 0;
    while at < raw.len() {
        let line = line_at(raw, at);
        at += line.len();
        if is_blank(line) {
            break;
        }
    }
    &raw[..at]
}

/// The header fields of a block, each with the lines that continue it.
pub fn fields(block: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        while at < block.len() && (at == start || is_continuation(line_at(block, at))) {
            at += line_at(block, at).len();
        }
        (at > start).then(|| &block[start..at])
    })
}

/// A field's name and value; the whole field is its value where there is no colon.
fn named(field: &[u8]) -> (&[u8], &[u8]) {
    match field.iter().position(|byte| *byte == b':') {
        Some(colon) => (field[..colon].trim_ascii(), &field[colon + 1..]),
        None => (b"", field),
    }
}

/// The first of the vendor's limits on a mail's own headers that these exceed, as a sentence.
pub fn excess(raw: &[u8]) -> Option<String> {
    let block = block_of(raw);
    if block.len() > HEADERS_BYTES_MAX {
        return Some(format!(
            "Message headers are larger than the limit of {HEADERS_BYTES_MAX} bytes"
        ));
    }
    let written = fields(block).filter(|field| !is_blank(field));
    for (n, field) in written.enumerate() {
        if n >= HEADERS_MAX {
            return Some(format!("Message has more than {HEADERS_MAX} headers"));
        }
        let (name, value) = named(field);
        let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
        let max = if is("subject") {
            SUBJECT_BYTES_MAX
        } else if is("message-id") {
            MESSAGE_ID_BYTES_MAX
        } else if ["to", "cc", "bcc", "references"].into_iter().any(is) {
            HEADERS_BYTES_MAX
        } else {
            HEADER_BYTES_MAX
        };
        if value.trim_ascii().len() > max {
            let name = String::from_utf8_lossy(&name[..name.len().min(100)]);
            return Some(format!(
                "Header {name} is larger than the limit of {max} bytes"
            ));
        }
    }
    None
}

/// A block that the parser reads in linear time: itself, almost always.
pub fn tamed(block: &[u8]) -> Cow<'_, [u8]> {
    let shortened = shortened(block);
    if open_words(&shortened) <= OPEN_ENCODED_WORDS_MAX {
        return shortened;
    }
    let mut out = Vec::with_capacity(shortened.len() * 2);
    for byte in shortened.iter() {
        if *byte == b'?' && out.last() == Some(&b'=') {
            out.push(b' ');
        }
        out.push(*byte);
    }
    Cow::Owned(out)
}

/// With `Content-*` fields cut at their limit.
fn shortened(block: &[u8]) -> Cow<'_, [u8]> {
    let long = |field: &[u8]| {
        let (name, _) = named(field);
        field.len() > CONTENT_HEADER_BYTES_MAX
            && name.len() > 8
            && name[..8].eq_ignore_ascii_case(b"content-")
    };
    if !fields(block).any(long) {
        return Cow::Borrowed(block);
    }
    let mut out = Vec::with_capacity(block.len());
    for field in fields(block) {
        if long(field) {
            out.extend_from_slice(&field[..CONTENT_HEADER_BYTES_MAX]);
            out.extend_from_slice(b"\r\n");
        } else {
            out.extend_from_slice(field);
        }
    }
    Cow::Owned(out)
}

/// How many encoded words begin and do not end within [`ENCODED_WORD_BYTES_MAX`]; counting stops above the limit.
fn open_words(block: &[u8]) -> usize {
    let mut open = 0;
    let mut at = 0;
    while at + 1 < block.len() && open <= OPEN_ENCODED_WORDS_MAX {
        if &block[at..at + 2] != b"=?" {
            at += 1;
            continue;
        }
        match word_length(&block[at..]) {
            Some(length) => at += length,
            None => {
                open += 1;
                at += 2;
            }
        }
    }
    open
}

/// The length of the encoded word that a text begins with; none if it does not end soon.
fn word_length(text: &[u8]) -> Option<usize> {
    let window = &text[..text.len().min(ENCODED_WORD_BYTES_MAX)];
    let charset = window[2..].iter().position(|byte| *byte == b'?')?;
    // `=?`, the character set, `?`, one letter, `?`.
    let data = 2 + charset + 3;
    let end = window
        .get(data..)?
        .windows(2)
        .position(|end| end == b"?=")?;
    Some(data + end + 2)
}

#[cfg(test)]
mod tests {
    use super::{excess, fields, open_words, tamed};
    use crate::inbox::limits::{HEADERS_MAX, OPEN_ENCODED_WORDS_MAX};

    #[test]
    fn a_field_has_the_lines_that_continue_it() {
        let block = b"Subject: a\r\n b\r\nX: 1\r\n\r\n";
        let found: Vec<&[u8]> = fields(block).collect();
        assert_eq!(found, [&b"Subject: a\r\n b\r\n"[..], b"X: 1\r\n", b"\r\n"]);
    }

    #[test]
    fn the_vendors_limits_on_headers_are_named() {
        assert_eq!(excess(b"Subject: x\r\n\r\nbody"), None);
        let many = "a:b\r\n".repeat(HEADERS_MAX + 1);
        assert!(excess(many.as_bytes()).unwrap().contains("5000 headers"));
        let subject = format!("Subject: {}\r\n\r\n", "x".repeat(999));
        assert!(excess(subject.as_bytes()).unwrap().contains("998 bytes"));
        let to = format!("To: {}\r\n\r\n", "a@example.com, ".repeat(4_000));
        assert_eq!(excess(to.as_bytes()), None);
    }

    #[test]
    fn words_that_never_end_are_not_decoded() {
        let ordinary = b"Subject: =?utf-8?Q?=C3=96fen?= and 2=?3\r\n\r\n";
        assert_eq!(open_words(ordinary), 1);
        assert_eq!(&*tamed(ordinary), ordinary);
        let open = [&b"Subject: "[..], &b"=?ab?q?x ".repeat(5_000), b"\r\n\r\n"].concat();
        assert!(open_words(&open) > OPEN_ENCODED_WORDS_MAX);
        assert_eq!(open_words(&tamed(&open)), 0);
        let long = format!("Content-Type: text/plain; {}\r\n\r\n", "a=b;".repeat(9_000));
        assert!(tamed(long.as_bytes()).len() < 5_000);
    }
}
