//! The socket and [`crate::enact`] felt from outside: raw TCP against a listener of our own.

mod accuracy;
mod endings;
mod lifetime;

use super::{Conn, SocketLimits, WireFact, bind, serve};
use crate::enact::{Enactment, Ending, enact};
use axum::routing::{get, post};
use axum::{Extension, Router};
use bytes::Bytes;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(20);
const QUICK: SocketLimits = SocketLimits {
    connections_max: 256,
    head_max: Duration::from_secs(20),
    stall_max: Duration::from_secs(20),
    drain_max: Duration::from_secs(5),
    body_max: Duration::from_secs(20),
    body_bytes_per_s_min: 1 << 20,
    idle_min: Duration::from_secs(20),
    linger_max: Duration::from_millis(200),
    linger_bytes_max: 1 << 20,
};

/// What a test's route does: `body`, ended so.
#[derive(Clone)]
struct Plan {
    ending: Ending,
    delay_ms: u64,
    body: Bytes,
}

impl Plan {
    fn new(ending: Ending, body: impl Into<Bytes>) -> Self {
        Self {
            ending,
            delay_ms: 0,
            body: body.into(),
        }
    }
}

/// A listener on a free port that serves `/`, its runtime, and everything it reported.
struct Server {
    addr: SocketAddr,
    stop: CancellationToken,
    conns: Receiver<Conn>,
    facts: Receiver<WireFact>,
    served: tokio::task::JoinHandle<()>,
    runtime: tokio::runtime::Runtime,
}

impl Server {
    fn start(plan: Plan) -> Self {
        Self::limited(plan, QUICK)
    }

    fn limited(plan: Plan, limits: SocketLimits) -> Self {
        let (fact_to, facts) = channel();
        let (conn_to, conns) = channel();
        let handler = move |Extension(conn): Extension<Conn>| {
            answer(conn, plan.clone(), conn_to.clone(), fact_to.clone())
        };
        Self::routed(
            Router::new().route("/", get(handler.clone()).merge(post(handler))),
            limits,
            conns,
            facts,
        )
    }

    fn routed(
        router: Router,
        limits: SocketLimits,
        conns: Receiver<Conn>,
        facts: Receiver<WireFact>,
    ) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let stop = CancellationToken::new();
        let listener = runtime.block_on(async { bind("127.0.0.1:0".parse().unwrap()).unwrap() });
        let addr = listener.local_addr().unwrap();
        let served = runtime.spawn(serve(listener, router, limits, stop.clone()));
        Self {
            addr,
            stop,
            conns,
            facts,
            served,
            runtime,
        }
    }

    fn connect(&self) -> TcpStream {
        let client = TcpStream::connect(self.addr).unwrap();
        client.set_read_timeout(Some(PATIENCE)).unwrap();
        client
    }

    /// Sends a request on a connection of its own.
    fn call(&self) -> TcpStream {
        let mut client = self.connect();
        ask(&mut client);
        client
    }

    fn fact(&self) -> WireFact {
        self.facts.recv_timeout(PATIENCE).unwrap()
    }

    /// The listener's end, after which nothing may be reported any more.
    fn finish(self) {
        self.stop.cancel();
        self.runtime.block_on(async {
            tokio::time::timeout(PATIENCE, self.served)
                .await
                .unwrap()
                .unwrap()
        });
        assert!(self.facts.try_recv().is_err(), "a fact was reported twice");
    }
}

async fn answer(
    conn: Conn,
    plan: Plan,
    conns: Sender<Conn>,
    facts: Sender<WireFact>,
) -> axum::response::Response {
    let received_at = Instant::now();
    conns.send(conn.clone()).unwrap();
    let enactment = Enactment {
        ending: plan.ending,
        asked_delay_ms: plan.delay_ms,
        received_at,
    };
    let response = http::Response::builder()
        .header("x-test", "yes")
        .body(plan.body)
        .unwrap();
    enact(&conn, enactment, response, move |fact| {
        facts.send(fact).unwrap()
    })
    .await
}

fn ask(client: &mut TcpStream) {
    client
        .write_all(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        .unwrap();
}

/// Reads to the end: the bytes, and how the other side ended (`Ok` is a FIN).
fn read_all(client: &mut TcpStream) -> (Vec<u8>, Result<(), io::ErrorKind>) {
    let mut bytes = Vec::new();
    let end = client
        .read_to_end(&mut bytes)
        .map(drop)
        .map_err(|error| error.kind());
    (bytes, end)
}

/// Reads one whole answer, leaving the connection open: head and body.
fn read_answer(client: &mut TcpStream) -> (String, Vec<u8>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap()
        .parse()
        .unwrap();
    let mut body = vec![0; length];
    client.read_exact(&mut body).unwrap();
    (head, body)
}

/// Closes a connection with a RST.
fn reset(client: TcpStream) {
    rustix::net::sockopt::set_socket_linger(&client, Some(Duration::ZERO)).unwrap();
}

fn split(answer: &[u8]) -> (String, &[u8]) {
    let at = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap()
        + 4;
    (
        String::from_utf8(answer[..at].to_vec())
            .unwrap()
            .to_lowercase(),
        &answer[at..],
    )
}
