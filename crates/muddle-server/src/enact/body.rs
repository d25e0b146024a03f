//! The body of an answer as the HTTP layer pulls it.
//!
//! Made by [`super::enact`]. Invariants: its announced length is always the whole body's, so a cut keeps the
//! `Content-Length`; its ticket reaches the connection when the layer has taken everything or lets go.

use crate::socket::Owed;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Gives the first `keep` bytes of `body` and, where that is not all, has the connection closed once they have left.
pub(super) struct WireBody {
    owed: Owed,
    body: Bytes,
    keep: usize,
    given: bool,
}

impl WireBody {
    pub(super) fn new(owed: Owed, body: Bytes, keep: usize) -> Self {
        Self {
            owed,
            body,
            keep,
            given: false,
        }
    }
}

impl Body for WireBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if !self.given && self.keep > 0 {
            self.given = true;
            let keep = self.keep;
            if let Some(ticket) = self.owed.ticket() {
                ticket.offered = keep;
            }
            let part = if keep == self.body.len() {
                std::mem::take(&mut self.body)
            } else {
                self.body.slice(..keep)
            };
            return Poll::Ready(Some(Ok(Frame::data(part))));
        }
        if self.keep < self.body.len() {
            // Nothing wakes this again: the flush that follows ends the connection.
            self.owed.hand_over();
            return Poll::Pending;
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.body.len() as u64)
    }
}
