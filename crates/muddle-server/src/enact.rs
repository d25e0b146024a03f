//! Carries out what was decided about an answer: wait, send, cut, reset, or say nothing.
//!
//! Called by the vendor faces once the entry is durable and the answer rendered; talks to the connection through
//! [`Conn`]. Invariants: nothing is chosen here, an [`Enactment`] says all; no lock is held while waiting; for each
//! call exactly one [`WireFact`] is reported; every wait ends with the client, with a stop, or by [`SOCKET_WAIT_MAX`]. A client that has
//! only ended its side (a FIN, no RST) is waited with: it may still read, so a late answer is sent to it.

mod body;
mod garble;

pub use crate::socket::{Conn, Ended, WireFact};
pub use garble::{Garble, garble};

use crate::socket::{Abort, Owed, Ticket};
use axum::body::Body;
use axum::response::Response;
use body::WireBody;
use bytes::Bytes;
use std::time::Duration;
use tokio::time::Instant;

/// The longest wait on a socket, in real time.
pub const SOCKET_WAIT_MAX: Duration = Duration::from_secs(15 * 60);

/// What the socket does with the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Sends it.
    Whole,
    /// A RST, no bytes.
    Reset,
    /// A FIN, no bytes.
    Close,
    /// The head with its full `Content-Length`, this many bytes of the body, then a FIN. A body that is no longer than that
    /// lacks its last byte; behind an empty one the connection ends with the head.
    Cut { after_bytes: u64 },
    /// Silence for so long (without a number: [`SOCKET_WAIT_MAX`]), then a FIN.
    Hang { for_ms: Option<u64> },
}

/// One answer's fate.
#[derive(Debug, Clone, Copy)]
pub struct Enactment {
    pub ending: Ending,
    /// Latency asked for in all, from `received_at`: the time the call took by itself is part of it.
    pub asked_delay_ms: u64,
    /// When the request had arrived.
    pub received_at: Instant,
}

impl Enactment {
    /// The answer as it is, at once.
    pub fn plain(received_at: Instant) -> Self {
        Self {
            ending: Ending::Whole,
            asked_delay_ms: 0,
            received_at,
        }
    }
}

/// Enacts `enactment` on `response`; what is returned must go to the connection untouched. `report` is called once,
/// with what the socket did, on the connection's task: it must not block.
pub async fn enact(
    conn: &Conn,
    enactment: Enactment,
    response: http::Response<Bytes>,
    report: impl FnOnce(WireFact) + Send + 'static,
) -> Response {
    let (head, body) = response.into_parts();
    let mut owed = Owed::new(
        conn.clone(),
        Ticket {
            status: head.status.as_u16(),
            body: body.clone(),
            offered: 0,
            received_at: enactment.received_at,
            answered_at: None,
            asked_ms: asked_ms(&enactment),
            report: Box::new(report),
        },
    );
    if enactment.asked_delay_ms > 0 && !delay(conn, &enactment).await {
        return never_sent();
    }
    let keep = match enactment.ending {
        Ending::Whole => body.len(),
        Ending::Cut { after_bytes } => {
            owed.cut_at_end();
            let longest = body.len().saturating_sub(1);
            usize::try_from(after_bytes).map_or(longest, |keep| keep.min(longest))
        }
        Ending::Reset => return abort(conn, Abort::Reset),
        Ending::Close => return abort(conn, Abort::Close),
        Ending::Hang { for_ms } => return hang(conn, for_ms).await,
    };
    if let Some(ticket) = owed.ticket() {
        ticket.answered_at = Some(Instant::now());
    }
    Response::from_parts(head, Body::new(WireBody::new(owed, body, keep)))
}

fn hang_max(for_ms: Option<u64>) -> Duration {
    for_ms.map_or(SOCKET_WAIT_MAX, |ms| {
        Duration::from_millis(ms).min(SOCKET_WAIT_MAX)
    })
}

fn asked_ms(enactment: &Enactment) -> u64 {
    let hang_ms = match enactment.ending {
        Ending::Hang { for_ms } => u64::try_from(hang_max(for_ms).as_millis()).unwrap_or(u64::MAX),
        _ => 0,
    };
    enactment.asked_delay_ms.saturating_add(hang_ms)
}

/// Waits until the asked time after arrival; false where the connection ended before.
async fn delay(conn: &Conn, enactment: &Enactment) -> bool {
    let asked = Duration::from_millis(enactment.asked_delay_ms).min(SOCKET_WAIT_MAX);
    let due = enactment.received_at + asked;
    due <= Instant::now() || conn.sleep_until(due).await
}

/// Keeps silent until the time is over, the client has gone or the server stops.
async fn hang(conn: &Conn, for_ms: Option<u64>) -> Response {
    tokio::select! {
        () = tokio::time::sleep(hang_max(for_ms)) => abort(conn, Abort::Expire),
        // Nothing would be sent, so it is all one whether the client left or only ended its side.
        () = conn.left() => abort(conn, Abort::Leave),
        () = conn.gone_or_stopping() => abort(conn, Abort::Close),
    }
}

/// An order that comes after the connection's end changes nothing.
fn abort(conn: &Conn, abort: Abort) -> Response {
    conn.kill(abort);
    never_sent()
}

/// What the HTTP layer is given where the connection takes no more bytes.
fn never_sent() -> Response {
    Response::new(Body::empty())
}
