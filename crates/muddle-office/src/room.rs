//! Which workspaces stay in memory: as many as there is room for, the last used ones first.
//!
//! Asked by `office` whenever a workspace wakes or is opened, and now and then for those that grew. What is asleep is woken
//! by its next call, at the cost of a fold.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::limits;
use crate::office::Office;

/// What an office may hold; each is a named maximum of [`crate::limits`].
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Workspaces in memory.
    pub awake_max: usize,
    /// Bytes of workspaces in memory, estimated.
    pub awake_bytes_max: u64,
    /// Forks of one workspace.
    pub forks_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            awake_max: limits::AWAKE_MAX,
            awake_bytes_max: limits::AWAKE_BYTES_MAX,
            forks_max: limits::FORKS_MAX,
        }
    }
}

impl Office {
    /// Puts the least recently used workspaces to sleep until those in memory are within their limits. One that has
    /// calls under way or waiting in it stays.
    pub(crate) fn make_room(&self) {
        let Limits {
            awake_max,
            awake_bytes_max,
            ..
        } = self.config().limits;
        let mut awake = self.awake();
        awake.sort_by_key(|workspace| Reverse(workspace.used_ms()));
        let mut openings = BTreeSet::new();
        let (mut count, mut bytes) = (0, 0);
        for workspace in awake {
            let (own, opening) = workspace.weight();
            let shared = if openings.insert(opening.0) {
                opening.1
            } else {
                0
            };
            let first = count == 0;
            count += 1;
            bytes += own + shared;
            if !first && (count > awake_max || bytes > awake_bytes_max) && workspace.doze(0) {
                count -= 1;
                bytes -= own + shared;
                if shared > 0 {
                    openings.remove(&opening.0);
                }
            }
        }
    }
}
