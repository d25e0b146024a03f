//! Keys inside base64: in the mail that a JSON body carries, in a part of a mail, in the subject of one.
//!
//! Called by [`super::body`]. Looks only at runs that are long enough to hold a key, and writes back what it decoded
//! only where there was one; a binary attachment without a key keeps its bytes.

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, Encoding};

use super::format;

/// The shortest run of base64 that can hold a key.
const RUN_MIN: usize = 32;

/// Copies a text with its keys masked, also those up to `depth` layers of base64 down; none where there is no key.
pub(super) fn masked(text: &[u8], depth: usize) -> Option<Vec<u8>> {
    let mut copy = format::masked(text);
    if depth == 0 {
        return copy;
    }
    let mut at = 0;
    while let Some(run) = Run::next(text, at) {
        at = run.end;
        let Some((encoding, letters)) = run.letters(text) else {
            continue;
        };
        let masked = encoding
            .decode(&letters)
            .ok()
            .and_then(|decoded| masked(&decoded, depth - 1));
        if let Some(masked) = masked {
            let copy = copy.get_or_insert_with(|| text.to_vec());
            run.put(copy, encoding.encode(&masked).as_bytes());
        }
    }
    copy
}

/// Letters of base64, in one line or in several.
struct Run {
    from: usize,
    end: usize,
}

impl Run {
    /// The next run that is long enough.
    fn next(text: &[u8], at: usize) -> Option<Self> {
        let mut at = at;
        loop {
            let from = at + text.get(at..)?.iter().position(|byte| is_letter(*byte))?;
            let end = Self::end(text, from);
            if end - from >= RUN_MIN {
                return Some(Self { from, end });
            }
            at = end;
        }
    }

    fn end(text: &[u8], from: usize) -> usize {
        let mut at = from;
        loop {
            let rest = &text[at..];
            at += rest
                .iter()
                .position(|byte| !is_letter(*byte))
                .unwrap_or(rest.len());
            // A line that begins with a dash is a boundary, an empty one ends the part.
            let line_break = match &text[at..] {
                [b'\r', b'\n', next, ..] if is_letter(*next) && *next != b'-' => 2,
                [b'\n', next, ..] if is_letter(*next) && *next != b'-' => 1,
                _ => return at,
            };
            at += line_break;
        }
    }

    /// Its letters without the line breaks, and how they are to be read; none for what cannot be base64.
    fn letters(&self, text: &[u8]) -> Option<(Encoding, Vec<u8>)> {
        let run = &text[self.from..self.end];
        let mut letters: Vec<u8> = run
            .iter()
            .copied()
            .filter(|byte| is_letter(*byte))
            .collect();
        let has = |one: u8, other: u8| letters.iter().any(|byte| *byte == one || *byte == other);
        let encoding = match (has(b'+', b'/'), has(b'-', b'_')) {
            (true, true) => return None,
            (_, true) => BASE64URL_NOPAD,
            (_, false) => BASE64_NOPAD,
        };
        // What is over the last whole group may be the end of something cut off.
        if encoding.decode_len(letters.len()).is_err() {
            letters.truncate(letters.len() / 4 * 4);
        }
        Some((encoding, letters))
    }

    /// Puts other letters, as many, into its place.
    fn put(&self, copy: &mut [u8], letters: &[u8]) {
        let places = copy[self.from..self.end]
            .iter_mut()
            .filter(|byte| is_letter(**byte));
        for (place, letter) in places.zip(letters) {
            *place = *letter;
        }
    }
}

const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}
