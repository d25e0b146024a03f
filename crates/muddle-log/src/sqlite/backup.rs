//! A copy of a log that may be in use, by SQLite's backup API: one snapshot, in a file that opens by itself.
//!
//! Called by `muddle backup`, in a process of its own: the directory's lock keeps out a second server, not a reader, and SQLite's own locks hold
//! between processes. Invariant: the copy has its name only once it is whole and on the disk; no file is ever replaced.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::{directory, reading, schema, translate};
use crate::error::LogError;
use crate::limits::BUSY_WAIT;
use crate::private;

/// What a backup holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Copied {
    /// Workspaces with entries, without the register.
    pub workspaces: usize,
    /// Their entries and the register's.
    pub entries: u64,
}

/// Copies the log of the data directory `dir`, whether or not a server runs on it, to the new file `to`.
pub fn backup(dir: &Path, to: &Path) -> Result<Copied, LogError> {
    let from = dir.join(schema::FILE);
    let size = fs::metadata(&from).map(|found| found.len()).unwrap_or(0);
    if size == 0 {
        return Err(LogError::NoDatabase { path: from });
    }
    let failed = |source: io::Error| match source.kind() {
        ErrorKind::AlreadyExists => LogError::Exists {
            path: to.to_path_buf(),
        },
        ErrorKind::StorageFull => LogError::DiskFull {
            path: to.to_path_buf(),
        },
        _ => LogError::Backup {
            path: to.to_path_buf(),
            source,
        },
    };
    // The name is taken first, so that two backups never race for it.
    drop(private::create(to).map_err(failed)?);
    let beside = beside(to);
    let copied = private::create(&beside)
        .map_err(failed)
        .and_then(|_| copy(&from, &beside))
        .and_then(|copied| place(&beside, to).map(|()| copied).map_err(failed));
    if copied.is_err() {
        // Nothing is left of what did not become a backup; the error that led here is the one to show.
        for path in [beside, to.to_path_buf()] {
            let _ = fs::remove_file(path);
        }
    }
    copied
}

fn beside(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    PathBuf::from(name)
}

fn copy(from: &Path, to: &Path) -> Result<Copied, LogError> {
    let read = |e| translate::error(from, e);
    let written = |e| translate::error(to, e);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(from, flags).map_err(read)?;
    source.busy_timeout(BUSY_WAIT).map_err(read)?;
    schema::recognise(&source, from)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut target = Connection::open_with_flags(to, flags).map_err(written)?;
    {
        let backup = Backup::new(&source, &mut target).map_err(written)?;
        // All pages in one step: between two of them another process's commit would begin the copy again.
        match backup.step(-1).map_err(written)? {
            StepResult::Done => {}
            _ => {
                return Err(LogError::Busy {
                    path: from.to_path_buf(),
                });
            }
        }
    }
    // A file that needs no other beside it; whoever opens it as a log sets the mode back.
    target
        .pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))
        .map_err(written)?;
    let heads = reading::heads(&target).map_err(written)?;
    target.close().map_err(|(_, e)| written(e))?;
    let register = usize::from(heads.contains_key(&crate::WorkspaceId::REGISTER));
    Ok(Copied {
        workspaces: heads.len() - register,
        entries: heads.values().map(|head| head.seq).sum(),
    })
}

/// Gives a whole copy its name, durably.
fn place(beside: &Path, to: &Path) -> io::Result<()> {
    File::open(beside)?.sync_all()?;
    fs::rename(beside, to)?;
    let dir = match to.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    };
    directory::sync_dir(dir)
}
