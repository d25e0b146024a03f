//! The group-commit writer: one thread that commits what has queued from all workspaces in one transaction.
//!
//! Called by the office (`permit` before the workspace's lock, `submit` under it, the ticket after it) and by the server (`wire`). Calls a [`Log`].
//! Invariants: a workspace's entries are committed in the order of their `submit`; `submit` and `wire` never block; callers of `permit` wait in
//! order and none is refused before the writer stops; every ticket is answered, with `Committed` only for what is durable.

mod committing;
mod queue;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

use crate::error::LogError;
use crate::limits;
use crate::store::Log;
use crate::stored::{Append, Appended, WireRow};
use queue::{Job, Queue};

/// How much the writer takes in and commits at a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WriterLimits {
    /// Permits: appends queued or being committed.
    pub queued_max: usize,
    /// Entries of one batch.
    pub batch_entries_max: usize,
    /// Bytes of entries and packed blobs of one batch. One append larger than this is a batch of its own.
    pub batch_bytes_max: usize,
    /// Wire rows waiting; what comes on top is dropped and counted.
    pub wire_queued_max: usize,
    /// Wire rows of one transaction.
    pub wire_batch_max: usize,
}

impl Default for WriterLimits {
    fn default() -> Self {
        Self {
            queued_max: limits::QUEUED_MAX,
            batch_entries_max: limits::BATCH_ENTRIES_MAX,
            batch_bytes_max: limits::BATCH_BYTES_MAX,
            wire_queued_max: limits::WIRE_QUEUED_MAX,
            wire_batch_max: limits::WIRE_BATCH_MAX,
        }
    }
}

/// The writer takes nothing more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("The log's writer has stopped.")]
pub struct Closed;

/// A handle on the writer's thread. When the last one is dropped the thread commits what has queued and ends.
#[derive(Clone)]
pub struct Writer {
    door: Arc<Door>,
}

/// What the handles share; its end is the writer's.
struct Door {
    queue: Arc<Queue>,
    permits: Arc<Semaphore>,
    ended: watch::Receiver<bool>,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl Writer {
    /// Starts the thread.
    ///
    /// # Panics
    /// When the system gives no thread, which only happens at start.
    pub fn start(log: Arc<dyn Log>, limits: WriterLimits) -> Self {
        let queue = Arc::new(Queue::new(limits.wire_queued_max, limits.wire_batch_max));
        let permits = Arc::new(Semaphore::new(
            limits.queued_max.clamp(1, Semaphore::MAX_PERMITS),
        ));
        let (ending, ended) = watch::channel(false);
        let end = committing::End {
            queue: Arc::clone(&queue),
            ending,
        };
        let places = committing::Permits(Arc::clone(&permits));
        thread::Builder::new()
            .name("muddle-log".into())
            .spawn(move || committing::run(log, limits, places, end))
            .expect("the system gives a thread at start");
        Self {
            door: Arc::new(Door {
                queue,
                permits,
                ended,
            }),
        }
    }

    /// A place in the queue, in the order of asking. Taken before the workspace's lock, so that nobody holds a lock while waiting.
    pub async fn permit(&self) -> Result<Permit, Closed> {
        let place = Arc::clone(&self.door.permits)
            .acquire_owned()
            .await
            .map_err(|_| Closed)?;
        Ok(Permit {
            queue: Arc::clone(&self.door.queue),
            place,
        })
    }

    /// A place in the queue if one is free and nobody waits for it.
    pub fn try_permit(&self) -> Option<Permit> {
        let place = Arc::clone(&self.door.permits).try_acquire_owned().ok()?;
        Some(Permit {
            queue: Arc::clone(&self.door.queue),
            place,
        })
    }

    /// Queues a row of the wire stream, to be written some time later. A row that finds the queue full is dropped and counted.
    pub fn wire(&self, row: WireRow) {
        self.door.queue.push_wire(row);
    }

    /// Wire rows that were dropped, by a full queue or a failing store.
    pub fn wire_dropped(&self) -> u64 {
        self.door.queue.wire_dropped()
    }

    /// Waits until the wire rows queued so far are in the store, for whoever is about to read them.
    pub async fn wire_flushed(&self) {
        let (done, flushed) = oneshot::channel();
        self.door.queue.push_flush(done);
        // A writer that ended has flushed what it had, or counted it as dropped.
        let _ = flushed.await;
    }

    /// Appends queued or being committed.
    pub fn queued(&self) -> usize {
        self.door.queue.appends_open()
    }

    /// Gives no more permits, commits what has queued, waits for the thread's end. The store is free (its lock too, if this was its last user) when this returns.
    pub async fn shutdown(&self) {
        self.door.permits.close();
        self.door.queue.close();
        let mut ended = self.door.ended.clone();
        // The sender goes only with the thread, after it said so.
        let _ = ended.wait_for(|ended| *ended).await;
    }
}

/// A place in the queue.
pub struct Permit {
    queue: Arc<Queue>,
    place: OwnedSemaphorePermit,
}

impl Permit {
    /// Queues an append. Neither blocks nor awaits: this is called under the workspace's lock, and that order is the log's order.
    pub fn submit(self, append: Append) -> Ticket {
        let (answer, outcome) = oneshot::channel();
        self.queue.push(Job {
            append,
            answer,
            _place: self.place,
        });
        Ticket { outcome }
    }
}

/// The right to one answer. Dropping it changes nothing about the append.
#[must_use = "what leaves the process must wait for the outcome"]
pub struct Ticket {
    outcome: oneshot::Receiver<Appended>,
}

impl Ticket {
    /// What became of the append, once that is known.
    pub async fn outcome(self) -> Appended {
        self.await
    }
}

impl Future for Ticket {
    type Output = Appended;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Appended> {
        let stopped = |_| Appended::Failed(Arc::new(LogError::WriterStopped));
        Pin::new(&mut self.outcome)
            .poll(context)
            .map(|answer| answer.unwrap_or_else(stopped))
    }
}
