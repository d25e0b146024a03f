//! Fairness between workspaces: while another one is being called too, each has few calls under way at once.
//!
//! Asked by `workspace` before a call takes its place in the queue. One candidate alone may use the whole machine; as
//! soon as a second workspace is called, the first one's calls wait in their own queue instead of on the processor.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use muddle_log::WorkspaceId;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::source;

/// Calls of one workspace between decision and commit while another workspace is called.
pub const CONTENDED_CALLS_MAX: usize = 2;
/// For how long after a call of another workspace the office counts as shared, milliseconds.
const SHARED_MS: i64 = 100;

/// Who called last, and when it was somebody else.
#[derive(Default)]
pub struct Admission {
    last: AtomicU64,
    switched_ms: AtomicI64,
}

impl Admission {
    /// Notes a call and waits for its turn, if the office is shared just now.
    pub async fn enter<'a>(
        &self,
        workspace: WorkspaceId,
        turn: &'a Semaphore,
    ) -> Option<SemaphorePermit<'a>> {
        let now_ms = source::monotonic_ms();
        let before = self.last.swap(workspace.0, Ordering::Relaxed);
        if before != workspace.0 && before != 0 {
            self.switched_ms
                .store(now_ms + SHARED_MS, Ordering::Relaxed);
        }
        if now_ms >= self.switched_ms.load(Ordering::Relaxed) {
            return None;
        }
        turn.acquire().await.ok()
    }
}
