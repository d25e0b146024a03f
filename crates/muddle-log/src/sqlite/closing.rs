//! The end of the store: every page in the database file, every connection closed, and a word where that failed.
//!
//! Called by the server when it stops, and by the store's own end. A read-only connection that is closed last leaves the write-ahead log where it
//! is, so the readers go first and the writing connection last. Invariant: after a close that succeeded the database file alone is the whole log.

use std::sync::PoisonError;
use std::time::Instant;

use rusqlite::Connection;

use super::{Sqlite, translate};
use crate::error::LogError;
use crate::limits::CLOSE_WAIT;

impl Sqlite {
    /// Waits for reads under way, copies the write-ahead log into the database, closes all connections and lets the directory go. What comes
    /// later is refused. Closed already, it does nothing.
    pub fn close(&self) -> Result<(), LogError> {
        let until = Instant::now() + CLOSE_WAIT;
        let read = self.readers.close(until);
        let _alone = self.slow();
        let Some(mut pen) = self.take_pen() else {
            return Ok(());
        };
        // The copier ends with the hook that wakes it.
        let unhooked = pen
            .abandon()
            .and_then(|()| pen.durable())
            .and_then(|()| pen.connection.wal_hook(None::<super::checkpoints::Hook>));
        self.copier.join();
        let closed = unhooked
            .and_then(|()| pen.connection.busy_timeout(CLOSE_WAIT))
            .and_then(|()| copy_all(&pen.connection));
        let ended = pen.connection.close().map_err(|(_, error)| error);
        let said = |e| translate::error(self.path(), e);
        let whole = closed.map_err(said)?;
        ended.map_err(said)?;
        read?;
        // Nobody of ours has the database any more.
        drop(
            self.lock
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        if whole {
            Ok(())
        } else {
            Err(LogError::Busy {
                path: self.path().to_path_buf(),
            })
        }
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        if let Err(error) = self.close() {
            tracing::error!(%error, "the log could not be closed; its last entries are in the write-ahead log beside it");
        }
    }
}

/// Copies every page and empties the write-ahead log. False where another program was in the way.
fn copy_all(connection: &Connection) -> rusqlite::Result<bool> {
    let busy: i64 =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(busy == 0)
}
