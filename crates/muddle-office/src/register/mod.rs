//! What is not one workspace's: which workspaces there are, who holds which key, and how the server's own life went.
//!
//! Workspace 0 of the log, in the same chained format. Called by `office` for every credential (an in-memory look-up)
//! and for every change (one durable event). Keys and tokens are here as digests only; everything in memory is folded
//! from the events and can be thrown away. What is written down is in [`event`], how it is read back and what is done about
//! damage in [`loading`], what it adds up to in [`folded`].
//!
//! Invariant: a register that is damaged takes no event and vouches for no key.

mod event;
mod folded;
mod loading;

use std::sync::{Arc, RwLock};

use data_encoding::HEXLOWER;
use muddle_log::{Append, Appended, Head, Log, Seen, Stored, WorkspaceId, Writer};
use muddle_world::entry::link;
use muddle_world::time::Up;

pub use event::{Event, KeyRow, Scope, WorkspaceRow, key_row};
use event::{Line, LineAround, LineCore, digest};
use folded::Folded;
pub use folded::{Holder, Seal};
pub use loading::Damage;

use crate::error::OfficeError;
use crate::source;

/// The register.
pub struct Register {
    writer: Writer,
    head: tokio::sync::Mutex<Head>,
    folded: RwLock<Folded>,
    interrupted: bool,
    first_of_run: WorkspaceId,
    damage: Option<Damage>,
    fresh: bool,
}

impl Register {
    /// Folds what is stored; `seen` is how far the witness has seen it. Blocks: call it where that is allowed.
    pub fn load(log: &dyn Log, writer: Writer, seen: Option<Seen>) -> Result<Self, OfficeError> {
        let loading::Loaded {
            folded,
            head,
            damage,
        } = loading::load(log, seen)?;
        let first_of_run = WorkspaceId(folded.next_id);
        Ok(Self {
            writer,
            fresh: head == Head::EMPTY,
            head: tokio::sync::Mutex::new(head),
            interrupted: folded.running,
            folded: RwLock::new(folded),
            first_of_run,
            damage,
        })
    }

    /// Whether the run before this one ended without a word while the workspace could have been in use.
    pub const fn interrupted(&self, id: WorkspaceId) -> bool {
        self.damage.is_none() && self.interrupted && id.0 < self.first_of_run.0
    }

    /// Writes an event and, once it is durable, folds it.
    pub async fn record(&self, event: Event) -> Result<(), OfficeError> {
        self.record_from(|_| event).await.map(drop)
    }

    /// Issues one more key of a workspace; it gets the next ordinal.
    pub async fn issue(
        &self,
        workspace: WorkspaceId,
        key: &str,
        scope: Scope,
        ends_up: Option<Up>,
    ) -> Result<KeyRow, OfficeError> {
        let make = |folded: &Folded| Event::Issued {
            workspace: workspace.0,
            key: KeyRow {
                ends_up,
                ..key_row(key, folded.keys_of(workspace).len() + 1, scope)
            },
        };
        match self.record_from(make).await? {
            Event::Issued { key, .. } => Ok(key),
            _ => Err(OfficeError::NotKept),
        }
    }

    /// Writes the event that follows from what is known once nobody else writes, and folds it.
    async fn record_from(&self, make: impl FnOnce(&Folded) -> Event) -> Result<Event, OfficeError> {
        if let Some(damage) = &self.damage {
            return Err(OfficeError::ReadOnly(damage.to_string()));
        }
        let permit = self
            .writer
            .permit()
            .await
            .map_err(|_| OfficeError::Stopping)?;
        let mut head = self.head.lock().await;
        let event = make(&self.read());
        let core = LineCore {
            v: 1,
            seq: head.seq + 1,
            event,
        };
        let line = Line {
            core,
            around: LineAround {
                wall: source::wall_ms(),
            },
        };
        let bytes = serde_json::to_vec(&line).map_err(|_| OfficeError::NotKept)?;
        let stored = Stored {
            seq: head.seq + 1,
            hash: link(&head.hash, &bytes),
            bytes: bytes.into(),
        };
        let next = stored.head();
        let append = Append {
            workspace: WorkspaceId::REGISTER,
            expected: *head,
            entries: vec![stored],
            blobs: Vec::new(),
        };
        match permit.submit(append).outcome().await {
            Appended::Committed => {
                *head = next;
                self.write().fold(&line.core.event);
                Ok(line.core.event)
            }
            Appended::Lost(_) | Appended::Failed(_) => Err(OfficeError::NotKept),
        }
    }

    /// Whether it had no event when it was read.
    pub const fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// Why it cannot be trusted as a whole, if so.
    pub const fn damage(&self) -> Option<&Damage> {
        self.damage.as_ref()
    }

    /// Who holds this key; none for a key that nobody issued, and none at all where a lost event may have taken it back.
    pub fn holder(&self, key: &str) -> Option<Holder> {
        if self.damage.is_some() {
            return None;
        }
        self.read().keys.get(&digest(key)).cloned()
    }

    /// The keys that open a workspace, in the order of their ordinals.
    pub fn keys_of(&self, id: WorkspaceId) -> Vec<Holder> {
        self.read().keys_of(id).into_iter().cloned().collect()
    }

    /// The digest, hex, of a workspace's key by its ordinal.
    pub fn digest_of(&self, id: WorkspaceId, ordinal: &str) -> Option<String> {
        let digest = self.read().digest_of(id, ordinal)?;
        Some(HEXLOWER.encode(&digest))
    }

    /// A workspace by its public name.
    pub fn workspace(&self, name: &str) -> Option<Arc<WorkspaceRow>> {
        let folded = self.read();
        folded.workspaces.get(folded.names.get(name)?).cloned()
    }

    /// A workspace by its number.
    pub fn workspace_by_id(&self, id: WorkspaceId) -> Option<Arc<WorkspaceRow>> {
        self.read().workspaces.get(&id.0).cloned()
    }

    /// All workspaces, oldest first.
    pub fn workspaces(&self) -> Vec<Arc<WorkspaceRow>> {
        self.read().workspaces.values().cloned().collect()
    }

    /// The seal of a workspace.
    pub fn seal(&self, name: &str) -> Option<Seal> {
        self.read().sealed.get(name).cloned()
    }

    /// Calls that came after the seal.
    pub fn late(&self, name: &str) -> u64 {
        self.read().late.get(name).copied().unwrap_or(0)
    }

    /// A number that no workspace has yet; it is taken by this call.
    pub fn next_id(&self) -> WorkspaceId {
        let mut folded = self.write();
        folded.next_id += 1;
        WorkspaceId(folded.next_id - 1)
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Folded> {
        self.folded
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Folded> {
        self.folded
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
