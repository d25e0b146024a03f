//! Blobs: values too large for an entry, stored once by the SHA-256 of what they hold.
//!
//! Packed and unpacked by the office, outside the writer. Invariant: what `unpack` returns hashes to `digest`, and a change of any one
//! byte of `packed` is noticed. That is why a CRC-32 of the deflated bytes stands before them: deflate alone lets some flips
//! through (padding bits, a repeat copied from another place) that unpack to the same text.

use std::fmt;
use std::io::{Read, Write};
use std::sync::Arc;

use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use sha2::{Digest as _, Sha256};

use crate::error::LogError;
use crate::limits::{BLOB_UNPACKED_BYTES_MAX, PACK_SAMPLE_BYTES, PACK_SAMPLED_BYTES_MIN};

/// SHA-256 of a blob's unpacked bytes.
pub type Digest = [u8; 32];

const CRC_BYTES: usize = 4;

/// Room made at once for what is unpacked; a damaged length must not ask for more.
const UNPACK_ROOM_BYTES: usize = 64 << 20;

/// Who may be shown a blob.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Audience {
    /// Everybody who sees the workspace.
    All,
    /// Graders only: truth, rubric.
    Grader,
}

/// One blob, packed.
#[derive(Clone, PartialEq, Eq)]
pub struct Blob {
    /// SHA-256 of the unpacked bytes.
    pub digest: Digest,
    /// Length of the unpacked bytes.
    pub length: u64,
    /// Who may be shown it. When the same bytes are stored for both, `All` wins: who gave them to all has shown them already.
    pub audience: Audience,
    /// CRC-32 (little endian) of the deflated bytes, then those.
    pub packed: Arc<[u8]>,
}

impl Blob {
    /// Packs bytes. Large ones that a sample says are not worth the time (attachments are packed already) are kept as
    /// they are.
    pub fn pack(raw: &[u8], audience: Audience) -> Self {
        let level = level_for(raw);
        let room = if level == Compression::none() {
            // Stored in blocks of some kilobytes, each with a few bytes more.
            raw.len() + raw.len() / 1_024 + 64
        } else {
            0
        };
        let mut packer = Packer::into(audience, level, room);
        packer.write_all(raw).expect("a Vec takes every byte");
        packer.finish()
    }

    /// The bytes, checked against digest and length.
    pub fn unpack(&self) -> Result<Vec<u8>, LogError> {
        let damaged = || LogError::BlobDamaged {
            length: self.length,
        };
        let (crc, deflated) = self
            .packed
            .split_at_checked(CRC_BYTES)
            .ok_or_else(damaged)?;
        if crc != crc_of(deflated) || self.length > BLOB_UNPACKED_BYTES_MAX {
            return Err(damaged());
        }
        let mut raw = Vec::with_capacity(
            usize::try_from(self.length)
                .unwrap_or(0)
                .min(UNPACK_ROOM_BYTES),
        );
        let mut decoder = DeflateDecoder::new(deflated).take(self.length + 1);
        decoder.read_to_end(&mut raw).map_err(|_| damaged())?;
        if raw.len() as u64 != self.length || Digest::from(Sha256::digest(&raw)) != self.digest {
            return Err(damaged());
        }
        Ok(raw)
    }
}

/// Packs what is written to it, so that a large blob is never whole in memory. Fast rather than small: an opening is
/// packed while somebody waits. Write pieces of some kilobytes.
pub struct Packer {
    audience: Audience,
    length: u64,
    hash: Sha256,
    encoder: DeflateEncoder<Vec<u8>>,
}

impl Packer {
    /// Nothing is written yet.
    pub fn new(audience: Audience) -> Self {
        Self::into(audience, Compression::fast(), 0)
    }

    fn into(audience: Audience, level: Compression, room: usize) -> Self {
        let into = with_room_for_crc(Vec::with_capacity(room));
        Self {
            audience,
            length: 0,
            hash: Sha256::new(),
            encoder: DeflateEncoder::new(into, level),
        }
    }

    /// The blob of what was written.
    pub fn finish(self) -> Blob {
        let mut packed = self.encoder.finish().expect("a Vec takes every byte");
        let crc = crc_of(&packed[CRC_BYTES..]);
        packed[..CRC_BYTES].copy_from_slice(&crc);
        Blob {
            digest: self.hash.finalize().into(),
            length: self.length,
            audience: self.audience,
            packed: packed.into(),
        }
    }
}

impl Write for Packer {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        self.encoder.write_all(piece)?;
        self.hash.update(piece);
        self.length += piece.len() as u64;
        Ok(piece.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Blob({} bytes, {} packed, {:?})",
            self.length,
            self.packed.len(),
            self.audience
        )
    }
}

/// How hard to pack these bytes.
fn level_for(raw: &[u8]) -> Compression {
    if raw.len() < PACK_SAMPLED_BYTES_MIN {
        return Compression::fast();
    }
    let middle = raw.len() / 2;
    let sample = &raw[middle..middle + PACK_SAMPLE_BYTES];
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(sample).expect("a Vec takes every byte");
    let packed = encoder.finish().expect("a Vec takes every byte");
    if packed.len() * 2 > sample.len() {
        Compression::none()
    } else {
        Compression::fast()
    }
}

fn with_room_for_crc(mut buffer: Vec<u8>) -> Vec<u8> {
    buffer.extend_from_slice(&[0; CRC_BYTES]);
    buffer
}

fn crc_of(bytes: &[u8]) -> [u8; CRC_BYTES] {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum().to_le_bytes()
}

#[cfg(test)]
mod tests;
