//! The writer's thread: take, commit, answer.
//!
//! Started by `Writer::start`. Invariant: answers are given in the order of submission and only after the store has answered; where the store
//! says that an append failed, the log itself is asked whether it did.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread;

use tokio::sync::{Semaphore, oneshot, watch};

use super::WriterLimits;
use super::queue::{Job, Queue, Taken};
use crate::batch;
use crate::limits::{LINGER, LINGER_APPENDS_MIN};
use crate::store::Log;
use crate::stored::{Append, Appended, WireRow};

/// What is to be said at the thread's end, also when that is a panic.
pub(super) struct End {
    pub queue: Arc<Queue>,
    pub ending: watch::Sender<bool>,
}

impl Drop for End {
    fn drop(&mut self) {
        self.queue.end();
        self.ending.send_replace(true);
    }
}

/// The places in the queue; there are none once this is dropped.
pub(super) struct Permits(pub Arc<Semaphore>);

impl Drop for Permits {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// The thread. The store is let go before the end is announced: parameters are dropped last to first, so it is moved out of them.
pub(super) fn run(log: Arc<dyn Log>, limits: WriterLimits, permits: Permits, end: End) {
    let thread = Thread {
        _permits: permits,
        log,
        limits,
        batch: Vec::new(),
        jobs: Vec::new(),
        lately: 0,
    };
    thread.work(&end.queue);
}

struct Thread {
    /// First, so that nobody is given a place by the answers that a panic leaves.
    _permits: Permits,
    log: Arc<dyn Log>,
    limits: WriterLimits,
    batch: Vec<Append>,
    jobs: Vec<Answer>,
    /// Appends of the last round; many mean that more are on their way.
    lately: usize,
}

/// What is left of a job once its append is in the batch: whom to answer, and the place to give back after that.
struct Answer {
    to: oneshot::Sender<Appended>,
    _place: tokio::sync::OwnedSemaphorePermit,
}

impl Thread {
    fn work(mut self, queue: &Queue) {
        while let Some(Taken {
            mut jobs,
            wire,
            flushes,
        }) = queue.take()
        {
            jobs.extend(self.linger(jobs.len(), queue));
            let mut wire = wire.as_slice();
            // One transaction of wire rows after each batch, so that many rows never keep appends waiting.
            while !jobs.is_empty() || !wire.is_empty() {
                self.fill(&mut jobs);
                self.commit(queue);
                let (now, later) = wire.split_at(wire.len().min(self.limits.wire_batch_max.max(1)));
                self.write_wire(now, queue);
                wire = later;
                if jobs.is_empty() && !wire.is_empty() {
                    jobs = queue.take_jobs();
                }
            }
            flushes.into_iter().for_each(|done| {
                // Whoever waited may have gone.
                let _ = done.send(());
            });
        }
    }

    /// Under load waits a moment for those just answered to come again: larger batches, fewer commits.
    fn linger(&mut self, taken: usize, queue: &Queue) -> VecDeque<Job> {
        let busy = taken > 0 && self.lately > LINGER_APPENDS_MIN;
        let mut late = VecDeque::new();
        if busy {
            thread::sleep(LINGER);
            late = queue.take_jobs();
        }
        self.lately = taken + late.len();
        late
    }

    /// Moves jobs into the batch as far as it goes, one at least.
    fn fill(&mut self, jobs: &mut VecDeque<Job>) {
        let (mut entries, mut bytes) = (0, 0);
        while let Some(next) = jobs.front() {
            entries += next.append.entries.len();
            bytes += bytes_of(&next.append);
            let full =
                entries > self.limits.batch_entries_max || bytes > self.limits.batch_bytes_max;
            if full && !self.batch.is_empty() {
                return;
            }
            if let Some(Job {
                append,
                answer,
                _place,
            }) = jobs.pop_front()
            {
                self.batch.push(append);
                self.jobs.push(Answer { to: answer, _place });
            }
        }
    }

    fn commit(&mut self, queue: &Queue) {
        if self.batch.is_empty() {
            return;
        }
        let mut answers = self.log.append(&self.batch);
        batch::settle(&self.batch, &mut answers, |workspace| {
            self.log.head(workspace)
        });
        queue.answered(self.batch.len());
        self.batch.clear();
        for (answer, outcome) in self.jobs.drain(..).zip(answers) {
            // The caller may have gone; the entry stays.
            let _ = answer.to.send(outcome);
        }
    }

    fn write_wire(&self, rows: &[WireRow], queue: &Queue) {
        if rows.is_empty() {
            return;
        }
        if let Err(why) = self.log.append_wire(rows) {
            tracing::warn!(%why, rows = rows.len(), "rows of the wire stream were dropped");
            queue.drop_wire(rows.len());
        }
    }
}

fn bytes_of(append: &Append) -> usize {
    let entries: usize = append.entries.iter().map(|entry| entry.bytes.len()).sum();
    let blobs: usize = append.blobs.iter().map(|blob| blob.packed.len()).sum();
    entries + blobs
}
