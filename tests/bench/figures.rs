//! Figures that need no socket: generation, replay, verify, grade, judge, waking; one line of JSON each.
//!
//! Run by tests/bench/run.sh. `MUDDLE_BENCH_DATA` names the data directory that a server left, with `careful`'s log in it
//! as the longest. With `MUDDLE_BENCH_MANY` it only lays that many sleeping workspaces into the directory.

#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use muddle_log::{Append, Appended, Audience, Blob, Head, Log, Sqlite, Stored, WorkspaceId};
use muddle_office::act::{Desk, Written};
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
/// Entries appended at once to a repeated log.
const BATCH: usize = 1_000;
/// A Monday.
const EPOCH: At = At(1_794_787_200_000);

fn figure(name: &str, value: f64, unit: &str) {
    println!(
        "{}",
        serde_json::json!({"figure": name, "value": value, "unit": unit})
    );
}

/// What some work took, by the clock on the wall and by this thread's time on a processor.
///
/// A neighbour on the machine moves the first and hardly the second.
#[derive(Clone, Copy)]
struct Took {
    wall: Duration,
    cpu: Duration,
}

impl Took {
    fn less(self, other: Self) -> Self {
        Self {
            wall: self.wall.saturating_sub(other.wall),
            cpu: self.cpu.saturating_sub(other.cpu),
        }
    }
}

/// This thread's time on a processor.
fn on_cpu() -> Duration {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(said.split(' ').next().unwrap().parse().unwrap())
}

/// The median of what `work` takes; what it needs is made by `make`, unmeasured.
fn median<T>(mut make: impl FnMut() -> T, mut work: impl FnMut(T)) -> Took {
    let (mut walls, mut cpus): (Vec<_>, Vec<_>) = (0..RUNS)
        .map(|_| {
            let given = make();
            let (began, cpu) = (Instant::now(), on_cpu());
            work(given);
            (began.elapsed(), on_cpu() - cpu)
        })
        .unzip();
    walls.sort();
    cpus.sort();
    Took {
        wall: walls[RUNS / 2],
        cpu: cpus[RUNS / 2],
    }
}

/// A rate: `count` things in what they took.
fn rate(name: &str, count: u64, took: Took, unit: &str) {
    figure(name, count as f64 / took.wall.as_secs_f64(), unit);
    let name = format!("{name}, by time on the processor");
    figure(&name, count as f64 / took.cpu.as_secs_f64(), unit);
}

/// A duration in milliseconds.
fn lasts(name: &str, took: Took) {
    figure(name, took.wall.as_secs_f64() * 1e3, "ms");
    let name = format!("{name}, by time on the processor");
    figure(&name, took.cpu.as_secs_f64() * 1e3, "ms");
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
        rate(
            &format!("generation, {name}"),
            made as u64,
            took,
            "records/s",
        );
    }
}

/// The workspace with the longest log.
fn longest(log: &dyn Log) -> WorkspaceId {
    let heads = log.heads().unwrap();
    let longest = heads
        .into_iter()
        .filter(|(id, _)| *id != WorkspaceId::REGISTER)
        .max_by_key(|(_, head)| head.seq);
    let (id, head) = longest.unwrap();
    figure("entries of careful's log", head.seq as f64, "entries");
    id
}

/// `careful`'s log repeated: its calls made again and again, on one desk, until the log has `entries`.
///
/// Every entry is decided like any other, so the log verifies; what comes due in between comes due.
fn repeated(log: &dyn Log, of: WorkspaceId, id: WorkspaceId, entries: u64) {
    let opened = replay::opened(log, &Openings::default(), of).unwrap();
    let mut desk = Desk::new(opened.world.clone(), opened.story.clone());
    let mut reader = replay::Reader::new(log, of);
    let read = std::iter::from_fn(|| reader.read_next().unwrap().map(|(_, entry)| entry));
    let asked: Vec<(Input, Around)> = read
        .filter(|entry| entry.core.seq == 1 || entry.core.actor.kind == ActorKind::Candidate)
        .map(|Entry { core, around }| {
            let input = Input {
                actor: core.actor,
                origin: core.origin,
                call: core.call,
                up: core.up,
            };
            (input, around)
        })
        .collect();
    let (opening, again) = asked.split_first().unwrap();
    let mut head = Head::EMPTY;
    let mut written = desk
        .act(opening.0.clone(), opening.1.clone())
        .unwrap()
        .written;
    for (input, around) in again.iter().cycle() {
        let done = desk.world.seq >= entries;
        if done || written.len() >= BATCH {
            let append = append(id, head, std::mem::take(&mut written));
            head = append.head_after();
            let told = log.append(&[append]);
            assert!(matches!(told[..], [Appended::Committed]), "{told:?}");
        }
        if done {
            return;
        }
        let input = Input {
            up: desk.world.up,
            ..input.clone()
        };
        written.extend(desk.act(input, around.clone()).unwrap().written);
    }
}

fn append(workspace: WorkspaceId, expected: Head, written: Vec<Written>) -> Append {
    let long = written.iter().flat_map(|written| &written.blobs);
    let blobs = long.map(|raw| Blob::pack(raw, Audience::All)).collect();
    let stored = |written: Written| Stored {
        seq: written.seq,
        hash: written.hash,
        bytes: written.bytes,
    };
    Append {
        workspace,
        expected,
        entries: written.into_iter().map(stored).collect(),
        blobs,
    }
}

fn replay_and_verify(log: &dyn Log, careful: WorkspaceId) {
    let id = WorkspaceId(u64::MAX / 4);
    repeated(log, careful, id, ENTRIES);
    let entries = log.head(id).unwrap().seq;
    let kept = Openings::default();
    let (desk, _) = replay::fold(log, &kept, id, None).unwrap();
    figure(
        "bytes of an entry of the repeated log",
        desk.bytes as f64 / entries as f64,
        "bytes",
    );
    drop(desk);
    let took = median(
        || (),
        |()| drop(black_box(replay::fold(log, &kept, id, None).unwrap())),
    );
    rate("replay", entries, took, "entries/s");
    let prove = || assert!(matches!(verify(log, id).unwrap(), Verified::Whole { .. }));
    // Verify decodes the opening each time, as the command does; a log of this length hardly shows it.
    let took = median(|| (), |()| prove());
    rate("verify", entries, took, "entries/s");
}

/// Reads the log from its store and grades it, as the server does.
fn grading(log: &dyn Log, careful: WorkspaceId) {
    let id = WorkspaceId(u64::MAX / 4 + 1);
    repeated(log, careful, id, GRADED);
    let opened = replay::opened(log, &Openings::default(), id).unwrap();
    let options = muddle_grade::Options {
        workspace: "bench".into(),
    };
    let read = || {
        let mut reader = replay::Reader::new(log, id);
        std::iter::from_fn(move || reader.read_next().unwrap().map(|(_, entry)| entry))
    };
    let reading = median(
        || (),
        |()| assert!(black_box(read().count()) as u64 >= GRADED),
    );
    let whole = median(
        || (),
        |()| {
            let graded = muddle_grade::grade(&opened.records, &opened.truth, read(), &[], &options);
            drop(black_box(graded.unwrap()));
        },
    );
    lasts("grade 10,000 entries", whole);
    lasts(
        "grade 10,000 entries: of it the checks and their tables",
        whole.less(reading),
    );
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
        took.wall.as_secs_f64() * 1e6 / 20_000.0,
        "us",
    );
    figure(
        "judge with 50 rules, by time on the processor",
        took.cpu.as_secs_f64() * 1e6 / 20_000.0,
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

fn decoding(log: &dyn Log, id: WorkspaceId) {
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
    rate(
        "records decoded from an opening",
        count as u64,
        took,
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
    let log = Sqlite::open(&data).unwrap();
    let careful = longest(&log);
    judging();
    decoding(&log, careful);
    replay_and_verify(&log, careful);
    grading(&log, careful);
    generation();
    runtime.block_on(waking());
}
