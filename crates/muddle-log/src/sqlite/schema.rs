//! The database's tables and settings, and how a file becomes a database of this version.
//!
//! Called by `Sqlite::open` and, for its settings, by the readers. Invariant: a database of another maker or a newer version is left as it was found; each version's step is one
//! transaction, so no file is ever between two versions.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::{directory, translate};
use crate::error::LogError;
use crate::limits::{BUSY_WAIT, PAGE_BYTES, STATEMENTS_MAX, WRITER_CACHE_KIB};
use crate::private;

/// The database's name in the data directory.
pub(super) const FILE: &str = "muddle.db";

/// "Mudl", so that a file can be told from other programs' databases.
const APPLICATION_ID: i64 = 0x4d75_646c;

/// One step per version; `user_version` counts those done. A step, once released, never changes.
const STEPS: [&str; 1] = [
    // Entries lie in the order they were appended: with many workspaces a table keyed by (workspace, seq) writes all over the file.
    "CREATE TABLE entries (
        n INTEGER PRIMARY KEY, workspace INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, body BLOB NOT NULL,
        UNIQUE (workspace, seq)
     ) STRICT;
     CREATE TABLE heads (workspace INTEGER PRIMARY KEY, seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
     CREATE TABLE wire (
        n INTEGER PRIMARY KEY, workspace INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, lines TEXT NOT NULL
     ) STRICT;
     CREATE INDEX wire_by_workspace ON wire (workspace, first, n);
     CREATE TABLE blobs (digest BLOB PRIMARY KEY, length INTEGER NOT NULL, audience INTEGER NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TABLE blob_parts (
        n INTEGER PRIMARY KEY, digest BLOB NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, UNIQUE (digest, part)
     ) STRICT;
     CREATE TABLE blob_refs (
        workspace INTEGER NOT NULL, digest BLOB NOT NULL, PRIMARY KEY (workspace, digest)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX blob_refs_by_digest ON blob_refs (digest);
     CREATE TABLE uploads (digest BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
     CREATE TABLE erasing (workspace INTEGER PRIMARY KEY) STRICT;",
];

/// Commits that carry entries, with the blobs that they name, are on the disk before they are answered.
#[cfg(not(feature = "synchronous-off"))]
pub(super) const DURABLE: &str = "PRAGMA synchronous = FULL";
/// The deliberately broken build: commits are answered from the system's cache.
#[cfg(feature = "synchronous-off")]
pub(super) const DURABLE: &str = "PRAGMA synchronous = OFF";

/// Commits of the wire stream, and of parts of blobs written ahead, are made durable by the next commit of entries.
#[cfg(not(feature = "synchronous-off"))]
pub(super) const RELAXED: &str = "PRAGMA synchronous = NORMAL";
/// The deliberately broken build.
#[cfg(feature = "synchronous-off")]
pub(super) const RELAXED: &str = "PRAGMA synchronous = OFF";

/// Opens the writing connection. A file that was not there before is removed again when it cannot be made whole.
pub(super) fn open(dir: &Path, path: &Path) -> Result<Connection, LogError> {
    let existed = path.exists();
    let opened = make_private(dir, path, existed).and_then(|()| open_at(path));
    let opened = opened.and_then(|connection| {
        if existed {
            Ok(connection)
        } else {
            directory::sync(dir).map(|()| connection)
        }
    });
    if opened.is_err() && !existed {
        for file in files(path) {
            // Absent is as good as removed, and the error that led here is the one to show.
            let _ = std::fs::remove_file(file);
        }
    }
    opened
}

/// The database and what SQLite keeps beside it.
fn files(path: &Path) -> [PathBuf; 4] {
    ["", "-wal", "-shm", "-journal"].map(|suffix| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    })
}

/// SQLite gives the files beside a database the rights that the database has, so it comes first.
fn make_private(dir: &Path, path: &Path, existed: bool) -> Result<(), LogError> {
    if !existed {
        return match private::create(path) {
            Ok(_) => Ok(()),
            Err(source) => Err(directory::error(dir, source)),
        };
    }
    files(path)
        .iter()
        .try_for_each(|file| private::tighten(file))
}

/// Fails where the database has no entry at all: it is not the one that the directory had. Writes nothing.
pub(super) fn holds_entries(path: &Path) -> Result<(), LogError> {
    let said = |e| translate::error(path, e);
    // A write-ahead log that a kill left behind can only be read by who may write.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(said)?;
    connection.busy_timeout(BUSY_WAIT).map_err(said)?;
    // What is read here stays in the write-ahead log, should it be there.
    connection
        .set_db_config(
            rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
            true,
        )
        .map_err(said)?;
    let version = recognise(&connection, path)?;
    let found = version > 0
        && connection
            .query_row("SELECT EXISTS (SELECT 1 FROM heads)", [], |row| row.get(0))
            .map_err(said)?;
    if found {
        Ok(())
    } else {
        let path = path.to_path_buf();
        Err(LogError::NoLog { path })
    }
}

fn open_at(path: &Path) -> Result<Connection, LogError> {
    let said = |e| translate::error(path, e);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(said)?;
    connection.busy_timeout(BUSY_WAIT).map_err(said)?;
    let version = recognise(&connection, path)?;
    configure(&connection).map_err(said)?;
    for (step, sql) in (1_i64..).zip(STEPS) {
        if step > version {
            upgrade(&mut connection, step, sql).map_err(said)?;
        }
    }
    Ok(connection)
}

/// The version of the database as found, 0 for an empty file.
pub(super) fn recognise(connection: &Connection, path: &Path) -> Result<i64, LogError> {
    let ask = |sql: &str| {
        connection
            .query_row(sql, [], |row| row.get::<_, i64>(0))
            .map_err(|e| translate::error(path, e))
    };
    let version = ask("PRAGMA user_version")?;
    let maker = ask("PRAGMA application_id")?;
    let tables = ask("SELECT count(*) FROM sqlite_schema")?;
    let known = STEPS.len() as i64;
    match (maker, version, tables) {
        (0, 0, 0) => Ok(0),
        (APPLICATION_ID, found, _) if found > known => Err(LogError::NewerVersion {
            path: path.to_path_buf(),
            found,
            known,
        }),
        (APPLICATION_ID, found, _) => Ok(found),
        _ => Err(LogError::Foreign {
            path: path.to_path_buf(),
        }),
    }
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // The page size holds from the first write on, so it comes before the journal mode.
    connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.execute_batch(DURABLE)?;
    connection.pragma_update(None, "cache_size", -i64::from(WRITER_CACHE_KIB))?;
    connection.pragma_update_and_check(None, "secure_delete", "ON", |_| Ok(()))
}

fn upgrade(connection: &mut Connection, step: i64, sql: &str) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(sql)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", step)?;
    transaction.commit()
}
