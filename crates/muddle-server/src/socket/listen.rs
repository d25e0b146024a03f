//! Binding an address, with one clear sentence when it cannot be had.
//!
//! Called by the server's start-up. Invariant: no connection is accepted here.

use std::io;
use std::net::SocketAddr;
use tokio::net::{TcpListener, TcpSocket};

/// Connections the kernel queues before [`super::serve`] accepts them.
const BACKLOG: u32 = 4_096;

/// Why an address could not be listened on.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error("port {} is already in use on {}: stop the other process or choose another address with --listen", .0.port(), .0.ip())]
    PortTaken(SocketAddr),
    #[error("not allowed to listen on {0}: choose a port above 1023 with --listen")]
    NotAllowed(SocketAddr),
    #[error("{} is not an address of this machine: choose another with --listen", .0.ip())]
    NotLocal(SocketAddr),
    #[error("cannot listen on {addr}: {source}")]
    Other { addr: SocketAddr, source: io::Error },
}

/// Listens on `addr`; port 0 takes a free one (`local_addr` of the result says which).
pub fn bind(addr: SocketAddr) -> Result<TcpListener, BindError> {
    listen(addr).map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => BindError::PortTaken(addr),
        io::ErrorKind::PermissionDenied => BindError::NotAllowed(addr),
        io::ErrorKind::AddrNotAvailable => BindError::NotLocal(addr),
        _ => BindError::Other { addr, source },
    })
}

fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = if addr.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // A restart must not wait for the last run's connections to leave TIME_WAIT.
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    socket.listen(BACKLOG)
}
