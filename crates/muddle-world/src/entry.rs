//! One line of the log: what happened, as it is stored, hashed and exported.
//!
//! Built by `office::act` alone and folded by `World::apply`. `core` is what rules, replay and checks read; `around`
//! is circumstance that none of them may read. Stored bytes are hashed as they are and never written again.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::call::{Actor, Call, Origin};
use crate::effect::Effect;
use crate::fault::Verdict;
use crate::reply::Reply;
use crate::row::Str;
use crate::time::{At, Up};
use crate::vendor::Vendor;

/// The format's version. A new optional field or enum value keeps it; a changed meaning raises it.
pub const VERSION: u32 = 1;

/// How a call ended for the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done, and told.
    Ok,
    /// The vendor said no.
    Refused,
    /// Injected, and nothing was applied.
    Failed,
    /// The caller cannot know whether it took effect.
    Indefinite,
    /// It did not parse.
    Malformed,
    /// It waits before its effect; a later entry continues it.
    Parked,
    /// It was parked and will never take effect.
    Dropped,
    /// Our own failure.
    Broken,
}

/// What became of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It goes out as decided.
    Sent,
    /// It goes out changed.
    Altered,
    /// It never arrives.
    Lost,
}

/// The part of an entry that rules, replay and checks read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Core {
    /// Version of the format.
    pub v: u32,
    /// 1.. without gaps.
    pub seq: u64,
    /// Milliseconds since opening; the one clock reading.
    pub up: Up,
    /// Office time.
    pub at: At,
    /// Office time moved before this call, because its caller paused in real time after failed answers. The pause is an
    /// input; how far it moved is decided (see [`crate::streaks`]).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
    /// Who.
    pub actor: Actor,
    /// Over which wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Who was called.
    pub vendor: Vendor,
    /// What was asked; absent for a path no operation answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<Str>,
    /// What makes two attempts the same logical call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Str>,
    /// The call, typed.
    pub call: Call,
    /// Ids of the fault rules that matched, whether or not they struck.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matched: Vec<Str>,
    /// The fault that struck.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
    /// What was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
    /// HTTP status of the answer; absent where none was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether the vendor's rules were carried out.
    pub applied: bool,
    /// What became of the answer; absent where nobody waits for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Fate>,
    /// The caller's idempotency key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<Str>,
    /// The entry that this one continues or repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<u64>,
}

/// Circumstance: nothing that a rule or a check reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Around {
    /// The wall clock, milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wall: Option<i64>,
    /// The process that took the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<Str>,
    /// The request's trace id. Reserved: nothing writes it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Str>,
    /// The caller's user agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<Str>,
}

/// An entry as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// What happened.
    pub core: Core,
    /// In which circumstances.
    pub around: Around,
}

impl Entry {
    /// The bytes that are stored and hashed.
    ///
    /// # Panics
    /// Never for entries built by this crate: no map in them has keys other than text.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(2_048);
        serde_json::to_writer(&mut bytes, self).expect("entries hold only what JSON can write");
        bytes
    }

    /// Reads stored bytes.
    pub fn read(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

/// The next link of a workspace's chain: SHA-256(previous hash ‖ stored bytes).
pub fn link(previous: &[u8; 32], bytes: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(previous);
    hash.update(bytes);
    hash.finalize().into()
}
