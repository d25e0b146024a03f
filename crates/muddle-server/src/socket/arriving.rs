//! The body of a request while it arrives.
//!
//! Made by the accept loop. Invariant: its connection knows that bytes are owed for exactly as long as someone waits for
//! them, so that a client which stops in the middle is told apart from one that is idle.

use super::conn::Conn;
use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use std::pin::Pin;
use std::task::{Context, Poll};

struct Arriving {
    body: Incoming,
    conn: Conn,
}

/// `body` as the router reads it from `conn`.
pub(super) fn arriving(body: Incoming, conn: &Conn) -> Body {
    if http_body::Body::is_end_stream(&body) {
        return Body::empty();
    }
    conn.await_body(true);
    Body::new(Arriving {
        body,
        conn: conn.clone(),
    })
}

impl http_body::Body for Arriving {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
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
