//! When pages of the write-ahead log are copied into the database: most of them by a thread of its own, beside the commits; the rest by the commit
//! that fills the log.
//!
//! Started by `Sqlite::open` on the writing connection. Only a commit's own checkpoint can start the log over while commits keep coming, and
//! callers wait for it; so the thread copies shortly before, and little is left. Invariant: nothing rests on the thread: without it the commit copies all.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::hooks::Wal;
use rusqlite::{Connection, OpenFlags};

use super::schema;
use crate::limits::{CHECKPOINT_AHEAD_PAGES, CHECKPOINT_PAGES};

/// The thread; its end is waited for when the log is closed.
pub(super) struct Copier {
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What a connection calls after each commit.
pub(super) type Hook = fn(&mut Wal, i32) -> rusqlite::Result<()>;

impl Copier {
    /// Waits for its end, which comes once the writing connection has no hook any more.
    pub(super) fn join(&self) {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            // What it had to say it has logged.
            let _ = thread.join();
        }
    }
}

/// Has the connection's commits look after the write-ahead log. The thread ends with the hook.
pub(super) fn keep(writing: &mut Connection, path: &Path) -> rusqlite::Result<Copier> {
    let (wake, woken) = sync_channel(1);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let copying = Connection::open_with_flags(path, flags)?;
    copying.execute_batch(schema::DURABLE)?;
    let thread = thread::Builder::new()
        .name("muddle-pages".into())
        .spawn(move || copy(&copying, &woken));
    let thread = match thread {
        Ok(thread) => Some(thread),
        Err(error) => {
            tracing::warn!(%error, "no thread copies pages ahead; commits will");
            None
        }
    };
    writing.wal_hook(Some(after_commit(wake)))?;
    let thread = Mutex::new(thread);
    Ok(Copier { thread })
}

/// What each commit does: it is told how many pages the write-ahead log has.
fn after_commit(
    wake: SyncSender<()>,
) -> impl FnMut(&mut Wal, i32) -> rusqlite::Result<()> + Send + 'static {
    let mut ahead = false;
    move |wal, pages| {
        let pages = u32::try_from(pages).unwrap_or(0);
        if pages >= CHECKPOINT_PAGES {
            // A reader or the thread may be in the way; the next commit tries again. The commit itself is done either way.
            if let Err(error) = wal.checkpoint() {
                tracing::debug!(%error, pages, "the write-ahead log could not be copied yet");
            }
        }
        if pages >= CHECKPOINT_AHEAD_PAGES && !ahead {
            // Full means that it is awake already, closed that it is not there.
            let _ = wake.try_send(());
        }
        ahead = pages >= CHECKPOINT_AHEAD_PAGES;
        Ok(())
    }
}

fn copy(database: &Connection, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        if let Err(error) = database.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            tracing::warn!(%error, "pages could not be copied ahead");
        }
    }
}
