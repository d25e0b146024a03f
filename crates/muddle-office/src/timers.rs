//! When workspaces are due next: one ordered set for all of them, sleeping or awake.
//!
//! Set by a workspace after each call; one task waits for the earliest and ticks its workspace. A timer only ever
//! calls `act`'s own tick: time moves nowhere else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use muddle_log::WorkspaceId;
use tokio::sync::Notify;

use crate::source;

/// Due times no further apart than this are the same one, read from the clock at two moments: a call that changes
/// nothing about what is due wakes nobody. A tick that comes so much too early finds nothing and sets the rest.
const SAME_MS: u64 = 1;

/// The earliest due times.
#[derive(Default)]
pub struct Timers {
    set: Mutex<Set>,
    earlier: Notify,
}

#[derive(Default)]
struct Set {
    order: BTreeSet<(i64, WorkspaceId)>,
    when: BTreeMap<WorkspaceId, i64>,
}

impl Timers {
    /// Says when a workspace is due, in milliseconds from now; `None` if it is not due by itself.
    pub fn set(&self, workspace: WorkspaceId, in_ms: Option<i64>) {
        let due = in_ms.map(|ms| source::monotonic_ms() + ms);
        let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        match (set.when.get(&workspace), due) {
            (None, None) => return,
            (Some(known), Some(due)) if known.abs_diff(due) <= SAME_MS => return,
            _ => {}
        }
        if let Some(old) = set.when.remove(&workspace) {
            set.order.remove(&(old, workspace));
        }
        if let Some(due) = due {
            let first = set.order.first().is_none_or(|(first, _)| due < *first);
            set.order.insert((due, workspace));
            set.when.insert(workspace, due);
            if first {
                self.earlier.notify_one();
            }
        }
    }

    /// Waits until a workspace is due, and takes it out.
    pub async fn next(&self) -> WorkspaceId {
        loop {
            let earlier = self.earlier.notified();
            let wait_ms = match self.take_due() {
                Ok(workspace) => return workspace,
                Err(wait_ms) => wait_ms,
            };
            match wait_ms {
                Some(ms) => {
                    let sleep = tokio::time::sleep(Duration::from_millis(ms.unsigned_abs()));
                    tokio::select! { () = sleep => {}, () = earlier => {} }
                }
                None => earlier.await,
            }
        }
    }

    /// The workspace that is due, or how long until one is.
    fn take_due(&self) -> Result<WorkspaceId, Option<i64>> {
        let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((due, workspace)) = set.order.first().copied() else {
            return Err(None);
        };
        let ahead = due - source::monotonic_ms();
        if ahead > 0 {
            return Err(Some(ahead));
        }
        set.order.remove(&(due, workspace));
        set.when.remove(&workspace);
        Ok(workspace)
    }
}
