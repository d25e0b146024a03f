//! The files of a killed server with the write-ahead log cut short: SQLite goes back to an earlier moment, and the witness says how far it had come.

use muddle_log::LogError;
use muddle_office::proof;
use muddle_office::verify::Verified;
use rusqlite::Connection;

use super::*;

/// Places at which it is cut.
const CUTS: u64 = 20;

/// Entries of the workspace in the database as it lies there.
fn left(dir: &Path) -> Option<u64> {
    let scratch = copy(dir);
    let database = Connection::open(scratch.path().join("muddle.db")).unwrap();
    let count = database.query_row(
        "SELECT count(*) FROM entries WHERE workspace = 1",
        [],
        |row| row.get::<_, i64>(0),
    );
    count.ok().map(|count| count as u64)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_ahead_log_that_was_cut_is_missed_by_the_witness() {
    for witness in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let (log, entries) = worked(dir.path(), false, witness).await;
        let length = fs::metadata(dir.path().join("muddle.db-wal"))
            .unwrap()
            .len();
        let (mut refused, mut missing) = (0, 0);
        for place in 0..CUTS {
            let spoilt = copy(dir.path());
            let wal = fs::OpenOptions::new()
                .write(true)
                .open(spoilt.path().join("muddle.db-wal"));
            wal.unwrap().set_len(length * place / CUTS).unwrap();
            let case = format!("cut at {place} of {CUTS}, witness {witness}");
            let left = left(spoilt.path());
            match Sqlite::open_used(spoilt.path()) {
                Ok(log) => drop(log),
                Err(LogError::NoLog { .. }) => {
                    assert_eq!(left.unwrap_or(0), 0, "{case}");
                    refused += 1;
                    continue;
                }
                Err(other) => panic!("{case}: {other}"),
            }
            let left = left.unwrap();
            let (_log, office) = office(spoilt.path(), witness).await;
            assert_eq!(
                office.writable().is_err(),
                witness,
                "{case}: the register is cut, too"
            );
            if left == 0 && !witness {
                // As if it had never been opened: the register does not name it either.
                assert!(office.register().workspace_by_id(ONE).is_none(), "{case}");
                continue;
            }
            let found = proof::prove(&office, ONE).unwrap().found;
            match found {
                Verified::Missing { from, to, .. } => {
                    assert!(
                        witness && (from, to) == (left + 1, entries),
                        "{case}: {from} {to}"
                    );
                    missing += 1;
                }
                Verified::Whole { entries } => assert_eq!(entries, left, "{case}"),
                other => panic!("{case}: {other:?}"),
            }
        }
        assert!(
            refused >= 1 && (missing > 5) == witness,
            "{refused} {missing}"
        );
        drop(log);
    }
}
