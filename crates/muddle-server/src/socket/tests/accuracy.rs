//! How near a delayed answer comes to the delay that was asked for.

use super::{PATIENCE, Plan, Server};
use crate::enact::Ending;
use futures_util::future::join_all;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CALLERS: u64 = 100;
const ASKED: Duration = Duration::from_millis(150);
const LATE_MAX: Duration = Duration::from_millis(2);
/// A machine busy with other work is late by itself; one quiet round of so many shows what the socket does.
const ROUNDS: usize = 12;
/// An answer passes this many threads, and on a machine without an idle core each is as late as a bare thread.
const HOPS: u32 = 4;

/// Calls begin 1 ms apart, so that all are waiting at once for their time and none for the processor.
fn turn(nth: u64) -> Duration {
    Duration::from_millis(nth)
}

/// How late the answer to one call came, on a connection that was open already.
async fn call(mut client: TcpStream, nth: u64) -> Duration {
    tokio::time::sleep(turn(nth)).await;
    let begun = Instant::now();
    client
        .write_all(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        .await
        .unwrap();
    assert!(client.read(&mut [0; 1024]).await.unwrap() > 0);
    begun
        .elapsed()
        .checked_sub(ASKED)
        .expect("an answer never comes early")
}

async fn connect(addr: SocketAddr) -> TcpStream {
    let client = TcpStream::connect(addr).await.unwrap();
    client.set_nodelay(true).unwrap();
    client
}

/// The 99th in a hundred.
fn p99(mut lates: Vec<Duration>) -> Duration {
    lates.sort();
    lates[lates.len() * 99 / 100 - 1]
}

/// How late this machine's threads wake from a sleep of the same length at the same time.
fn bare_threads() -> Vec<std::thread::JoinHandle<Duration>> {
    let sleep = |nth| {
        std::thread::sleep(turn(nth));
        let begun = Instant::now();
        std::thread::sleep(ASKED);
        begun.elapsed() - ASKED
    };
    (0..CALLERS)
        .step_by(4)
        .map(|nth| std::thread::spawn(move || sleep(nth)))
        .collect()
}

#[test]
fn of_a_hundred_delays_at_once_99_are_at_most_two_ms_late() {
    let delay_ms = u64::try_from(ASKED.as_millis()).unwrap();
    let server = Server::start(Plan {
        delay_ms,
        ..Plan::new(Ending::Whole, "late")
    });
    let clients = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut rounds = (0..ROUNDS).map(|_| {
        let bare = bare_threads();
        let lates = clients.block_on(async {
            let conns = join_all((0..CALLERS).map(|_| connect(server.addr))).await;
            let calls = (0..CALLERS)
                .zip(conns)
                .map(|(nth, conn)| tokio::spawn(call(conn, nth)));
            tokio::time::timeout(PATIENCE, join_all(calls))
                .await
                .unwrap()
        });
        (0..CALLERS).for_each(|_| drop(server.fact()));
        let machine = bare
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .max()
            .unwrap();
        (
            p99(lates.into_iter().map(Result::unwrap).collect()),
            machine,
        )
    });
    let good = |(late, machine): &(Duration, Duration)| *late <= LATE_MAX.max(*machine * HOPS);
    assert!(
        rounds.any(|round| good(&round)),
        "no round of {ROUNDS} was in time"
    );
    drop(rounds);
    server.finish();
}
