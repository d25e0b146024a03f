//! What is stored, and what an append asks for and is told.
//!
//! Built by the office, kept by the stores. Invariant: plain values, the bytes opaque; nothing here computes a hash or reads an entry.

use std::fmt;
use std::sync::Arc;

use crate::blob::Blob;
use crate::error::LogError;

/// A workspace's number. 0 is the register.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct WorkspaceId(pub u64);

impl WorkspaceId {
    /// The log of what is not one workspace's.
    pub const REGISTER: Self = Self(0);
}

impl fmt::Display for WorkspaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// SHA-256 of the previous hash and the stored bytes, computed by whoever writes the entry.
pub type Hash = [u8; 32];

/// Where a workspace's log ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Head {
    /// The last entry's number; 0 when there is none.
    pub seq: u64,
    /// The last entry's hash; zeros when there is none.
    pub hash: Hash,
}

impl Head {
    /// The head of a log without entries.
    pub const EMPTY: Self = Self {
        seq: 0,
        hash: [0; 32],
    };
}

/// One entry as it lies in the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored {
    /// 1, 2, 3 … without gaps.
    pub seq: u64,
    /// Kept beside the bytes.
    pub hash: Hash,
    /// The entry, opaque here.
    pub bytes: Arc<[u8]>,
}

impl Stored {
    /// The head a log has once this is its last entry.
    pub fn head(&self) -> Head {
        Head {
            seq: self.seq,
            hash: self.hash,
        }
    }
}

/// Entries one workspace wants behind the head it knows: all of them or none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Append {
    /// Whose log.
    pub workspace: WorkspaceId,
    /// The head as the caller knows it; another one in the store means `Lost`.
    pub expected: Head,
    /// Numbered `expected.seq + 1` onward.
    pub entries: Vec<Stored>,
    /// **Every** blob these entries name, those put before by `put_blobs` too: this is what makes the workspace own them, so that
    /// the deletion of another does not take them away. A blob the store has costs one look-up.
    pub blobs: Vec<Blob>,
}

impl Append {
    /// The head the workspace has once this is committed.
    pub fn head_after(&self) -> Head {
        self.entries.last().map_or(self.expected, Stored::head)
    }
}

/// What became of one [`Append`].
#[derive(Clone, Debug)]
pub enum Appended {
    /// It is durable.
    Committed,
    /// Somebody else's entry is there; this is the head the store has. Nothing was written.
    Lost(Head),
    /// Nothing was written, or nobody can tell: read the log again.
    Failed(Arc<LogError>),
}

impl Appended {
    /// Whether the entries are durable.
    pub fn is_committed(&self) -> bool {
        matches!(self, Self::Committed)
    }
}

/// One line of the wire stream: what the socket really did with the answer to entry `seq`.
///
/// There is one row per `(workspace, seq)`; a later one replaces the earlier. Rows of a workspace that has no entries are let go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WireRow {
    /// Whose stream.
    pub workspace: WorkspaceId,
    /// The entry it is about.
    pub seq: u64,
    /// Opaque here, but one line.
    pub json: String,
}
