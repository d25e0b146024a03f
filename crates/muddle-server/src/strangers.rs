//! Calls with keys that nobody issued: counted, and told once a minute while they come. Never the key.
//!
//! Counted by `dispatch` and by the control API's callers; kept by the server's state.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How often they are told.
const EVERY: Duration = Duration::from_secs(60);

/// The calls that were not told yet.
#[derive(Default)]
pub struct Strangers(Arc<AtomicU64>);

impl Strangers {
    /// One more. The first since the last report sees to the next.
    pub fn count(&self) {
        self.count_until(EVERY, |calls| {
            tracing::warn!(calls, "calls with keys that nobody issued, within a minute");
        });
    }

    fn count_until(&self, every: Duration, report: impl FnOnce(u64) + Send + 'static) {
        if self.0.fetch_add(1, Ordering::Relaxed) > 0 {
            return;
        }
        let untold = self.0.clone();
        tokio::spawn(async move {
            tokio::time::sleep(every).await;
            report(untold.swap(0, Ordering::Relaxed));
        });
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn many_calls_are_told_at_once_and_none_is_told_twice() {
        let (tell, mut told) = mpsc::unbounded_channel();
        let strangers = Strangers::default();
        for _ in 0..2 {
            for _ in 0..100 {
                let tell = tell.clone();
                strangers.count_until(Duration::from_millis(1), move |calls| {
                    tell.send(calls).unwrap();
                });
            }
            // Nothing was awaited, so nothing could be told before all were counted.
            assert_eq!(told.recv().await, Some(100));
        }
        assert!(told.try_recv().is_err());
    }
}
