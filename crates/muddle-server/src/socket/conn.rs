//! One connection as seen from outside it: who is at the other end, is it still there, and the means to end it.
//!
//! The accept loop makes one [`Conn`] per connection and puts it into every request's extensions; handlers and
//! [`crate::enact`] use it from any task. It owns no socket: orders are carried out by the connection's own task.
//! Invariants: the first order wins; after `close_with` no ticket stays unsettled.

use super::punctual::Punctual;
use super::wire::{Ended, Ticket};
use futures_util::task::AtomicWaker;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Waker;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// How a connection is ended against HTTP's will.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Abort {
    /// A TCP RST; bytes not yet sent are thrown away.
    Reset,
    /// A FIN, with whatever had left by then.
    Close,
    /// A FIN because a named limit ran out.
    Expire,
    /// A FIN because the client has ended its side and nothing would be sent to it any more.
    Leave,
    /// A FIN to make room for others, at once: nothing is under way on the connection.
    Yield,
}

impl Abort {
    const ALL: [Self; 5] = [
        Self::Reset,
        Self::Close,
        Self::Expire,
        Self::Leave,
        Self::Yield,
    ];

    fn ended(self) -> Ended {
        match self {
            Self::Reset => Ended::Reset,
            Self::Close => Ended::Cut,
            Self::Expire | Self::Yield => Ended::Timeout,
            Self::Leave => Ended::ClientGone,
        }
    }
}

/// Handle of a live connection; cheap to clone. `axum::Extension<Conn>` gives it to a handler.
#[derive(Debug, Clone)]
pub struct Conn(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    peer: SocketAddr,
    open: Arc<AtomicUsize>,
    punctual: Arc<Punctual>,
    /// 0, or 1 + the index of the order in [`Abort::ALL`].
    order: AtomicU8,
    draining: AtomicBool,
    born: Instant,
    /// 0 while a request is in flight; otherwise 1 + the milliseconds from `born` to the moment since which the next
    /// one is waited for.
    idle_since: AtomicU64,
    /// A request's body is being waited for.
    body_due: AtomicBool,
    /// A request's body took longer than it may.
    body_late: AtomicBool,
    /// An answer is in HTTP's hands and has not left.
    unsent: AtomicBool,
    /// Answers whose bodies come as long as somebody follows them.
    streaming: AtomicUsize,
    /// The client has ended its side (FIN); what we send may still reach it.
    half_closed: AtomicBool,
    /// The connection's own task, to be woken by an order.
    task: AtomicWaker,
    /// Tasks of other kinds that wait for the connection's end.
    waiting: Notify,
    /// True while `debts.tickets` is not empty, so that a flush without debts costs one load.
    owing: AtomicBool,
    debts: Mutex<Debts>,
}

#[derive(Debug, Default)]
struct Debts {
    /// Answers handed to HTTP and not yet known to be written, in order; with how each will have ended once flushed.
    tickets: Vec<(Ticket, Ended)>,
    /// Answers written to a client that has ended its side: whether it was there is known once the connection ends.
    written: Vec<(Ticket, Ended)>,
    /// Set once, when the socket is gone.
    closed: Option<Ended>,
}

/// An answer that is still being made, held by whoever makes it.
#[derive(Debug)]
pub struct Streaming(Conn);

impl Drop for Streaming {
    fn drop(&mut self) {
        self.0.0.streaming.fetch_sub(1, Ordering::AcqRel);
        // What is waited for begins now, once the rest has left.
        self.0.answered();
    }
}

impl Conn {
    pub(super) fn new(peer: SocketAddr, open: Arc<AtomicUsize>, punctual: Arc<Punctual>) -> Self {
        Self(Arc::new(Shared {
            peer,
            open,
            punctual,
            order: AtomicU8::new(0),
            draining: AtomicBool::new(false),
            streaming: AtomicUsize::new(0),
            born: Instant::now(),
            idle_since: AtomicU64::new(1),
            body_due: AtomicBool::new(false),
            body_late: AtomicBool::new(false),
            unsent: AtomicBool::new(false),
            half_closed: AtomicBool::new(false),
            task: AtomicWaker::new(),
            waiting: Notify::new(),
            owing: AtomicBool::new(false),
            debts: Mutex::default(),
        }))
    }

    /// The client's address.
    pub fn peer(&self) -> SocketAddr {
        self.0.peer
    }

    /// Connections open on this listener now, this one included.
    pub fn open_connections(&self) -> usize {
        self.0.open.load(Ordering::Relaxed)
    }

    /// Ends the connection from any task, at once; a handler in flight runs on, its answer goes nowhere.
    pub fn kill(&self, abort: Abort) {
        let code = 1 + abort as u8;
        if self
            .0
            .order
            .compare_exchange(0, code, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
        {
            self.0.task.wake();
            self.0.waiting.notify_waiters();
        }
    }

    /// Returns at `due`, less than a millisecond late on an idle machine; true where the connection is still there.
    pub async fn sleep_until(&self, due: Instant) -> bool {
        tokio::select! {
            () = self.0.punctual.until(due.into_std()) => true,
            () = self.gone() => false,
        }
    }

    /// Returns when the connection has ended or was ordered to.
    pub async fn gone(&self) {
        self.until(|conn| conn.is_gone()).await;
    }

    /// Returns when the connection has ended, was ordered to, or the server wants to stop.
    pub async fn gone_or_stopping(&self) {
        self.until(|conn| conn.is_gone() || conn.is_draining())
            .await;
    }

    /// Returns when the client has left or has ended its side, which cannot be told apart before something is sent to it.
    pub async fn left(&self) {
        self.until(|conn| conn.is_gone() || conn.is_half_closed())
            .await;
    }

    /// Whether the client has ended its side: it will send nothing more, but may still read.
    pub fn is_half_closed(&self) -> bool {
        self.0.half_closed.load(Ordering::Acquire)
    }

    /// Whether the body of the request in flight was given up because it took longer than it may.
    pub fn is_body_late(&self) -> bool {
        self.0.body_late.load(Ordering::Acquire)
    }

    async fn until(&self, reached: impl Fn(&Self) -> bool) {
        loop {
            let mut changed = std::pin::pin!(self.0.waiting.notified());
            changed.as_mut().enable();
            if reached(self) {
                return;
            }
            changed.await;
        }
    }

    fn is_gone(&self) -> bool {
        self.order().is_some() || self.debts().closed.is_some()
    }

    /// The order to end, where one was given.
    pub(super) fn order(&self) -> Option<Abort> {
        match self.0.order.load(Ordering::Acquire) {
            0 => None,
            code => Some(Abort::ALL[usize::from(code - 1)]),
        }
    }

    pub(super) fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Acquire)
    }

    /// Asks for the end of the connection after the request in flight.
    pub(super) fn drain(&self) {
        self.0.draining.store(true, Ordering::Release);
        self.0.task.wake();
        self.0.waiting.notify_waiters();
    }

    /// The answer is in HTTP's hands; the next head is waited for, but bytes have yet to leave.
    pub(super) fn answered(&self) {
        self.0.unsent.store(true, Ordering::Release);
        self.idle();
    }

    /// A request's head has come.
    pub(super) fn busy(&self) {
        self.0.idle_since.store(0, Ordering::Relaxed);
    }

    /// The next head is waited for from now on.
    fn idle(&self) {
        let since = self.0.born.elapsed().as_millis();
        let since = u64::try_from(since).unwrap_or(u64::MAX - 1);
        self.0.idle_since.store(1 + since, Ordering::Relaxed);
    }

    /// Bytes of the last answer still left: what is waited for begins after them.
    pub(super) fn still_answering(&self) {
        if self.0.idle_since.load(Ordering::Relaxed) > 0 {
            self.idle();
        }
    }

    /// Whether the next head has been waited for longer than `max`.
    pub(super) fn is_head_late(&self, max: Duration) -> bool {
        self.head_waited().is_some_and(|waited| waited > max)
    }

    /// Says whether the rest of a request's body is waited for.
    pub(super) fn await_body(&self, due: bool) {
        self.0.body_due.store(due, Ordering::Release);
    }

    pub(super) fn is_body_due(&self) -> bool {
        self.0.body_due.load(Ordering::Acquire)
    }

    /// The body did not come in its time.
    pub(super) fn body_is_late(&self) {
        self.0.body_late.store(true, Ordering::Release);
    }

    /// Whether a whole request has come and is being answered.
    pub(super) fn is_answering(&self) -> bool {
        let asked = self.0.idle_since.load(Ordering::Relaxed) == 0 && !self.is_body_due();
        asked || self.is_streaming()
    }

    /// Says that an answer goes on until the guard is dropped: a quiet one is not a connection with nothing under way.
    pub fn stream(&self) -> Streaming {
        self.0.streaming.fetch_add(1, Ordering::AcqRel);
        Streaming(self.clone())
    }

    fn is_streaming(&self) -> bool {
        self.0.streaming.load(Ordering::Acquire) > 0
    }

    /// For how long nothing has been under way; none while a request is in flight or its answer has not left.
    pub(super) fn idle_for(&self) -> Option<Duration> {
        if self.0.unsent.load(Ordering::Acquire) {
            return None;
        }
        self.head_waited()
    }

    /// For how long the next head has been waited for; none while a request is in flight.
    fn head_waited(&self) -> Option<Duration> {
        if self.is_streaming() {
            return None;
        }
        let since = self.0.idle_since.load(Ordering::Relaxed).checked_sub(1)?;
        Some(
            self.0
                .born
                .elapsed()
                .saturating_sub(Duration::from_millis(since)),
        )
    }

    /// The client has ended its side.
    pub(super) fn end_reading(&self) {
        self.0.half_closed.store(true, Ordering::Release);
        self.0.waiting.notify_waiters();
    }

    /// Names the task that [`Self::kill`] and [`Self::drain`] wake.
    pub(super) fn watch(&self, waker: &Waker) {
        self.0.task.register(waker);
    }

    /// Takes an answer that HTTP has in its hands (or dropped); it is settled by the next flush or by the end.
    pub(super) fn hand_over(&self, ticket: Ticket, once_flushed: Ended) {
        let mut debts = self.debts();
        match debts.closed {
            Some(ended) => {
                drop(debts);
                ticket.settle(ended, 0);
            }
            None => {
                debts.tickets.push((ticket, once_flushed));
                self.0.owing.store(true, Ordering::Release);
            }
        }
    }

    /// Everything HTTP had buffered is in the kernel's hands: settles what was owed and ends what was to be cut here.
    pub(super) fn flushed(&self) {
        self.0.unsent.store(false, Ordering::Release);
        if !self.0.owing.swap(false, Ordering::AcqRel) {
            return;
        }
        let tickets = std::mem::take(&mut self.debts().tickets);
        for (ticket, ended) in tickets {
            if ended == Ended::Cut {
                self.kill(Abort::Close);
            }
            if self.is_half_closed() && ended == Ended::Whole {
                self.debts().written.push((ticket, ended));
            } else {
                ticket.settle_offered(ended);
            }
        }
    }

    /// Whether answers were written to a client that may have been gone already.
    pub(super) fn is_in_doubt(&self) -> bool {
        !self.debts().written.is_empty()
    }

    /// What was written to a client that had ended its side has reached it, as far as can be told.
    pub(super) fn reached(&self) {
        let written = std::mem::take(&mut self.debts().written);
        for (ticket, ended) in written {
            ticket.settle_offered(ended);
        }
    }

    /// The socket is about to be gone, `body_bytes` of what was owed having left: settles the rest. Later calls do nothing.
    pub(super) fn close(&self, body_bytes: u64) {
        let ended = self.order().map_or(Ended::ClientGone, Abort::ended);
        let (written, tickets) = {
            let mut debts = self.debts();
            if debts.closed.is_some() {
                return;
            }
            debts.closed = Some(ended);
            let debts = &mut *debts;
            (
                std::mem::take(&mut debts.written),
                std::mem::take(&mut debts.tickets),
            )
        };
        self.0.waiting.notify_waiters();
        for (ticket, _) in written {
            ticket.settle(ended, 0);
        }
        let mut left = body_bytes;
        for (ticket, _) in tickets {
            left -= ticket.settle(ended, left);
        }
    }

    fn debts(&self) -> MutexGuard<'_, Debts> {
        self.0
            .debts
            .lock()
            .expect("no code panics while it holds the debts")
    }
}
