//! The end of `muddle serve`: what the first Ctrl-C waits for, and that the second one waits for nothing.
//!
//! Called by [`crate::serve`]. What a caller was told is on disk already, so that an end at once loses nothing of it.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use muddle_server::Server;
use muddle_server::socket::SocketLimits;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;

/// What a process exits with that was interrupted.
const INTERRUPTED: i32 = 130;

/// Listens for SIGINT and SIGTERM from now on.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Before anything is started, so that no signal ends the process in the middle of it.
    pub fn new() -> Result<Self, Failure> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Stops the server at the first signal and says what that waits for; ends the process at the next interrupt.
    pub async fn stop(mut self, stop: CancellationToken, server: Arc<Server>) {
        tokio::select! { _ = self.interrupt.recv() => {}, _ = self.terminate.recv() => {} }
        let in_flight = server.in_flight.load(Ordering::Relaxed);
        say(&sentence(in_flight, server.office.waiting()));
        stop.cancel();
        self.interrupt.recv().await;
        say(
            "Ended at once. What was answered is in the log; the next start notes that this one was cut short.",
        );
        std::process::exit(INTERRUPTED);
    }
}

fn say(sentence: &str) {
    // Nobody is left to tell if stderr is gone.
    let _ = writeln!(std::io::stderr(), "muddle: {sentence}");
}

fn sentence(in_flight: usize, parked: usize) -> String {
    let within = SocketLimits::default().drain_max.as_secs();
    let requests = match in_flight {
        0 => "no request is in flight".to_owned(),
        1 => format!("1 request in flight ends first, within {within} s"),
        n => format!("{n} requests in flight end first, within {within} s"),
    };
    let calls = match parked {
        0 => String::new(),
        1 => "; 1 parked call is dropped".to_owned(),
        n => format!("; {n} parked calls are dropped"),
    };
    format!("Stopping: {requests}{calls}. Press Ctrl-C again to end at once.")
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn a_stop_says_what_it_waits_for_and_how_to_end_at_once() {
        for (in_flight, parked, said) in [
            (0, 0, "no request is in flight."),
            (
                1,
                1,
                "1 request in flight ends first, within 10 s; 1 parked call is dropped.",
            ),
            (
                3,
                2,
                "3 requests in flight end first, within 10 s; 2 parked calls are dropped.",
            ),
        ] {
            let sentence = sentence(in_flight, parked);
            assert!(
                sentence.contains(said) && sentence.contains("Ctrl-C again"),
                "{sentence}"
            );
        }
    }
}
