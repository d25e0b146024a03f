//! What the register writes down: workspaces, keys as digests, and what happened to either.
//!
//! Recorded by [`super::Register`] and folded by [`super::folded`]. Part of the public log format: a new event or an
//! optional field may be added, none changes its meaning.

use data_encoding::HEXLOWER;
use muddle_world::time::Up;
use muddle_world::vendor::Vendor;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

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

impl Scope {
    /// What it opens, in a word: a vendor or a role.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vendor(vendor) => vendor.name(),
            Self::Candidate => "candidate",
            Self::Interviewer => "interviewer",
            Self::Grader => "grader",
        }
    }
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
    /// When it ends by itself, in the workspace's `up`; never if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_up: Option<Up>,
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
    /// One more key was issued.
    Issued {
        /// The workspace's number.
        workspace: u64,
        /// The key.
        key: KeyRow,
    },
    /// A key was taken back, for good.
    Revoked {
        /// SHA-256 of the key, hex.
        digest: String,
    },
    /// A key was given an end.
    Expires {
        /// SHA-256 of the key, hex.
        digest: String,
        /// When it ends, in the workspace's `up`.
        ends_up: Up,
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

#[derive(Serialize, Deserialize)]
pub(super) struct Line {
    pub core: LineCore,
    pub around: LineAround,
}

#[derive(Serialize, Deserialize)]
pub(super) struct LineCore {
    pub v: u32,
    pub seq: u64,
    pub event: Event,
}

#[derive(Serialize, Deserialize)]
pub(super) struct LineAround {
    pub wall: i64,
}

/// SHA-256 of a key.
pub(super) fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// A key's row, made when it is issued.
pub fn key_row(key: &str, ordinal: usize, scope: Scope) -> KeyRow {
    KeyRow {
        digest: HEXLOWER.encode(&digest(key)),
        ordinal: format!("k{ordinal}"),
        scope,
        ends_up: None,
    }
}
