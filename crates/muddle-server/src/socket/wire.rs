//! What the socket really did with an answer.
//!
//! [`crate::enact`] writes a [`Ticket`] for each answer, the connection settles it, the `wire` stream keeps the [`WireFact`].
//! Invariant: a ticket is settled exactly once, also when the client, the handler or the server goes away.

use super::conn::Conn;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::fmt;
use tokio::time::Instant;

/// How the sending of an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Every byte was handed to the kernel.
    Whole,
    /// The client went away first.
    ClientGone,
    /// We sent a RST.
    Reset,
    /// We closed (FIN) before the end, also before the first byte.
    Cut,
    /// A named limit ran out: a hang reached its end, or the client read nothing for too long.
    Timeout,
}

impl Ended {
    /// The word in the `wire` stream.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::ClientGone => "client_gone",
            Self::Reset => "reset",
            Self::Cut => "cut",
            Self::Timeout => "timeout",
        }
    }
}

/// What happened to one answer. `body` holds exactly the body bytes that left, so that the digest is made where there is
/// time for it: on the task that writes the `wire` stream.
#[derive(Debug, Clone)]
pub struct WireFact {
    pub status: u16,
    pub body: Bytes,
    pub ended: Ended,
    /// From the request's arrival until its answer was handed to the socket (or until there was no more use for it), in µs.
    pub service_us: u64,
    /// The part of `service_us` that a fault asked for, in ms.
    pub injected_ms: u64,
}

impl WireFact {
    /// Body bytes that left.
    pub fn bytes(&self) -> u64 {
        self.body.len() as u64
    }

    /// SHA-256 of the body bytes that left.
    pub fn body_sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.body).into()
    }
}

type Report = Box<dyn FnOnce(WireFact) + Send>;

/// The promise to report on one answer.
pub(crate) struct Ticket {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
    /// Body bytes given to HTTP so far.
    pub(crate) offered: usize,
    pub(crate) received_at: Instant,
    /// When the answer was handed to the socket; None while it is held back.
    pub(crate) answered_at: Option<Instant>,
    /// Latency asked for by faults, in ms.
    pub(crate) asked_ms: u64,
    pub(crate) report: Report,
}

impl Ticket {
    /// Settles with everything offered having left.
    pub(super) fn settle_offered(self, ended: Ended) {
        let bytes = self.offered as u64;
        self.settle(ended, bytes);
    }

    /// Settles with at most `left_max` body bytes having left; returns how many of them were this answer's.
    pub(super) fn settle(self, ended: Ended, left_max: u64) -> u64 {
        let bytes = self
            .offered
            .min(usize::try_from(left_max).unwrap_or(usize::MAX));
        let waited = self
            .answered_at
            .unwrap_or_else(Instant::now)
            .saturating_duration_since(self.received_at);
        (self.report)(WireFact {
            status: self.status,
            body: self.body.slice(..bytes),
            ended,
            service_us: u64::try_from(waited.as_micros()).unwrap_or(u64::MAX),
            injected_ms: self
                .asked_ms
                .min(u64::try_from(waited.as_millis()).unwrap_or(u64::MAX)),
        });
        bytes as u64
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket")
            .field("status", &self.status)
            .field("offered", &self.offered)
            .finish_non_exhaustive()
    }
}

/// A ticket on its way to its connection: dropped anywhere, it is handed over as it stands.
#[derive(Debug)]
pub(crate) struct Owed {
    conn: Conn,
    ticket: Option<Ticket>,
    /// How it will have ended once everything offered has left.
    once_flushed: Ended,
}

impl Owed {
    pub(crate) fn new(conn: Conn, ticket: Ticket) -> Self {
        Self {
            conn,
            ticket: Some(ticket),
            once_flushed: Ended::Whole,
        }
    }

    pub(crate) fn ticket(&mut self) -> Option<&mut Ticket> {
        self.ticket.as_mut()
    }

    /// The connection ends with this answer, wherever HTTP ends it: an answer to HEAD has no body to end in.
    pub(crate) fn cut_at_end(&mut self) {
        self.once_flushed = Ended::Cut;
    }

    /// What has been offered is all there will be.
    pub(crate) fn hand_over(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.conn.hand_over(ticket, self.once_flushed);
        }
    }
}

impl Drop for Owed {
    fn drop(&mut self) {
        self.hand_over();
    }
}
