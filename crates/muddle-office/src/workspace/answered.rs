//! When each vendor last answered each key, in real time: whether a call comes after a pause.
//!
//! Read and written by `workspace` under its lock, and written once more by whoever gives the answer out. The reading
//! becomes an input of the call; nothing that decides looks in here. Forgotten when the server stops: what came before
//! that is long ago.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use muddle_world::call::{Actor, ActorKind, Call};
use muddle_world::limits::PAUSE_REAL_MS_MIN;
use muddle_world::row::Str;
use muddle_world::vendor::Vendor;

use super::Workspace;
use crate::source;

/// A vendor and the ordinal of a key.
type Line = (Vendor, Str);

/// Moments of the monotonic clock, by vendor and key. A workspace issues few keys, so this stays small.
#[derive(Default)]
pub(super) struct Answered(Mutex<BTreeMap<Line, i64>>);

/// Whose answers a call is among; none where no vendor is called.
pub(super) fn line(actor: &Actor, call: &Call) -> Option<Line> {
    let vendor = call.vendor();
    let counts = actor.kind == ActorKind::Candidate && vendor != Vendor::Office;
    Some((vendor, actor.key.clone().filter(|_| counts)?))
}

impl Answered {
    /// Whether a call that arrived at `arrived_ms` came after a pause.
    pub(super) fn paused(&self, line: Option<&Line>, arrived_ms: i64) -> bool {
        let moments = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        line.is_some_and(|line| {
            arrived_ms - moments.get(line).copied().unwrap_or(0) >= PAUSE_REAL_MS_MIN
        })
    }

    /// An answer is given now.
    pub(super) fn now(&self, line: Option<Line>) {
        if let Some(line) = line {
            let mut moments = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            moments.insert(line, source::monotonic_ms());
        }
    }
}

impl Workspace {
    /// The answer to a call of this key has left, or its connection has ended.
    pub fn answer_left(&self, vendor: Vendor, key: &Str) {
        self.answered.now(Some((vendor, key.clone())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_counted_from_the_last_answer_to_the_same_key() {
        let answered = Answered::default();
        let line = |key: &str| Some((Vendor::Billing, Str::from(key)));
        answered.now(line("k1"));
        let now = source::monotonic_ms();
        let paused = |key, ms| answered.paused(line(key).as_ref(), now + ms);
        assert!(!paused("k1", 0), "a hot loop");
        assert!(!paused("k1", -5_000), "it came before that answer");
        assert!(paused("k1", PAUSE_REAL_MS_MIN));
        assert!(paused("k2", 5_000), "another key has its own answers");
        assert!(!answered.paused(None, now + 5_000));
    }
}
