//! The default store: one SQLite file, `DIR/muddle.db`, write-ahead log, `synchronous=FULL`.
//!
//! Opened by the binary; called through [`Log`]. Invariant: one connection writes, others read, so a read never waits for a commit; whatever is slow
//! (large blobs, erasing) goes in pieces that let group commits through; a second process on the same directory is refused; once closed, the file is all.

mod appending;
mod backup;
mod blobs;
mod checkpoints;
mod closing;
mod directory;
mod erasing;
mod reading;
mod schema;
mod sheets;
#[cfg(test)]
mod tests;
mod translate;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::blob::{Blob, Digest};
use crate::error::LogError;
use crate::store::Log;
use crate::stored::{Append, Appended, Head, Stored, WireRow, WorkspaceId};
pub use backup::{Copied, backup};
use checkpoints::Copier;
use directory::DirectoryLock;
pub(crate) use directory::sync_dir;
use reading::Readers;

/// A log in a data directory.
pub struct Sqlite {
    path: PathBuf,
    /// None once the log is closed.
    pen: Mutex<Option<Pen>>,
    /// Held by work in pieces, so that two such never mix.
    slow: Mutex<()>,
    readers: Readers,
    copier: Copier,
    /// Let go once the connections are closed.
    lock: Mutex<Option<DirectoryLock>>,
}

/// The writing connection while somebody has it.
struct Held<'a>(MutexGuard<'a, Option<Pen>>);

impl Deref for Held<'_> {
    type Target = Pen;

    fn deref(&self) -> &Pen {
        self.0
            .as_ref()
            .expect("`pen` gives it out only where it is")
    }
}

impl DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut Pen {
        self.0
            .as_mut()
            .expect("`pen` gives it out only where it is")
    }
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
        Self::open_claimed(dir, lock)
    }

    /// Opens the log of a directory that was in use: a database that is missing or holds no entry is refused, and left as it is.
    pub fn open_used(dir: &Path) -> Result<Self, LogError> {
        let path = dir.join(schema::FILE);
        let lock = directory::claim(dir)?;
        match std::fs::metadata(&path) {
            Ok(found) if found.len() > 0 => {}
            Ok(_) => return Err(LogError::NoLog { path }),
            Err(_) => return Err(LogError::NoDatabase { path }),
        }
        schema::holds_entries(&path)?;
        Self::open_claimed(dir, lock)
    }

    fn open_claimed(dir: &Path, lock: DirectoryLock) -> Result<Self, LogError> {
        let path = dir.join(schema::FILE);
        let mut connection = schema::open(dir, &path)?;
        let copier =
            checkpoints::keep(&mut connection, &path).map_err(|e| translate::error(&path, e))?;
        let readers = Readers::new(path.clone());
        let pen = Mutex::new(Some(Pen {
            connection,
            relaxed: false,
            unsynced: 0,
            erasing: BTreeSet::new(),
        }));
        let log = Self {
            path,
            pen,
            slow: Mutex::new(()),
            readers,
            copier,
            lock: Mutex::new(Some(lock)),
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
    fn pen(&self) -> Result<Held<'_>, LogError> {
        let pen = self.pen.lock().unwrap_or_else(PoisonError::into_inner);
        if pen.is_none() {
            let path = self.path.clone();
            return Err(LogError::Closed { path });
        }
        let mut pen = Held(pen);
        pen.abandon()
            .and_then(|()| pen.durable())
            .map_err(|e| translate::error(&self.path, e))?;
        Ok(pen)
    }

    /// The writing connection for good: nobody writes after that.
    fn take_pen(&self) -> Option<Pen> {
        self.pen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
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
