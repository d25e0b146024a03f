//! What is cut off or spoilt in a data directory, and what is said of it: tails with and without their head row, write-ahead logs cut short,
//! a register with a flipped bit, and what a grader is told over the control API.

mod judged;
mod register;
mod tails;
mod wal;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use muddle_log::{Log, Sqlite, WorkspaceId, WriterLimits};
use muddle_office::{Config, Office, seal};
use muddle_tests::small;
use muddle_world::call::{Actor, ActorKind};
use muddle_world::clock::Mode;
use tempfile::TempDir;

/// The one workspace of most tests.
const ONE: WorkspaceId = WorkspaceId(1);

/// How an office over `dir` runs, with or without a witness.
fn config(dir: &Path, witness: bool) -> Config {
    Config {
        witness: witness.then(|| dir.join("muddle.witness")),
        ..small::config(WriterLimits::default())
    }
}

/// An office over what is in `dir`.
async fn office(dir: &Path, witness: bool) -> (Arc<Sqlite>, Arc<Office>) {
    let log = Arc::new(Sqlite::open(dir).unwrap());
    let office = Office::start(log.clone(), config(dir, witness)).await;
    (log, office.unwrap())
}

/// An office that was worked in, sealed or not, and stopped in order; its log stays open. The number of its entries.
async fn worked(dir: &Path, sealed: bool, witness: bool) -> (Arc<Sqlite>, u64) {
    let (log, office) = office(dir, witness).await;
    let workspace = small::open(&office, 1, Mode::Real, small::TAG).await;
    for n in 0..20 {
        let call = small::refund(n, 5, &format!("key-{n}"));
        small::call(&office, &workspace, call).await.unwrap();
    }
    if sealed {
        let ada = Actor::inside(ActorKind::Interviewer, "ada");
        seal::seal(&office, "small-1", ada).await.unwrap();
    }
    office.stop().await.unwrap();
    let entries = log.head(ONE).unwrap().seq;
    (log, entries)
}

/// A copy of a directory's files, but for the lock and what SQLite keeps for those who have the database open.
fn copy(dir: &Path) -> TempDir {
    let to = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if name != "lock" && name != "muddle.db-shm" {
            fs::copy(entry.path(), to.path().join(name)).unwrap();
        }
    }
    to
}
