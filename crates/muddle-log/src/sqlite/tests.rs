//! What only the inside of the store can be made to do: a commit that fails, a disk that is full, a writer that is busy.

use std::slice;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::*;
use crate::conformance::entries;

fn open() -> (tempfile::TempDir, Sqlite) {
    let dir = tempfile::tempdir().unwrap();
    let log = Sqlite::open(dir.path()).unwrap();
    (dir, log)
}

#[test]
fn a_commit_that_fails_leaves_nothing_and_the_next_one_works() {
    let (_dir, log) = open();
    let append = entries(Head::EMPTY, 2, 1);
    log.pen()
        .unwrap()
        .connection
        .commit_hook(Some(|| true))
        .unwrap();
    let answers = log.append(slice::from_ref(&append));
    assert!(
        matches!(answers.as_slice(), [Appended::Failed(_)]),
        "{answers:?}"
    );
    assert_eq!(log.head(append.workspace).unwrap(), Head::EMPTY);
    log.pen()
        .unwrap()
        .connection
        .commit_hook(None::<fn() -> bool>)
        .unwrap();
    assert!(log.append(&[append])[0].is_committed());
}

#[test]
fn a_full_disk_is_told_and_passes() {
    let (_dir, log) = open();
    let limit = |pages: i64| {
        let pen = log.pen().unwrap();
        pen.connection
            .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
            .unwrap();
    };
    limit(1);
    let append = entries(Head::EMPTY, 2_000, 1);
    let answers = log.append(slice::from_ref(&append));
    let [Appended::Failed(why)] = answers.as_slice() else {
        panic!("{answers:?}")
    };
    assert!(matches!(**why, LogError::DiskFull { .. }), "{why}");
    assert!(log.heads().unwrap().is_empty());
    let blob = Blob {
        packed: vec![7; 900_000].into(),
        ..Blob::pack(b"large", crate::Audience::All)
    };
    assert!(matches!(
        log.put_blobs(slice::from_ref(&blob)),
        Err(LogError::DiskFull { .. })
    ));
    limit(1 << 20);
    assert!(log.append(&[append])[0].is_committed());
    log.put_blobs(slice::from_ref(&blob)).unwrap();
    assert_eq!(log.blob(&blob.digest).unwrap(), Some(blob));
}

#[test]
fn a_read_waits_neither_for_the_writer_nor_for_other_reads() {
    let (_dir, log) = open();
    let append = entries(Head::EMPTY, 5, 1);
    assert!(log.append(slice::from_ref(&append))[0].is_committed());
    let (told, telling) = mpsc::channel();
    let pen = log.pen().unwrap();
    pen.run("BEGIN IMMEDIATE").unwrap();
    pen.connection.execute("DELETE FROM heads", []).unwrap();
    thread::scope(|scope| {
        for _ in 0..crate::limits::READERS_IDLE_MAX * 2 {
            let (log, told) = (&log, told.clone());
            scope.spawn(move || told.send(log.read(WorkspaceId(7), 1, 9).unwrap().len()));
        }
        for _ in 0..crate::limits::READERS_IDLE_MAX * 2 {
            assert_eq!(telling.recv_timeout(Duration::from_secs(5)).unwrap(), 5);
        }
    });
    drop(pen);
    assert_eq!(
        log.head(append.workspace).unwrap(),
        append.head_after(),
        "what was left open is rolled back by the next one"
    );
    assert!(log.append(&[entries(append.head_after(), 1, 1)])[0].is_committed());
}

#[test]
fn entries_are_durable_right_after_wire_rows_are_not() {
    let (_dir, log) = open();
    let level = || {
        log.pen()
            .unwrap()
            .connection
            .query_row("PRAGMA synchronous", [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    let durable = if cfg!(feature = "synchronous-off") {
        0
    } else {
        2
    };
    assert_eq!(level(), durable);
    let append = entries(Head::EMPTY, 1, 1);
    assert!(log.append(slice::from_ref(&append))[0].is_committed());
    log.append_wire(&[WireRow {
        workspace: append.workspace,
        seq: 1,
        json: "{}".into(),
    }])
    .unwrap();
    assert_eq!(level(), durable);
    log.pen().unwrap().relax().unwrap();
    assert_eq!(
        level(),
        durable,
        "whoever takes the pen next makes it durable"
    );
}

#[test]
fn the_write_ahead_log_starts_over_while_commits_keep_coming() {
    const WAL_BYTES: u64 = (crate::limits::CHECKPOINT_PAGES * crate::limits::PAGE_BYTES) as u64;
    let (dir, log) = open();
    let wal = dir.path().join("muddle.db-wal");
    let page: std::sync::Arc<[u8]> = vec![7; 64 * 1024].into();
    let (mut head, mut written, mut largest) = (Head::EMPTY, 0, 0);
    while written < 4 * WAL_BYTES {
        let mut append = entries(head, 8, 1);
        for entry in &mut append.entries {
            entry.bytes = page.clone();
            written += page.len() as u64;
        }
        head = append.head_after();
        assert!(log.append(&[append])[0].is_committed());
        largest = largest.max(wal.metadata().unwrap().len());
    }
    assert!(
        largest < 2 * WAL_BYTES,
        "{largest} bytes of it after {written} bytes of entries"
    );
}

#[test]
fn parts_of_blobs_gather_unsynced_only_so_far() {
    let (_dir, log) = open();
    let blob = |number: u8| Blob {
        packed: vec![number; crate::limits::BLOB_PART_BYTES].into(),
        ..Blob::pack(&[number], crate::Audience::All)
    };
    let unsynced = || log.pen().unwrap().unsynced;
    let most = crate::limits::BLOB_UNSYNCED_BYTES_MAX;
    for number in 0..8 {
        log.put_blobs(&[blob(number)]).unwrap();
        let gathered = (usize::from(number) + 1) * crate::limits::BLOB_PART_BYTES;
        assert_eq!(unsynced(), gathered % most, "after blob {number}");
    }
    log.put_blobs(&[blob(9)]).unwrap();
    assert!(unsynced() > 0);
    assert!(log.append(&[entries(Head::EMPTY, 1, 1)])[0].is_committed());
    assert_eq!(unsynced(), 0, "an append takes them along");
}
