//! Waiting for what must come, instead of for as long as it took somewhere once.
//!
//! Called by tests that make trouble for something at work. Invariant: how fast the machine is decides nothing.

use std::time::Duration;

/// What a wait for something that never comes takes at most.
const NEVER: Duration = Duration::from_secs(120);

/// Waits until something has happened.
///
/// # Panics
/// If it does not.
pub async fn until(what: &str, mut happened: impl FnMut() -> bool) {
    let waiting = async {
        while !happened() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let came = tokio::time::timeout(NEVER, waiting).await;
    assert!(came.is_ok(), "{what} never came");
}
