//! The default store: one SQLite file, `DIR/muddle.db`, write-ahead log, `synchronous=FULL`.
//!
//! Opened by the binary; called through [`Log`]. Invariant: one connection writes, others read, so a read never waits for a commit; whatever is slow
//! (large blobs, erasing) goes in pieces that let group commits through; a second process on the same directory is refused.

mod appending;
mod blobs;
mod checkpoints;
mod directory;
mod erasing;
mod reading;
mod schema;
mod sheets;
#[cfg(test)]
mod tests;
mod translate;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::blob::{Blob, Digest};
use crate::error::LogError;
use crate::store::Log;
use crate::stored::{Append, Appended, Head, Stored, WireRow, WorkspaceId};
use checkpoints::Copier;
use directory::DirectoryLock;
use reading::Readers;

/// A log in a data directory.
pub struct Sqlite {
    path: PathBuf,
    pen: Mutex<Pen>,
    /// Held by work in pieces, so that two such never mix.
    slow: Mutex<()>,
    readers: Readers,
    /// After the writing connection, whose end is its own.
    _copier: Copier,
    /// Last, so that it is released after the connections are closed.
    _lock: DirectoryLock,
}

/// The writing connection.
struct Pen {
    connection: Connection,
    /// Set while commits go without an fsync, as those of the wire stream and of most parts of blobs do.
    relaxed: bool,
    /// Bytes of blobs that were written so since the last commit with one.
    unsynced: usize,
    /// Workspaces being erased in pieces: nothing may be appended to them meanwhile.
    erasing: BTreeSet<WorkspaceId>,
}

impl Sqlite {
    /// Opens the log in `dir`, making both where they do not exist. A database this call began and could not finish is removed again.
    pub fn open(dir: &Path) -> Result<Self, LogError> {
        let lock = directory::claim(dir)?;
        let path = dir.join(schema::FILE);
        let mut connection = schema::open(dir, &path)?;
        let copier =
            checkpoints::keep(&mut connection, &path).map_err(|e| translate::error(&path, e))?;
        let readers = Readers::new(path.clone());
        let pen = Mutex::new(Pen {
            connection,
            relaxed: false,
            unsynced: 0,
            erasing: BTreeSet::new(),
        });
        let log = Self {
            path,
            pen,
            slow: Mutex::new(()),
            readers,
            _copier: copier,
            _lock: lock,
        };
        log.finish_erasing()?;
        log.sweep_parts()?;
        Ok(log)
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The writing connection, as durable as this build is and outside any transaction.
    fn pen(&self) -> Result<MutexGuard<'_, Pen>, LogError> {
        let mut pen = self.pen.lock().unwrap_or_else(PoisonError::into_inner);
        pen.abandon()
            .and_then(|()| pen.durable())
            .map_err(|e| translate::error(&self.path, e))?;
        Ok(pen)
    }

    fn slow(&self) -> MutexGuard<'_, ()> {
        self.slow.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pen {
    /// Rolls back what a failure or a panic left open.
    fn abandon(&self) -> rusqlite::Result<()> {
        if self.connection.is_autocommit() {
            Ok(())
        } else {
            self.run("ROLLBACK")
        }
    }

    fn durable(&mut self) -> rusqlite::Result<()> {
        if self.relaxed {
            self.connection.execute_batch(schema::DURABLE)?;
            self.relaxed = false;
        }
        Ok(())
    }

    fn relax(&mut self) -> rusqlite::Result<()> {
        self.relaxed = true;
        self.connection.execute_batch(schema::RELAXED)
    }

    fn run(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([]).map(|_| ())
    }

    /// Does `work` in one transaction, all or nothing.
    fn transact<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.run("BEGIN IMMEDIATE")?;
        let done = work(&self.connection).and_then(|value| self.run("COMMIT").map(|()| value));
        if done.is_err() {
            self.abandon()?;
        }
        done
    }
}

impl Log for Sqlite {
    fn append(&self, batch: &[Append]) -> Vec<Appended> {
        match self.pen() {
            Ok(mut pen) => {
                let answers = appending::append(&pen, &self.path, batch);
                if answers.iter().any(Appended::is_committed) {
                    pen.unsynced = 0;
                }
                answers
            }
            Err(why) => appending::refuse(batch, why),
        }
    }

    fn read(
        &self,
        workspace: WorkspaceId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<Stored>, LogError> {
        self.readers
            .with(|connection| reading::entries(connection, workspace, from, limit))
    }

    fn heads(&self) -> Result<BTreeMap<WorkspaceId, Head>, LogError> {
        self.readers.with(reading::heads)
    }

    fn head(&self, workspace: WorkspaceId) -> Result<Head, LogError> {
        self.readers
            .with(|connection| reading::head(connection, workspace))
    }

    fn put_blobs(&self, blobs: &[Blob]) -> Result<(), LogError> {
        self.put_blobs_in_pieces(blobs)
    }

    fn share_blobs(&self, from: WorkspaceId, to: WorkspaceId) -> Result<(), LogError> {
        let mut pen = self.pen()?;
        blobs::share(&mut pen, from, to).map_err(|e| translate::error(&self.path, e))
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Blob>, LogError> {
        self.readers
            .with(|connection| reading::blob(connection, digest))
    }

    fn append_wire(&self, rows: &[WireRow]) -> Result<(), LogError> {
        let mut pen = self.pen()?;
        appending::append_wire(&mut pen, rows).map_err(|e| translate::error(&self.path, e))
    }

    fn read_wire(
        &self,
        workspace: WorkspaceId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<WireRow>, LogError> {
        self.readers
            .with(|connection| sheets::read(connection, workspace, from, limit))
    }

    fn delete(&self, workspace: WorkspaceId) -> Result<(), LogError> {
        self.erase(workspace)
    }
}
