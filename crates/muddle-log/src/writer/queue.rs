//! What waits for the writer's thread: appends, wire rows, and whoever waits for those to be flushed.
//!
//! Filled by the writer's handles, emptied by its thread. Invariant: the lock is held for a push or a swap only, never over the store; appends are
//! bounded by the permits they carry, wire rows by their own maximum.

use std::collections::VecDeque;
use std::mem;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::limits::WIRE_DELAY_MAX;
use crate::stored::{Append, Appended, WireRow};

/// An append with its asker and its place, which is given back when the job is dropped.
pub(super) struct Job {
    pub append: Append,
    pub answer: oneshot::Sender<Appended>,
    pub _place: OwnedSemaphorePermit,
}

pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    wire_queued_max: usize,
    wire_batch_max: usize,
    wire_dropped: AtomicU64,
    appends_open: AtomicUsize,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    wire: Vec<WireRow>,
    /// When the oldest of them came.
    wire_since: Option<Instant>,
    flushes: Vec<oneshot::Sender<()>>,
    /// The thread waits to be told of something new. While it does not, telling it would cost a call of the system for nothing.
    resting: bool,
    closed: bool,
    ended: bool,
}

/// What the thread takes at a time.
pub(super) struct Taken {
    pub jobs: VecDeque<Job>,
    /// Empty unless the rows have become many, have waited, or somebody waits for them.
    pub wire: Vec<WireRow>,
    pub flushes: Vec<oneshot::Sender<()>>,
}

impl Queue {
    pub(super) fn new(wire_queued_max: usize, wire_batch_max: usize) -> Self {
        Self {
            waiting: Mutex::default(),
            arrived: Condvar::new(),
            wire_queued_max,
            wire_batch_max,
            wire_dropped: AtomicU64::new(0),
            appends_open: AtomicUsize::new(0),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A job that comes after the end is dropped, which answers its ticket.
    pub(super) fn push(&self, job: Job) {
        let mut waiting = self.waiting();
        if waiting.ended {
            return;
        }
        self.appends_open.fetch_add(1, Ordering::Relaxed);
        waiting.jobs.push_back(job);
        self.tell(waiting);
    }

    pub(super) fn push_wire(&self, row: WireRow) {
        let mut waiting = self.waiting();
        if waiting.ended || waiting.wire.len() >= self.wire_queued_max {
            drop(waiting);
            self.drop_wire(1);
            return;
        }
        waiting.wire.push(row);
        let rows = waiting.wire.len();
        if rows == 1 {
            waiting.wire_since = Some(Instant::now());
        }
        if rows == 1 || rows == self.wire_batch_max {
            // From the first row on the thread's wait has an end; a full batch ends it.
            self.tell(waiting);
        }
    }

    pub(super) fn push_flush(&self, done: oneshot::Sender<()>) {
        let mut waiting = self.waiting();
        if !waiting.ended {
            waiting.flushes.push(done);
            self.tell(waiting);
        }
    }

    /// Tells the thread that something new came, if it is not at work anyway.
    fn tell(&self, mut waiting: MutexGuard<'_, Waiting>) {
        let resting = mem::take(&mut waiting.resting);
        drop(waiting);
        if resting {
            self.arrived.notify_one();
        }
    }

    pub(super) fn drop_wire(&self, rows: usize) {
        self.wire_dropped.fetch_add(rows as u64, Ordering::Relaxed);
    }

    pub(super) fn wire_dropped(&self) -> u64 {
        self.wire_dropped.load(Ordering::Relaxed)
    }

    pub(super) fn appends_open(&self) -> usize {
        self.appends_open.load(Ordering::Relaxed)
    }

    pub(super) fn answered(&self, jobs: usize) {
        self.appends_open.fetch_sub(jobs, Ordering::Relaxed);
    }

    /// Asks the thread to end once nothing is left.
    pub(super) fn close(&self) {
        self.waiting().closed = true;
        self.arrived.notify_one();
    }

    /// Says that the thread is gone. What still waits is dropped, which answers it.
    pub(super) fn end(&self) {
        let left = {
            let mut waiting = self.waiting();
            waiting.ended = true;
            (
                mem::take(&mut waiting.jobs),
                mem::take(&mut waiting.wire),
                mem::take(&mut waiting.flushes),
            )
        };
        self.answered(left.0.len());
        self.drop_wire(left.1.len());
    }

    /// The appends that have come meanwhile, without waiting.
    pub(super) fn take_jobs(&self) -> VecDeque<Job> {
        mem::take(&mut self.waiting().jobs)
    }

    /// Waits for something to do; `None` once closed and empty.
    ///
    /// Wire rows alone are left to gather for a while: each transaction of theirs stands in the way of an append.
    pub(super) fn take(&self) -> Option<Taken> {
        let mut waiting = self.waiting();
        loop {
            let patience = waiting
                .wire_since
                .map(|since| WIRE_DELAY_MAX.saturating_sub(since.elapsed()));
            let wire_due = waiting.wire.len() >= self.wire_batch_max
                || !waiting.flushes.is_empty()
                || (waiting.closed && !waiting.wire.is_empty())
                || patience == Some(Duration::ZERO);
            if !waiting.jobs.is_empty() || wire_due {
                return Some(waiting.taken(wire_due));
            }
            if waiting.closed {
                return None;
            }
            waiting.resting = true;
            waiting = match patience {
                None => self
                    .arrived
                    .wait(waiting)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(left) => {
                    self.arrived
                        .wait_timeout(waiting, left)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
            };
            waiting.resting = false;
        }
    }
}

impl Waiting {
    fn taken(&mut self, with_wire: bool) -> Taken {
        let mut wire = Vec::new();
        if with_wire {
            wire = mem::take(&mut self.wire);
            self.wire_since = None;
        }
        Taken {
            jobs: mem::take(&mut self.jobs),
            wire,
            flushes: mem::take(&mut self.flushes),
        }
    }
}
