//! Files that are for their owner only: 0600, whatever the directory's mode and the umask.
//!
//! Called for the database, the files SQLite keeps beside it, the witness, backups, and the server's key and token. Invariant: a file made here
//! is private before the first byte is in it.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use crate::error::LogError;

/// Rights of the owner alone.
pub const MODE: u32 = 0o600;

/// Makes a file that is not there yet.
pub fn create(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .mode(MODE)
        .open(path)?;
    // The umask may have taken rights away from the owner.
    file.set_permissions(Permissions::from_mode(MODE))?;
    Ok(file)
}

/// Takes every other right off a file; one that is not there is fine.
pub fn tighten(path: &Path) -> Result<(), LogError> {
    let tightened = std::fs::metadata(path).and_then(|found| {
        if found.permissions().mode() & 0o7777 == MODE {
            return Ok(());
        }
        std::fs::set_permissions(path, Permissions::from_mode(MODE))
    });
    match tightened {
        Err(source) if source.kind() != ErrorKind::NotFound => Err(LogError::NotPrivate {
            path: path.to_path_buf(),
            source,
        }),
        _ => Ok(()),
    }
}
