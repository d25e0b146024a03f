//! Writing blobs: small ones with the entries that name them, large ones ahead in pieces.
//!
//! Called by appends and by `put_blobs`. Invariant: a blob is visible by its row in `blobs`, which is written after its last part; parts without that row are
//! leftovers, replaced before the same blob is written again and, by `uploads`, swept when the log is opened.

use std::thread;

use rusqlite::{Connection, OptionalExtension, params};

use super::reading::{audience_code, audience_of};
use super::{Pen, Sqlite, translate};
use crate::blob::{Blob, Digest};
use crate::error::LogError;
use crate::limits::{BLOB_PART_BYTES, BLOB_UNSYNCED_BYTES_MAX, PIECE_PAUSE};
use crate::stored::WorkspaceId;

/// One part of one blob.
struct Part<'a> {
    blob: &'a Blob,
    number: usize,
    bytes: &'a [u8],
    last: bool,
}

impl Sqlite {
    pub(super) fn put_blobs_in_pieces(&self, blobs: &[Blob]) -> Result<(), LogError> {
        let _alone = self.slow();
        let parts: Vec<Part<'_>> = blobs.iter().flat_map(parts_of).collect();
        let mut rest = parts.as_slice();
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(piece_length(rest));
            let mut pen = self.pen()?;
            put_piece(&mut pen, piece).map_err(|e| translate::error(self.path(), e))?;
            drop(pen);
            rest = later;
            if !rest.is_empty() {
                thread::sleep(PIECE_PAUSE);
            }
        }
        Ok(())
    }

    /// Removes parts of blobs that a stop left unfinished.
    pub(super) fn sweep_parts(&self) -> Result<(), LogError> {
        let pen = self.pen()?;
        let swept = pen.transact(|connection| {
            connection.execute(
                "DELETE FROM blob_parts WHERE digest IN (SELECT digest FROM uploads EXCEPT SELECT digest FROM blobs)",
                [],
            )?;
            connection.execute("DELETE FROM uploads", [])
        });
        swept
            .map(|_| ())
            .map_err(|e| translate::error(self.path(), e))
    }
}

/// Stores the blob where it is not, and writes down that the workspace owns it.
pub(super) fn own(
    connection: &Connection,
    workspace: WorkspaceId,
    blob: &Blob,
) -> rusqlite::Result<()> {
    for part in parts_of(blob) {
        put_part(connection, &part)?;
    }
    let mut own = connection
        .prepare_cached("INSERT OR IGNORE INTO blob_refs (workspace, digest) VALUES (?1, ?2)")?;
    own.execute(params![workspace.0.cast_signed(), &blob.digest[..]])
        .map(|_| ())
}

/// Makes a workspace own what another one owns.
pub(super) fn share(pen: &mut Pen, from: WorkspaceId, to: WorkspaceId) -> rusqlite::Result<()> {
    pen.relax()?;
    let shared = pen.transact(|connection| {
        let mut share = connection.prepare_cached(
            "INSERT OR IGNORE INTO blob_refs (workspace, digest) SELECT ?2, digest FROM blob_refs WHERE workspace = ?1",
        )?;
        share.execute(params![from.0.cast_signed(), to.0.cast_signed()])
    });
    pen.durable()?;
    shared.map(drop)
}

/// Removes a blob, its row first.
pub(super) fn remove(connection: &Connection, digest: &Digest) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM blobs WHERE digest = ?1")?
        .execute([digest])?;
    remove_parts(connection, digest)
}

fn remove_parts(connection: &Connection, digest: &Digest) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM blob_parts WHERE digest = ?1")?
        .execute([digest])
        .map(|_| ())
}

/// A blob's parts; one at least, so that an empty `packed` is a part too.
fn parts_of(blob: &Blob) -> impl Iterator<Item = Part<'_>> {
    let count = blob.packed.len().div_ceil(BLOB_PART_BYTES).max(1);
    (0..count).map(move |number| {
        let start = number * BLOB_PART_BYTES;
        let end = blob.packed.len().min(start + BLOB_PART_BYTES);
        Part {
            blob,
            number,
            bytes: &blob.packed[start..end],
            last: number + 1 == count,
        }
    })
}

/// Writes some parts in one transaction; it waits for the disk only where much has gathered.
fn put_piece(pen: &mut Pen, piece: &[Part<'_>]) -> rusqlite::Result<()> {
    let bytes: usize = piece.iter().map(|part| part.bytes.len()).sum();
    let gathered = pen.unsynced + bytes;
    let synced = gathered >= BLOB_UNSYNCED_BYTES_MAX;
    if !synced {
        pen.relax()?;
    }
    pen.transact(|connection| piece.iter().try_for_each(|part| put_part(connection, part)))?;
    pen.unsynced = if synced { 0 } else { gathered };
    Ok(())
}

/// How many of the parts one transaction takes: as many as stay within the bytes of one full part, one at least.
fn piece_length(parts: &[Part<'_>]) -> usize {
    let mut bytes = 0;
    let fitting = parts.iter().take_while(|part| {
        bytes += part.bytes.len();
        bytes <= BLOB_PART_BYTES
    });
    fitting.count().max(1)
}

fn put_part(connection: &Connection, part: &Part<'_>) -> rusqlite::Result<()> {
    let blob = part.blob;
    if is_known(connection, blob)? {
        return Ok(());
    }
    if part.number == 0 {
        remove_parts(connection, &blob.digest)?;
        if !part.last {
            connection
                .prepare_cached("INSERT OR IGNORE INTO uploads (digest) VALUES (?1)")?
                .execute([&blob.digest])?;
        }
    }
    let number = part.number as i64;
    let mut insert = connection
        .prepare_cached("INSERT INTO blob_parts (digest, part, bytes) VALUES (?1, ?2, ?3)")?;
    insert.execute(params![&blob.digest[..], number, part.bytes])?;
    if part.last {
        if part.number > 0 {
            connection
                .prepare_cached("DELETE FROM uploads WHERE digest = ?1")?
                .execute([&blob.digest])?;
        }
        let mut show = connection
            .prepare_cached("INSERT INTO blobs (digest, length, audience) VALUES (?1, ?2, ?3)")?;
        show.execute(params![
            &blob.digest[..],
            blob.length.cast_signed(),
            audience_code(blob.audience)
        ])?;
    }
    Ok(())
}

/// Whether the blob is stored; if it is, its audience becomes the wider of the two.
fn is_known(connection: &Connection, blob: &Blob) -> rusqlite::Result<bool> {
    let mut ask = connection.prepare_cached("SELECT audience FROM blobs WHERE digest = ?1")?;
    let Some(code) = ask.query_row([&blob.digest], |row| row.get(0)).optional()? else {
        return Ok(false);
    };
    if blob.audience < audience_of(code) {
        let mut widen =
            connection.prepare_cached("UPDATE blobs SET audience = ?2 WHERE digest = ?1")?;
        widen.execute(params![&blob.digest[..], audience_code(blob.audience)])?;
    }
    Ok(true)
}
