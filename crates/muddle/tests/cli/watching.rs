//! Whoever watches and judges: live lines, notes, mail, records; and how a server stops.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::program::command;
use crate::*;

use std::time::Duration;

fn opened(data: &Path, more: &[&str]) -> Value {
    let args = [
        "open",
        "refund-desk",
        "--seed",
        "1",
        "--clock",
        "step",
        "--cases",
        "5",
        "--json",
    ];
    serde_json::from_str(&good(data, &[&args[..], more].concat())).unwrap()
}

#[test]
fn a_watch_follows_and_ends_with_the_server() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let server = Server::start(&data);
    let opened = opened(&data, &["--rate-limits", "off"]);
    let ws = opened["workspace"].as_str().unwrap();
    let mut watch = command(&data)
        .args(["watch", ws, "--after", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines();
    let mut until = |wanted: &str| {
        let mut seen = Vec::new();
        for line in lines.by_ref().map(Result::unwrap) {
            seen.push(line.clone());
            if line.contains(wanted) {
                return line;
            }
        }
        panic!("`{wanted}` never came: {seen:?}");
    };
    until("system open refund-desk, practice");
    good(&data, &["note", ws, "begins well"]);
    until("interviewer note \"begins well\"");
    assert!(
        good(&data, &["mail", ws, "--as", "new@mail.example", "Hello?"])
            .contains("hand on the scale")
    );
    until("interviewer deliver new@mail.example \"Hello?\" applied");
    assert_eq!(server.stop(), Some(0));
    let left = watch.wait_with_output().unwrap();
    assert!(left.status.success());
    assert!(
        String::from_utf8(left.stderr)
            .unwrap()
            .contains("The server stops.")
    );

    let server = Server::start(&data);
    let status = good(&data, &["status", ws]);
    for row in [
        "last call",
        "attempt",
        "mail due",
        "limits     off",
        "billing    up",
    ] {
        assert!(status.contains(row), "{row}: {status}");
    }
    let status: Value = serde_json::from_str(&good(&data, &["status", ws, "--json"])).unwrap();
    assert_eq!(status["sealed"], false);
    let text = good(&data, &["log", ws, "--format", "text"]);
    assert!(text.contains("note \"begins well\""), "{text}");
    let csv = good(&data, &["log", ws, "--format", "csv"]);
    assert!(
        csv.starts_with("seq,time,") && csv.contains(",note,"),
        "{csv}"
    );
    let record = good(&data, &["replay", ws, "--record", "profile/profile"]);
    let none = refused(
        &data,
        &["replay", ws, "--record", "profile", "--to", "9999"],
    );
    assert!(none.0 == 1 && none.1.contains("log ends at"), "{none:?}");
    assert!(record.contains("\"story_ends\""), "{record}");
    let report = good(&data, &["grade", ws]);
    assert!(
        report.contains("interviewer: begins well") && report.contains("Rate limits"),
        "{report}"
    );
    let late = good(&data, &["log", ws, "--format", "text", "--follow"]);
    assert!(
        late.ends_with("seal\n"),
        "a sealed log is followed to its end: {late}"
    );
    assert_eq!(server.stop(), Some(0));
}

/// Sends a signal to a server.
fn signal(server: &Server, name: &str) {
    let pid = server.child.id().to_string();
    let sent = Command::new("kill").args([name, &pid]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn the_first_interrupt_says_what_it_waits_for_and_the_second_ends_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let mut server = Server::start(&data);
    let mut said = BufReader::new(server.child.stderr.take().unwrap()).lines();
    let opened = opened(&data, &[]);
    let ws = opened["workspace"].as_str().unwrap();
    // A body that never comes keeps a request in flight.
    let host = server.url.strip_prefix("http://").unwrap();
    let mut slow = std::net::TcpStream::connect(host).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let key = opened["vendors"]["billing"]["key"].as_str().unwrap();
    let head = format!(
        "POST /v1/refunds HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\nexpect: 100-continue\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\n"
    );
    std::io::Write::write_all(&mut slow, head.as_bytes()).unwrap();
    let mut asked = [0; 12];
    slow.read_exact(&mut asked).unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100", "the handler waits for the body");
    signal(&server, "-INT");
    let first = said.find_map(|line| line.ok().filter(|line| line.contains("Stopping")));
    let first = first.unwrap();
    assert!(
        first.contains("1 request in flight") && first.contains("Ctrl-C again"),
        "{first}"
    );
    signal(&server, "-INT");
    assert_eq!(server.child.wait().unwrap().code(), Some(130));
    let server = Server::start(&data);
    good(&data, &["verify", ws]);
    assert_eq!(server.stop(), Some(0));
}
