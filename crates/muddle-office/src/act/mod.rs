//! The order of things: one call, from the clock's reading to the entry. Everything it calls is a leaf.
//!
//! Called by `workspace` under the workspace's lock, and by `verify` with the inputs of a log. Pure: no IO, no clock,
//! no entropy; what it needs of those comes in with the [`Input`]. `judge`, `decide` and `react` see `&World`, so if one
//! of them panics nothing was touched and the call is logged as our failure.

mod draft;
mod due;
mod order;
#[cfg(test)]
mod tests;

pub use order::{Acted, Told};

use std::sync::Arc;

use muddle_world::call::{ActorKind, Credential, Input};
use muddle_world::clock::Mode;
use muddle_world::effect::Effects;
use muddle_world::entry::{Around, Core};
use muddle_world::office::Plan;
use muddle_world::time::Up;
use muddle_world::world::World;

/// What the people of an office do about an entry. Pure; implemented by the scenario's people.
pub trait Story: Send + Sync {
    /// Plans that follow from an entry: agenda items and memory, nothing else.
    fn react(&self, world: &World, core: &Core) -> Vec<Plan>;
}

/// An office where nobody reacts.
pub struct Nobody;

impl Story for Nobody {
    fn react(&self, _world: &World, _core: &Core) -> Vec<Plan> {
        Vec::new()
    }
}

/// A workspace in memory: its world, its people and the end of its chain.
pub struct Desk {
    /// Everything it is.
    pub world: World,
    /// Who reacts.
    pub story: Arc<dyn Story>,
    /// Hash of the last entry.
    pub hash: [u8; 32],
    /// Stored bytes so far, those of long values included.
    pub bytes: u64,
    /// Bytes of the long values that stay in memory: mail above all.
    pub kept: u64,
    /// What it may hold.
    pub limits: DeskLimits,
}

/// How long a log may grow.
#[derive(Clone, Copy, Debug)]
pub struct DeskLimits {
    /// Entries.
    pub entries_max: u64,
    /// Stored bytes.
    pub bytes_max: u64,
    /// Bytes of long values, mail above all.
    pub kept_max: u64,
}

impl Default for DeskLimits {
    fn default() -> Self {
        Self {
            entries_max: muddle_world::limits::ENTRIES_MAX,
            bytes_max: muddle_world::limits::LOG_BYTES_MAX,
            kept_max: muddle_world::limits::LONG_VALUES_BYTES_MAX,
        }
    }
}

/// An entry as it goes to the log.
#[derive(Clone, Debug)]
pub struct Written {
    /// Its number.
    pub seq: u64,
    /// Its link of the chain.
    pub hash: [u8; 32],
    /// Its stored bytes.
    pub bytes: Arc<[u8]>,
    /// Values that were too long for it.
    pub blobs: Vec<Vec<u8>>,
}

/// The log does not fit this version's world; the workspace must be rebuilt or refused.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// A field that this version cannot take.
    #[error("entry {seq} cannot be folded: {source}")]
    Fold {
        /// The entry.
        seq: u64,
        /// Why.
        source: muddle_world::row::PatchError,
    },
    /// A rule panicked while folding: a broken invariant.
    #[error("entry {seq} broke an invariant while it was folded")]
    Panicked {
        /// The entry.
        seq: u64,
    },
    /// The office is closed; its log takes no more entries.
    #[error("the office is sealed")]
    Sealed,
    /// The call was parked no longer.
    #[error("entry {seq} parks no call")]
    NotParked {
        /// The entry named.
        seq: u64,
    },
}

impl Desk {
    /// A desk that starts from an opened world.
    pub fn new(world: World, story: Arc<dyn Story>) -> Self {
        Self {
            world,
            story,
            hash: [0; 32],
            bytes: 0,
            kept: 0,
            limits: DeskLimits::default(),
        }
    }

    /// A desk of its own that stands where this one does; rows are shared until one of both writes them.
    pub fn copy(&self) -> Self {
        Self {
            world: self.world.clone(),
            story: self.story.clone(),
            ..*self
        }
    }

    /// Acts on one input: whatever is due, then the call. `around` goes to the call's own entry.
    pub fn act(&mut self, mut input: Input, around: Around) -> Result<Acted, ActError> {
        if self.world.sealed() {
            return Err(ActError::Sealed);
        }
        if input.actor.kind == ActorKind::Candidate {
            input.actor.attempt = self.world.attempt();
        }
        let mut acted = Acted::default();
        let pause_ms = self.pause_ms(&input);
        input.paused = pause_ms > 0;
        let moment = self.reading(&input, pause_ms);
        self.fire_due(moment, &mut acted)?;
        let told = self.take(
            input,
            moment,
            around,
            Effects::default(),
            &mut acted.written,
        )?;
        acted.told = Some(told);
        Ok(acted)
    }

    /// How far office time moves before this call: under the `step` clock, where a vendor's last answers to the key failed
    /// and its caller paused in real time since, as an SDK does that retries by itself.
    fn pause_ms(&self, input: &Input) -> i64 {
        let actor = &input.actor;
        let counts = input.paused
            && actor.kind == ActorKind::Candidate
            && actor.credential == Credential::Valid
            && matches!(self.world.clock().mode, Mode::Step { .. });
        let Some(key) = actor.key.as_ref().filter(|_| counts) else {
            return 0;
        };
        let now = self.moment_at(self.world.up).at;
        self.world.streaks.pause_ms(input.call.vendor(), key, now)
    }

    /// Fires what is due at the clock's reading `up`, and nothing else.
    pub fn tick(&mut self, up: Up) -> Result<Acted, ActError> {
        let mut acted = Acted::default();
        let moment = self.moment_at(up.max(self.world.up));
        self.fire_due(moment, &mut acted)?;
        Ok(acted)
    }

    /// Continues a parked call at the clock's reading `up`: its caller went away, or its fault was lifted.
    pub fn resume(&mut self, seq: u64, up: Up) -> Result<Acted, ActError> {
        let mut acted = self.tick(up)?;
        let parked = self.world.office.parked.get(&seq.to_string()).is_some();
        if !parked && !acted.written.is_empty() {
            // What was due came first and left it parked no longer; those entries stand and must be kept.
            return Ok(acted);
        }
        let moment = self.moment_at(up.max(self.world.up));
        let told = self.take_parked(seq, moment, &mut acted.written)?;
        acted.resumed.push((seq, told));
        Ok(acted)
    }
}
