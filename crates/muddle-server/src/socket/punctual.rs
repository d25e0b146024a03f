//! Waiting to a fraction of a millisecond.
//!
//! The runtime's timer wakes up to two milliseconds late (its wheel and the poll below it both round up), as much as a
//! delayed answer may be late in all. So the runtime sleeps until shortly before, and one thread with a finer clock does
//! the rest. Made by the accept loop, used by [`super::Conn::sleep_until`].
//! Invariants: never early; a wait that is dropped costs nothing beyond [`LAST_STRETCH`].

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// The part of a wait that is left to the thread: more than the runtime may be late.
const LAST_STRETCH: Duration = Duration::from_millis(3);

/// How long the thread rests when nobody waits; a new wait ends it.
const REST_MAX: Duration = Duration::from_secs(3_600);

/// The thread's waits; dropping it ends the thread.
#[derive(Debug)]
pub(super) struct Punctual(Arc<Waits>);

#[derive(Debug, Default)]
struct Waits {
    due: Mutex<Due>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Due {
    waits: BTreeMap<(Instant, u64), oneshot::Sender<()>>,
    next: u64,
    over: bool,
}

impl Punctual {
    /// Starts the thread. Without one (the system has none left) waits are as late as the runtime's.
    pub(super) fn start() -> Self {
        let waits = Arc::new(Waits::default());
        let theirs = Arc::clone(&waits);
        let thread = std::thread::Builder::new().name("muddle-delays".to_owned());
        if let Err(error) = thread.spawn(move || theirs.run()) {
            tracing::warn!(%error, "no thread for delays, they will be up to 2 ms late");
            waits.lock().over = true;
        }
        Self(waits)
    }

    /// Returns at `due`.
    pub(super) async fn until(&self, due: Instant) {
        if let Some(early) = due.checked_sub(LAST_STRETCH) {
            tokio::time::sleep_until(early.into()).await;
        }
        let reached = self.0.add(due);
        // An error means that there is no thread.
        if reached.await.is_err() {
            tokio::time::sleep_until(due.into()).await;
        }
    }
}

impl Drop for Punctual {
    fn drop(&mut self) {
        self.0.lock().over = true;
        self.0.changed.notify_one();
    }
}

impl Waits {
    fn add(&self, at: Instant) -> oneshot::Receiver<()> {
        let (reach, reached) = oneshot::channel();
        let mut due = self.lock();
        if !due.over {
            due.next += 1;
            let key = (at, due.next);
            due.waits.insert(key, reach);
            if due
                .waits
                .first_key_value()
                .is_some_and(|(first, _)| *first == key)
            {
                self.changed.notify_one();
            }
        }
        reached
    }

    fn run(&self) {
        let mut due = self.lock();
        while !due.over {
            let now = Instant::now();
            while let Some(first) = due.waits.first_entry().filter(|first| first.key().0 <= now) {
                // Nobody may be waiting any more.
                let _ = first.remove().send(());
            }
            let rest = due
                .waits
                .first_key_value()
                .map_or(REST_MAX, |((at, _), _)| *at - now);
            (due, _) = self
                .changed
                .wait_timeout(due, rest)
                .expect("no code panics while it holds the waits");
        }
        due.waits.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Due> {
        self.due
            .lock()
            .expect("no code panics while it holds the waits")
    }
}
