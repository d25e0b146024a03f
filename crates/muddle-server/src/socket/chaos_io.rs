//! The byte stream of one connection, able to end like a broken one.
//!
//! Sits under the HTTP layer; made and finished by the accept loop. Reads and writes pass straight through until the
//! connection is ordered to end ([`super::Conn::kill`]); from then on both fail and the way of closing is the order's.
//! While a request is answered it looks whether the client has ended its side: a client that will send nothing more may
//! still read, so it is given its answer; only a RST, or silence to the kernel's probes, says that it has gone.
//! Invariant: after an order no byte leaves, and a RST is never preceded by a FIN.

use super::SocketLimits;
use super::conn::{Abort, Conn};
use rustix::net::sockopt;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

/// How often a connection whose client has ended its side is looked at for a RST.
const RESET_LOOK_PAUSE: Duration = Duration::from_secs(1);
/// How long after an answer to such a client a RST says that nobody was there to read it.
const RESET_WAIT_MAX: Duration = Duration::from_millis(500);
/// After how much silence, and how often, the kernel asks whether such a client is still there. A closed socket answers
/// that with a RST once the client's kernel has forgotten it, on Linux a minute after it was closed.
const PROBE_AFTER: Duration = Duration::from_secs(15);

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
    /// Runs while the client has ended its side: the next look for a RST.
    next_look: Stall,
    pace: Pace,
}

/// How slowly a client may take an answer.
struct Pace {
    /// What an answer of any length may take.
    base: Duration,
    /// Bytes that have to leave in each second beyond that.
    bytes_per_s_min: u64,
    /// Since when an answer has waited for the client.
    since: Option<Instant>,
    late: Stall,
}

impl Pace {
    /// Waits for the moment from which an answer, of which so many bytes have left, is late.
    fn poll_late(&mut self, left: u64, cx: &mut Context<'_>) -> Poll<()> {
        let since = *self.since.get_or_insert_with(Instant::now);
        let earned_ms = left.saturating_mul(1_000) / self.bytes_per_s_min.max(1);
        let due = since + self.base + Duration::from_millis(earned_ms);
        let late = self
            .late
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(due)));
        if late.deadline() != due {
            late.as_mut().reset(due);
        }
        late.as_mut().poll(cx)
    }
}

/// Bytes nobody will look at that are read at once.
const WASTE_BYTES: usize = 16 * 1024;

/// A timer that exists only while there is something to wait for.
type Stall = Option<Pin<Box<Sleep>>>;

impl ChaosIo {
    pub(super) fn new(io: TcpStream, conn: Conn, limits: &SocketLimits) -> Self {
        Self {
            io,
            conn,
            left: 0,
            head: None,
            stall_max: limits.stall_max,
            read_stall: None,
            write_stall: None,
            next_look: None,
            pace: Pace {
                base: limits.body_max,
                bytes_per_s_min: limits.body_bytes_per_s_min,
                since: None,
                late: None,
            },
        }
    }

    /// Closes as ordered: RST at once, or FIN and then reading what the client still sends, because the kernel answers
    /// a close with unread bytes by a RST.
    pub(super) async fn finish(mut self, linger_max: Duration, linger_bytes_max: usize) {
        if self.conn.order().is_none() && self.conn.is_in_doubt() && self.is_taken().await {
            self.conn.reached();
        }
        self.conn.close(self.body_left());
        if matches!(self.conn.order(), Some(Abort::Reset)) {
            return;
        }
        if self.io.shutdown().await.is_err() || self.conn.order() == Some(Abort::Yield) {
            return;
        }
        let mut waste = [0_u8; WASTE_BYTES];
        let mut left = linger_bytes_max;
        let drain = async {
            while let Ok(read @ 1..) = self.io.read(&mut waste).await {
                match left.checked_sub(read) {
                    Some(fewer) => left = fewer,
                    None => return,
                }
            }
        };
        // Both ends mean the same: the client has had its time to see the FIN.
        let _ = tokio::time::timeout(linger_max, drain).await;
    }

    /// Whether what was written to a client that had ended its side was taken: a closed socket answers it with a RST.
    async fn is_taken(&mut self) -> bool {
        if self.io.shutdown().await.is_err() {
            return false;
        }
        let reset = tokio::time::timeout(RESET_WAIT_MAX, self.io.ready(Interest::ERROR)).await;
        reset.is_err() && matches!(self.io.take_error(), Ok(None))
    }

    /// While a request is answered: notices that the client has ended its side, and afterwards that it has gone.
    fn watch_client(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if !self.conn.is_answering() {
            return Ok(());
        }
        if !self.conn.is_half_closed() {
            let mut byte = [0];
            match self.io.poll_peek(cx, &mut ReadBuf::new(&mut byte)) {
                Poll::Ready(Ok(0)) => {
                    probe(&self.io);
                    self.conn.end_reading();
                }
                Poll::Ready(Err(error)) => return Err(error),
                Poll::Ready(Ok(_)) | Poll::Pending => return Ok(()),
            }
        }
        loop {
            if let Some(error) = self.io.take_error()? {
                return Err(error);
            }
            let look = self
                .next_look
                .get_or_insert_with(|| Box::pin(tokio::time::sleep(RESET_LOOK_PAUSE)));
            if look.as_mut().poll(cx).is_pending() {
                return Ok(());
            }
            self.next_look = None;
        }
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

/// Has the kernel ask a silent client whether it is still there. Where it will not, a client that left is noticed by
/// what is written to it.
fn probe(io: &TcpStream) {
    let _ = sockopt::set_socket_keepalive(io, true)
        .and_then(|()| sockopt::set_tcp_keepidle(io, PROBE_AFTER))
        .and_then(|()| sockopt::set_tcp_keepintvl(io, PROBE_AFTER));
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
                if this.pace.poll_late(this.left, cx).is_ready() {
                    this.conn.kill(Abort::Expire);
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
                poll_stalled(&mut this.write_stall, this.stall_max, &this.conn, cx)
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// The HTTP layer calls this only once its own buffer is empty: everything it was given has left.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.left = 0;
        self.head = None;
        (self.pace.since, self.pace.late) = (None, None);
        self.conn.flushed();
        Poll::Ready(self.watch_client(cx))
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
