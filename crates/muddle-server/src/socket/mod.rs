//! The listening socket: accepts HTTP/1.1 connections, hands requests to a [`Door`], and can end a connection
//! the way a broken network does.
//!
//! Called by the server's start-up ([`serve`], [`bind`]) and by [`crate::enact`] (through [`Conn`]).
//! Invariant: nothing here knows a vendor, a fault rule or a workspace. A request whose client goes away still runs
//! to its end ([`lasting`]), and every answer that [`crate::enact`] hands over is accounted for exactly once.
//!
//! Reading order: [`listen`] → [`serve`] → [`conn`] → [`chaos_io`] → [`wire`] → [`arriving`] → [`lasting`] →
//! [`descriptors`] → [`punctual`].

mod arriving;
mod chaos_io;
mod conn;
mod descriptors;
mod lasting;
mod listen;
mod punctual;
mod serve;
mod wire;

#[cfg(test)]
mod tests;

pub use conn::{Abort, Conn, Streaming};
pub use descriptors::{DESCRIPTORS_RESERVED, fitted};
pub use lasting::Handler;
pub use listen::{BindError, bind};
pub use serve::{Door, serve};
pub use wire::{Ended, WireFact};
pub(crate) use wire::{Owed, Ticket};

use std::time::Duration;

/// Bounds of the listening socket. Callers above `connections_max` wait until another one leaves or has been
/// idle for `idle_min`.
#[derive(Debug, Clone, Copy)]
pub struct SocketLimits {
    /// Connections open at the same time.
    pub connections_max: usize,
    /// How long a request's head may take from the connection's last answer (or its start), so also how long
    /// a kept-alive connection may idle.
    pub head_max: Duration,
    /// How long a client may take to send the next bytes of a request's body, or to accept the next bytes of an answer.
    pub stall_max: Duration,
    /// How long the body of a request or an answer may take, whatever its length; every [`Self::body_bytes_per_s_min`] bytes that come
    /// or leave give it a second more.
    pub body_max: Duration,
    /// Bytes of a body that have to come or leave in a second, once `body_max` is over.
    pub body_bytes_per_s_min: u64,
    /// How long a connection must have been idle before it may be ended for a caller that finds no place.
    pub idle_min: Duration,
    /// How long requests in flight may run on after a stop.
    pub drain_max: Duration,
    /// How long bytes nobody reads are drained after our FIN, so that the kernel does not turn it into a RST.
    pub linger_max: Duration,
    /// How many of those bytes are drained.
    pub linger_bytes_max: usize,
}

impl Default for SocketLimits {
    fn default() -> Self {
        Self {
            connections_max: 8_192,
            head_max: Duration::from_secs(75),
            stall_max: crate::enact::SOCKET_WAIT_MAX,
            drain_max: Duration::from_secs(10),
            body_max: Duration::from_secs(30),
            body_bytes_per_s_min: 256 << 10,
            idle_min: Duration::from_millis(100),
            linger_max: Duration::from_secs(2),
            linger_bytes_max: 8 << 20,
        }
    }
}
