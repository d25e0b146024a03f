//! Figures that need no socket: generation, replay, verify, grade, judge, waking; one line of JSON each.
//!
//! Run by tests/bench/run.sh. `MUDDLE_BENCH_DATA` names the data directory that a server left, with `careful`'s log in it
//! as the longest. With `MUDDLE_BENCH_MANY` it only lays that many sleeping workspaces into the directory.

#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use muddle_log::{Log, Sqlite, WorkspaceId};
use muddle_office::open::{Order, open};
use muddle_office::opening::{Openings, records};
use muddle_office::replay;
use muddle_office::verify::{Verified, verify};
use muddle_scenario::{Options, generate, shipped};
use muddle_tests::small;
use muddle_world::call::{Actor, ActorKind, Call, Input};
use muddle_world::chance::Seed;
use muddle_world::clock::{Mode, STEP_MS};
use muddle_world::entry::{Around, Entry};
use muddle_world::fault::{Kind, Per, Position, Select, judge};
use muddle_world::office::{self, NewFault};
use muddle_world::time::{At, Up};
use muddle_world::vendor::Vendor;

/// Runs of each; the median counts.
const RUNS: usize = 5;
/// Entries that replay and verify go through in all.
const ENTRIES: u64 = 100_000;
/// Entries of the log that is graded.
const GRADED: u64 = 10_000;
/// A Monday.
const EPOCH: At = At(1_794_787_200_000);

fn figure(name: &str, value: f64, unit: &str) {
    println!(
        "{}",
        serde_json::json!({"figure": name, "value": value, "unit": unit})
    );
}

/// The median of what `work` takes; what it needs is made by `make`, unmeasured.
fn median<T>(mut make: impl FnMut() -> T, mut work: impl FnMut(T)) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let given = make();
            let began = Instant::now();
            work(given);
            began.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}

fn generation() {
    for (name, times) in [("shipped", 1), ("100,000 records", 5)] {
        let mut scenario = shipped("refund-desk").unwrap().unwrap();
        let population = &mut scenario.desk.population;
        population.customers *= times;
        population.charges *= times;
        population.invoices *= times;
        population.companies *= times;
        population.contacts *= times;
        population.closed_threads *= times;
        let mut made = 0;
        let took = median(
            || (),
            |()| {
                let options = Options::default();
                made = black_box(generate(&scenario, &Seed::from_number(1), EPOCH, options))
                    .records
                    .len();
            },
        );
        figure(
            &format!("generation, {name}: records"),
            made as f64,
            "records",
        );
        figure(
            &format!("generation, {name}"),
            made as f64 / took.as_secs_f64(),
            "records/s",
        );
    }
}

/// The workspace with the longest log.
fn longest(log: &dyn Log) -> (WorkspaceId, u64) {
    let heads = log.heads().unwrap();
    let longest = heads
        .into_iter()
        .filter(|(id, _)| *id != WorkspaceId::REGISTER)
        .max_by_key(|(_, head)| head.seq);
    longest.map(|(id, head)| (id, head.seq)).unwrap()
}

fn replay_and_verify(log: &dyn Log) {
    let (id, entries) = longest(log);
    let times = ENTRIES.div_ceil(entries);
    let kept = Openings::default();
    replay::fold(log, &kept, id, None).unwrap();
    let took = median(
        || (),
        |()| (0..times).for_each(|_| drop(black_box(replay::fold(log, &kept, id, None).unwrap()))),
    );
    figure(
        "replay",
        (times * entries) as f64 / took.as_secs_f64(),
        "entries/s",
    );
    let prove = || assert!(matches!(verify(log, id).unwrap(), Verified::Whole { .. }));
    // Verify decodes the opening each time, as the command does; without it is what a longer log would show.
    let alone = median(
        || (),
        |()| {
            drop(black_box(
                replay::fold(log, &Openings::default(), id, Some(1)).unwrap(),
            ))
        },
    );
    let took = median(|| (), |()| prove());
    figure(
        "verify, opening included",
        entries as f64 / took.as_secs_f64(),
        "entries/s",
    );
    figure(
        "verify",
        entries as f64 / took.saturating_sub(alone).as_secs_f64(),
        "entries/s",
    );
    figure("entries of careful's log", entries as f64, "entries");
}

fn grading(log: &dyn Log) {
    let (id, _) = longest(log);
    let (mut desk, opened) = replay::fold(log, &Openings::default(), id, None).unwrap();
    let mut entries: Vec<Entry> = small::stored(log, id)
        .iter()
        .filter_map(|stored| Entry::read(&stored.bytes).ok())
        .collect();
    let charge = desk.world.billing.charges.rows().next().unwrap().id.clone();
    while (entries.len() as u64) < GRADED {
        let request = muddle_world::billing::Request::Get {
            kind: muddle_world::billing::Kind::Charge,
            id: charge.clone(),
        };
        let call = Call::Billing(muddle_world::billing::Call::plain(request));
        let input = Input {
            actor: small::candidate(),
            origin: None,
            call,
            up: Up(0),
        };
        let acted = desk.act(input, Around::default()).unwrap();
        entries.extend(
            acted
                .written
                .iter()
                .map(|written| Entry::read(&written.bytes).unwrap()),
        );
    }
    let options = muddle_grade::Options {
        workspace: "bench".into(),
    };
    let took = median(
        || entries.clone(),
        |entries| {
            drop(black_box(
                muddle_grade::grade(&opened.records, &opened.truth, entries, &[], &options)
                    .unwrap(),
            ))
        },
    );
    figure("grade 10,000 entries", took.as_secs_f64() * 1e3, "ms");
}

fn judging() {
    let (_, mut desk) = small::opening(WorkspaceId(1), &Seed::from_number(1), Mode::Real);
    for n in 0..50_i64 {
        let new = NewFault {
            vendor: Some(Vendor::Billing),
            operation: Some("create_refund".into()),
            fault: Kind::Error {
                status: 500,
                code: None,
            },
            position: Position::After,
            select: Select::Probability { per_million: 1 },
            per: Per::Rule,
            from: None,
            to: None,
            ttl_ms: None,
        };
        let actor = Actor::inside(ActorKind::Interviewer, "ada");
        let input = Input {
            actor,
            origin: None,
            call: Call::Office(office::Call::ArmFault(new)),
            up: Up(n),
        };
        desk.act(input, Around::default()).unwrap();
    }
    assert_eq!(desk.world.office.faults.len(), 50);
    let call = small::refund(1, 100, "key");
    let took = median(
        || (),
        |()| {
            (0..20_000).for_each(|_| {
                drop(black_box(judge(
                    &desk.world,
                    ActorKind::Candidate,
                    &call,
                    small::START,
                    Up(99),
                )))
            })
        },
    );
    figure(
        "judge with 50 rules",
        took.as_secs_f64() * 1e6 / 20_000.0,
        "us",
    );
}

async fn waking() {
    let dir = tempfile::tempdir().unwrap();
    let log: Arc<dyn Log> = Arc::new(Sqlite::open(dir.path()).unwrap());
    let office = small::start(log.clone()).await;
    let order = Order {
        scenario: "refund-desk".into(),
        seed: Some(1),
        mode: "practice".into(),
        clock: Mode::Step {
            per_call_ms: STEP_MS,
        },
        epoch: Some(EPOCH),
        clean: false,
        candidate: None,
        real_latency: false,
        cases: None,
    };
    let new = open(&office, order).await.unwrap();
    let workspace = office.workspace(WorkspaceId(new.row.id));
    let charge = workspace
        .look(&office, |desk| {
            desk.world.billing.charges.rows().next().unwrap().id.clone()
        })
        .await
        .unwrap();
    let read = || {
        let request = muddle_world::billing::Request::Get {
            kind: muddle_world::billing::Kind::Charge,
            id: charge.clone(),
        };
        Call::Billing(muddle_world::billing::Call::plain(request))
    };
    for _ in 0..1_000 {
        small::call(&office, &workspace, read()).await.unwrap();
    }
    let mut times = Vec::new();
    for _ in 0..RUNS {
        assert!(workspace.doze(0));
        let began = Instant::now();
        small::call(&office, &workspace, read()).await.unwrap();
        times.push(began.elapsed());
    }
    times.sort();
    figure(
        "wake after 1,000 entries, opening at hand",
        times[RUNS / 2].as_secs_f64() * 1e3,
        "ms",
    );
    office.stop().await.unwrap();
    drop((workspace, office));
    let office = small::start(log).await;
    let workspace = office.workspace(WorkspaceId(new.row.id));
    let began = Instant::now();
    small::call(&office, &workspace, read()).await.unwrap();
    figure(
        "wake after 1,000 entries, opening read",
        began.elapsed().as_secs_f64() * 1e3,
        "ms",
    );
}

fn decoding(log: &dyn Log) {
    let (id, _) = longest(log);
    let opened = replay::opened(log, &Openings::default(), id).unwrap();
    let count = opened.records.len();
    let (_, entry) = replay::Reader::new(log, id).read_next().unwrap().unwrap();
    let digest = replay::opening_of(&entry).unwrap().opening.to_string();
    let took = median(
        || (),
        |()| {
            drop(black_box(
                records(&muddle_office::opening::read(log, &digest).unwrap()).unwrap(),
            ))
        },
    );
    figure(
        "records decoded from an opening",
        count as f64 / took.as_secs_f64(),
        "records/s",
    );
}

async fn lay_many(dir: &Path, count: u64) {
    let log: Arc<dyn Log> = Arc::new(Sqlite::open(dir).unwrap());
    let office = small::start(log).await;
    for n in 0..count {
        small::open(&office, 1, Mode::Real, &format!("many{n}")).await;
    }
    office.stop().await.unwrap();
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let data = PathBuf::from(
        std::env::var_os("MUDDLE_BENCH_DATA").expect("tests/bench/run.sh says where the data is"),
    );
    if let Some(count) = std::env::var("MUDDLE_BENCH_MANY")
        .ok()
        .and_then(|count| count.parse().ok())
    {
        runtime.block_on(lay_many(&data, count));
        return;
    }
    generation();
    judging();
    let log = Sqlite::open(&data).unwrap();
    decoding(&log);
    replay_and_verify(&log);
    grading(&log);
    runtime.block_on(waking());
}
