//! The two doors of the house, behind one listener.
//!
//! Our own routes live under `/muddle/…` and `/healthz` and are axum's; everything else is a vendor's and goes to
//! `dispatch`, which tells vendors apart by path and workspaces by key. Invariant: a handler that panics answers with
//! our own failure, never with silence; one whose body came too slowly is answered so, whatever the handler made of it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse;
use futures_util::FutureExt;
use http::{HeaderValue, header};

use crate::control;
use crate::dispatch::dispatch;
use crate::ours::OurError;
use crate::socket::{Conn, Door, Handler};
use crate::state::Server;

/// Everything that a server answers.
pub struct Doors {
    server: Arc<Server>,
    ours: Router,
}

/// The doors of a server.
pub fn doors(server: Arc<Server>) -> Doors {
    let ours = control::routes().with_state(server.clone());
    Doors { server, ours }
}

impl Door for Doors {
    fn open(&self, request: Request, conn: &Conn) -> Handler {
        let path = request.uri().path();
        let answer = if path == "/healthz" || path.starts_with("/muddle/") {
            Door::open(&self.ours, request, conn)
        } else {
            let (server, conn) = (self.server.clone(), conn.clone());
            Box::pin(async move { Ok(dispatch(&server, &conn, request).await) })
        };
        let flight = Flight::begin(&self.server.in_flight);
        let conn = conn.clone();
        Box::pin(AssertUnwindSafe(answer).catch_unwind().map(move |answer| {
            drop(flight);
            if conn.is_body_late() {
                let mut answer = OurError::slow_body().into_response();
                let close = HeaderValue::from_static("close");
                answer.headers_mut().insert(header::CONNECTION, close);
                return Ok(answer);
            }
            answer.unwrap_or_else(|_| {
                tracing::error!("a handler panicked");
                Ok(OurError::broken().into_response())
            })
        }))
    }
}

/// A request that is being answered, counted until it is or its handler is dropped.
struct Flight(Arc<AtomicUsize>);

impl Flight {
    fn begin(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count.clone())
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
