//! What is not one workspace's: which workspaces there are, who holds which key, and how the server's own life went.
//!
//! Workspace 0 of the log, in the same chained format. Called by `office` for every credential (an in-memory look-up)
//! and for every change (one durable event). Keys and tokens are here as digests only; everything in memory is folded
//! from the events and can be thrown away.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, RwLock};

use data_encoding::HEXLOWER;
use muddle_log::{Append, Appended, Head, Log, Stored, WorkspaceId, Writer};
use muddle_world::call::Credential;
use muddle_world::entry::link;
use muddle_world::vendor::Vendor;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::OfficeError;
use crate::source;

/// Entries read at once when the register is folded.
const READ_MAX: usize = 4_096;

/// What a key opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// A vendor's API.
    Vendor(Vendor),
    /// The candidate's part of our own API.
    Candidate,
    /// Faults and clock of one workspace.
    Interviewer,
    /// Truth and grade of one workspace.
    Grader,
}

/// A key as the register knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRow {
    /// SHA-256 of the key, hex.
    pub digest: String,
    /// Its ordinal in the workspace: `k1`.
    pub ordinal: String,
    /// What it opens.
    pub scope: Scope,
}

/// A workspace as the register knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceRow {
    /// Its number in the log.
    pub id: u64,
    /// Its public name.
    pub name: String,
    /// Its scenario.
    pub scenario: String,
    /// `practice`, `live` or `exam`.
    pub mode: String,
    /// Without the mess.
    #[serde(default)]
    pub clean: bool,
    /// Who works in it.
    #[serde(default)]
    pub candidate: Option<String>,
    /// The seed's number, where it is no secret.
    #[serde(default)]
    pub seed: Option<u64>,
    /// The mailbox's address.
    pub address: String,
    /// The one it was copied from, and up to which entry.
    #[serde(default)]
    pub forked: Option<(String, u64)>,
    /// Sleep of injected latency as it is, even under a clock that counts it.
    #[serde(default)]
    pub real_latency: bool,
}

/// Something that happened to the server or to a workspace as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The server started.
    Started,
    /// The server stopped in order.
    Stopped,
    /// A workspace was opened, with these keys.
    Opened {
        /// Which.
        workspace: WorkspaceRow,
        /// Its keys.
        keys: Vec<KeyRow>,
    },
    /// A key was taken back.
    Revoked {
        /// SHA-256 of the key, hex.
        digest: String,
    },
    /// An office was sealed.
    Sealed {
        /// Which.
        workspace: String,
        /// Its last entry.
        seq: u64,
        /// That entry's hash, hex.
        head: String,
        /// The signature over it, hex.
        receipt: String,
    },
    /// A workspace was reset: its name and keys now open another.
    Replaced {
        /// The old number.
        old: u64,
        /// The new number.
        new: u64,
    },
    /// A workspace was graded.
    Graded {
        /// Which.
        workspace: String,
        /// Up to which entry.
        seq: u64,
        /// The score, in hundredths.
        score_x100: Option<i64>,
    },
    /// Calls came after the seal.
    Late {
        /// Which.
        workspace: String,
        /// How many so far.
        calls: u64,
    },
}

/// Who stands behind a credential.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The key's ordinal.
    pub ordinal: Arc<str>,
    /// What it opens.
    pub scope: Scope,
    /// Whether it is still good. Whether it fits the vendor is for the caller to compare.
    pub credential: Credential,
}

#[derive(Default)]
struct Folded {
    keys: HashMap<[u8; 32], Holder>,
    workspaces: BTreeMap<u64, WorkspaceRow>,
    names: BTreeMap<String, u64>,
    sealed: BTreeMap<String, (u64, String, String)>,
    late: BTreeMap<String, u64>,
    next_id: u64,
    running: bool,
}

/// The register.
pub struct Register {
    writer: Writer,
    head: tokio::sync::Mutex<Head>,
    folded: RwLock<Folded>,
    interrupted: bool,
}

#[derive(Serialize, Deserialize)]
struct Line {
    core: LineCore,
    around: LineAround,
}

#[derive(Serialize, Deserialize)]
struct LineCore {
    v: u32,
    seq: u64,
    event: Event,
}

#[derive(Serialize, Deserialize)]
struct LineAround {
    wall: i64,
}

/// SHA-256 of a key.
fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// A key's row, made when it is issued.
pub fn key_row(key: &str, ordinal: usize, scope: Scope) -> KeyRow {
    KeyRow {
        digest: HEXLOWER.encode(&digest(key)),
        ordinal: format!("k{ordinal}"),
        scope,
    }
}

impl Register {
    /// Folds what is stored. Blocks: call it where that is allowed.
    pub fn load(log: &dyn Log, writer: Writer) -> Result<Self, OfficeError> {
        let mut folded = Folded {
            next_id: 1,
            ..Folded::default()
        };
        let mut head = Head::EMPTY;
        loop {
            let page = log.read(WorkspaceId::REGISTER, head.seq + 1, READ_MAX)?;
            if page.is_empty() {
                break;
            }
            for stored in &page {
                let damaged = |what: String| OfficeError::Damaged {
                    workspace: "register".into(),
                    seq: stored.seq,
                    what,
                };
                if link(&head.hash, &stored.bytes) != stored.hash {
                    return Err(damaged("its hash does not continue the chain".into()));
                }
                let line: Line = serde_json::from_slice(&stored.bytes)
                    .map_err(|error| damaged(error.to_string()))?;
                folded.fold(&line.core.event);
                head = stored.head();
            }
        }
        let interrupted = folded.running;
        Ok(Self {
            writer,
            head: tokio::sync::Mutex::new(head),
            folded: RwLock::new(folded),
            interrupted,
        })
    }

    /// Whether the run before this one ended without a word.
    pub const fn interrupted(&self) -> bool {
        self.interrupted
    }

    /// Writes an event and, once it is durable, folds it.
    pub async fn record(&self, event: Event) -> Result<(), OfficeError> {
        let permit = self
            .writer
            .permit()
            .await
            .map_err(|_| OfficeError::Stopping)?;
        let mut head = self.head.lock().await;
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
                Ok(())
            }
            Appended::Lost(_) | Appended::Failed(_) => Err(OfficeError::NotKept),
        }
    }

    /// Who holds this key; none for a key that nobody issued.
    pub fn holder(&self, key: &str) -> Option<Holder> {
        self.read().keys.get(&digest(key)).cloned()
    }

    /// The keys that open a workspace, in the order of their ordinals.
    pub fn keys_of(&self, id: WorkspaceId) -> Vec<Holder> {
        let folded = self.read();
        let of = folded.keys.values().filter(|key| key.workspace == id);
        let mut keys: Vec<Holder> = of.cloned().collect();
        keys.sort_by(|a, b| (a.ordinal.len(), &a.ordinal).cmp(&(b.ordinal.len(), &b.ordinal)));
        keys
    }

    /// A workspace by its public name.
    pub fn workspace(&self, name: &str) -> Option<WorkspaceRow> {
        let folded = self.read();
        folded.workspaces.get(folded.names.get(name)?).cloned()
    }

    /// A workspace by its number.
    pub fn workspace_by_id(&self, id: WorkspaceId) -> Option<WorkspaceRow> {
        self.read().workspaces.get(&id.0).cloned()
    }

    /// All workspaces, oldest first.
    pub fn workspaces(&self) -> Vec<WorkspaceRow> {
        self.read().workspaces.values().cloned().collect()
    }

    /// The seal of a workspace: (last entry, its hash, receipt).
    pub fn seal(&self, name: &str) -> Option<(u64, String, String)> {
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

impl Folded {
    fn fold(&mut self, event: &Event) {
        match event {
            Event::Started => self.running = true,
            Event::Stopped => self.running = false,
            Event::Opened { workspace, keys } => self.opened(workspace, keys),
            Event::Revoked { digest } => {
                if let Some(holder) = raw(digest).and_then(|digest| self.keys.get_mut(&digest)) {
                    holder.credential = Credential::Revoked;
                }
            }
            Event::Sealed {
                workspace,
                seq,
                head,
                receipt,
            } => {
                self.sealed
                    .insert(workspace.clone(), (*seq, head.clone(), receipt.clone()));
            }
            Event::Replaced { old, new } => self.replaced(*old, *new),
            Event::Late { workspace, calls } => {
                self.late.insert(workspace.clone(), *calls);
            }
            Event::Graded { .. } => {}
        }
    }

    fn opened(&mut self, workspace: &WorkspaceRow, keys: &[KeyRow]) {
        for key in keys {
            let holder = Holder {
                workspace: WorkspaceId(workspace.id),
                ordinal: key.ordinal.as_str().into(),
                scope: key.scope,
                credential: Credential::Valid,
            };
            if let Some(digest) = raw(&key.digest) {
                self.keys.insert(digest, holder);
            }
        }
        self.next_id = self.next_id.max(workspace.id + 1);
        self.names.insert(workspace.name.clone(), workspace.id);
        self.workspaces.insert(workspace.id, workspace.clone());
    }

    /// The keys of the old workspace open the new one from now on; the old one keeps its log under a name of its own.
    fn replaced(&mut self, old: u64, new: u64) {
        for holder in self
            .keys
            .values_mut()
            .filter(|holder| holder.workspace.0 == old)
        {
            holder.workspace = WorkspaceId(new);
        }
        let Some(mut row) = self.workspaces.get(&old).cloned() else {
            return;
        };
        let name = row.name.clone();
        row.name = format!("{name}~{old}");
        if let Some(seal) = self.sealed.remove(&name) {
            self.sealed.insert(row.name.clone(), seal);
        }
        self.late.remove(&name);
        self.names.insert(row.name.clone(), old);
        if let Some(next) = self.workspaces.get_mut(&new) {
            self.names.remove(&next.name);
            next.name.clone_from(&name);
        }
        self.names.insert(name, new);
        self.workspaces.insert(old, row);
    }
}

fn raw(hex: &str) -> Option<[u8; 32]> {
    HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()
}
