//! A register with one flipped bit: the damage is named, whatever is whole can be read, and no key opens anything.

use muddle_office::proof;
use muddle_office::register::Event;
use muddle_office::verify::Verified;
use muddle_office::{OfficeError, keys};
use muddle_world::chance::Seed;
use muddle_world::vendor::Vendor;
use rusqlite::{Connection, params};

use super::*;

/// Flips tried.
const FLIPS: u64 = 40;

/// Two offices, the first sealed; a key of the second was taken back.
async fn two(dir: &Path) -> u64 {
    let (log, _) = worked(dir, true, false).await;
    log.close().unwrap();
    let (log, office) = office(dir, false).await;
    small::open(&office, 2, Mode::Real, "second").await;
    let row = office.register().workspace("small-2").unwrap();
    let ada = Actor::inside(ActorKind::Interviewer, "ada");
    keys::revoke(&office, &row, "k1", ada).await.unwrap();
    office.stop().await.unwrap();
    log.close().unwrap();
    log_length(dir)
}

fn log_length(dir: &Path) -> u64 {
    let log = Sqlite::open(dir).unwrap();
    log.head(WorkspaceId::REGISTER).unwrap().seq
}

/// Flips one bit of one column of one register entry.
fn flip(dir: &Path, seq: u64, column: &str, pick: &mut impl FnMut(u64) -> u64) {
    let database = Connection::open(dir.join("muddle.db")).unwrap();
    let whole: Vec<u8> = database
        .query_row(
            &format!("SELECT {column} FROM entries WHERE workspace = 0 AND seq = ?1"),
            [seq as i64],
            |row| row.get(0),
        )
        .unwrap();
    let mut spoilt = whole;
    let at = pick(spoilt.len() as u64) as usize;
    spoilt[at] ^= 1 << pick(8);
    let sql = format!("UPDATE entries SET {column} = ?2 WHERE workspace = 0 AND seq = ?1");
    let changed = database.execute(&sql, params![seq as i64, spoilt]).unwrap();
    assert_eq!(changed, 1);
}

/// Both logs can be read and proved, nothing can be added, nobody's key is good.
async fn reads_only(dir: &Path, case: &str) {
    let (log, office) = office(dir, false).await;
    let before = log.heads().unwrap();
    let damage = office.register().damage().map(ToString::to_string);
    assert!(damage.is_some_and(|said| said.contains("entry")), "{case}");
    for tag in [small::TAG, "second"] {
        let key = small::key(Vendor::Billing, tag);
        assert!(office.holder(&key).is_none(), "{case}");
    }
    for id in [1, 2] {
        let id = WorkspaceId(id);
        let name = office
            .register()
            .workspace_by_id(id)
            .map(|row| row.name.clone());
        let named = [format!("small-{id}"), format!("unnamed-{id}")];
        assert!(name.is_some_and(|name| named.contains(&name)), "{case}");
        let proof = proof::prove(&office, id).unwrap();
        assert!(
            matches!(proof.found, Verified::Whole { .. }),
            "{case}: {proof:?}"
        );
        assert!(proof.register.is_some(), "{case}");
        let workspace = office.workspace(id);
        let called = small::call(&office, &workspace, small::read_charge(1)).await;
        assert!(
            matches!(called, Err(OfficeError::ReadOnly(_))),
            "{case}: {called:?}"
        );
    }
    let recorded = office.register().record(Event::Started).await;
    assert!(matches!(recorded, Err(OfficeError::ReadOnly(_))), "{case}");
    office.stop().await.unwrap();
    assert_eq!(log.heads().unwrap(), before, "{case}: nothing was added");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_flipped_bit_takes_no_workspace_away_and_gives_no_key_back() {
    let dir = tempfile::tempdir().unwrap();
    let events = two(dir.path()).await;
    let mut dice = Seed::from_number(7).dice(&["register"]);
    for number in 0..FLIPS {
        let spoilt = copy(dir.path());
        let (seq, column) = (
            1 + number % events,
            ["body", "hash"][number as usize % 3 % 2],
        );
        flip(spoilt.path(), seq, column, &mut |below| dice.below(below));
        reads_only(
            spoilt.path(),
            &format!("flip {number}: {column} of entry {seq}"),
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_register_that_lost_rows_or_cannot_be_read_is_damaged_all_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let events = two(dir.path()).await;
    let spoilings = [
        "DELETE FROM entries WHERE workspace = 0 AND seq = 3".to_owned(),
        format!("DELETE FROM entries WHERE workspace = 0 AND seq = {events}"),
        "UPDATE heads SET seq = seq - 1 WHERE workspace = 0".to_owned(),
        "UPDATE entries SET hash = x'00' WHERE workspace = 0 AND seq = 4".to_owned(),
        format!("UPDATE entries SET hash = x'00' WHERE workspace = 0 AND seq = {events}"),
        "DELETE FROM entries WHERE workspace = 0; DELETE FROM heads WHERE workspace = 0".to_owned(),
    ];
    for sql in spoilings {
        let spoilt = copy(dir.path());
        let database = Connection::open(spoilt.path().join("muddle.db")).unwrap();
        database.execute_batch(&sql).unwrap();
        drop(database);
        let (_log, office) = office(spoilt.path(), false).await;
        assert!(office.writable().is_err(), "{sql}");
        let rows = office.register().workspaces();
        assert_eq!(rows.len(), 2, "{sql}: {rows:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_only_a_hash_is_spoilt_the_event_still_counts() {
    let dir = tempfile::tempdir().unwrap();
    let events = two(dir.path()).await;
    for seq in 1..=events {
        let spoilt = copy(dir.path());
        flip(spoilt.path(), seq, "hash", &mut |_| 0);
        let (_log, office) = office(spoilt.path(), false).await;
        assert!(office.writable().is_err());
        let names: Vec<String> = office
            .register()
            .workspaces()
            .iter()
            .map(|row| row.name.clone())
            .collect();
        assert_eq!(names, ["small-1", "small-2"], "hash of entry {seq}");
        assert!(
            office.register().seal("small-1").is_some(),
            "hash of entry {seq}"
        );
    }
}
