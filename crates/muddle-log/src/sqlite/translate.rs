//! SQLite's answers in the log's words.
//!
//! Called by the rest of the store. Invariant: nothing is decided by the text of a message, only by codes.

use std::io;
use std::path::Path;

use rusqlite::{Error, ErrorCode, ffi};

use crate::error::LogError;

/// The variant for what SQLite said about the database at `path`.
pub(super) fn error(path: &Path, source: Error) -> LogError {
    let path = path.to_path_buf();
    if matches!(
        source,
        Error::FromSqlConversionFailure(..)
            | Error::InvalidColumnType(..)
            | Error::IntegralValueOutOfRange(..)
    ) {
        return LogError::Corrupt { path };
    }
    let extended = source.sqlite_error().map(|e| e.extended_code);
    match source.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => LogError::DiskFull { path },
        // The shared-memory file is small and ours; it fails to grow when there is no space.
        Some(ErrorCode::SystemIoFailure) if extended == Some(ffi::SQLITE_IOERR_SHMSIZE) => {
            LogError::DiskFull { path }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LogError::Busy { path },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => LogError::Corrupt { path },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            let dir = path.parent().unwrap_or(&path).to_path_buf();
            LogError::NotWritable {
                dir,
                source: io::ErrorKind::PermissionDenied.into(),
            }
        }
        _ => LogError::Sqlite { path, source },
    }
}

/// Whether a statement failed because of what one workspace's rows hold, not because of the database as a whole.
pub(super) fn is_constraint(source: &Error) -> bool {
    source.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}
