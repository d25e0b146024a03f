//! Reading: a few connections of their own, and the queries.
//!
//! Called by the store. Invariant: each query is one statement, so it sees one moment of the database; a workspace without a head row has no
//! entries and no wire rows, whatever is still being erased.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use super::translate;
use crate::blob::{Audience, Blob, Digest};
use crate::error::LogError;
use crate::limits::{BUSY_WAIT, READERS_IDLE_MAX, STATEMENTS_MAX};
use crate::stored::{Head, Stored, WorkspaceId};

/// The reading connections. Another is opened when all are in use, so that no reader waits for one.
pub(super) struct Readers {
    path: PathBuf,
    pool: Mutex<Pool>,
    given_back: Condvar,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Connection>,
    /// Connections that somebody reads through.
    lent: usize,
    closed: bool,
}

/// A connection that somebody reads through; given back, or closed, when it is dropped.
struct Lent<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut pool = self.readers.pool();
        pool.lent -= 1;
        let kept = !pool.closed && pool.idle.len() < READERS_IDLE_MAX;
        if let Some(connection) = self.connection.take().filter(|_| kept) {
            pool.idle.push(connection);
        }
        drop(pool);
        self.readers.given_back.notify_all();
    }
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            pool: Mutex::default(),
            given_back: Condvar::new(),
        }
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn with<T>(
        &self,
        ask: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, LogError> {
        let said = |e| translate::error(&self.path, e);
        let mut pool = self.pool();
        if pool.closed {
            let path = self.path.clone();
            return Err(LogError::Closed { path });
        }
        pool.lent += 1;
        let mut lent = Lent {
            readers: self,
            connection: pool.idle.pop(),
        };
        drop(pool);
        let connection = match lent.connection.take() {
            Some(idle) => idle,
            None => self.open().map_err(said)?,
        };
        let answer = ask(&connection).map_err(said)?;
        // One that failed is closed instead.
        lent.connection = Some(connection);
        Ok(answer)
    }

    /// Closes all of them, those in use as soon as they are given back. An error if one is not by `until`.
    pub(super) fn close(&self, until: Instant) -> Result<(), LogError> {
        let mut pool = self.pool();
        pool.closed = true;
        pool.idle.clear();
        while pool.lent > 0 {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let path = self.path.clone();
                return Err(LogError::Busy { path });
            }
            pool = self
                .given_back
                .wait_timeout(pool, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        Ok(())
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(BUSY_WAIT)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        Ok(connection)
    }
}

/// SQLite's integers are signed; a seq past its range is past every entry.
pub(super) fn seq_of(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

fn limit_of(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

pub(super) fn head(connection: &Connection, workspace: WorkspaceId) -> rusqlite::Result<Head> {
    let mut statement =
        connection.prepare_cached("SELECT seq, hash FROM heads WHERE workspace = ?1")?;
    let head = statement
        .query_row([workspace.0.cast_signed()], |row| head_in(row, 0))
        .optional()?;
    Ok(head.unwrap_or(Head::EMPTY))
}

/// A hash that is none reads as zeros, which no entry has: whoever follows the chain finds the damage where it lies, and nobody else is held up by it.
fn head_in(row: &Row<'_>, column: usize) -> rusqlite::Result<Head> {
    let hash = row.get_ref(column + 1)?.as_blob().unwrap_or_default();
    Ok(Head {
        seq: row.get::<_, i64>(column)?.cast_unsigned(),
        hash: hash.try_into().unwrap_or_default(),
    })
}

pub(super) fn heads(connection: &Connection) -> rusqlite::Result<BTreeMap<WorkspaceId, Head>> {
    let mut statement = connection.prepare_cached("SELECT workspace, seq, hash FROM heads")?;
    let rows = statement.query_map([], |row| {
        Ok((
            WorkspaceId(row.get::<_, i64>(0)?.cast_unsigned()),
            head_in(row, 1)?,
        ))
    })?;
    rows.collect()
}

pub(super) fn entries(
    connection: &Connection,
    workspace: WorkspaceId,
    from: u64,
    limit: usize,
) -> rusqlite::Result<Vec<Stored>> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, hash, body FROM entries
         WHERE workspace = ?1 AND seq >= ?2 AND EXISTS (SELECT 1 FROM heads WHERE workspace = ?1) ORDER BY seq LIMIT ?3",
    )?;
    let rows = statement.query_map(
        params![workspace.0.cast_signed(), seq_of(from), limit_of(limit)],
        |row| {
            let Head { seq, hash } = head_in(row, 0)?;
            Ok(Stored {
                seq,
                hash,
                // What is no blob reads as nothing, for the same reason.
                bytes: Arc::from(row.get_ref(2)?.as_blob().unwrap_or_default()),
            })
        },
    )?;
    rows.collect()
}

pub(super) fn blob(connection: &Connection, digest: &Digest) -> rusqlite::Result<Option<Blob>> {
    let mut statement = connection.prepare_cached(
        "SELECT length, audience, bytes FROM blobs JOIN blob_parts USING (digest) WHERE digest = ?1 ORDER BY part",
    )?;
    let mut rows = statement.query([digest])?;
    let mut found: Option<(u64, Audience, Vec<u8>)> = None;
    while let Some(row) = rows.next()? {
        let part = row.get_ref(2)?.as_blob()?;
        match &mut found {
            Some((_, _, packed)) => packed.extend_from_slice(part),
            None => {
                found = Some((
                    row.get::<_, i64>(0)?.cast_unsigned(),
                    audience_of(row.get(1)?),
                    part.to_vec(),
                ))
            }
        }
    }
    Ok(found.map(|(length, audience, packed)| Blob {
        digest: *digest,
        length,
        audience,
        packed: packed.into(),
    }))
}

/// How an audience is written in the table.
pub(super) fn audience_code(audience: Audience) -> i64 {
    match audience {
        Audience::All => 0,
        Audience::Grader => 1,
    }
}

/// Anything but 0 is for graders, so that a damaged row never shows more than it should.
pub(super) fn audience_of(code: i64) -> Audience {
    if code == 0 {
        Audience::All
    } else {
        Audience::Grader
    }
}
