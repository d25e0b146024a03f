//! The body of a request while it arrives.
//!
//! Made by the accept loop. Invariants: its connection knows that bytes are owed for exactly as long as someone waits for
//! them, so that a client which stops in the middle is told apart from one that is idle; a body that comes too slowly is
//! given up. Only time in which somebody waits for the client counts: a reader may pause.

use super::SocketLimits;
use super::conn::Conn;
use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

struct Arriving {
    body: Incoming,
    conn: Conn,
    /// What a body of any length may take.
    base: Duration,
    /// Bytes that have to come in each second beyond that.
    bytes_per_s_min: u64,
    come: u64,
    /// How long it was waited for in all, up to the last bytes that came.
    waited: Duration,
    /// Since when it is waited for now.
    since: Option<Instant>,
    late: Option<Pin<Box<Sleep>>>,
}

/// Why a body ends before its end.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("the body came too slowly")]
    Late,
    #[error(transparent)]
    Http(#[from] hyper::Error),
}

/// `body` as the router reads it from `conn`.
pub(super) fn arriving(body: Incoming, conn: &Conn, limits: &SocketLimits) -> Body {
    if http_body::Body::is_end_stream(&body) {
        return Body::empty();
    }
    conn.await_body(true);
    Body::new(Arriving {
        body,
        conn: conn.clone(),
        base: limits.body_max,
        bytes_per_s_min: limits.body_bytes_per_s_min,
        come: 0,
        waited: Duration::ZERO,
        since: None,
        late: None,
    })
}

impl Arriving {
    /// When the body has taken too long, as much of it as has come.
    fn due(&self, since: Instant) -> Instant {
        let earned_ms = self.come.saturating_mul(1_000) / self.bytes_per_s_min.max(1);
        let allowed = self.base + Duration::from_millis(earned_ms);
        since + allowed.saturating_sub(self.waited)
    }

    /// Waits for the moment from which the body is late.
    fn poll_late(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let since = *self.since.get_or_insert_with(Instant::now);
        let due = self.due(since);
        let late = self
            .late
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(due)));
        if late.deadline() != due {
            late.as_mut().reset(due);
        }
        late.as_mut().poll(cx)
    }
}

impl http_body::Body for Arriving {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Pending if self.poll_late(cx).is_ready() => {
                self.conn.body_is_late();
                Poll::Ready(Some(Err(Broken::Late)))
            }
            Poll::Pending => Poll::Pending,
            Poll::Ready(frame) => {
                if let Some(since) = self.since.take() {
                    self.waited += since.elapsed();
                }
                if let Some(Ok(frame)) = &frame {
                    self.come += frame.data_ref().map_or(0, Bytes::len) as u64;
                }
                Poll::Ready(frame.map(|frame| frame.map_err(Broken::Http)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        self.conn.await_body(false);
    }
}
