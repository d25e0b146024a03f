//! A log is proved, replayed to any moment, and copied: every flipped bit is found where it lies, every earlier world
//! comes back, and a fork goes on by itself.

use std::path::Path;
use std::sync::Arc;

use muddle_log::{Log, Memory, Sqlite, WorkspaceId};
use muddle_office::opening::Openings;
use muddle_office::verify::{Verified, verify};
use muddle_office::workspace::around;
use muddle_office::{Office, Workspace, open, replay};
use muddle_tests::small;
use muddle_world::call::{Call, Origin, Text};
use muddle_world::chance::Seed;
use muddle_world::clock::Mode;
use muddle_world::effect::Record;
use muddle_world::fault::{Kind, Latency, Position, Select};
use rusqlite::{Connection, params};

/// Flips tried.
const FLIPS: usize = 200;

/// Some calls of each sort: refunds, reads, repeated keys, faults of both positions, parked calls, a long body.
async fn work(office: &Office, workspace: &Workspace, calls: u64) {
    let lost = (Kind::Close, Position::After);
    let delay = (
        Kind::Delay {
            latency: Latency::Fixed(3),
        },
        Position::Before,
    );
    for (kind, position) in [lost, delay] {
        small::arm(office, workspace, kind, position, Select::Every(5)).await;
    }
    for n in 0..calls {
        let call = match n % 3 {
            0 => small::read_charge(n % small::CHARGES),
            _ => small::refund(
                n % small::CHARGES,
                101 + n as i64,
                &format!("key-{}", n / 2),
            ),
        };
        let heard = small::call(office, workspace, call).await.unwrap();
        if let Some(later) = heard.later {
            later.await.unwrap();
        }
    }
    let origin = Origin {
        protocol: "http".into(),
        method: "POST".into(),
        path: Text::Here("/v1/refunds".into()),
        query: None,
        headers: std::collections::BTreeMap::new(),
        body: Some(Text::Here("long ".repeat(2_000).into())),
    };
    let call = small::refund(1, 7, "long");
    workspace
        .act(office, small::candidate(), Some(origin), call, around())
        .await
        .unwrap();
}

/// Something in the database that can be flipped, and the first entry that rests on it.
struct Target {
    read: &'static str,
    write: &'static str,
    row: i64,
    seq: u64,
}

fn targets(database: &Connection, workspace: WorkspaceId, long_seq: u64) -> Vec<Target> {
    let entries = database
        .prepare("SELECT n, seq FROM entries WHERE workspace = ?1")
        .unwrap()
        .query_map([workspace.0 as i64], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)? as u64))
        })
        .unwrap()
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    let mut targets = Vec::new();
    for (row, seq) in entries {
        let body = (
            "SELECT body FROM entries WHERE n = ?1",
            "UPDATE entries SET body = ?2 WHERE n = ?1",
        );
        let hash = (
            "SELECT hash FROM entries WHERE n = ?1",
            "UPDATE entries SET hash = ?2 WHERE n = ?1",
        );
        targets.extend([body, hash].map(|(read, write)| Target {
            read,
            write,
            row,
            seq,
        }));
    }
    let parts = database
        .prepare("SELECT p.n, b.length FROM blob_parts p JOIN blobs b USING (digest)")
        .unwrap()
        .query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))
        .unwrap()
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    for (row, length) in parts {
        // The one body of 10,000 bytes belongs to a late entry; the others are what the office opened with.
        let seq = if length == 10_000 { long_seq } else { 1 };
        let (read, write) = (
            "SELECT bytes FROM blob_parts WHERE n = ?1",
            "UPDATE blob_parts SET bytes = ?2 WHERE n = ?1",
        );
        targets.push(Target {
            read,
            write,
            row,
            seq,
        });
    }
    targets
}

async fn worked_in(dir: &Path) -> (Arc<Office>, WorkspaceId) {
    let log: Arc<dyn Log> = Arc::new(Sqlite::open(dir).unwrap());
    let office = small::start(log).await;
    let workspace = small::open(&office, 3, Mode::Real, small::TAG).await;
    work(&office, &workspace, 36).await;
    (office, workspace.id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_flipped_bit_is_found_where_it_lies() {
    let dir = tempfile::tempdir().unwrap();
    let (office, id) = worked_in(dir.path()).await;
    let log = office.log().clone();
    let entries = small::stored(&*log, id).len() as u64;
    assert_eq!(verify(&*log, id).unwrap(), Verified::Whole { entries });
    let database = Connection::open(dir.path().join("muddle.db")).unwrap();
    let targets = targets(&database, id, entries);
    let blobs = targets
        .iter()
        .filter(|target| target.read.contains("blob_parts"))
        .count();
    assert!(
        blobs >= 4,
        "an opening has three blobs, and one body was long"
    );
    let mut dice = Seed::from_number(99).dice(&["flips"]);
    for flip in 0..FLIPS {
        // Every fifth flip is in a blob: there are few of them beside the entries.
        let from = if flip % 5 == 0 {
            targets.len() - blobs
        } else {
            0
        };
        let target = &targets[from + dice.below((targets.len() - from) as u64) as usize];
        let whole: Vec<u8> = database
            .query_row(target.read, [target.row], |row| row.get(0))
            .unwrap();
        let (at, bit) = (dice.below(whole.len() as u64) as usize, dice.below(8));
        let mut spoilt = whole.clone();
        spoilt[at] ^= 1 << bit;
        database
            .execute(target.write, params![target.row, spoilt])
            .unwrap();
        let found = verify(&*log, id).unwrap();
        let Verified::Broken { seq, .. } = found else {
            panic!(
                "flip {flip}, bit {bit} of byte {at} of entry {}: {found:?}",
                target.seq
            );
        };
        assert_eq!(seq, target.seq, "flip {flip}, bit {bit} of byte {at}");
        database
            .execute(target.write, params![target.row, whole])
            .unwrap();
    }
    assert_eq!(verify(&*log, id).unwrap(), Verified::Whole { entries });
}

fn records(office: &Office, id: WorkspaceId, to: Option<u64>) -> Vec<Record> {
    let (desk, _) = replay::fold(&**office.log(), &Openings::default(), id, to).unwrap();
    desk.world.records().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_world_of_any_moment_comes_back() {
    let office = small::start(Arc::new(Memory::new())).await;
    let workspace = small::open(&office, 4, Mode::Step { per_call_ms: 50 }, small::TAG).await;
    let mut moments = Vec::new();
    for n in 0..25 {
        small::call(
            &office,
            &workspace,
            small::refund(n, 250, &format!("key-{n}")),
        )
        .await
        .unwrap();
        let now = workspace
            .look(&office, |desk| {
                (desk.world.seq, desk.world.records().collect())
            })
            .await
            .unwrap();
        moments.push(now);
    }
    for (seq, then) in moments {
        let then: Vec<Record> = then;
        assert_eq!(
            records(&office, workspace.id, Some(seq)),
            then,
            "entry {seq}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workspace_sleeps_and_wakes_as_it_was() {
    let office = small::start(Arc::new(Memory::new())).await;
    let workspace = small::open(&office, 5, Mode::Real, small::TAG).await;
    work(&office, &workspace, 30).await;
    let all = |desk: &muddle_office::act::Desk| {
        (
            desk.hash,
            desk.world.up,
            desk.world.records().collect::<Vec<_>>(),
        )
    };
    let awake = workspace.look(&office, all).await.unwrap();
    assert!(workspace.resident() && workspace.doze(0) && !workspace.resident());
    let woken = workspace.look(&office, all).await.unwrap();
    assert!(workspace.resident() && awake == woken);
    // The key that was used before the sleep still repeats its answer.
    let heard = small::call(&office, &workspace, small::refund(1, 7, "long"))
        .await
        .unwrap();
    assert!(heard.told.original_request.is_some());
    let entries = small::stored(&**office.log(), workspace.id).len() as u64;
    assert_eq!(
        verify(&**office.log(), workspace.id).unwrap(),
        Verified::Whole { entries }
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parked_call_keeps_its_workspace_awake() {
    let office = small::start(Arc::new(Memory::new())).await;
    let workspace = small::open(&office, 5, Mode::Real, small::TAG).await;
    small::arm(
        &office,
        &workspace,
        Kind::Hang { for_ms: None },
        Position::Before,
        Select::First(1),
    )
    .await;
    let heard = small::call(&office, &workspace, small::refund(1, 7, "a"))
        .await
        .unwrap();
    assert!(!workspace.doze(0), "somebody waits in it");
    let lift = muddle_world::office::Call::LiftFaults {
        fault: None,
        by_hand: true,
    };
    let actor =
        muddle_world::call::Actor::inside(muddle_world::call::ActorKind::Interviewer, "ada");
    office
        .call(&workspace, actor, lift, around())
        .await
        .unwrap();
    heard.later.unwrap().await.unwrap();
    assert!(workspace.doze(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fork_is_the_past_and_goes_on_by_itself() {
    let office = small::start(Arc::new(Memory::new())).await;
    let workspace = small::open(&office, 6, Mode::Real, small::TAG).await;
    work(&office, &workspace, 30).await;
    let log = office.log().clone();
    let name = office
        .register()
        .workspace_by_id(workspace.id)
        .unwrap()
        .name
        .clone();
    let forked = open::fork(&office, &name, Some(12)).await.unwrap();
    let copy = office.workspace(WorkspaceId(forked.row.id));
    let (from, to) = (
        small::stored(&*log, workspace.id),
        small::stored(&*log, copy.id),
    );
    assert_eq!(from[..12], to[..12], "the past is shared byte for byte");
    assert_eq!(to.len(), 13, "then one entry says that it is a copy");
    assert_eq!(
        records(&office, workspace.id, Some(12)),
        records(&office, copy.id, Some(12))
    );
    small::call(&office, &copy, small::refund(150, 33, "only here"))
        .await
        .unwrap();
    assert_eq!(small::stored(&*log, workspace.id).len(), from.len());
    let entries = small::stored(&*log, copy.id).len() as u64;
    assert_eq!(verify(&*log, copy.id).unwrap(), Verified::Whole { entries });
    assert!(
        open::fork(&office, &name, Some(from.len() as u64 + 1))
            .await
            .is_err()
    );
}

#[test]
fn a_refused_call_is_an_entry_and_is_decided_again() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let office = small::start(Arc::new(Memory::new())).await;
        let workspace = small::open(&office, 7, Mode::Real, small::TAG).await;
        let unrouted = Call::Unrouted {
            vendor: muddle_world::vendor::Vendor::Billing,
            exists: false,
            nearest: None,
        };
        small::call(&office, &workspace, unrouted).await.unwrap();
        small::call(&office, &workspace, small::refund(1, 999_999, "much"))
            .await
            .unwrap();
        assert_eq!(
            verify(&**office.log(), workspace.id).unwrap(),
            Verified::Whole { entries: 3 }
        );
    });
}
