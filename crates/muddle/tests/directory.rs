//! A server's data directory: refused where its log is lost, private, backed up and restored.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use program::{Server, command, good, mode, refused, run};

/// Opens a small office and gives its name.
fn opened(data: &Path) -> String {
    let args = [
        "open",
        "refund-desk",
        "--seed",
        "1",
        "--clock",
        "step",
        "--cases",
        "10",
        "--json",
    ];
    let opened: Value = serde_json::from_str(&good(data, &args)).unwrap();
    opened["workspace"].as_str().unwrap().to_owned()
}

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

#[test]
fn a_directory_that_lost_its_database_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    Server::start(&data).stop();
    let database = data.join("muddle.db");
    std::fs::remove_file(&database).unwrap();
    let (exit, said) = refused(&data, &SERVE);
    assert!(
        exit == 1 && said.lines().count() == 1 && said.contains("missing"),
        "{exit} {said}"
    );
    assert!(
        said.contains("signing.key, admin.token, muddle.witness"),
        "{said}"
    );
    assert!(!database.exists());
    std::fs::write(&database, "").unwrap();
    let (exit, said) = refused(&data, &SERVE);
    assert!(exit == 1 && said.contains("empty"), "{exit} {said}");
    for mark in ["signing.key", "admin.token", "muddle.witness"] {
        std::fs::remove_file(data.join(mark)).unwrap();
    }
    Server::start(&data).stop();
}

#[test]
fn a_start_that_failed_before_anything_was_written_can_be_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let failed = command(&data)
        .env("MUDDLE_ADMIN_TOKEN", "short")
        .args(SERVE)
        .output()
        .unwrap();
    assert_eq!(failed.status.code(), Some(1));
    let server = Server::start(&data);
    assert!(server.url.starts_with("http://127.0.0.1:"));
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn every_file_that_holds_a_secret_is_for_its_owner_only() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::set_permissions(&data, PermissionsExt::from_mode(0o777)).unwrap();
    let server = Server::start(&data);
    let files = || {
        let files = std::fs::read_dir(&data).unwrap();
        files.map(|file| file.unwrap().path()).collect::<Vec<_>>()
    };
    assert!(files().len() >= 7, "{:?}", files());
    for file in files() {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    assert_eq!(server.stop(), Some(0));
    for file in files() {
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o666)).unwrap();
    }
    let server = Server::start(&data);
    for file in files() {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    server.stop();
}

#[test]
fn a_backup_of_a_running_server_is_restored_and_the_witness_says_what_it_lacks() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let server = Server::start(&data);
    let ws = opened(&data);
    let file = dir.path().join("backup.db");
    let said = good(&data, &["backup", file.to_str().unwrap()]);
    assert!(
        said.contains("backup.db") && said.contains("of 1 workspaces"),
        "{said}"
    );
    assert_eq!(mode(&file), 0o600);
    let (exit, said) = refused(&data, &["backup", file.to_str().unwrap()]);
    assert!(
        exit == 1 && said.contains("replaces no file"),
        "{exit} {said}"
    );
    good(&data, &["clock", "advance", &ws, "30m"]);
    assert_eq!(server.stop(), Some(0));

    std::fs::copy(&file, data.join("muddle.db")).unwrap();
    let server = Server::start(&data);
    let output = run(&data, &["verify", &ws]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.code() == Some(1) && said.contains(" missing: the witness saw"),
        "{said}"
    );
    assert!(said.contains("the register is damaged"), "{said}");
    let (_, said) = refused(&data, &["clock", "advance", &ws, "30m"]);
    assert!(said.contains("only reads"), "{said}");
    assert_eq!(server.stop(), Some(0));

    std::fs::rename(data.join("muddle.witness"), dir.path().join("old.witness")).unwrap();
    let server = Server::start(&data);
    assert!(good(&data, &["verify", &ws]).contains("the witness"));
    good(&data, &["clock", "advance", &ws, "30m"]);
    assert_eq!(server.stop(), Some(0));
    assert!(!data.join("muddle.db-wal").exists());
}
