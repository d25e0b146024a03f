//! The store that forgets: everything in maps behind one lock.
//!
//! Used by tests and by runs that need no disk. Invariant: it answers as `Sqlite` does, which the conformance suite shows; nothing is durable.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::batch::{self, Barred, Intent};
use crate::blob::{Blob, Digest};
use crate::error::LogError;
use crate::store::Log;
use crate::stored::{Append, Appended, Head, Stored, WireRow, WorkspaceId};

/// A log in memory.
#[derive(Default)]
pub struct Memory {
    shelves: RwLock<Shelves>,
}

#[derive(Default)]
struct Shelves {
    workspaces: BTreeMap<WorkspaceId, Shelf>,
    blobs: BTreeMap<Digest, Blob>,
    owners: BTreeMap<Digest, BTreeSet<WorkspaceId>>,
}

#[derive(Default)]
struct Shelf {
    entries: Vec<Stored>,
    wire: BTreeMap<u64, String>,
    owned: BTreeSet<Digest>,
}

impl Memory {
    /// An empty log.
    pub fn new() -> Self {
        Self::default()
    }

    fn shelves(&self) -> RwLockReadGuard<'_, Shelves> {
        self.shelves.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn shelves_mut(&self) -> RwLockWriteGuard<'_, Shelves> {
        self.shelves.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelves {
    fn head(&self, workspace: WorkspaceId) -> Head {
        self.workspaces
            .get(&workspace)
            .and_then(|shelf| shelf.entries.last())
            .map_or(Head::EMPTY, Stored::head)
    }

    fn put(&mut self, blob: &Blob) {
        let kept = self
            .blobs
            .entry(blob.digest)
            .or_insert_with(|| blob.clone());
        kept.audience = kept.audience.min(blob.audience);
    }

    fn write(&mut self, item: &Append) {
        for blob in &item.blobs {
            self.put(blob);
            self.owners
                .entry(blob.digest)
                .or_default()
                .insert(item.workspace);
        }
        let shelf = self.workspaces.entry(item.workspace).or_default();
        shelf
            .owned
            .extend(item.blobs.iter().map(|blob| blob.digest));
        shelf.entries.extend_from_slice(&item.entries);
    }
}

impl Log for Memory {
    fn append(&self, batch: &[Append]) -> Vec<Appended> {
        let mut shelves = self.shelves_mut();
        let Ok(plan) = batch::plan(batch, &Barred::new(), |workspace| {
            Ok::<_, Infallible>(shelves.head(workspace))
        });
        for (item, intent) in batch.iter().zip(&plan.intents) {
            if matches!(intent, Intent::Write) {
                shelves.write(item);
            }
        }
        batch::committed(plan.intents)
    }

    fn read(
        &self,
        workspace: WorkspaceId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<Stored>, LogError> {
        let shelves = self.shelves();
        let entries = shelves
            .workspaces
            .get(&workspace)
            .map_or(&[][..], |shelf| &shelf.entries);
        let skipped = usize::try_from(from.saturating_sub(1)).unwrap_or(usize::MAX);
        Ok(entries.iter().skip(skipped).take(limit).cloned().collect())
    }

    fn heads(&self) -> Result<BTreeMap<WorkspaceId, Head>, LogError> {
        let shelves = self.shelves();
        let with_entries = shelves
            .workspaces
            .keys()
            .map(|&workspace| (workspace, shelves.head(workspace)));
        Ok(with_entries
            .filter(|(_, head)| *head != Head::EMPTY)
            .collect())
    }

    fn head(&self, workspace: WorkspaceId) -> Result<Head, LogError> {
        Ok(self.shelves().head(workspace))
    }

    fn put_blobs(&self, blobs: &[Blob]) -> Result<(), LogError> {
        let mut shelves = self.shelves_mut();
        blobs.iter().for_each(|blob| shelves.put(blob));
        Ok(())
    }

    fn share_blobs(&self, from: WorkspaceId, to: WorkspaceId) -> Result<(), LogError> {
        let mut shelves = self.shelves_mut();
        let owned = shelves.workspaces.get(&from).map(|shelf| &shelf.owned);
        let owned = owned.cloned().unwrap_or_default();
        for digest in &owned {
            shelves.owners.entry(*digest).or_default().insert(to);
        }
        shelves
            .workspaces
            .entry(to)
            .or_default()
            .owned
            .extend(owned);
        Ok(())
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Blob>, LogError> {
        Ok(self.shelves().blobs.get(digest).cloned())
    }

    fn append_wire(&self, rows: &[WireRow]) -> Result<(), LogError> {
        let mut shelves = self.shelves_mut();
        for row in rows {
            if let Some(shelf) = shelves.workspaces.get_mut(&row.workspace)
                && !shelf.entries.is_empty()
            {
                shelf.wire.insert(row.seq, row.json.clone());
            }
        }
        Ok(())
    }

    fn read_wire(
        &self,
        workspace: WorkspaceId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<WireRow>, LogError> {
        let shelves = self.shelves();
        let Some(shelf) = shelves.workspaces.get(&workspace) else {
            return Ok(Vec::new());
        };
        let rows = shelf.wire.range(from..).take(limit);
        Ok(rows
            .map(|(&seq, json)| WireRow {
                workspace,
                seq,
                json: json.clone(),
            })
            .collect())
    }

    fn delete(&self, workspace: WorkspaceId) -> Result<(), LogError> {
        let mut shelves = self.shelves_mut();
        let Some(shelf) = shelves.workspaces.remove(&workspace) else {
            return Ok(());
        };
        for digest in shelf.owned {
            let owners = shelves.owners.entry(digest).or_default();
            owners.remove(&workspace);
            if owners.is_empty() {
                shelves.owners.remove(&digest);
                shelves.blobs.remove(&digest);
            }
        }
        Ok(())
    }
}
