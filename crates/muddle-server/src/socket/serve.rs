//! The accept loop: one task per connection, each running HTTP/1.1 over a [`ChaosIo`].
//!
//! Called by the server's start-up. Invariants: never more than `connections_max` connections are open, and one more that
//! waits for a place; when the future returns, no connection of this listener is open any more.

use super::SocketLimits;
use super::arriving::arriving;
use super::chaos_io::ChaosIo;
use super::conn::{Abort, Conn};
use super::descriptors::Complaint;
use super::lasting::{Handler, Lasting};
use super::punctual::Punctual;
use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

/// How long the loop rests when the system has no more file descriptors.
const ACCEPT_REST: Duration = Duration::from_millis(50);

/// How long a caller waits for a place before another idle connection is ended for it.
const ROOM_PAUSE: Duration = Duration::from_millis(10);

/// The pauses between two looks for connections that send no head, at most; shorter where little is waited for.
const LOOK_PAUSE_MAX: Duration = Duration::from_secs(1);

/// What stands behind the listener and answers each request.
pub trait Door: Send + Sync + 'static {
    /// Begins to answer a request that came on `conn`.
    fn open(&self, request: Request, conn: &Conn) -> Handler;
}

impl Door for Router {
    /// The request carries its [`Conn`] as an extension.
    fn open(&self, mut request: Request, conn: &Conn) -> Handler {
        request.extensions_mut().insert(conn.clone());
        // A router is always ready, so it may be called on a fresh clone.
        Box::pin(self.clone().call(request))
    }
}

/// Serves `door` until `stop`, then lets requests in flight end within `limits.drain_max` and closes the rest.
pub async fn serve(
    listener: TcpListener,
    door: impl Door,
    limits: SocketLimits,
    stop: CancellationToken,
) {
    let floor = Floor::new(Arc::new(door), limits);
    let mut look = tokio::time::interval(
        (limits.head_max / 4).clamp(Duration::from_millis(10), LOOK_PAUSE_MAX),
    );
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let slots = Arc::new(Semaphore::new(limits.connections_max));
    let mut complaint = Complaint::default();
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
            _ = look.tick() => {
                floor.close_idle();
                continue;
            }
        };
        let (stream, peer) = match accepted {
            Ok(caller) => caller,
            Err(error) => {
                rest_after(error, &mut complaint).await;
                continue;
            }
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            slot = floor.slot(&slots) => floor.admit(stream, peer, slot),
        }
    }
    // Later callers are refused by the kernel from here on.
    drop(listener);
    floor.drain().await;
}

/// A connection that died in the queue is no news; anything else (no descriptors) needs a pause.
async fn rest_after(error: io::Error, complaint: &mut Complaint) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        if let Some(times) = complaint.due() {
            tracing::warn!(%error, times, "cannot accept a connection, trying again");
        }
        tokio::time::sleep(ACCEPT_REST).await;
    }
}

/// Everything the connections of one listener share.
struct Floor {
    door: Arc<dyn Door>,
    limits: SocketLimits,
    http: http1::Builder,
    open: Arc<AtomicUsize>,
    conns: Arc<Mutex<BTreeMap<u64, Conn>>>,
    next_id: AtomicUsize,
    punctual: Arc<Punctual>,
    tasks: TaskTracker,
}

impl Floor {
    fn new(door: Arc<dyn Door>, limits: SocketLimits) -> Self {
        let mut http = http1::Builder::new();
        // A client that has ended its side is given its answer. Whether it has gone, the stream below looks itself.
        http.half_close(true);
        Self {
            door,
            limits,
            // Without a timer it has no time-out of its own: one timer for each request would cost more than one look
            // over all connections now and then.
            http,
            open: Arc::default(),
            conns: Arc::default(),
            next_id: AtomicUsize::new(0),
            punctual: Arc::new(Punctual::start()),
            tasks: TaskTracker::new(),
        }
    }

    fn admit(&self, stream: TcpStream, peer: SocketAddr, slot: OwnedSemaphorePermit) {
        // Fails only where the client is already gone, which the first read will tell.
        let _ = stream.set_nodelay(true);
        let conn = Conn::new(peer, Arc::clone(&self.open), Arc::clone(&self.punctual));
        let place = Place::take(self, conn.clone(), slot);
        let io = TokioIo::new(ChaosIo::new(stream, conn.clone(), &self.limits));
        let service = Front {
            door: Arc::clone(&self.door),
            conn: conn.clone(),
            tasks: self.tasks.clone(),
            limits: self.limits,
        };
        let http = self.http.serve_connection(io, service);
        let (linger_max, bytes_max) = (self.limits.linger_max, self.limits.linger_bytes_max);
        self.tasks.spawn(async move {
            run(http, &conn).await.finish(linger_max, bytes_max).await;
            drop(place);
        });
    }

    /// A place for one more connection. Where all are taken, the one that has been idle for longest gives up its own.
    async fn slot(&self, slots: &Arc<Semaphore>) -> OwnedSemaphorePermit {
        let mut free = std::pin::pin!(Arc::clone(slots).acquire_owned());
        loop {
            tokio::select! {
                biased;
                slot = &mut free => return slot.expect("the slots are never closed"),
                () = self.make_room() => {}
            }
        }
    }

    /// Ends the connection that has been idle for longest, then waits for a while.
    async fn make_room(&self) {
        self.close_idle();
        let idle_min = self.limits.idle_min;
        let oldest = lock(&self.conns)
            .values()
            .filter(|conn| conn.order().is_none())
            .filter_map(|conn| Some((conn.idle_for().filter(|idle| *idle >= idle_min)?, conn)))
            .max_by_key(|(idle, _)| *idle)
            .map(|(_, conn)| conn.clone());
        if let Some(conn) = oldest {
            conn.kill(Abort::Yield);
        }
        tokio::time::sleep(ROOM_PAUSE).await;
    }

    /// Closes the connections on which no head came in time.
    fn close_idle(&self) {
        let max = self.limits.head_max;
        lock(&self.conns)
            .values()
            .filter(|conn| conn.is_head_late(max))
            .for_each(|conn| conn.kill(Abort::Expire));
    }

    async fn drain(&self) {
        self.tasks.close();
        let conns: Vec<Conn> = lock(&self.conns).values().cloned().collect();
        conns.iter().for_each(Conn::drain);
        if tokio::time::timeout(self.limits.drain_max, self.tasks.wait())
            .await
            .is_err()
        {
            let left = self.open.load(Ordering::Relaxed);
            tracing::warn!(
                connections = left,
                "closing connections that did not end in time"
            );
            conns.iter().for_each(|conn| conn.kill(Abort::Close));
            // A handler that runs on without its client ends with the process.
            let _ = tokio::time::timeout(self.limits.linger_max * 2, self.tasks.wait()).await;
        }
    }
}

fn lock(conns: &Mutex<BTreeMap<u64, Conn>>) -> MutexGuard<'_, BTreeMap<u64, Conn>> {
    conns
        .lock()
        .expect("no code panics while it holds the connections")
}

/// A connection's place among the open ones, given back on drop.
struct Place {
    id: u64,
    open: Arc<AtomicUsize>,
    conns: Arc<Mutex<BTreeMap<u64, Conn>>>,
    _slot: OwnedSemaphorePermit,
}

impl Place {
    fn take(floor: &Floor, conn: Conn, slot: OwnedSemaphorePermit) -> Self {
        let id = floor.next_id.fetch_add(1, Ordering::Relaxed) as u64;
        floor.open.fetch_add(1, Ordering::Relaxed);
        lock(&floor.conns).insert(id, conn);
        Self {
            id,
            open: Arc::clone(&floor.open),
            conns: Arc::clone(&floor.conns),
            _slot: slot,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
        lock(&self.conns).remove(&self.id);
    }
}

/// Runs HTTP until the client, HTTP or an order ends it, and gives back the stream to be closed.
async fn run(mut http: http1::Connection<TokioIo<ChaosIo>, Front>, conn: &Conn) -> ChaosIo {
    let mut told = false;
    std::future::poll_fn(|cx| {
        conn.watch(cx.waker());
        if conn.order().is_some() {
            return std::task::Poll::Ready(());
        }
        if !told && conn.is_draining() {
            told = true;
            Pin::new(&mut http).graceful_shutdown();
        }
        // An error of HTTP or of the socket ends the connection like its regular end; the tickets know which it was.
        Pin::new(&mut http).poll(cx).map(drop)
    })
    .await;
    http.into_parts().io.into_inner()
}

/// The door as one connection sees it.
struct Front {
    door: Arc<dyn Door>,
    conn: Conn,
    tasks: TaskTracker,
    limits: SocketLimits,
}

impl hyper::service::Service<hyper::Request<Incoming>> for Front {
    type Response = axum::response::Response;
    type Error = std::convert::Infallible;
    type Future = Lasting;

    fn call(&self, request: hyper::Request<Incoming>) -> Lasting {
        self.conn.busy();
        let request = request.map(|body| arriving(body, &self.conn, &self.limits));
        let handler = self.door.open(request, &self.conn);
        Lasting::new(handler, self.conn.clone(), self.tasks.clone())
    }
}
