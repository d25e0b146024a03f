//! The callers of parked calls, each by the entry that parked it.
//!
//! Called by `workspace` once an entry's fate is known. Whoever is in here is told of the continuation, or let go.

use std::sync::PoisonError;

use muddle_world::entry::Outcome;
use tokio::sync::oneshot;

use super::Workspace;
use crate::act::Told;

impl Workspace {
    /// A parked call's caller waits for its continuation.
    pub(super) fn expect_later(&self, told: Option<&Told>) -> Option<oneshot::Receiver<Told>> {
        let told = told.filter(|told| told.outcome == Outcome::Parked)?;
        let (tell, later) = oneshot::channel();
        self.parked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(told.seq, tell);
        Some(later)
    }

    /// How many callers wait for parked calls of theirs.
    pub fn waiting(&self) -> usize {
        let parked = self.parked.lock().unwrap_or_else(PoisonError::into_inner);
        parked.values().filter(|tell| !tell.is_closed()).count()
    }

    /// Lets go of the parked calls that nobody listens for any more.
    pub(super) fn forget_gone(&self) {
        self.parked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|_, tell| !tell.is_closed());
    }

    pub(super) fn tell(&self, resumed: Vec<(u64, Told)>) {
        for (seq, told) in resumed {
            let waiting = self
                .parked
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&seq);
            if let Some(waiting) = waiting {
                // A caller who left needs no answer; the effect stands.
                let _ = waiting.send(told);
            }
        }
    }

    /// Lets go of the callers whose calls will never be continued.
    pub(crate) fn release_waiting(&self) {
        self.parked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}
