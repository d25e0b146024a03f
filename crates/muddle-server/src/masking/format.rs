//! What a key looks like, in every way that a form, JSON or a mail may write its letters.
//!
//! Called by [`super`] and by [`super::base64`]. Pure; one pass, which stops only at the few letters a key begins with.

/// How a key goes on behind its prefix.
#[derive(Clone, Copy)]
enum Tail {
    /// So many letters and digits at least.
    Alphanumeric(usize),
    /// So many characters of base64url or dots at least.
    Token(usize),
    /// A region and a dash, then so many hexadecimal digits and dashes at least.
    Region(usize),
    /// A role and an underscore, then so many hexadecimal digits at least.
    Role(usize),
}

/// What the keys of our vendors, live ones too, and our own tokens begin with.
const FORMATS: [(&[u8], Tail); 7] = [
    (b"sk_test_", Tail::Alphanumeric(16)),
    (b"sk_live_", Tail::Alphanumeric(16)),
    (b"rk_test_", Tail::Alphanumeric(16)),
    (b"rk_live_", Tail::Alphanumeric(16)),
    (b"pat-", Tail::Region(32)),
    (b"ya29.", Tail::Token(20)),
    (b"mdl_", Tail::Role(32)),
];

/// A character as it was meant, and how many bytes it is written with.
struct Meant {
    byte: u8,
    len: usize,
}

/// Copies a text with its keys masked; none where there is no key.
pub(super) fn masked(text: &[u8]) -> Option<Vec<u8>> {
    let mut copy: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(ahead) = text[at..].iter().position(|byte| may_begin(*byte)) {
        at += ahead;
        match key_at(text, at) {
            Some((from, to)) => {
                blank(copy.get_or_insert_with(|| text.to_vec()), text, from, to);
                at = to;
            }
            None => at += 1,
        }
    }
    copy
}

const fn may_begin(byte: u8) -> bool {
    matches!(byte, b's' | b'r' | b'p' | b'y' | b'm' | b'%' | b'\\' | b'=')
}

/// Where the secret part of a key that begins at `at` begins and ends.
fn key_at(text: &[u8], at: usize) -> Option<(usize, usize)> {
    FORMATS.iter().find_map(|(prefix, tail)| {
        let begins = prefixed(text, at, prefix)?;
        tail.secret(text, begins)
    })
}

/// Where a text goes on that has this prefix at `at`.
fn prefixed(text: &[u8], at: usize, prefix: &[u8]) -> Option<usize> {
    let mut at = at;
    for wanted in prefix {
        let meant = meant(text, at).filter(|meant| meant.byte == *wanted)?;
        at += meant.len;
    }
    Some(at)
}

impl Tail {
    fn secret(self, text: &[u8], at: usize) -> Option<(usize, usize)> {
        let alphanumeric = |byte: u8| byte.is_ascii_alphanumeric();
        let (at, least, goes_on): (usize, usize, fn(u8) -> bool) = match self {
            Self::Alphanumeric(least) => (at, least, |byte| byte.is_ascii_alphanumeric()),
            Self::Token(least) => (at, least, |byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
            }),
            Self::Region(least) => (past(text, at, b'-', alphanumeric)?, least, |byte| {
                byte.is_ascii_hexdigit() || byte == b'-'
            }),
            Self::Role(least) => (past(text, at, b'_', alphanumeric)?, least, |byte| {
                byte.is_ascii_hexdigit()
            }),
        };
        let (end, count) = run(text, at, goes_on);
        (count >= least).then_some((at, end))
    }
}

/// Behind a word and the mark that ends it.
fn past(text: &[u8], at: usize, mark: u8, in_word: impl Fn(u8) -> bool) -> Option<usize> {
    let (at, count) = run(text, at, in_word);
    let meant = meant(text, at).filter(|meant| meant.byte == mark && count > 0)?;
    Some(at + meant.len)
}

/// Where characters of one sort end, and how many there are.
fn run(text: &[u8], at: usize, goes_on: impl Fn(u8) -> bool) -> (usize, usize) {
    let (mut at, mut count) = (at, 0);
    while let Some(meant) = meant(text, at).filter(|meant| goes_on(meant.byte)) {
        at += meant.len;
        count += 1;
    }
    (at, count)
}

/// The character at `at`, past the soft line breaks before it.
fn meant(text: &[u8], at: usize) -> Option<Meant> {
    let rest = text.get(at..)?;
    let soft = soft_break(rest);
    let rest = &rest[soft..];
    let first = *rest.first()?;
    let (byte, len) = match escape(rest) {
        Some((digits_at, len)) => (hex(rest.get(digits_at..len)?)?, len),
        None => (first, 1),
    };
    Some(Meant {
        byte,
        len: soft + len,
    })
}

/// Bytes of the line breaks that quoted-printable puts into a long line.
fn soft_break(rest: &[u8]) -> usize {
    match rest {
        [b'=', b'\r', b'\n', ..] => 3,
        [b'=', b'\n', ..] => 2,
        _ => 0,
    }
}

/// Where the two digits of an escape begin and end: `%5F`, `=5F` or `\u005F`.
fn escape(rest: &[u8]) -> Option<(usize, usize)> {
    match rest {
        [b'%' | b'=', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => Some((1, 3)),
        [b'\\', b'u', b'0', b'0', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => {
            Some((4, 6))
        }
        _ => None,
    }
}

fn hex(digits: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok()?;
    u8::from_str_radix(text, 16).ok()
}

/// Puts an asterisk in the place of every character, each written as the one before it was.
fn blank(copy: &mut [u8], text: &[u8], from: usize, to: usize) {
    let mut at = from;
    while let Some(meant) = meant(text, at).filter(|_| at < to) {
        let begins = at + soft_break(&text[at..]);
        match escape(&text[begins..]) {
            Some((digits_at, len)) => {
                copy[begins + digits_at..begins + len].copy_from_slice(b"2A");
            }
            None => copy[begins] = b'*',
        }
        at += meant.len;
    }
}
