//! What a rule may look at when it decides: the world, the moment, and how stale the view of it is.
//!
//! Handed to every `decide`; holds shared references only, so a rule that panics has changed nothing.

use crate::chance::Seed;
use crate::effect::{Effects, mint};
use crate::row::Str;
use crate::time::{At, Up};
use crate::vendor::Vendor;
use crate::world::World;

/// The world at a call's moment.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// Everything.
    pub world: &'a World,
    /// Office time of the call.
    pub at: At,
    /// Time since opening.
    pub up: Up,
    /// The entry's number.
    pub seq: u64,
}

impl<'a> View<'a> {
    /// The seed for draws.
    pub fn seed(&self) -> &'a Seed {
        &self.world.seed
    }

    /// Mints the next id of a collection, counting those that `effects` already creates.
    pub fn mint(
        &self,
        effects: &Effects,
        vendor: Vendor,
        collection: &str,
        prefix: &str,
        length: usize,
    ) -> Str {
        mint(
            self.seed(),
            collection,
            self.nth(effects, vendor, collection),
            prefix,
            length,
        )
    }

    /// The ordinal that the collection's next record gets.
    pub fn nth(&self, effects: &Effects, vendor: Vendor, collection: &str) -> u64 {
        self.world.minted(vendor, collection) + effects.creating(vendor, collection)
    }

    /// The moment `lag_ms` ago, for a lagging index; `None` for no lag.
    pub fn cutoff(&self, lag_ms: i64) -> Option<Up> {
        (lag_ms > 0).then(|| self.up.plus(-lag_ms))
    }
}
