//! What a workspace takes in memory, and how it leaves.
//!
//! Written by `workspace` whenever its desk changes; read by the office, which lets the least recently used one sleep.
//! Invariant: a workspace sleeps only while nobody calls it and nobody waits in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Workspace;
use crate::act::Desk;
use crate::{limits, source};

/// What a workspace takes in memory, about; zero until it was awake once.
#[derive(Default)]
pub(super) struct Weight {
    /// Bytes of its own.
    own: AtomicU64,
    /// Bytes of long values that it shares with the workspace it was forked from.
    shared: AtomicU64,
    /// Names what it shares with others of its opening: equal numbers, one opening in memory.
    opening: AtomicU64,
    /// Bytes of that.
    opening_bytes: AtomicU64,
}

impl Weight {
    /// Of a desk that was just built.
    pub(super) fn begins(&self, desk: &Desk, opening_bytes: u64) {
        let address = Arc::as_ptr(&desk.story).addr() as u64;
        self.shared.store(0, Ordering::Relaxed);
        self.opening.store(address, Ordering::Relaxed);
        self.opening_bytes.store(opening_bytes, Ordering::Relaxed);
        self.grows(desk);
    }

    /// Of a desk that is a copy of another one as it stands.
    pub(super) fn begins_shared(&self, desk: &Desk, opening_bytes: u64) {
        self.begins(desk, opening_bytes);
        self.shared.store(desk.kept, Ordering::Relaxed);
        self.grows(desk);
    }

    /// Of a desk that was written at.
    pub(super) fn grows(&self, desk: &Desk) {
        let shared = self.shared.load(Ordering::Relaxed);
        let own = limits::WORKSPACE_BYTES
            + desk.world.seq * limits::ENTRY_BYTES
            + desk.kept.saturating_sub(shared);
        self.own.store(own, Ordering::Relaxed);
    }
}

impl Workspace {
    /// Bytes it takes in memory by itself, and what names its opening, with that one's bytes.
    pub(crate) fn weight(&self) -> (u64, (u64, u64)) {
        let read = |number: &AtomicU64| number.load(Ordering::Relaxed);
        let Weight {
            own,
            opening,
            opening_bytes,
            ..
        } = &self.weight;
        (read(own), (read(opening), read(opening_bytes)))
    }

    /// When it was last called.
    pub(crate) fn used_ms(&self) -> i64 {
        self.used_ms.load(Ordering::Relaxed)
    }

    /// Puts the desk out of memory if nobody used it for `idle_ms`. True if it sleeps now.
    pub fn doze(&self, idle_ms: i64) -> bool {
        let idle = source::monotonic_ms() - self.used_ms.load(Ordering::Relaxed);
        if idle < idle_ms || self.in_flight.load(Ordering::Relaxed) > 0 {
            return false;
        }
        let Ok(mut seat) = self.seat.try_lock() else {
            return false;
        };
        // A call may have come in between, and its entry be on its way to the log.
        if self.in_flight.load(Ordering::Relaxed) > 0 {
            return false;
        }
        if seat
            .desk
            .as_ref()
            .is_some_and(|desk| !desk.world.office.parked.is_empty())
        {
            return false;
        }
        seat.desk = None;
        self.resident.store(false, Ordering::Relaxed);
        true
    }
}
