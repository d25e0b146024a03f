//! A store that fails when a test says so.
//!
//! Wrapped around a real store by tests, here and in other crates; steered through [`Faults`]. Invariant: with nothing asked for it is the store it wraps.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::blob::{Blob, Digest};
use crate::error::LogError;
use crate::store::Log;
use crate::stored::{Append, Appended, Head, Stored, WireRow, WorkspaceId};

/// A log with faults in front.
pub struct Faulty<L> {
    inner: L,
    faults: Faults,
}

/// What happened to a commit that reports a failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// Nothing was written.
    Before,
    /// Everything was written; only the answer is a failure.
    After,
}

/// The lever of a [`Faulty`] store. Clones move the same one.
#[derive(Clone, Default)]
pub struct Faults {
    asked: Arc<Mutex<Asked>>,
}

#[derive(Default)]
struct Asked {
    sleep_per_append: Duration,
    commits: Option<(usize, Fate)>,
    workspaces: BTreeMap<WorkspaceId, Fate>,
    disk_full: bool,
    panics: bool,
    heads_hidden: bool,
    appends: u64,
}

impl Faults {
    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every append takes this much longer.
    pub fn sleep_per_append(&self, time: Duration) {
        self.asked().sleep_per_append = time;
    }

    /// The next `commits` appends report a failure, each for its whole batch.
    pub fn fail_next(&self, commits: usize, fate: Fate) {
        self.asked().commits = Some((commits, fate));
    }

    /// Appends of this workspace fail until `heal`; the rest of the batch is done.
    pub fn fail_workspace(&self, workspace: WorkspaceId, fate: Fate) {
        self.asked().workspaces.insert(workspace, fate);
    }

    /// Everything that writes reports a full disk until `heal`.
    pub fn fill_disk(&self) {
        self.asked().disk_full = true;
    }

    /// The next append panics.
    pub fn panic_next(&self) {
        self.asked().panics = true;
    }

    /// Heads cannot be read until `heal`, so that an unknown fate stays unknown.
    pub fn hide_heads(&self) {
        self.asked().heads_hidden = true;
    }

    /// Takes back all that was asked for.
    pub fn heal(&self) {
        let mut asked = self.asked();
        *asked = Asked {
            appends: asked.appends,
            ..Asked::default()
        };
    }

    /// Calls of `append` so far: commits asked of the store.
    pub fn appends(&self) -> u64 {
        self.asked().appends
    }
}

impl<L> Faulty<L> {
    /// A store that behaves until its faults are set.
    pub fn new(inner: L) -> Self {
        Self {
            inner,
            faults: Faults::default(),
        }
    }

    /// The lever.
    pub fn faults(&self) -> Faults {
        self.faults.clone()
    }

    fn room(&self) -> Result<(), LogError> {
        if self.faults.asked().disk_full {
            Err(disk_full())
        } else {
            Ok(())
        }
    }

    fn heads_visible(&self) -> Result<(), LogError> {
        if self.faults.asked().heads_hidden {
            Err(LogError::Injected)
        } else {
            Ok(())
        }
    }

    /// What the next append is to suffer.
    fn draw(&self) -> (Duration, Option<Fate>, BTreeMap<WorkspaceId, Fate>) {
        let mut asked = self.faults.asked();
        asked.appends += 1;
        let panics = std::mem::take(&mut asked.panics);
        let fate = asked.commits.map(|(_, fate)| fate);
        asked.commits = asked
            .commits
            .and_then(|(left, fate)| (left > 1).then(|| (left - 1, fate)));
        let drawn = (asked.sleep_per_append, fate, asked.workspaces.clone());
        drop(asked);
        assert!(!panics, "a test asked the store to panic");
        drawn
    }
}

fn disk_full() -> LogError {
    LogError::DiskFull {
        path: "the injected disk".into(),
    }
}

fn injected() -> Appended {
    Appended::Failed(Arc::new(LogError::Injected))
}

impl<L: Log> Faulty<L> {
    /// Lets `inner` write what does not fail before, and reports what fails at all.
    fn append_some(
        &self,
        batch: &[Append],
        fate_of: impl Fn(&Append) -> Option<Fate>,
    ) -> Vec<Appended> {
        let written: Vec<Append> = batch
            .iter()
            .filter(|item| fate_of(item) != Some(Fate::Before))
            .cloned()
            .collect();
        let mut answers = self.inner.append(&written).into_iter();
        let report = |item: &Append| match fate_of(item) {
            Some(Fate::Before) => injected(),
            fate => match answers.next() {
                Some(answer) if fate.is_none() || !answer.is_committed() => answer,
                _ => injected(),
            },
        };
        batch.iter().map(report).collect()
    }
}

impl<L: Log> Log for Faulty<L> {
    fn append(&self, batch: &[Append]) -> Vec<Appended> {
        let (sleep, fate, workspaces) = self.draw();
        thread::sleep(sleep);
        if self.room().is_err() {
            let full = Arc::new(disk_full());
            return batch
                .iter()
                .map(|_| Appended::Failed(Arc::clone(&full)))
                .collect();
        }
        if fate.is_none() && workspaces.is_empty() {
            return self.inner.append(batch);
        }
        self.append_some(batch, |item| {
            fate.or_else(|| workspaces.get(&item.workspace).copied())
        })
    }

    fn read(
        &self,
        workspace: WorkspaceId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<Stored>, LogError> {
        self.inner.read(workspace, from, limit)
    }

    fn heads(&self) -> Result<BTreeMap<WorkspaceId, Head>, LogError> {
        self.heads_visible()?;
        self.inner.heads()
    }

    fn head(&self, workspace: WorkspaceId) -> Result<Head, LogError> {
        self.heads_visible()?;
        self.inner.head(workspace)
    }

    fn put_blobs(&self, blobs: &[Blob]) -> Result<(), LogError> {
        self.room()?;
        self.inner.put_blobs(blobs)
    }

    fn share_blobs(&self, from: WorkspaceId, to: WorkspaceId) -> Result<(), LogError> {
        self.room()?;
        self.inner.share_blobs(from, to)
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Blob>, LogError> {
        self.inner.blob(digest)
    }

    fn append_wire(&self, rows: &[WireRow]) -> Result<(), LogError> {
        self.room()?;
        self.inner.append_wire(rows)
    }

    fn read_wire(
        &self,
        workspace: WorkspaceId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<WireRow>, LogError> {
        self.inner.read_wire(workspace, from, limit)
    }

    fn delete(&self, workspace: WorkspaceId) -> Result<(), LogError> {
        self.room()?;
        self.inner.delete(workspace)
    }
}
