//! The byte stream of one connection, able to end like a broken one.
//!
//! Sits under the HTTP layer; made and finished by the accept loop. Reads and writes pass straight through until the
//! connection is ordered to end ([`super::Conn::kill`]); from then on both fail and the way of closing is the order's.
//! Invariant: after an order no byte leaves, and a RST is never preceded by a FIN.

use super::conn::{Abort, Conn};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

pub(super) struct ChaosIo {
    io: TcpStream,
    conn: Conn,
    /// Bytes that left since the HTTP layer's buffer was last empty.
    left: u64,
    /// Length of the head those bytes begin with; looked for only when a write could not take everything.
    head: Option<u64>,
    stall_max: Duration,
    /// Runs while the client sends none of the body it owes.
    read_stall: Stall,
    /// Runs while the client takes no bytes.
    write_stall: Stall,
}

/// A timer that exists only while there is something to wait for.
type Stall = Option<Pin<Box<Sleep>>>;

impl ChaosIo {
    pub(super) fn new(io: TcpStream, conn: Conn, stall_max: Duration) -> Self {
        Self {
            io,
            conn,
            left: 0,
            head: None,
            stall_max,
            read_stall: None,
            write_stall: None,
        }
    }

    /// Closes as ordered: RST at once, or FIN and then reading what the client still sends, because the kernel answers
    /// a close with unread bytes by a RST.
    pub(super) async fn finish(mut self, linger_max: Duration) {
        self.conn.close(self.body_left());
        if self.conn.order() == Some(Abort::Reset) {
            return;
        }
        if self.io.shutdown().await.is_err() {
            return;
        }
        let mut waste = [0_u8; 4096];
        let drain = async { while matches!(self.io.read(&mut waste).await, Ok(n) if n > 0) {} };
        // Both ends mean the same: the client has had its time to see the FIN.
        let _ = tokio::time::timeout(linger_max, drain).await;
    }

    /// Body bytes that left and are not settled by a flush.
    fn body_left(&self) -> u64 {
        self.head.map_or(0, |head| self.left.saturating_sub(head))
    }

    fn refused(&self) -> Option<io::Error> {
        self.conn
            .order()
            .map(|_| io::ErrorKind::ConnectionAborted.into())
    }

    /// Counts a write of `taken` out of `parts`.
    fn count(&mut self, taken: usize, parts: &[IoSlice<'_>]) {
        if self.left == 0 && taken < parts.iter().map(|part| part.len()).sum() {
            self.head = head_len(parts);
        }
        self.left += taken as u64;
        self.write_stall = None;
        self.conn.still_answering();
    }
}

/// A client that is waited for too long is given up.
fn poll_stalled<T>(
    stall: &mut Stall,
    max: Duration,
    conn: &Conn,
    cx: &mut Context<'_>,
) -> Poll<io::Result<T>> {
    let stall = stall.get_or_insert_with(|| Box::pin(tokio::time::sleep(max)));
    ready!(stall.as_mut().poll(cx));
    conn.kill(Abort::Expire);
    Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
}

/// Length of the first message head in `parts`, its empty line included.
fn head_len(parts: &[IoSlice<'_>]) -> Option<u64> {
    let mut tail = [0_u8; 4];
    let mut seen = 0;
    for byte in parts.iter().flat_map(|part| part.iter()) {
        tail.rotate_left(1);
        tail[3] = *byte;
        seen += 1;
        if tail == *b"\r\n\r\n" {
            return Some(seen);
        }
    }
    None
}

impl AsyncRead for ChaosIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(error) = self.refused() {
            return Poll::Ready(Err(error));
        }
        let this = &mut *self;
        let read = Pin::new(&mut this.io).poll_read(cx, buf);
        if read.is_pending() && this.conn.is_body_due() {
            return poll_stalled(&mut this.read_stall, this.stall_max, &this.conn, cx);
        }
        this.read_stall = None;
        read
    }
}

impl AsyncWrite for ChaosIo {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let Some(error) = self.refused() {
            return Poll::Ready(Err(error));
        }
        match Pin::new(&mut self.io).poll_write_vectored(cx, parts) {
            Poll::Ready(Ok(taken)) => {
                self.count(taken, parts);
                Poll::Ready(Ok(taken))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                let this = &mut *self;
                poll_stalled(&mut this.write_stall, this.stall_max, &this.conn, cx)
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// The HTTP layer calls this only once its own buffer is empty: everything it was given has left.
    fn poll_flush(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.left = 0;
        self.head = None;
        self.conn.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.conn.order() {
            Some(_) => Poll::Ready(Ok(())),
            None => Pin::new(&mut self.io).poll_shutdown(cx),
        }
    }
}

impl Drop for ChaosIo {
    fn drop(&mut self) {
        self.conn.close(self.body_left());
        if self.conn.order() == Some(Abort::Reset) {
            // Fails only where the socket is already gone.
            let _ = self.io.set_zero_linger();
        }
    }
}
