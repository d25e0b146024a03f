//! A closed log is one file that opens by itself, a backup is another, and all of them are for their owner only.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use muddle_log::conformance::entries;
use muddle_log::{Append, Copied, Head, Log, LogError, Sqlite, WorkspaceId, backup};

/// The log in a copy of the database file alone.
fn alone(dir: &Path) -> (tempfile::TempDir, Sqlite) {
    let copy = tempfile::tempdir().unwrap();
    fs::copy(dir.join("muddle.db"), copy.path().join("muddle.db")).unwrap();
    let log = Sqlite::open(copy.path()).unwrap();
    (copy, log)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn loosen(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Reads through several connections at once, so that some are idle afterwards.
fn read_at_once(log: &Sqlite, workspace: WorkspaceId) {
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| log.read(workspace, 1, 10).unwrap());
        }
    });
}

#[test]
fn a_closed_log_is_whole_in_its_file_however_many_have_read_it() {
    for close in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let log = Sqlite::open(dir.path()).unwrap();
        let append = entries(Head::EMPTY, 40, 1);
        assert!(log.append(std::slice::from_ref(&append))[0].is_committed());
        read_at_once(&log, append.workspace);
        if close {
            log.close().unwrap();
            log.close().unwrap();
            let refused = log.append(&[entries(append.head_after(), 1, 1)]);
            assert!(!refused[0].is_committed());
            let read = log.read(append.workspace, 1, 9);
            assert!(matches!(read, Err(LogError::Closed { .. })));
        } else {
            drop(log);
        }
        let wal = fs::metadata(dir.path().join("muddle.db-wal"));
        assert_eq!(wal.map_or(0, |found| found.len()), 0);
        let (_copy, copied) = alone(dir.path());
        assert_eq!(
            copied.read(append.workspace, 1, 99).unwrap(),
            append.entries
        );
    }
}

#[test]
fn a_close_that_somebody_is_in_the_way_of_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let log = Sqlite::open(dir.path()).unwrap();
    assert!(log.append(&[entries(Head::EMPTY, 4, 1)])[0].is_committed());
    let other = rusqlite::Connection::open(dir.path().join("muddle.db")).unwrap();
    other
        .execute_batch("BEGIN; SELECT count(*) FROM entries")
        .unwrap();
    assert!(
        log.append(&[entries(entries(Head::EMPTY, 4, 1).head_after(), 1, 1)])[0].is_committed()
    );
    assert!(matches!(log.close(), Err(LogError::Busy { .. })));
    drop((other, log));
    let again = Sqlite::open(dir.path()).unwrap();
    assert_eq!(again.read(WorkspaceId(7), 1, 9).unwrap().len(), 5);
}

#[test]
fn a_row_whose_hash_is_none_is_found_where_it_lies_and_holds_nobody_up() {
    let dir = tempfile::tempdir().unwrap();
    let log = Sqlite::open(dir.path()).unwrap();
    let append = entries(Head::EMPTY, 4, 1);
    let other = Append {
        workspace: WorkspaceId(9),
        ..append.clone()
    };
    assert!(log.append(&[append.clone(), other.clone()])[1].is_committed());
    let database = rusqlite::Connection::open(dir.path().join("muddle.db")).unwrap();
    let spoil = "UPDATE entries SET hash = x'00' WHERE workspace = 7 AND seq = 2;
                 UPDATE heads SET hash = x'0102' WHERE workspace = 7";
    database.execute_batch(spoil).unwrap();
    let read = log.read(append.workspace, 1, 9).unwrap();
    assert_eq!((read.len(), read[1].hash), (4, [0; 32]));
    assert_eq!(read[2], append.entries[2]);
    let heads = log.heads().unwrap();
    assert_eq!(heads[&append.workspace].hash, [0; 32]);
    assert_eq!(heads[&other.workspace], other.head_after());
    let next = entries(append.head_after(), 1, 1);
    assert!(!log.append(&[next])[0].is_committed(), "nothing follows it");
}

#[test]
fn a_directory_that_was_in_use_is_not_opened_empty() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("muddle.db");
    let refusal = || Sqlite::open_used(dir.path()).err().unwrap();
    assert!(matches!(refusal(), LogError::NoDatabase { .. }));
    assert!(!path.exists(), "nothing is made");
    fs::write(&path, "").unwrap();
    assert!(matches!(refusal(), LogError::NoLog { .. }));
    fs::remove_file(&path).unwrap();

    let log = Sqlite::open(dir.path()).unwrap();
    assert!(matches!(refusal(), LogError::Locked { .. }));
    assert!(log.append(&[entries(Head::EMPTY, 4, 1)])[0].is_committed());
    // What an unclean stop leaves of a small log: a database file with hardly a page, all else in the write-ahead log.
    let copy = tempfile::tempdir().unwrap();
    for name in ["muddle.db", "muddle.db-wal"] {
        fs::copy(dir.path().join(name), copy.path().join(name)).unwrap();
    }
    assert!(Sqlite::open_used(copy.path()).is_ok());
    let bare = tempfile::tempdir().unwrap();
    fs::copy(&path, bare.path().join("muddle.db")).unwrap();
    let before = fs::read(bare.path().join("muddle.db")).unwrap();
    let refused = Sqlite::open_used(bare.path()).err().unwrap();
    assert!(matches!(refused, LogError::NoLog { .. }), "{refused}");
    assert_eq!(fs::read(bare.path().join("muddle.db")).unwrap(), before);
    drop(log);
    assert!(Sqlite::open_used(dir.path()).is_ok());
}

#[test]
fn every_file_is_for_its_owner_only_whatever_it_was() {
    let dir = tempfile::tempdir().unwrap();
    loosen(dir.path(), 0o777);
    let names = ["muddle.db", "muddle.db-wal", "muddle.db-shm", "lock"];
    let path = |name: &str| dir.path().join(name);
    let log = Sqlite::open(dir.path()).unwrap();
    assert!(log.append(&[entries(Head::EMPTY, 4, 1)])[0].is_committed());
    assert_eq!(names.map(|name| mode(&path(name))), [0o600; 4]);

    // As a kill leaves them, and as a careless copy makes them.
    let copy = tempfile::tempdir().unwrap();
    for name in names {
        fs::copy(path(name), copy.path().join(name)).unwrap();
        loosen(&copy.path().join(name), 0o644);
    }
    let _again = Sqlite::open(copy.path()).unwrap();
    assert_eq!(names.map(|name| mode(&copy.path().join(name))), [0o600; 4]);
}

#[test]
fn a_backup_of_a_log_in_use_is_one_moment_of_it() {
    let (dir, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = Sqlite::open(dir.path()).unwrap();
    let first = entries(Head::EMPTY, 200, 1);
    assert!(log.append(std::slice::from_ref(&first))[0].is_committed());
    let (stop, file) = (AtomicBool::new(false), to.path().join("log.db"));
    let copied = thread::scope(|scope| {
        scope.spawn(|| {
            let mut head = first.head_after();
            while !stop.load(Ordering::Relaxed) {
                let append: Append = entries(head, 3, 1);
                head = append.head_after();
                assert!(log.append(&[append])[0].is_committed());
            }
        });
        let copied = backup(dir.path(), &file);
        stop.store(true, Ordering::Relaxed);
        copied.unwrap()
    });
    assert_eq!(mode(&file), 0o600);
    let names: Vec<_> = fs::read_dir(to.path()).unwrap().collect();
    assert_eq!(names.len(), 1, "nothing is left beside it: {names:?}");

    let why = backup(dir.path(), &file).unwrap_err();
    assert!(matches!(why, LogError::Exists { .. }), "{why}");
    let restored = tempfile::tempdir().unwrap();
    fs::copy(&file, restored.path().join("muddle.db")).unwrap();
    let again = Sqlite::open_used(restored.path()).unwrap();
    let head = again.head(first.workspace).unwrap();
    assert!(head.seq >= 200 && head.seq % 3 == 200 % 3);
    let expected = entries(Head::EMPTY, head.seq, 1).entries;
    assert_eq!(
        again.read(first.workspace, 1, usize::MAX).unwrap(),
        expected
    );
    let (workspaces, entries) = (1, head.seq);
    assert_eq!(
        copied,
        Copied {
            workspaces,
            entries
        }
    );
}

#[test]
fn a_backup_that_cannot_be_made_leaves_nothing() {
    let (dir, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = to.path().join("log.db");
    let refused = |file: &Path| backup(dir.path(), file).unwrap_err();
    assert!(matches!(refused(&file), LogError::NoDatabase { .. }));
    fs::write(dir.path().join("muddle.db"), "no database".repeat(999)).unwrap();
    assert!(matches!(refused(&file), LogError::Corrupt { .. }));
    let nowhere = to.path().join("no/such/folder.db");
    assert!(matches!(refused(&nowhere), LogError::Backup { .. }));
    assert_eq!(fs::read_dir(to.path()).unwrap().count(), 0);
}
