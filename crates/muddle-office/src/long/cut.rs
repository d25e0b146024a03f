//! Writing an entry with its long strings left out.
//!
//! Called by [`super::stored`]. A formatter of the JSON writer sees every string in pieces as it goes by and keeps those
//! that turn out long. Invariant: what comes out equals what [`super::shorten`] makes of the whole entry.

use std::collections::BTreeSet;
use std::io::{self, Write};

use data_encoding::HEXLOWER;
use muddle_world::call::Origin;
use muddle_world::entry::Entry;
use muddle_world::limits::INLINE_BYTES_MAX;
use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::{CharEscape, Formatter};
use sha2::{Digest, Sha256};

/// The entry's bytes, unless they are more than `bytes_max`.
pub fn whole(entry: &Entry, bytes_max: usize) -> Option<Vec<u8>> {
    let mut into = Bounded {
        bytes: Vec::with_capacity(2_048),
        bytes_max,
    };
    serde_json::to_writer(&mut into, entry).ok()?;
    Some(into.bytes)
}

/// A writer that takes so many bytes and then fails.
struct Bounded {
    bytes: Vec<u8>,
    bytes_max: usize,
}

impl Write for Bounded {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + piece.len() > self.bytes_max {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The entry's bytes without its long strings, and those. None if it cannot be written.
pub fn cut(entry: &Entry) -> Option<(Vec<u8>, Vec<Vec<u8>>)> {
    let longest = entry.core.origin.as_ref().map_or(0, Origin::len);
    let mut cutting = Cutting {
        longest,
        ..Cutting::default()
    };
    let mut bytes = Vec::with_capacity(2_048);
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Cut(&mut cutting));
    entry.serialize(&mut serializer).ok()?;
    if cutting.blobs.is_empty() {
        return Some((bytes, cutting.blobs));
    }
    // Its fields stand in the order of their names, as they do wherever a long value was taken out.
    let sorted: Value = serde_json::from_slice(&bytes).ok()?;
    Some((serde_json::to_vec(&sorted).ok()?, cutting.blobs))
}

#[derive(Default)]
struct Cutting {
    in_key: bool,
    /// About how long the longest string is: as long as the request it came in.
    longest: usize,
    /// The string that goes by, without its escapes.
    text: Vec<u8>,
    seen: BTreeSet<Vec<u8>>,
    blobs: Vec<Vec<u8>>,
}

impl Cutting {
    /// Takes the string that went by as a blob; what stands in its place.
    fn take(&mut self) -> Value {
        let mut raw = std::mem::take(&mut self.text);
        raw.shrink_to_fit();
        let digest = Sha256::digest(&raw);
        let mark = super::mark(&HEXLOWER.encode(&digest), raw.len());
        if self.seen.insert(digest.to_vec()) {
            self.blobs.push(raw);
        }
        mark
    }
}

struct Cut<'a>(&'a mut Cutting);

impl Formatter for Cut<'_> {
    fn begin_object_key<W: ?Sized + Write>(&mut self, into: &mut W, first: bool) -> io::Result<()> {
        self.0.in_key = true;
        if first { Ok(()) } else { into.write_all(b",") }
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, _into: &mut W) -> io::Result<()> {
        self.0.in_key = false;
        Ok(())
    }

    fn begin_string<W: ?Sized + Write>(&mut self, _into: &mut W) -> io::Result<()> {
        self.0.text.clear();
        Ok(())
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        _into: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let text = &mut self.0.text;
        if text.len() + fragment.len() > INLINE_BYTES_MAX && text.capacity() < self.0.longest {
            // At once, for a buffer that grows by doubling would be there twice.
            text.reserve_exact(self.0.longest - text.len());
        }
        text.extend_from_slice(fragment.as_bytes());
        Ok(())
    }

    fn write_char_escape<W: ?Sized + Write>(
        &mut self,
        _into: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        self.0.text.push(match escape {
            CharEscape::Quote => b'"',
            CharEscape::ReverseSolidus => b'\\',
            CharEscape::Solidus => b'/',
            CharEscape::Backspace => 0x08,
            CharEscape::FormFeed => 0x0c,
            CharEscape::LineFeed => b'\n',
            CharEscape::CarriageReturn => b'\r',
            CharEscape::Tab => b'\t',
            CharEscape::AsciiControl(byte) => byte,
        });
        Ok(())
    }

    fn end_string<W: ?Sized + Write>(&mut self, into: &mut W) -> io::Result<()> {
        if !self.0.in_key && self.0.text.len() > INLINE_BYTES_MAX {
            return Ok(serde_json::to_writer(into, &self.0.take())?);
        }
        let text = std::str::from_utf8(&self.0.text).map_err(io::Error::other)?;
        Ok(serde_json::to_writer(into, text)?)
    }
}
