//! Each ending as a client feels it, and the one fact it leaves.

use super::{PATIENCE, Plan, Server, ask, read_all, read_answer, reset, split};
use crate::enact::Ending;
use crate::socket::{Abort, Ended};
use sha2::{Digest, Sha256};
use std::io::{ErrorKind, Write};
use std::net::Shutdown;
use std::time::{Duration, Instant};

#[test]
fn a_whole_answer_is_whole_and_its_digest_is_the_bodys() {
    let server = Server::start(Plan::new(Ending::Whole, "{\"ok\":true}"));
    let (head, body) = read_answer(&mut server.call());
    assert!(head.starts_with("http/1.1 200") && head.contains("x-test: yes"));
    assert_eq!(body, b"{\"ok\":true}");
    let fact = server.fact();
    assert_eq!(
        (fact.status, fact.bytes(), fact.ended, fact.injected_ms),
        (200, 11, Ended::Whole, 0)
    );
    assert_eq!(fact.body_sha256()[..], Sha256::digest(&body)[..]);
    server.finish();
}

#[test]
fn an_empty_answer_and_an_answer_to_head_are_whole_with_no_bytes() {
    let server = Server::start(Plan::new(Ending::Whole, ""));
    assert_eq!(read_answer(&mut server.call()).1, b"");
    assert_eq!(
        (server.fact().ended, server.facts.try_recv().is_err()),
        (Ended::Whole, true)
    );
    server.finish();

    let server = Server::start(Plan::new(Ending::Whole, "never sent"));
    let mut client = server.connect();
    client
        .write_all(b"HEAD / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        .unwrap();
    let (bytes, end) = read_all(&mut client);
    let (head, body) = split(&bytes);
    assert!(head.contains("content-length: 10") && body.is_empty() && end.is_ok());
    let fact = server.fact();
    assert_eq!((fact.ended, fact.bytes()), (Ended::Whole, 0));
    server.finish();
}

#[test]
fn reset_is_a_rst_without_a_byte() {
    let server = Server::start(Plan::new(Ending::Reset, "lost"));
    assert_eq!(
        read_all(&mut server.call()),
        (Vec::new(), Err(ErrorKind::ConnectionReset))
    );
    let fact = server.fact();
    assert_eq!((fact.ended, fact.bytes()), (Ended::Reset, 0));
    server.finish();
}

#[test]
fn close_is_a_fin_without_a_byte() {
    let server = Server::start(Plan::new(Ending::Close, "lost"));
    assert_eq!(read_all(&mut server.call()), (Vec::new(), Ok(())));
    let fact = server.fact();
    assert_eq!((fact.ended, fact.bytes()), (Ended::Cut, 0));
    server.finish();
}

#[test]
fn close_is_a_fin_even_over_bytes_nobody_read() {
    let server = Server::start(Plan::new(Ending::Close, "lost"));
    let mut client = server.connect();
    client
        .write_all(
            b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\n\r\nonly the beginning",
        )
        .unwrap();
    assert_eq!(read_all(&mut client), (Vec::new(), Ok(())));
    assert_eq!(server.fact().ended, Ended::Cut);
    server.finish();
}

#[test]
fn cut_keeps_the_length_and_ends_at_the_byte() {
    for (size, after) in [(1_000, 400), (1_000, 0), (1_000, 1), (300_000, 299_999)] {
        let body: Vec<u8> = (0..size).map(|i| b'a' + (i % 26) as u8).collect();
        let server = Server::start(Plan::new(
            Ending::Cut {
                after_bytes: after as u64,
            },
            body.clone(),
        ));
        let (bytes, end) = read_all(&mut server.call());
        let (head, part) = split(&bytes);
        assert!(
            head.contains(&format!("content-length: {size}\r\n")),
            "{head}"
        );
        assert_eq!(
            (part == &body[..after], end),
            (true, Ok(())),
            "{after} of {size}, got {}",
            part.len()
        );
        let fact = server.fact();
        assert_eq!((fact.ended, fact.bytes()), (Ended::Cut, after as u64));
        assert_eq!(fact.body_sha256()[..], Sha256::digest(part)[..]);
        server.finish();
    }
}

#[test]
fn a_cut_behind_the_end_takes_the_last_byte() {
    for (after_bytes, body, left) in [(5, "12345", "1234"), (u64::MAX, "1", ""), (20, "", "")] {
        let server = Server::start(Plan::new(Ending::Cut { after_bytes }, body));
        let (bytes, end) = read_all(&mut server.call());
        let (head, part) = split(&bytes);
        assert!(head.contains(&format!("content-length: {}", body.len())));
        assert_eq!((part, end), (left.as_bytes(), Ok(())));
        let fact = server.fact();
        assert_eq!((fact.ended, fact.bytes()), (Ended::Cut, left.len() as u64));
        server.finish();
    }
}

#[test]
fn a_cut_ends_the_connection_behind_an_answer_to_head() {
    let server = Server::start(Plan::new(Ending::Cut { after_bytes: 5 }, "never sent"));
    let mut client = server.connect();
    client
        .write_all(b"HEAD / HTTP/1.1\r\nHost: test\r\n\r\n")
        .unwrap();
    let (bytes, end) = read_all(&mut client);
    assert_eq!((split(&bytes).1, end), (&b""[..], Ok(())));
    let fact = server.fact();
    assert_eq!((fact.ended, fact.bytes()), (Ended::Cut, 0));
    server.finish();
}

#[test]
fn a_hang_is_silent_and_ends_with_a_fin() {
    let server = Server::start(Plan::new(Ending::Hang { for_ms: Some(150) }, "lost"));
    let begun = Instant::now();
    assert_eq!(read_all(&mut server.call()), (Vec::new(), Ok(())));
    assert!(begun.elapsed() >= Duration::from_millis(150));
    let fact = server.fact();
    assert_eq!(
        (fact.ended, fact.bytes(), fact.injected_ms),
        (Ended::Timeout, 0, 150)
    );
    server.finish();
}

#[test]
fn a_hang_ends_when_the_client_gives_up() {
    let server = Server::start(Plan::new(Ending::Hang { for_ms: None }, "lost"));
    let client = server.call();
    server.conns.recv_timeout(PATIENCE).unwrap();
    drop(client);
    let fact = server.fact();
    assert_eq!((fact.ended, fact.bytes()), (Ended::ClientGone, 0));
    assert!(fact.injected_ms < 20_000);
    server.finish();
}

#[test]
fn a_kill_from_another_task_wakes_a_hanging_connection() {
    for (abort, end, ended) in [
        (Abort::Reset, Err(ErrorKind::ConnectionReset), Ended::Reset),
        (Abort::Close, Ok(()), Ended::Cut),
    ] {
        let server = Server::start(Plan::new(Ending::Hang { for_ms: None }, "lost"));
        let mut client = server.call();
        server.conns.recv_timeout(PATIENCE).unwrap().kill(abort);
        assert_eq!(read_all(&mut client), (Vec::new(), end));
        assert_eq!(server.fact().ended, ended);
        server.finish();
    }
}

#[test]
fn a_delayed_answer_keeps_the_connection() {
    let server = Server::start(Plan {
        delay_ms: 80,
        ..Plan::new(Ending::Whole, "late")
    });
    let mut client = server.connect();
    for _ in 0..2 {
        let begun = Instant::now();
        ask(&mut client);
        assert_eq!(read_answer(&mut client).1, b"late");
        assert!(begun.elapsed() >= Duration::from_millis(80));
        let fact = server.fact();
        assert_eq!((fact.ended, fact.injected_ms), (Ended::Whole, 80));
        assert!(fact.service_us >= 80_000);
    }
    server.finish();
}

#[test]
fn a_client_that_resets_during_a_delay_is_noticed_at_once() {
    let server = Server::start(Plan {
        delay_ms: 600_000,
        ..Plan::new(Ending::Whole, "late")
    });
    let client = server.call();
    server.conns.recv_timeout(PATIENCE).unwrap();
    reset(client);
    assert_eq!(server.fact().ended, Ended::ClientGone);
    server.finish();
}

#[test]
fn a_client_that_has_ended_its_side_gets_its_answer_late_or_not() {
    for delay_ms in [0, 150] {
        let server = Server::start(Plan {
            delay_ms,
            ..Plan::new(Ending::Whole, vec![b'x'; 8 << 20])
        });
        let mut client = server.call();
        client.shutdown(Shutdown::Write).unwrap();
        let (bytes, end) = read_all(&mut client);
        assert_eq!((split(&bytes).1.len(), end), (8 << 20, Ok(())));
        let fact = server.fact();
        assert_eq!((fact.ended, fact.bytes()), (Ended::Whole, 8 << 20));
        server.finish();
    }
}

#[test]
fn an_answer_to_a_client_that_left_without_a_word_is_none_that_arrived() {
    let server = Server::start(Plan {
        delay_ms: 150,
        ..Plan::new(Ending::Whole, "late")
    });
    let client = server.call();
    server.conns.recv_timeout(PATIENCE).unwrap();
    drop(client);
    let fact = server.fact();
    assert_eq!((fact.ended, fact.bytes()), (Ended::ClientGone, 0));
    server.finish();
}

#[test]
fn a_reset_behind_the_end_of_the_clients_side_is_noticed() {
    let server = Server::start(Plan {
        delay_ms: 600_000,
        ..Plan::new(Ending::Whole, "late")
    });
    let client = server.call();
    let conn = server.conns.recv_timeout(PATIENCE).unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    server
        .runtime
        .block_on(async { tokio::time::timeout(PATIENCE, conn.left()).await.unwrap() });
    reset(client);
    assert_eq!(server.fact().ended, Ended::ClientGone);
    server.finish();
}

#[test]
fn a_client_that_stops_reading_leaves_the_bytes_that_had_left() {
    let body = vec![b'x'; 64 << 20];
    let server = Server::start(Plan::new(Ending::Whole, body));
    let client = server.call();
    server.conns.recv_timeout(PATIENCE).unwrap();
    // Long enough for the kernel's buffers to fill; the assertions below hold for any moment.
    std::thread::sleep(Duration::from_millis(200));
    drop(client);
    let fact = server.fact();
    assert_eq!(fact.ended, Ended::ClientGone);
    assert!(fact.bytes() < 64 << 20);
    server.finish();
}
