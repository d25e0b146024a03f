//! Lines of a witness file, written and read.
//!
//! Called by [`super`] alone. A file is one `base` line and any number of `more` lines:
//!
//! ```text
//! base SINCE PREVIOUS HEADS LINK
//! more HEADS LINK
//! ```
//!
//! HEADS is `-` or `WORKSPACE:SEQ:AT:HASH,…`; LINK is SHA-256 of the previous link and the line up to the space before LINK. What comes after the
//! last line end is a line whose writing was interrupted, and is no damage.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::{Seen, Witnessed};
use crate::stored::{Hash, Head, WorkspaceId};

/// What the lines of a file say.
#[derive(Default)]
pub(super) struct Told {
    pub witnessed: Witnessed,
    pub link: Hash,
    /// The first line that is wrong, from 1.
    pub damaged: Option<usize>,
}

/// The line that says all.
pub(super) fn base(previous: &Hash, witnessed: &Witnessed) -> (String, Hash) {
    let text = format!(
        "base {} {} {}",
        witnessed.since_ms,
        HEXLOWER.encode(previous),
        heads(&witnessed.seen)
    );
    linked(previous, text)
}

/// The line that says what is new.
pub(super) fn more(previous: &Hash, news: &BTreeMap<WorkspaceId, Seen>) -> (String, Hash) {
    linked(previous, format!("more {}", heads(news)))
}

fn linked(previous: &Hash, mut text: String) -> (String, Hash) {
    let link = link(previous, &text);
    text.push(' ');
    text.push_str(&HEXLOWER.encode(&link));
    text.push('\n');
    (text, link)
}

fn link(previous: &Hash, text: &str) -> Hash {
    Sha256::new()
        .chain_update(previous)
        .chain_update(text)
        .finalize()
        .into()
}

fn heads(seen: &BTreeMap<WorkspaceId, Seen>) -> String {
    let mut text = String::new();
    for (workspace, Seen { head, at_ms }) in seen {
        let comma = if text.is_empty() { "" } else { "," };
        let hash = HEXLOWER.encode(&head.hash);
        // Writing to a string cannot fail.
        let _ = write!(text, "{comma}{workspace}:{}:{at_ms}:{hash}", head.seq);
    }
    if text.is_empty() {
        text.push('-');
    }
    text
}

/// Takes heads in; an empty one takes its workspace out.
pub(super) fn take_in(witnessed: &mut Witnessed, news: BTreeMap<WorkspaceId, Seen>) {
    for (workspace, seen) in news {
        if seen.head == Head::EMPTY {
            witnessed.seen.remove(&workspace);
        } else {
            witnessed.seen.insert(workspace, seen);
        }
    }
}

/// Reads lines up to the first that is wrong.
pub(super) fn all(bytes: &[u8]) -> Told {
    let mut told = Told::default();
    let mut number = 0;
    let mut rest = bytes;
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        number += 1;
        let line = std::str::from_utf8(&rest[..end]).ok();
        if line.and_then(|line| one(&mut told, line, number)).is_none() {
            told.damaged = Some(number);
            return told;
        }
        rest = &rest[end + 1..];
    }
    if number == 0 {
        // The first line is written before the file has its name.
        told.damaged = Some(1);
    }
    told
}

fn one(told: &mut Told, line: &str, number: usize) -> Option<()> {
    let (text, written) = line.rsplit_once(' ')?;
    let mut words = text.split(' ');
    let previous = match (words.next()?, number) {
        ("base", 1) => {
            told.witnessed.since_ms = words.next()?.parse().ok()?;
            hash(words.next()?)?
        }
        ("more", 2..) => told.link,
        _ => return None,
    };
    let news = parse(words.next()?)?;
    let link = link(&previous, text);
    if words.next().is_some() || hash(written)? != link {
        return None;
    }
    take_in(&mut told.witnessed, news);
    told.link = link;
    Some(())
}

fn parse(text: &str) -> Option<BTreeMap<WorkspaceId, Seen>> {
    if text == "-" {
        return Some(BTreeMap::new());
    }
    text.split(',').map(parse_one).collect()
}

fn parse_one(text: &str) -> Option<(WorkspaceId, Seen)> {
    let mut parts = text.split(':');
    let workspace = WorkspaceId(parts.next()?.parse().ok()?);
    let seq = parts.next()?.parse().ok()?;
    let at_ms = parts.next()?.parse().ok()?;
    let head = Head {
        seq,
        hash: hash(parts.next()?)?,
    };
    parts
        .next()
        .is_none()
        .then_some((workspace, Seen { head, at_ms }))
}

fn hash(hex: &str) -> Option<Hash> {
    HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()
}
