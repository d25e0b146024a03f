//! Connections from their acceptance to their end, and requests that outlive them.

use super::{PATIENCE, Plan, QUICK, Server, ask, read_all, read_answer, reset};
use crate::enact::Ending;
use crate::socket::{BindError, Conn, Ended, SocketLimits, bind};
use axum::body::{Body, to_bytes};
use axum::routing::{get, post};
use axum::{Extension, Router};
use std::io::{Read, Write};
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

#[test]
fn a_head_that_does_not_come_closes_the_connection() {
    let server = Server::limited(
        Plan::new(Ending::Whole, "never"),
        SocketLimits {
            head_max: Duration::from_millis(100),
            ..QUICK
        },
    );
    let mut client = server.connect();
    client.write_all(b"GET / HTTP/1.1\r\nHost:").unwrap();
    let begun = Instant::now();
    assert!(read_all(&mut client).1.is_ok());
    assert!(begun.elapsed() < PATIENCE);
    server.finish();
}

#[test]
fn callers_above_the_limit_wait_and_are_served() {
    let server = Server::limited(
        Plan::new(Ending::Whole, "served"),
        SocketLimits {
            connections_max: 1,
            ..QUICK
        },
    );
    let mut first = server.call();
    read_answer(&mut first);
    assert_eq!(
        server
            .conns
            .recv_timeout(PATIENCE)
            .unwrap()
            .open_connections(),
        1
    );
    let mut second = server.connect();
    ask(&mut second);
    second
        .set_read_timeout(Some(Duration::from_millis(150)))
        .unwrap();
    assert!(
        second.read(&mut [0]).is_err(),
        "the second is not accepted while the first is open"
    );
    drop(first);
    second.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(read_answer(&mut second).1, b"served");
    drop((server.fact(), server.fact()));
    server.finish();
}

#[test]
fn an_idle_connection_gives_up_its_place_to_one_that_waits() {
    let server = Server::limited(
        Plan::new(Ending::Whole, "served"),
        SocketLimits {
            connections_max: 2,
            idle_min: Duration::from_millis(20),
            ..QUICK
        },
    );
    let mut oldest = server.call();
    read_answer(&mut oldest);
    let silent: Vec<_> = (0..20).map(|_| server.connect()).collect();
    let mut last = server.call();
    assert_eq!(read_answer(&mut last).1, b"served");
    assert!(read_all(&mut oldest).1.is_ok());
    drop((silent, server.fact(), server.fact()));
    server.finish();
}

#[test]
fn an_answer_that_is_followed_is_not_an_idle_connection() {
    let server = Server::limited(
        Plan::new(Ending::Whole, "served"),
        SocketLimits {
            connections_max: 1,
            idle_min: Duration::from_millis(20),
            head_max: Duration::from_millis(60),
            ..QUICK
        },
    );
    let mut first = server.call();
    let streaming = server.conns.recv_timeout(PATIENCE).unwrap().stream();
    read_answer(&mut first);
    let mut second = server.connect();
    ask(&mut second);
    second
        .set_read_timeout(Some(Duration::from_millis(400)))
        .unwrap();
    assert!(second.read(&mut [0]).is_err(), "the first has its place");
    drop(streaming);
    second.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(read_answer(&mut second).1, b"served");
    drop((first, server.fact(), server.fact()));
    server.finish();
}

#[test]
fn a_connection_in_use_is_not_ended_for_another() {
    let server = Server::limited(
        Plan {
            delay_ms: 600,
            ..Plan::new(Ending::Whole, "served")
        },
        SocketLimits {
            connections_max: 1,
            idle_min: Duration::from_millis(200),
            ..QUICK
        },
    );
    let (mut first, mut second) = (server.call(), server.call());
    assert_eq!(read_answer(&mut first).1, b"served");
    assert_eq!(read_answer(&mut second).1, b"served");
    drop((server.fact(), server.fact()));
    server.finish();
}

/// A server that reads whole bodies and says whether they came to their end.
fn reading(limits: SocketLimits) -> (Server, Receiver<bool>) {
    let ((_conn_to, conns), (_fact_to, facts)) = (channel(), channel());
    let (read_to, read) = channel();
    let handler = move |body: Body| async move {
        let whole = to_bytes(body, usize::MAX).await.is_ok();
        read_to.send(whole).unwrap();
    };
    let router = Router::new().route("/", post(handler));
    (Server::routed(router, limits, conns, facts), read)
}

#[test]
fn bodies_that_come_byte_by_byte_are_all_given_up_and_one_that_keeps_the_pace_is_read() {
    let (server, read) = reading(SocketLimits {
        body_max: Duration::from_millis(200),
        body_bytes_per_s_min: 10,
        ..QUICK
    });
    let head = b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n";
    let mut steady = server.connect();
    steady.write_all(head).unwrap();
    for part in [[b'x'; 10]; 10] {
        std::thread::sleep(Duration::from_millis(50));
        steady.write_all(&part).unwrap();
    }
    assert_eq!(read.recv_timeout(PATIENCE), Ok(true));

    let mut slow: Vec<_> = (0..20).map(|_| server.connect()).collect();
    for client in &mut slow {
        client.write_all(head).unwrap();
    }
    let begun = Instant::now();
    for _ in 0..6 {
        std::thread::sleep(Duration::from_millis(100));
        // Fails once the server has ended the connection, which is what is wanted.
        slow.iter_mut().for_each(|client| drop(client.write(b"x")));
    }
    for client in &mut slow {
        assert_eq!(read.recv_timeout(PATIENCE), Ok(false));
        drop(read_all(client));
    }
    assert!(begun.elapsed() < PATIENCE);
    server.finish();
}

#[test]
fn a_body_that_ends_with_the_clients_side_is_whole_or_broken_as_its_length_says() {
    let (server, read) = reading(QUICK);
    for (sent, whole) in [(&b"all of it"[..], true), (b"half", false)] {
        let mut client = server.connect();
        client
            .write_all(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n")
            .unwrap();
        client.write_all(sent).unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        assert_eq!(read.recv_timeout(PATIENCE), Ok(whole));
        let (bytes, _) = read_all(&mut client);
        assert!(!whole || super::split(&bytes).0.starts_with("http/1.1 200"));
    }
    server.finish();
}

#[test]
fn a_stop_lets_a_request_in_flight_end_and_closes_idle_connections() {
    let server = Server::start(Plan {
        delay_ms: 200,
        ..Plan::new(Ending::Whole, "in time")
    });
    let mut busy = server.call();
    server.conns.recv_timeout(PATIENCE).unwrap();
    let mut idle = server.connect();
    server.stop.cancel();
    assert_eq!(read_answer(&mut busy).1, b"in time");
    assert!(read_all(&mut busy).1.is_ok());
    read_all(&mut idle).1.ok();
    assert_eq!(server.fact().ended, Ended::Whole);
    server.finish();
}

#[test]
fn a_stop_ends_hangs_at_once_and_late_answers_at_its_deadline() {
    for (ending, delay_ms) in [(Ending::Hang { for_ms: None }, 0), (Ending::Whole, 600_000)] {
        let limits = SocketLimits {
            drain_max: Duration::from_millis(200),
            ..QUICK
        };
        let server = Server::limited(
            Plan {
                delay_ms,
                ..Plan::new(ending, "lost")
            },
            limits,
        );
        let mut client = server.call();
        server.conns.recv_timeout(PATIENCE).unwrap();
        server.stop.cancel();
        assert_eq!(read_all(&mut client), (Vec::new(), Ok(())));
        assert_eq!(server.fact().ended, Ended::Cut);
        server.finish();
    }
}

#[test]
fn a_request_runs_to_its_end_when_its_client_has_gone() {
    let (gate, (done_to, done)) = (Arc::new(Notify::new()), channel());
    let ((conn_to, conns), (_fact_to, facts)) = (channel(), channel());
    let opened = Arc::clone(&gate);
    let handler = move |Extension(conn): Extension<Conn>| async move {
        conn_to.send(conn.clone()).unwrap();
        conn.gone().await;
        opened.notified().await;
        done_to.send(()).unwrap();
    };
    let server = Server::routed(Router::new().route("/", get(handler)), QUICK, conns, facts);
    let client = server.call();
    let conn = server.conns.recv_timeout(PATIENCE).unwrap();
    reset(client);
    server
        .runtime
        .block_on(async { tokio::time::timeout(PATIENCE, conn.gone()).await.unwrap() });
    assert!(done.try_recv().is_err());
    gate.notify_one();
    done.recv_timeout(PATIENCE).unwrap();
    server.finish();
}

#[test]
fn a_client_that_stops_in_the_middle_of_its_body_is_given_up() {
    let ((_conn_to, conns), (_fact_to, facts)) = (channel(), channel());
    let (read_to, read) = channel();
    let handler = move |body: Body| async move {
        read_to
            .send(to_bytes(body, usize::MAX).await.is_ok())
            .unwrap();
    };
    let limits = SocketLimits {
        stall_max: Duration::from_millis(100),
        ..QUICK
    };
    let server = Server::routed(
        Router::new().route("/", post(handler)),
        limits,
        conns,
        facts,
    );
    let mut client = server.connect();
    client
        .write_all(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nhalf")
        .unwrap();
    assert_eq!(read_all(&mut client), (Vec::new(), Ok(())));
    assert_eq!(
        read.recv_timeout(PATIENCE),
        Ok(false),
        "the handler learns that the body is broken"
    );

    let mut slow = server.connect();
    slow.write_all(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n")
        .unwrap();
    for byte in b"all of it" {
        std::thread::sleep(Duration::from_millis(20));
        slow.write_all(&[*byte]).unwrap();
    }
    assert_eq!(
        read.recv_timeout(PATIENCE),
        Ok(true),
        "a slow one that goes on is not"
    );
    assert!(read_answer(&mut slow).0.starts_with("http/1.1 200"));
    server.finish();
}

#[test]
fn a_client_that_takes_no_bytes_is_given_up() {
    let limits = SocketLimits {
        stall_max: Duration::from_millis(100),
        ..QUICK
    };
    let server = Server::limited(Plan::new(Ending::Whole, vec![b'x'; 64 << 20]), limits);
    let mut client = server.call();
    let fact = server.fact();
    assert_eq!(fact.ended, Ended::Timeout);
    let (bytes, _) = read_all(&mut client);
    assert_eq!(
        super::split(&bytes).1.len() as u64,
        fact.bytes(),
        "the fact counts what left"
    );
    server.finish();
}

#[test]
fn a_client_that_takes_an_answer_drop_by_drop_is_given_up() {
    let limits = SocketLimits {
        body_max: Duration::from_millis(200),
        body_bytes_per_s_min: 1 << 30,
        ..QUICK
    };
    let server = Server::limited(Plan::new(Ending::Whole, vec![b'x'; 64 << 20]), limits);
    let mut client = server.call();
    let mut some = vec![0; 64 << 10];
    // Each read makes room for a little more, so the connection never stalls for long.
    while client.read(&mut some).is_ok_and(|read| read > 0) {
        std::thread::sleep(Duration::from_millis(2));
    }
    assert_eq!(server.fact().ended, Ended::Timeout);
    server.finish();
}

#[test]
fn a_taken_port_is_one_clear_sentence() {
    let server = Server::start(Plan::new(Ending::Whole, ""));
    let _guard = server.runtime.enter();
    let error = bind(server.addr).unwrap_err();
    assert!(matches!(error, BindError::PortTaken(addr) if addr == server.addr));
    assert_eq!(
        error.to_string(),
        format!(
            "port {} is already in use on 127.0.0.1: stop the other process or choose another address with --listen",
            server.addr.port()
        )
    );
    let error = bind("192.0.2.1:0".parse().unwrap()).unwrap_err();
    assert!(matches!(error, BindError::NotLocal(_)), "{error}");
}
