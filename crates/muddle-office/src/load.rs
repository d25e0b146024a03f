//! How much large work goes on at once, and how many bytes of it are held.
//!
//! Asked by the server before it reads a large body and before it parses or renders, by `workspace` before a large call
//! takes its workspace's lock, and by whatever else takes long. Small calls never wait here.
//! Invariants: nobody waits here while he holds a workspace's lock, but for the place to wake it, whose holders wait for
//! nothing else; a place is given back by dropping it.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::limits::{BODIES_BYTES_MAX, CORES_PER_HEAVY_JOB, WAKING_MAX};

/// Bytes that one permit stands for.
const UNIT_BYTES: usize = 1_024;

/// The places for large work.
pub struct Load {
    jobs: Arc<Semaphore>,
    bodies: Arc<Semaphore>,
    waking: Semaphore,
}

/// Room for the bytes of one body.
pub type Room = (Option<OwnedSemaphorePermit>, Option<OwnedSemaphorePermit>);

impl Default for Load {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            jobs: Arc::new(Semaphore::new((cores / CORES_PER_HEAVY_JOB).max(1))),
            bodies: semaphore(BODIES_BYTES_MAX),
            waking: Semaphore::new(WAKING_MAX),
        }
    }
}

/// A semaphore that counts bytes.
pub(crate) fn semaphore(bytes_max: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(units(bytes_max)))
}

fn units(bytes: usize) -> usize {
    bytes.div_ceil(UNIT_BYTES)
}

impl Load {
    /// A place for one large job, in the order of asking.
    pub async fn job(&self) -> Option<OwnedSemaphorePermit> {
        // Never closed: an error could only mean that there is nothing to wait for.
        self.jobs.clone().acquire_owned().await.ok()
    }

    /// Does `work` at once, or, where it is large, in its turn and while others use this worker thread.
    pub async fn run<T>(&self, large: bool, work: impl FnOnce() -> T) -> T {
        if !large {
            return work();
        }
        let _place = self.job().await;
        tokio::task::block_in_place(work)
    }

    /// Room for a body of so many bytes: first in its workspace's share, then among all.
    pub(crate) async fn room(&self, share: &Arc<Semaphore>, bytes: usize) -> Room {
        (take(share, bytes).await, take(&self.bodies, bytes).await)
    }

    /// A place among the workspaces that are being woken. Whoever has it waits for nothing else.
    pub(crate) async fn waking(&self) -> Option<tokio::sync::SemaphorePermit<'_>> {
        self.waking.acquire().await.ok()
    }
}

/// Does `work` here; where it is large, the others that share this worker thread move to another one meanwhile.
pub fn aside<T>(large: bool, work: impl FnOnce() -> T) -> T {
    if large {
        tokio::task::block_in_place(work)
    } else {
        work()
    }
}

/// As many bytes as there are, for a body that is larger than all of them.
async fn take(from: &Arc<Semaphore>, bytes: usize) -> Option<OwnedSemaphorePermit> {
    let wanted = units(bytes).min(units(BODIES_BYTES_MAX / 2));
    let wanted = u32::try_from(wanted).unwrap_or(u32::MAX);
    from.clone().acquire_many_owned(wanted).await.ok()
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use super::*;
    use crate::limits::WORKSPACE_BODIES_BYTES_MAX;

    fn is_ready<T>(waiting: std::pin::Pin<&mut impl Future<Output = T>>) -> Option<T> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match waiting.poll(&mut context) {
            Poll::Ready(done) => Some(done),
            Poll::Pending => None,
        }
    }

    #[test]
    fn a_large_body_waits_until_its_workspace_has_room_and_takes_none_of_anothers() {
        let load = Load::default();
        let (ours, theirs) = (
            semaphore(WORKSPACE_BODIES_BYTES_MAX),
            semaphore(WORKSPACE_BODIES_BYTES_MAX),
        );
        let held = is_ready(std::pin::pin!(load.room(&ours, WORKSPACE_BODIES_BYTES_MAX)));
        assert!(held.is_some());
        let mut second = std::pin::pin!(load.room(&ours, 1));
        assert!(is_ready(second.as_mut()).is_none());
        assert!(is_ready(std::pin::pin!(load.room(&theirs, 30 << 20))).is_some());
        drop(held);
        assert!(is_ready(second).is_some());
    }

    #[test]
    fn large_jobs_take_turns() {
        let load = Load::default();
        let mut held = Vec::new();
        while let Some(job) = is_ready(std::pin::pin!(load.job())) {
            held.push(job);
            assert!(held.len() <= 1_024, "there is a bound");
        }
        held.pop();
        assert!(is_ready(std::pin::pin!(load.job())).is_some());
    }
}
