//! Keys inside base64: in the mail that a JSON body carries, in a part of a mail, in the subject of one.
//!
//! Called by [`super::body`]. Looks only at runs that are long enough to hold a key, and writes back what it decoded
//! only where there was one; a binary attachment without a key keeps its bytes.

use std::sync::LazyLock;

use data_encoding::{Encoding, Specification};

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
        if mask(&run, text, depth, &mut copy) {
            continue;
        }
        // Words of a text look like lines of base64: each may be some by itself.
        for word in run.words(text) {
            if word.end - word.from < run.end - run.from {
                mask(&word, text, depth, &mut copy);
            }
        }
    }
    copy
}

/// Masks the keys inside one run of `text` in its copy; true if there were any.
fn mask(run: &Run, text: &[u8], depth: usize, copy: &mut Option<Vec<u8>>) -> bool {
    let decoded = TOLERANT.decode(&run.letters(text)).ok();
    let Some(masked) = decoded.and_then(|decoded| masked(&decoded, depth - 1)) else {
        return false;
    };
    let copy = copy.get_or_insert_with(|| text.to_vec());
    run.put(text, copy, TOLERANT.encode(&masked).as_bytes());
    true
}

/// Both alphabets, mixed too, and whatever bits are left over: as tolerant as the mailbox that will read it.
static TOLERANT: LazyLock<Encoding> = LazyLock::new(|| {
    let mut form = Specification::new();
    form.symbols
        .push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    form.translate.from.push_str("-_");
    form.translate.to.push_str("+/");
    form.check_trailing_bits = false;
    form.encoding().expect("the alphabet above is one")
});

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
            let space = space(&text[at..]);
            match text.get(at + space) {
                Some(next) if space > 0 && is_letter(*next) && *next != b'-' => at += space,
                _ => return at,
            }
        }
    }

    /// Its pieces between blanks and line breaks that are long enough by themselves.
    fn words(&self, text: &[u8]) -> Vec<Self> {
        let (mut words, mut from, mut last) = (Vec::new(), self.from, self.from);
        for place in self.places(text).chain([self.end + 1]) {
            if place > last + 1 {
                let end = (last + 1).min(self.end);
                words.extend((end - from >= RUN_MIN).then_some(Self { from, end }));
                from = place;
            }
            last = place;
        }
        words
    }

    /// The places of its letters in the text, in order.
    fn places(&self, text: &[u8]) -> impl Iterator<Item = usize> {
        let (mut at, end) = (self.from, self.end);
        std::iter::from_fn(move || {
            at += space(&text[at..end]);
            at += 1;
            (at <= end).then(|| at - 1)
        })
    }

    /// Its letters without what stands between the lines.
    fn letters(&self, text: &[u8]) -> Vec<u8> {
        let mut letters: Vec<u8> = self.places(text).map(|place| text[place]).collect();
        // What is over the last whole group may be the end of something cut off.
        if TOLERANT.decode_len(letters.len()).is_err() {
            letters.truncate(letters.len() / 4 * 4);
        }
        letters
    }

    /// Puts other letters, as many, into its place, in the alphabet that was there.
    fn put(&self, text: &[u8], copy: &mut [u8], letters: &[u8]) {
        let url = text[self.from..self.end]
            .iter()
            .any(|byte| matches!(byte, b'-' | b'_'));
        for (place, letter) in self.places(text).zip(letters) {
            copy[place] = match letter {
                b'+' if url => b'-',
                b'/' if url => b'_',
                letter => *letter,
            };
        }
    }
}

/// How many bytes one line break or blank takes, as it stands or as JSON escapes it; 0 for what is none.
fn space(text: &[u8]) -> usize {
    match text {
        [b'\\', b'r', b'\\', b'n', ..] => 4,
        // A slash as some programs escape it; the slash itself is a letter.
        [b'\\', b'/', ..] => 1,
        [b'\\', b'n' | b'r' | b't', ..] | [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n' | b'\t' | b' ', ..] => 1,
        _ => 0,
    }
}

const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}
