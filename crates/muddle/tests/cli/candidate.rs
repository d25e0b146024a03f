//! The candidate, who has a file of variables and nothing else.

use std::path::Path;
use std::process::{Command, Output};

use crate::program::binary;
use crate::*;

/// A command in a directory of its own, without a data directory.
fn alone(dir: &Path, args: &[&str]) -> Output {
    Command::new(binary())
        .env_remove("MUDDLE_URL")
        .env_remove("MUDDLE_ADMIN_TOKEN")
        .env_remove("MUDDLE_DATA")
        .current_dir(dir)
        .args(args)
        .output()
        .unwrap()
}

fn well(dir: &Path, args: &[&str]) -> String {
    let output = alone(dir, args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_candidate_works_with_the_file_alone() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let desk = dir.path().join("desk");
    std::fs::create_dir_all(&desk).unwrap();
    let output = alone(&desk, &["brief"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.code() == Some(7) && said.contains("--env") && said.lines().count() == 1,
        "{said}"
    );
    let server = Server::start(&data);
    let env = desk.join(".env");
    let args = [
        "open",
        "refund-desk",
        "--seed",
        "1",
        "--clock",
        "step",
        "--cases",
        "3",
        "--env",
    ];
    good(&data, &[&args[..], &[env.to_str().unwrap()]].concat());
    assert!(well(&desk, &["brief"]).len() > 200);
    assert!(well(&desk, &["check"]).contains("token    200"));
    assert!(
        well(&desk, &["attempt", "start", "--label", "mine"])
            .contains("Attempt 1 (mine) has begun")
    );
    assert!(well(&desk, &["attempt", "list"]).contains("mine"));
    assert!(well(&desk, &["attempt", "end", "1"]).contains("has ended"));
    assert!(well(&desk, &["wait", "30m"]).starts_with("It is "));
    assert!(well(&desk, &["wait", "--until", "+10m"]).starts_with("It is "));
    let over = alone(&desk, &["wait", "--next-event"]);
    assert_eq!(over.status.code(), Some(1), "a cut story has nothing due");
    assert!(
        String::from_utf8(over.stdout)
            .unwrap()
            .contains("nothing is due")
    );
    assert!(well(&desk, &["reset"]).contains("as it was opened"));
    // From anywhere, by naming the file; another's workspace is none of theirs.
    let file = env.to_str().unwrap();
    assert!(well(dir.path(), &["brief", "--env", file]).len() > 200);
    let other = alone(&desk, &["brief", "ws_another"]);
    assert!(
        String::from_utf8(other.stderr)
            .unwrap()
            .contains("not for `ws_another`")
    );
    for args in [&["list"][..], &["grade", "ws_x"], &["watch", "ws_x"]] {
        assert_eq!(
            alone(&desk, args).status.code(),
            Some(7),
            "{args:?} is no candidate's"
        );
    }
    let copied = dir.path().join("copy.env");
    let opened = std::fs::read_to_string(&env).unwrap();
    let ws = opened
        .lines()
        .find_map(|line| line.strip_prefix("MUDDLE_WORKSPACE="));
    good(
        &data,
        &["fork", ws.unwrap(), "--env", copied.to_str().unwrap()],
    );
    let copied = std::fs::read_to_string(&copied).unwrap();
    assert!(copied.contains("MUDDLE_BILLING_KEY=") && !copied.contains(ws.unwrap()));
    assert_eq!(server.stop(), Some(0));
}
