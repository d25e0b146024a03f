//! A data directory opens whole or says in one sentence why not, and is left as it was found.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use muddle_log::conformance::entries;
use muddle_log::{Appended, Audience, Blob, Head, Log, LogError, Sqlite, WorkspaceId};
use rusqlite::Connection;

fn refusal(dir: &Path) -> LogError {
    match Sqlite::open(dir) {
        Ok(_) => panic!("it opened"),
        Err(why) => why,
    }
}

fn database(dir: &Path, sql: &str) {
    Connection::open(dir.join("muddle.db"))
        .and_then(|c| c.execute_batch(sql))
        .expect("the test's own SQL runs");
}

fn asked(dir: &Path, sql: &str) -> i64 {
    let database = Connection::open(dir.join("muddle.db")).expect("the database opens");
    database
        .query_row(sql, [], |row| row.get(0))
        .expect("the test's own SQL runs")
}

#[test]
fn a_directory_is_made_and_what_was_written_is_there_again() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("new/data");
    let append = entries(Head::EMPTY, 3, 1);
    {
        let log = Sqlite::open(&dir).unwrap();
        assert!(log.append(std::slice::from_ref(&append))[0].is_committed());
    }
    let log = Sqlite::open(&dir).unwrap();
    assert_eq!(log.read(append.workspace, 1, 9).unwrap(), append.entries);
    assert_eq!(asked(&dir, "PRAGMA page_size"), 8192);
    assert!(dir.join("muddle.db-wal").exists());
}

#[test]
fn a_second_process_is_refused_until_the_first_lets_go() {
    let dir = tempfile::tempdir().unwrap();
    let first = Sqlite::open(dir.path()).unwrap();
    let why = refusal(dir.path());
    assert!(matches!(why, LogError::Locked { .. }));
    let sentence = format!(
        "The data directory {} is in use by another Muddle process.",
        dir.path().display()
    );
    assert_eq!(why.to_string(), sentence);
    drop(first);
    Sqlite::open(dir.path()).unwrap();
}

#[test]
fn a_newer_database_is_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    drop(Sqlite::open(dir.path()).unwrap());
    database(dir.path(), "PRAGMA user_version = 99");
    let before = fs::read(dir.path().join("muddle.db")).unwrap();
    assert!(matches!(
        refusal(dir.path()),
        LogError::NewerVersion {
            found: 99,
            known: 1,
            ..
        }
    ));
    assert_eq!(fs::read(dir.path().join("muddle.db")).unwrap(), before);
}

#[test]
fn somebody_elses_database_is_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    database(dir.path(), "CREATE TABLE theirs (x)");
    let before = fs::read(dir.path().join("muddle.db")).unwrap();
    assert!(matches!(refusal(dir.path()), LogError::Foreign { .. }));
    assert_eq!(fs::read(dir.path().join("muddle.db")).unwrap(), before);
}

#[test]
fn a_damaged_database_is_told() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join("muddle.db"),
        "no database at all".repeat(1000),
    )
    .unwrap();
    assert!(matches!(refusal(dir.path()), LogError::Corrupt { .. }));
    assert!(
        dir.path().join("muddle.db").exists(),
        "what was there before stays"
    );
}

#[test]
fn what_is_no_directory_or_cannot_be_written_is_told() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(matches!(refusal(&file), LogError::NotADirectory { .. }));
    assert!(matches!(
        refusal(&file.join("below")),
        LogError::NotADirectory { .. }
    ));
    assert!(matches!(
        refusal(Path::new("/proc/muddle-data")),
        LogError::NotWritable { .. }
    ));
}

#[test]
fn an_interrupted_beginning_is_finished() {
    let dir = tempfile::tempdir().unwrap();
    database(
        dir.path(),
        "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL",
    );
    let log = Sqlite::open(dir.path()).unwrap();
    assert!(log.append(&[entries(Head::EMPTY, 1, 1)])[0].is_committed());
}

#[test]
fn an_interrupted_deletion_is_finished() {
    let dir = tempfile::tempdir().unwrap();
    let append = entries(Head::EMPTY, 5, 1);
    drop(
        Sqlite::open(dir.path())
            .map(|log| log.append(std::slice::from_ref(&append)))
            .unwrap(),
    );
    let id = append.workspace.0;
    database(
        dir.path(),
        &format!("INSERT INTO erasing VALUES ({id}); DELETE FROM heads WHERE workspace = {id}"),
    );
    let log = Sqlite::open(dir.path()).unwrap();
    assert_eq!(asked(dir.path(), "SELECT count(*) FROM entries"), 0);
    assert!(log.append(&[append])[0].is_committed());
}

#[test]
fn parts_of_an_unfinished_blob_are_swept() {
    let dir = tempfile::tempdir().unwrap();
    let large = Blob {
        packed: Arc::from(vec![7; 900_000]),
        ..Blob::pack(b"large", Audience::All)
    };
    let begun = Blob {
        digest: [1; 32],
        ..large.clone()
    };
    drop(
        Sqlite::open(dir.path())
            .map(|log| log.put_blobs(&[large.clone(), begun.clone()]))
            .unwrap(),
    );
    assert_eq!(
        asked(dir.path(), "SELECT count(*) FROM uploads"),
        0,
        "what is finished is no upload"
    );
    let hex = "01".repeat(32);
    let stop =
        format!("DELETE FROM blobs WHERE digest = x'{hex}'; INSERT INTO uploads VALUES (x'{hex}')");
    database(dir.path(), &stop);
    let log = Sqlite::open(dir.path()).unwrap();
    assert_eq!(
        asked(dir.path(), "SELECT count(*) FROM blob_parts"),
        4,
        "the whole one's parts are left"
    );
    assert_eq!(log.blob(&large.digest).unwrap(), Some(large));
    log.put_blobs(std::slice::from_ref(&begun)).unwrap();
    assert_eq!(log.blob(&begun.digest).unwrap(), Some(begun));
}

#[test]
fn rows_past_a_head_fail_their_workspace_alone() {
    let dir = tempfile::tempdir().unwrap();
    let log = Sqlite::open(dir.path()).unwrap();
    let ada = entries(Head::EMPTY, 2, 1);
    assert!(log.append(std::slice::from_ref(&ada))[0].is_committed());
    database(dir.path(), "DELETE FROM heads");
    let ben = muddle_log::Append {
        workspace: WorkspaceId(99),
        ..ada.clone()
    };
    let answers = log.append(&[ada.clone(), ben]);
    let [Appended::Failed(why), Appended::Committed] = answers.as_slice() else {
        panic!("{answers:?}")
    };
    assert!(matches!(**why, LogError::PastHead { .. }));
}

#[test]
fn flipped_bytes_of_a_stored_blob_are_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let log = Sqlite::open(dir.path()).unwrap();
    let blob = Blob::pack("some text, some text".repeat(9).as_bytes(), Audience::All);
    log.put_blobs(std::slice::from_ref(&blob)).unwrap();
    let mut packed = blob.packed.to_vec();
    packed[9] ^= 4;
    let flipped = Blob {
        packed: Arc::from(packed),
        ..blob.clone()
    };
    let hex: String = flipped
        .packed
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    database(
        dir.path(),
        &format!("UPDATE blob_parts SET bytes = x'{hex}'"),
    );
    let read = log.blob(&blob.digest).unwrap().unwrap();
    assert!(matches!(read.unpack(), Err(LogError::BlobDamaged { .. })));
}
