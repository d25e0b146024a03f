//! What the fold of an entry reads, and no more: a log is folded far more often than anybody looks at its requests.
//!
//! Made by `World::apply` from a core at hand, and from stored bytes by whoever replays a log. Most entries are reads,
//! whose fold needs neither call nor reply: those stay text until [`Part::get`] asks. Invariant: both ways to a gist of
//! the same entry fold to the same world.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;

use crate::call::{ActorKind, Call, Credential};
use crate::effect::Effect;
use crate::entry::{Core, Fate, Outcome};
use crate::fault::Verdict;
use crate::reply::Reply;
use crate::row::{PatchError, Str};
use crate::time::{At, Up};
use crate::vendor::Vendor;

/// A part of an entry: read, or still as stored.
#[derive(Clone, Debug)]
pub enum Part<'a, T> {
    /// At hand.
    Read(&'a T),
    /// As stored.
    Stored(&'a RawValue),
}

impl<'a, T: Clone + DeserializeOwned> Part<'a, T> {
    /// The part itself. `name` is what an error calls it.
    pub fn get(&self, name: &str) -> Result<Cow<'a, T>, PatchError> {
        match self {
            Self::Read(part) => Ok(Cow::Borrowed(part)),
            Self::Stored(text) => match T::deserialize(*text) {
                Ok(part) => Ok(Cow::Owned(part)),
                Err(error) => Err(PatchError {
                    field: name.to_owned(),
                    why: error.to_string(),
                }),
            },
        }
    }
}

/// The gist of an entry; the fields are those of [`Core`].
#[derive(Clone, Debug)]
pub struct Gist<'a> {
    /// 1.. without gaps.
    pub seq: u64,
    /// Milliseconds since opening.
    pub up: Up,
    /// Office time.
    pub at: At,
    /// Who.
    pub actor: ActorKind,
    /// What the register said of the key.
    pub credential: Credential,
    /// Ordinal of the key.
    pub key: Option<Part<'a, Str>>,
    /// Who was called.
    pub vendor: Vendor,
    /// What makes two attempts the same logical call.
    pub subject: Option<Part<'a, Str>>,
    /// The call, typed.
    pub call: Part<'a, Call>,
    /// Ids of the fault rules that matched.
    pub matched: Cow<'a, [Str]>,
    /// The fault that struck.
    pub verdict: Option<Cow<'a, Verdict>>,
    /// What changed.
    pub effects: Cow<'a, [Effect]>,
    /// What was said.
    pub reply: Option<Part<'a, Reply>>,
    /// HTTP status of the answer.
    pub status: Option<u16>,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether the vendor's rules were carried out.
    pub applied: bool,
    /// What became of the answer.
    pub answer: Option<Fate>,
    /// Whether the caller sent an idempotency key.
    pub keyed: bool,
    /// The entry that this one continues or repeats.
    pub about: Option<u64>,
}

impl<'a> Gist<'a> {
    /// What was said, read.
    pub fn reply_read(&self) -> Result<Option<Cow<'_, Reply>>, PatchError> {
        self.reply
            .as_ref()
            .map(|reply| reply.get("reply"))
            .transpose()
    }

    /// Of a core at hand.
    pub fn of(core: &'a Core) -> Self {
        Self {
            seq: core.seq,
            up: core.up,
            at: core.at,
            actor: core.actor.kind,
            credential: core.actor.credential,
            key: core.actor.key.as_ref().map(Part::Read),
            vendor: core.vendor,
            subject: core.subject.as_ref().map(Part::Read),
            call: Part::Read(&core.call),
            matched: Cow::Borrowed(&core.matched),
            verdict: core.verdict.as_ref().map(Cow::Borrowed),
            effects: Cow::Borrowed(&core.effects),
            reply: core.reply.as_ref().map(Part::Read),
            status: core.status,
            outcome: core.outcome,
            applied: core.applied,
            answer: core.answer,
            keyed: core.idempotency_key.is_some(),
            about: core.about,
        }
    }

    /// Of stored bytes, whose long values must have been put back.
    pub fn read(stored: &'a str) -> Result<Self, serde_json::Error> {
        let Whole { core } = serde_json::from_str(stored)?;
        Ok(Self {
            seq: core.seq,
            up: core.up,
            at: core.at,
            actor: core.actor.kind,
            credential: core.actor.credential,
            key: core.actor.key.map(Part::Stored),
            vendor: core.vendor,
            subject: core.subject.map(Part::Stored),
            call: Part::Stored(core.call),
            matched: Cow::Owned(core.matched),
            verdict: core.verdict.map(Cow::Owned),
            effects: Cow::Owned(core.effects),
            reply: core.reply.map(Part::Stored),
            status: core.status,
            outcome: core.outcome,
            applied: core.applied,
            answer: core.answer,
            keyed: core.idempotency_key.is_some(),
            about: core.about,
        })
    }
}

#[derive(Deserialize)]
struct Whole<'a> {
    #[serde(borrow)]
    core: Stored<'a>,
}

/// A core as stored; fields that no fold reads are passed over.
#[derive(Deserialize)]
struct Stored<'a> {
    seq: u64,
    up: Up,
    at: At,
    #[serde(borrow)]
    actor: Actor<'a>,
    vendor: Vendor,
    #[serde(default, borrow)]
    subject: Option<&'a RawValue>,
    #[serde(borrow)]
    call: &'a RawValue,
    #[serde(default)]
    matched: Vec<Str>,
    #[serde(default)]
    verdict: Option<Verdict>,
    #[serde(default)]
    effects: Vec<Effect>,
    #[serde(default, borrow)]
    reply: Option<&'a RawValue>,
    #[serde(default)]
    status: Option<u16>,
    outcome: Outcome,
    applied: bool,
    #[serde(default)]
    answer: Option<Fate>,
    #[serde(default)]
    idempotency_key: Option<IgnoredAny>,
    #[serde(default)]
    about: Option<u64>,
}

#[derive(Deserialize)]
struct Actor<'a> {
    kind: ActorKind,
    credential: Credential,
    #[serde(default, borrow)]
    key: Option<&'a RawValue>,
}
