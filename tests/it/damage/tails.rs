//! A log that lost its last entries: found by whatever saw further, whole only where nothing did.

use muddle_office::proof::{self, Proof};
use muddle_office::verify::Verified;
use muddle_tests::patience::until;
use rusqlite::{Connection, params};

use super::*;

/// What was done to the head row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Row {
    Kept,
    Fitted,
    Gone,
}

/// Deletes the last `count` entries.
fn cut(dir: &Path, count: u64, row: Row) {
    let database = Connection::open(dir.join("muddle.db")).unwrap();
    let delete = "DELETE FROM entries WHERE workspace = 1 AND seq > (SELECT max(seq) FROM entries WHERE workspace = 1) - ?1";
    let deleted = database.execute(delete, params![count as i64]).unwrap();
    assert_eq!(deleted as u64, count);
    let sql = match row {
        Row::Kept => return,
        Row::Fitted => {
            "UPDATE heads SET (seq, hash) = (SELECT seq, hash FROM entries WHERE workspace = 1 ORDER BY seq DESC LIMIT 1) WHERE workspace = 1"
        }
        Row::Gone => "DELETE FROM heads WHERE workspace = 1",
    };
    assert_eq!(database.execute(sql, []).unwrap(), 1);
}

async fn proved(dir: &Path, witness: bool) -> Proof {
    let (_log, office) = office(dir, witness).await;
    let proof = proof::prove(&office, ONE).unwrap();
    office.stop().await.unwrap();
    proof
}

/// Who says that entries are missing.
fn sources(what: &str) -> Vec<&'static str> {
    let known = ["head row", "receipt", "witness"];
    known.into_iter().filter(|one| what.contains(one)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_tail_is_missed_by_everything_that_saw_it() {
    for (sealed, witness) in [(false, false), (false, true), (true, false), (true, true)] {
        let dir = tempfile::tempdir().unwrap();
        let (log, entries) = worked(dir.path(), sealed, witness).await;
        log.close().unwrap();
        let whole = proved(copy(dir.path()).path(), witness).await;
        assert_eq!(whole.found, Verified::Whole { entries });
        assert_eq!(
            whole.witness.contains("saw entry"),
            witness,
            "{}",
            whole.witness
        );
        for count in [1, 10, entries - 1] {
            for row in [Row::Kept, Row::Fitted, Row::Gone] {
                let case =
                    format!("{count} cut, head row {row:?}, sealed {sealed}, witness {witness}");
                let spoilt = copy(dir.path());
                cut(spoilt.path(), count, row);
                let found = proved(spoilt.path(), witness).await.found;
                let mut want = Vec::new();
                want.extend((row == Row::Kept).then_some("head row"));
                want.extend(sealed.then_some("receipt"));
                want.extend(witness.then_some("witness"));
                let left = if row == Row::Gone { 0 } else { entries - count };
                match found {
                    Verified::Missing { from, to, what } => {
                        assert_eq!((from, to), (left + 1, entries), "{case}");
                        assert_eq!(sources(&what), want, "{case}: {what}");
                    }
                    Verified::Whole { entries } => {
                        assert_eq!((entries, want.len()), (left, 0), "{case}");
                    }
                    Verified::Broken { seq, ref what } => {
                        assert!(row == Row::Gone && want.is_empty(), "{case}: {found:?}");
                        assert!(seq == 1 && what.contains("its log is empty"), "{what}");
                    }
                    other => panic!("{case}: {other:?}"),
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_witness_saw_before_a_kill_is_missed_and_what_came_after_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let (log, office) = office(dir.path(), true).await;
    let workspace = small::open(&office, 1, Mode::Real, small::TAG).await;
    for n in 0..5 {
        let call = small::refund(n, 5, &format!("key-{n}"));
        small::call(&office, &workspace, call).await.unwrap();
    }
    let end = log.head(ONE).unwrap();
    until("a line of the witness", || {
        let (seen, flaw) = office.witness().unwrap().seen();
        flaw.is_none() && seen.seen.get(&ONE).is_some_and(|seen| seen.head == end)
    })
    .await;
    let call = small::refund(9, 5, "late");
    small::call(&office, &workspace, call).await.unwrap();
    let said = proof::prove(&office, ONE).unwrap();
    assert!(
        said.witness.starts_with("the end is unwitnessed since 2"),
        "{}",
        said.witness
    );

    // As the kill leaves it: nothing is stopped, the files are what they are.
    for (count, missing) in [(1, None), (2, Some((6, 6)))] {
        let killed = copy(dir.path());
        cut(killed.path(), count, Row::Fitted);
        let found = match proved(killed.path(), true).await.found {
            Verified::Missing { from, to, .. } => Some((from, to)),
            Verified::Whole { .. } => None,
            other => panic!("{other:?}"),
        };
        assert_eq!(found, missing, "{count} cut");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_was_cut_and_went_on_is_no_longer_what_the_witness_saw() {
    let dir = tempfile::tempdir().unwrap();
    let (log, entries) = worked(dir.path(), false, true).await;
    log.close().unwrap();
    cut(dir.path(), 5, Row::Fitted);
    let (_log, office) = office(dir.path(), true).await;
    let workspace = office.workspace(ONE);
    for n in 100..110 {
        let call = small::refund(n, 5, &format!("key-{n}"));
        small::call(&office, &workspace, call).await.unwrap();
    }
    let found = proof::prove(&office, ONE).unwrap().found;
    let Verified::Broken { seq, what } = &found else {
        panic!("{found:?}");
    };
    assert!(
        *seq == entries && what.contains("the witness saw"),
        "{found:?}"
    );
    office.stop().await.unwrap();
    let again = proof::prove(&office, ONE).unwrap().found;
    assert_eq!(again, found, "the witness keeps what it saw first");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seal_that_does_not_fit_its_log_or_its_key_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let (log, entries) = worked(dir.path(), true, false).await;
    log.close().unwrap();
    let spoilt = copy(dir.path());
    let mut other = config(spoilt.path(), false);
    other.signing_seed = [8; 32];
    let log = Arc::new(Sqlite::open(spoilt.path()).unwrap());
    let office = Office::start(log, other).await.unwrap();
    let found = proof::prove(&office, ONE).unwrap().found;
    assert!(
        matches!(&found, Verified::Broken { seq, what } if *seq == entries && what.contains("signing key")),
        "{found:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_witness_that_is_missing_or_damaged_is_said_and_never_stops_a_start() {
    let dir = tempfile::tempdir().unwrap();
    let (log, entries) = worked(dir.path(), false, true).await;
    log.close().unwrap();
    let path = |dir: &Path| dir.join("muddle.witness");
    let gone = copy(dir.path());
    fs::remove_file(path(gone.path())).unwrap();
    let (_log, started) = office(gone.path(), true).await;
    let said = proof::prove(&started, ONE).unwrap();
    assert_eq!(said.found, Verified::Whole { entries });
    started.stop().await.unwrap();
    fs::remove_file(path(gone.path())).unwrap();
    let said = proof::prove(&started, ONE).unwrap().witness;
    assert!(
        said.contains("is missing") && said.contains("saw entry"),
        "{said}"
    );

    let spoilt = copy(dir.path());
    let mut bytes = fs::read(path(spoilt.path())).unwrap();
    bytes.truncate(bytes.len() / 2);
    bytes.push(b'\n');
    fs::write(path(spoilt.path()), &bytes).unwrap();
    let (_log, started) = office(spoilt.path(), true).await;
    assert_eq!(
        fs::read(spoilt.path().join("muddle.witness.damaged")).unwrap(),
        bytes
    );
    let said = proof::prove(&started, ONE).unwrap();
    assert_eq!(said.found, Verified::Whole { entries });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forks_and_resets_raise_no_alarm() {
    let dir = tempfile::tempdir().unwrap();
    let (log, _) = worked(dir.path(), true, true).await;
    log.close().unwrap();
    let (_log, office) = office(dir.path(), true).await;
    let fork = muddle_office::open::fork(&office, "small-1", Some(5))
        .await
        .unwrap();
    small::open(&office, 2, Mode::Real, "second").await;
    let event = muddle_office::register::Event::Replaced { old: 1, new: 3 };
    office.register().record(event).await.unwrap();
    office.stop().await.unwrap();
    for id in [1, fork.row.id, 3] {
        let proof = proof::prove(&office, WorkspaceId(id)).unwrap();
        assert!(
            matches!(proof.found, Verified::Whole { .. }),
            "{id}: {proof:?}"
        );
        assert_eq!(proof.register, None);
    }
    assert!(
        seal::receipt(&office, "small-1~1")
            .unwrap()
            .is_some_and(|one| seal::proves(&one))
    );
}
