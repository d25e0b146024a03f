//! What the register's events add up to: who holds which key, and which workspaces there are.
//!
//! Folded by [`super::Register`], once per event in the order of the log. Holds no key, only digests; can be thrown away
//! and folded again at any time.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use data_encoding::HEXLOWER;
use muddle_log::WorkspaceId;
use muddle_world::call::Credential;
use muddle_world::time::Up;

use super::event::{Event, KeyRow, Scope, WorkspaceRow};

/// Who stands behind a credential.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The key's ordinal.
    pub ordinal: Arc<str>,
    /// What it opens.
    pub scope: Scope,
    /// Whether it was taken back. Whether it has ended and fits the vendor is for the caller to compare.
    pub credential: Credential,
    /// When it ends by itself, in the workspace's `up`.
    pub ends_up: Option<Up>,
}

/// What the register says of a seal.
#[derive(Clone, Debug)]
pub struct Seal {
    /// The workspace's name when it was sealed: the name that was signed.
    pub workspace: String,
    /// Its last entry.
    pub seq: u64,
    /// That entry's hash, hex.
    pub head: String,
    /// The signature, hex.
    pub signature: String,
}

/// All of it.
#[derive(Default)]
pub(super) struct Folded {
    pub keys: HashMap<[u8; 32], Holder>,
    pub workspaces: BTreeMap<u64, Arc<WorkspaceRow>>,
    pub names: BTreeMap<String, u64>,
    pub sealed: BTreeMap<String, Seal>,
    pub late: BTreeMap<String, u64>,
    pub next_id: u64,
    pub running: bool,
}

impl Folded {
    pub fn fold(&mut self, event: &Event) {
        match event {
            Event::Started => self.running = true,
            Event::Stopped => self.running = false,
            Event::Opened { workspace, keys } => self.opened(workspace, keys),
            Event::Issued { workspace, key } => self.issued(WorkspaceId(*workspace), key),
            Event::Revoked { digest } => {
                if let Some(holder) = self.holder_mut(digest) {
                    holder.credential = Credential::Revoked;
                }
            }
            Event::Expires { digest, ends_up } => {
                if let Some(holder) = self.holder_mut(digest) {
                    holder.ends_up = Some(*ends_up);
                }
            }
            Event::Sealed {
                workspace,
                seq,
                head,
                receipt,
            } => {
                let seal = Seal {
                    workspace: workspace.clone(),
                    seq: *seq,
                    head: head.clone(),
                    signature: receipt.clone(),
                };
                self.sealed.insert(workspace.clone(), seal);
            }
            Event::Replaced { old, new } => self.replaced(*old, *new),
            Event::Late { workspace, calls } => {
                self.late.insert(workspace.clone(), *calls);
            }
            Event::Graded { .. } => {}
        }
    }

    fn holder_mut(&mut self, hex: &str) -> Option<&mut Holder> {
        self.keys.get_mut(&raw(hex)?)
    }

    /// The keys that open a workspace, in the order of their ordinals.
    pub fn keys_of(&self, id: WorkspaceId) -> Vec<&Holder> {
        let of = self.keys.values().filter(|key| key.workspace == id);
        let mut keys: Vec<&Holder> = of.collect();
        keys.sort_by(|a, b| (a.ordinal.len(), &a.ordinal).cmp(&(b.ordinal.len(), &b.ordinal)));
        keys
    }

    /// The digest of a workspace's key by its ordinal.
    pub fn digest_of(&self, id: WorkspaceId, ordinal: &str) -> Option<[u8; 32]> {
        let mut keys = self.keys.iter();
        keys.find(|(_, key)| key.workspace == id && &*key.ordinal == ordinal)
            .map(|(digest, _)| *digest)
    }

    /// Gives a row to every workspace whose own event is lost, so that its log can still be read.
    pub fn name_orphans(&mut self, ids: impl Iterator<Item = u64>) {
        for id in ids {
            if self.workspaces.contains_key(&id) {
                continue;
            }
            let name = format!("unnamed-{id}");
            let row = WorkspaceRow {
                id,
                name: name.clone(),
                scenario: "unknown".to_owned(),
                mode: "unknown".to_owned(),
                clean: false,
                candidate: None,
                seed: None,
                address: String::new(),
                forked: None,
                real_latency: false,
            };
            self.names.insert(name, id);
            self.workspaces.insert(id, Arc::new(row));
        }
    }

    fn issued(&mut self, workspace: WorkspaceId, key: &KeyRow) {
        let holder = Holder {
            workspace,
            ordinal: key.ordinal.as_str().into(),
            scope: key.scope,
            credential: Credential::Valid,
            ends_up: key.ends_up,
        };
        if let Some(digest) = raw(&key.digest) {
            self.keys.insert(digest, holder);
        }
    }

    fn opened(&mut self, workspace: &WorkspaceRow, keys: &[KeyRow]) {
        for key in keys {
            self.issued(WorkspaceId(workspace.id), key);
        }
        self.next_id = self.next_id.max(workspace.id + 1);
        self.names.insert(workspace.name.clone(), workspace.id);
        self.workspaces
            .insert(workspace.id, Arc::new(workspace.clone()));
    }

    /// The keys of the old workspace open the new one from now on; the old one keeps its log under a name of its own.
    /// What was taken back stays so; an end was a moment of the old one's time and goes with it.
    fn replaced(&mut self, old: u64, new: u64) {
        for holder in self
            .keys
            .values_mut()
            .filter(|holder| holder.workspace.0 == old)
        {
            holder.workspace = WorkspaceId(new);
            holder.ends_up = None;
        }
        let Some(row) = self.workspaces.get_mut(&old).map(Arc::make_mut) else {
            return;
        };
        let name = std::mem::take(&mut row.name);
        row.name = format!("{name}~{old}");
        if let Some(seal) = self.sealed.remove(&name) {
            self.sealed.insert(row.name.clone(), seal);
        }
        self.late.remove(&name);
        self.names.insert(row.name.clone(), old);
        if let Some(next) = self.workspaces.get_mut(&new).map(Arc::make_mut) {
            self.names.remove(&next.name);
            next.name.clone_from(&name);
        }
        self.names.insert(name, new);
    }
}

fn raw(hex: &str) -> Option<[u8; 32]> {
    HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()
}
