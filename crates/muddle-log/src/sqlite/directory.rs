//! The data directory: made when absent, and held by one process at a time.
//!
//! Called by `Sqlite::open` before anything else is touched. Invariant: the lock is the system's, on an open file, so it ends with the process however that ends;
//! the file itself stays, since removing it would let two processes hold two different ones.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use crate::error::LogError;
use crate::private;

const LOCK_FILE: &str = "lock";

/// Holds the directory until it is dropped.
pub(super) struct DirectoryLock {
    _file: File,
}

/// Makes the directory (for its owner only) where it is absent, and takes its lock.
pub(super) fn claim(dir: &Path) -> Result<DirectoryLock, LogError> {
    if !dir.is_dir() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .map_err(|e| error(dir, e))?;
    }
    let path = dir.join(LOCK_FILE);
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(private::MODE)
        .open(&path)
        .map_err(|e| error(dir, e))?;
    private::tighten(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(DirectoryLock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(LogError::Locked {
            dir: dir.to_path_buf(),
        }),
        Err(TryLockError::Error(e)) => Err(error(dir, e)),
    }
}

/// Makes the names in the directory durable.
pub(super) fn sync(dir: &Path) -> Result<(), LogError> {
    sync_dir(dir).map_err(|e| error(dir, e))
}

/// The same, in the system's words.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// What the system said of the directory, in the log's words.
pub(super) fn error(dir: &Path, source: io::Error) -> LogError {
    let dir = dir.to_path_buf();
    match source.kind() {
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            LogError::NotADirectory { dir }
        }
        io::ErrorKind::StorageFull => LogError::DiskFull { path: dir },
        _ => LogError::NotWritable { dir, source },
    }
}
