//! What can go wrong with the log, one variant and one plain sentence each.
//!
//! Made by the stores, the blobs and the writer; shown by the binary as it is. Invariant: no variant is only a string, so that callers can match.

use std::io;
use std::path::PathBuf;

use crate::stored::WorkspaceId;

/// A failure of the log. A lost race is not one: that is [`Appended::Lost`](crate::Appended::Lost).
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Another server uses the directory.
    #[error("The data directory {} is in use by another Muddle process.", dir.display())]
    Locked {
        /// The data directory.
        dir: PathBuf,
    },
    /// Something that is no directory has the name.
    #[error("The data directory {} is not a directory.", dir.display())]
    NotADirectory {
        /// The path given.
        dir: PathBuf,
    },
    /// The directory cannot be made or written.
    #[error("The data directory {} cannot be written: {source}.", dir.display())]
    NotWritable {
        /// The data directory.
        dir: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Written by a later Muddle.
    #[error("The database {} has version {found}, written by a newer Muddle; this one reads up to version {known}.", path.display())]
    NewerVersion {
        /// The database file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version this build knows.
        known: i64,
    },
    /// A database, but not one of ours.
    #[error("The database {} was not made by Muddle.", path.display())]
    Foreign {
        /// The database file.
        path: PathBuf,
    },
    /// No space left.
    #[error("The disk that holds {} is full.", path.display())]
    DiskFull {
        /// The database file.
        path: PathBuf,
    },
    /// Another process holds the database's own lock.
    #[error("The database {} is held by another program and did not become free in time.", path.display())]
    Busy {
        /// The database file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error("The database {} is damaged.", path.display())]
    Corrupt {
        /// The database file.
        path: PathBuf,
    },
    /// The system failed to read or write the database.
    #[error("The database {} cannot be read or written: {source}.", path.display())]
    Sqlite {
        /// The database file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// An append whose entries do not follow its own expected head: the caller's mistake.
    #[error("Workspace {workspace} asked to append entry {found} where entry {wanted} is next.")]
    Gap {
        /// Whose log.
        workspace: WorkspaceId,
        /// The number that is next.
        wanted: u64,
        /// The number given.
        found: u64,
    },
    /// Two heads claim one place: the store's head row and its entries disagree.
    #[error("The log of workspace {workspace} holds entries past its own head.")]
    PastHead {
        /// Whose log.
        workspace: WorkspaceId,
    },
    /// The workspace is being deleted.
    #[error("Workspace {workspace} is being deleted.")]
    Erasing {
        /// Whose log.
        workspace: WorkspaceId,
    },
    /// A directory that was in use has no database.
    #[error("The database {} is missing.", path.display())]
    NoDatabase {
        /// The database file.
        path: PathBuf,
    },
    /// A directory that was in use has a database without a single entry.
    #[error("The database {} is empty.", path.display())]
    NoLog {
        /// The database file.
        path: PathBuf,
    },
    /// The log was closed; nothing reads or writes it any more.
    #[error("The database {} is closed.", path.display())]
    Closed {
        /// The database file.
        path: PathBuf,
    },
    /// A file that holds secrets cannot be kept from other users.
    #[error("{} cannot be made readable for its owner only: {source}.", path.display())]
    NotPrivate {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The witness file cannot be written.
    #[error("The witness file {} cannot be written: {source}.", path.display())]
    Witness {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A backup never replaces a file.
    #[error("{} exists already, and a backup replaces no file; name another.", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A backup cannot be written.
    #[error("The backup {} cannot be written: {source}.", path.display())]
    Backup {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A blob's stored bytes are not what was packed.
    #[error("A blob of {length} bytes does not unpack to what its digest names.")]
    BlobDamaged {
        /// The length it should have.
        length: u64,
    },
    /// The writer has ended; the entry was not written by it.
    #[error("The log's writer has stopped.")]
    WriterStopped,
    /// Asked for by a test through a `Faulty` store.
    #[error("The log failed because a test asked it to.")]
    Injected,
}
