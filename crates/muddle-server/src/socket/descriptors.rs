//! How many connections the system lets us have open: the maximum fitted to the limit of open files.
//!
//! Called by the server's start-up ([`fitted`]) and by the accept loop ([`Complaint`]). Invariant: what the log and its
//! readers need stays free whatever callers do.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::time::{Duration, Instant};

/// Descriptors that are no connections: the log with its readers, the listener, the runtime, standard streams, and the
/// one caller that waits for a place.
pub const DESCRIPTORS_RESERVED: u64 = 40;

/// Connections that are tried for however low the limit is.
const CONNECTIONS_MIN: usize = 8;

/// The pause between two warnings of one kind.
const WARN_PAUSE: Duration = Duration::from_secs(60);

/// As many of `wanted` connections as the limit of open files leaves room for. Raises the soft limit to the hard one
/// first, as far as it is needed, and says so where not all fit.
pub fn fitted(wanted: usize) -> usize {
    let needed = wanted as u64 + DESCRIPTORS_RESERVED;
    let now = getrlimit(Resource::Nofile);
    let Some(soft) = now.current.filter(|soft| *soft < needed) else {
        return wanted;
    };
    let raised = now.maximum.map_or(needed, |hard| hard.min(needed));
    let asked = Rlimit {
        current: Some(raised),
        maximum: now.maximum,
    };
    let limit = match setrlimit(Resource::Nofile, asked) {
        Ok(()) => raised,
        Err(_) => soft,
    };
    let fitting = fitting(wanted, limit);
    if fitting < wanted {
        tracing::warn!(
            "at most {fitting} connections at once instead of {wanted}: the limit of open files is {limit}; \
             raise it to {needed} with `ulimit -n`"
        );
    }
    fitting
}

/// How many of `wanted` connections fit under a limit of open files.
fn fitting(wanted: usize, limit: u64) -> usize {
    let room = usize::try_from(limit.saturating_sub(DESCRIPTORS_RESERVED)).unwrap_or(usize::MAX);
    wanted.min(room.max(CONNECTIONS_MIN))
}

/// A warning that is given once a minute, with how often it was due.
#[derive(Debug, Default)]
pub(super) struct Complaint {
    last: Option<Instant>,
    times: u64,
}

impl Complaint {
    /// Counts one occasion; how many there were since the last warning, where it is time for another.
    pub(super) fn due(&mut self) -> Option<u64> {
        self.times += 1;
        if self.last.is_some_and(|last| last.elapsed() < WARN_PAUSE) {
            return None;
        }
        self.last = Some(Instant::now());
        Some(std::mem::take(&mut self.times))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_room_for_the_log_under_every_limit() {
        for (limit, fit) in [(64, 24), (1_024, 984), (100_000, 8_192), (16, 8)] {
            assert_eq!(fitting(8_192, limit), fit, "under a limit of {limit}");
        }
    }

    #[test]
    fn a_complaint_is_made_once_and_then_counted() {
        let mut complaint = Complaint::default();
        assert_eq!(complaint.due(), Some(1));
        assert!((0..100).all(|_| complaint.due().is_none()));
        assert_eq!(complaint.times, 100);
    }
}
