//! The witness's thread: every few seconds the heads that went on are written down, so that a cut tail is missed.
//!
//! Started by `office` where it has a data directory, stopped after the log's last entry. It only reads heads and entries of the log: no call waits for
//! it and it takes no workspace's lock. Invariant: a head that does not continue the one seen before is never written over it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use muddle_log::limits::WITNESS_EVERY;
use muddle_log::{Flaw, Head, Log, LogError, Seen, Witness, Witnessed, WorkspaceId, witness};

use crate::error::OfficeError;
use crate::office::blocking;
use crate::source;

/// The thread, and what it has seen so far.
pub struct Recorder {
    path: PathBuf,
    seen: Arc<Mutex<Witnessed>>,
    thread: Mutex<Option<Thread>>,
}

struct Thread {
    stop: Sender<()>,
    ended: JoinHandle<()>,
}

impl Recorder {
    /// Starts it off the worker threads, and says what was wrong with the file. A fresh directory has none yet.
    pub(crate) async fn keep(
        log: Arc<dyn Log>,
        path: PathBuf,
        fresh: bool,
    ) -> Result<Self, OfficeError> {
        let (recorder, flaw) = blocking(move || Ok(Self::start(log, &path)?)).await?;
        match flaw {
            None => {}
            Some(Flaw::Missing { .. }) if fresh => {}
            Some(flaw) => {
                tracing::warn!(%flaw, "the witness begins anew: nobody saw what may have been cut before now");
            }
        }
        Ok(recorder)
    }

    /// Opens the witness file and starts the thread. What was wrong with the file is told. Blocks.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn start(log: Arc<dyn Log>, path: &Path) -> Result<(Self, Option<Flaw>), LogError> {
        let (witness, flaw) = Witness::open(path, source::wall_ms())?;
        let seen = Arc::new(Mutex::new(witness.witnessed().clone()));
        let mut at_work = AtWork {
            log,
            witness,
            shared: seen.clone(),
            cut: BTreeSet::new(),
        };
        let (stop, stopped) = channel();
        let ended = thread::Builder::new()
            .name("muddle-witness".into())
            .spawn(move || at_work.run(&stopped))
            .map_err(|source| LogError::Witness {
                path: path.to_path_buf(),
                source,
            })?;
        let recorder = Self {
            path: path.to_path_buf(),
            seen,
            thread: Mutex::new(Some(Thread { stop, ended })),
        };
        Ok((recorder, flaw))
    }

    /// Writes the last line and ends the thread. Blocks.
    pub fn stop(&self) {
        let thread = lock(&self.thread).take();
        if let Some(Thread { stop, ended }) = thread {
            drop(stop);
            // What it had to say it has logged.
            let _ = ended.join();
        }
    }

    /// What was seen, by the file as it is now and by this run, and what is wrong with the file. Blocks.
    pub fn seen(&self) -> (Witnessed, Option<Flaw>) {
        let (mut found, flaw) = witness::read(&self.path);
        let known = lock(&self.seen).clone();
        found.since_ms = found.since_ms.max(known.since_ms);
        for (workspace, seen) in known.seen {
            let kept = found.seen.entry(workspace).or_insert(seen);
            if kept.head.seq < seen.head.seq {
                *kept = seen;
            }
        }
        (found, flaw)
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.stop();
    }
}

struct AtWork {
    log: Arc<dyn Log>,
    witness: Witness,
    shared: Arc<Mutex<Witnessed>>,
    /// Workspaces whose cut was logged.
    cut: BTreeSet<WorkspaceId>,
}

impl AtWork {
    fn run(&mut self, stopped: &Receiver<()>) {
        loop {
            if let Err(error) = self.look() {
                tracing::warn!(%error, "the witness could not write down how far the logs have come");
            }
            match stopped.recv_timeout(WITNESS_EVERY) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        if let Err(error) = self.look() {
            tracing::error!(%error, "the witness could not write down where the logs ended");
        }
    }

    fn look(&mut self) -> Result<(), LogError> {
        let heads = self.log.heads()?;
        let mut news = BTreeMap::new();
        for (&workspace, &head) in &heads {
            let seen = self.witness.witnessed().seen.get(&workspace);
            if seen.is_some_and(|seen| seen.head == head) {
                continue;
            }
            match self.continues(workspace, head) {
                Ok(true) => {
                    news.insert(workspace, head);
                }
                Ok(false) => {}
                // One log that cannot be read keeps none of the others from being witnessed.
                Err(error @ LogError::Corrupt { .. }) => {
                    if self.cut.insert(workspace) {
                        tracing::error!(workspace = workspace.0, %error, "a log cannot be read; `muddle verify` says where");
                    }
                }
                Err(error) => return Err(error),
            }
        }
        self.witness.record(source::wall_ms(), &news)?;
        lock(&self.shared).clone_from(self.witness.witnessed());
        Ok(())
    }

    /// Whether a log still holds what was seen of it before. Where it does not, what was seen stays.
    fn continues(&mut self, workspace: WorkspaceId, head: Head) -> Result<bool, LogError> {
        let seen = self.witness.witnessed().seen.get(&workspace).copied();
        let whole = match seen {
            None => true,
            Some(Seen { head: seen, .. }) if head.seq < seen.seq => false,
            Some(Seen { head: seen, .. }) => {
                let there = self.log.read(workspace, seen.seq, 1)?;
                there.first().map(muddle_log::Stored::head) == Some(seen)
            }
        };
        if !whole && self.cut.insert(workspace) {
            let (saw, found) = (seen.map_or(0, |seen| seen.head.seq), head.seq);
            tracing::error!(
                workspace = workspace.0,
                saw,
                found,
                "a log lacks entries that the witness saw; `muddle verify` says which"
            );
        }
        Ok(whole)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
