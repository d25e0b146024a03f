//! Golden logs: what older versions wrote still reads, folds to the same world, and fits the schema.
//!
//! A folder of fixtures/golden holds `log.jsonl`, `hashes.txt`, the blobs that the log names, and `world.txt`, the digest
//! of the world that it folds to. One is recorded for each version of the format and each set of rules, by
//! `MUDDLE_RECORD_GOLDEN=1 cargo test golden`, and kept for ever: `careful` at work on a small refund desk, with the
//! scripted outage and a call of every other outcome. Its name is the version and the numbers of the rules.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use data_encoding::HEXLOWER;
use muddle_log::{Append, Appended, Audience, Blob, Head, Log, Memory, Stored, WorkspaceId};
use muddle_office::open::{Order, open};
use muddle_office::opening::Openings;
use muddle_office::verify::{Verified, verify};
use muddle_office::workspace::around;
use muddle_office::{Office, long, replay, rules};
use muddle_pilots::{Door, Settings, Without};
use muddle_tests::small::{self, Served};
use muddle_world::call::{Actor, ActorKind, Call, Origin, Text};
use muddle_world::clock::{Mode, STEP_MS};
use muddle_world::entry::{Entry, Outcome, VERSION, link};
use muddle_world::fault::{Kind, Per, Position, Select};
use muddle_world::office::{self, NewFault};
use muddle_world::time::At;
use muddle_world::vendor::Vendor;
use sha2::{Digest, Sha256};

use crate::schema;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/golden")
}

/// The name of the golden log that this program would write: the format's version, and each module's number in order of its name.
fn in_force() -> String {
    let numbers: Vec<String> = rules::numbers().values().map(u32::to_string).collect();
    format!("v{VERSION}-{}", numbers.join("."))
}

/// A golden log as its files say.
struct Golden {
    name: String,
    entries: Vec<Stored>,
    blobs: Vec<Vec<u8>>,
    world: String,
}

fn goldens() -> Vec<Golden> {
    let mut found = Vec::new();
    for dir in fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
    {
        let lines = fs::read_to_string(dir.join("log.jsonl")).unwrap();
        let hashes = fs::read_to_string(dir.join("hashes.txt")).unwrap();
        assert_eq!(lines.lines().count(), hashes.lines().count());
        let entries = lines.lines().zip(hashes.lines()).zip(1..);
        let entries = entries.map(|((line, hash), seq)| Stored {
            seq,
            hash: HEXLOWER
                .decode(hash.as_bytes())
                .unwrap()
                .try_into()
                .unwrap(),
            bytes: line.as_bytes().into(),
        });
        let blobs = fs::read_dir(dir.join("blobs"))
            .unwrap()
            .map(|blob| fs::read(blob.unwrap().path()).unwrap());
        found.push(Golden {
            name: dir.file_name().unwrap().to_string_lossy().into_owned(),
            entries: entries.collect(),
            blobs: blobs.collect(),
            world: fs::read_to_string(dir.join("world.txt"))
                .unwrap()
                .trim()
                .to_owned(),
        });
    }
    assert!(
        found.iter().any(|golden| golden.name == in_force()),
        "the version and the rules in force have a golden log"
    );
    found
}

/// The digest of all records of the world that a log folds to.
fn world_of(log: &dyn Log, id: WorkspaceId) -> String {
    let (desk, _) = replay::fold(log, &Openings::default(), id, None).unwrap();
    let mut digest = Sha256::new();
    for record in desk.world.records() {
        digest.update(serde_json::to_vec(&record).unwrap());
        digest.update(b"\n");
    }
    HEXLOWER.encode(&digest.finalize())
}

#[test]
fn golden_logs_still_read_and_fold_to_the_same_world() {
    for golden in goldens() {
        let mut hash = [0; 32];
        for entry in &golden.entries {
            hash = link(&hash, &entry.bytes);
            assert_eq!(
                hash, entry.hash,
                "{}: the chain at entry {}",
                golden.name, entry.seq
            );
        }
        let (log, id) = (Memory::new(), WorkspaceId(1));
        let blobs = golden
            .blobs
            .iter()
            .map(|raw| Blob::pack(raw, Audience::All))
            .collect();
        let append = Append {
            workspace: id,
            expected: Head::EMPTY,
            entries: golden.entries,
            blobs,
        };
        assert!(matches!(log.append(&[append])[..], [Appended::Committed]));
        assert_eq!(world_of(&log, id), golden.world, "{}", golden.name);
        let proved = verify(&log, id).unwrap();
        let as_it_should = if golden.name == in_force() {
            matches!(proved, Verified::Whole { .. })
        } else {
            matches!(proved, Verified::NotRedecidable { .. })
        };
        assert!(
            as_it_should,
            "{}: rules that changed have another number: {proved:?}",
            golden.name
        );
    }
}

#[test]
fn every_entry_of_the_golden_log_fits_the_schema() {
    let validator = jsonschema::validator_for(&schema::schema()).unwrap();
    let golden = goldens()
        .into_iter()
        .find(|golden| golden.name == in_force())
        .unwrap();
    let mut outcomes = std::collections::BTreeSet::new();
    for entry in &golden.entries {
        let value: serde_json::Value = serde_json::from_slice(&entry.bytes).unwrap();
        let wrong: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{} at {}", error, error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "entry {}: {wrong:?}", entry.seq);
        outcomes.insert(value["core"]["outcome"].as_str().unwrap().to_owned());
    }
    let seen: Vec<&str> = outcomes.iter().map(String::as_str).collect();
    assert_eq!(
        seen,
        [
            "failed",
            "indefinite",
            "malformed",
            "ok",
            "parked",
            "refused"
        ]
    );
}

/// A folder of scenarios with the shipped refund desk cut small.
fn small_desk() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let (from, to) = (
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/refund-desk"),
        dir.path().join("refund-desk"),
    );
    fs::create_dir(&to).unwrap();
    for file in fs::read_dir(&from)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        fs::copy(&file, to.join(file.file_name().unwrap())).unwrap();
    }
    let smaller = [
        ("customers: 400", "customers: 30"),
        ("charges: 1200", "charges: 60"),
        ("invoices: 150", "invoices: 6"),
        ("companies: 60", "companies: 4"),
        ("contacts: 430", "contacts: 36"),
        ("closed_threads: 60", "closed_threads: 2"),
        ("cases_per_kind: 3", "cases_per_kind: 1"),
    ];
    let yaml = fs::read_to_string(to.join("scenario.yaml")).unwrap();
    let small = smaller.iter().fold(yaml, |yaml, (from, to)| {
        assert!(yaml.contains(from), "the scenario no longer says `{from}`");
        yaml.replace(from, to)
    });
    fs::write(to.join("scenario.yaml"), small).unwrap();
    dir
}

async fn inside(office: &Office, id: WorkspaceId, call: office::Call) {
    let ada = Actor::inside(ActorKind::Interviewer, "ada");
    office
        .call(&office.workspace(id), ada, call, around())
        .await
        .unwrap();
}

/// Arms a fault for the next call of the billing desk.
async fn arm_once(office: &Office, id: WorkspaceId, fault: Kind, position: Position) {
    let new = NewFault {
        vendor: Some(Vendor::Billing),
        operation: None,
        fault,
        position,
        select: Select::First(1),
        per: Per::Rule,
        from: None,
        to: None,
        ttl_ms: None,
    };
    inside(office, id, office::Call::ArmFault(new)).await;
}

/// A customer, made by a body that is too long for its entry.
async fn create_customer(office: &Office, id: WorkspaceId) {
    let fields = muddle_world::billing::CustomerFields::default();
    let request = muddle_world::billing::Request::CreateCustomer(fields);
    let call = Call::Billing(muddle_world::billing::Call {
        request,
        expand: Vec::new(),
        idempotency_key: Some("twice".into()),
    });
    let origin = Origin {
        protocol: "http".into(),
        method: "POST".into(),
        path: Text::Here("/v1/customers".into()),
        query: None,
        headers: std::collections::BTreeMap::new(),
        body: Some(Text::Here("description=long&".repeat(400).into())),
    };
    let workspace = office.workspace(id);
    workspace
        .act(office, small::candidate(), Some(origin), call, around())
        .await
        .unwrap();
}

/// A call of every outcome that `careful` does not meet.
async fn every_other_outcome(office: &Office, id: WorkspaceId) {
    let workspace = office.workspace(id);
    arm_once(office, id, Kind::Close, Position::After).await;
    // The first answer is lost, the second repeats it.
    create_customer(office, id).await;
    create_customer(office, id).await;
    arm_once(office, id, Kind::Hang { for_ms: None }, Position::Before).await;
    let parked = small::call(office, &workspace, small::read_charge(1))
        .await
        .unwrap();
    assert_eq!(parked.told.outcome, Outcome::Parked);
    inside(
        office,
        id,
        office::Call::LiftFaults {
            fault: None,
            by_hand: false,
        },
    )
    .await;
    parked.later.unwrap().await.unwrap();
    let garbage = Call::Malformed {
        vendor: Vendor::Billing,
        operation: Some("create_refund".into()),
        problem: muddle_world::call::Problem {
            kind: muddle_world::call::ProblemKind::BadForm,
            param: None,
            message: "not a form".into(),
        },
    };
    let unrouted = Call::Unrouted {
        vendor: Vendor::Crm,
        exists: false,
        nearest: None,
    };
    for call in [garbage, unrouted] {
        small::call(office, &workspace, call).await.unwrap();
    }
    inside(office, id, office::Call::Seal).await;
}

/// Every blob that the log names, by digest.
fn blobs_of(log: &dyn Log, entries: &[Stored]) -> Vec<(String, Vec<u8>)> {
    let first = Entry::read(&entries[0].bytes).unwrap();
    let opening = replay::opening_of(&first).unwrap();
    let mut names: Vec<String> = [&opening.opening, &opening.truth, &opening.scenario_blob]
        .map(|name| name.to_string())
        .to_vec();
    names.extend(entries.iter().flat_map(|entry| long::names(&entry.bytes)));
    names.sort();
    names.dedup();
    let read = |name: &String| {
        log.blob(
            &HEXLOWER
                .decode(name.as_bytes())
                .unwrap()
                .try_into()
                .unwrap(),
        )
        .unwrap()
        .unwrap()
    };
    names
        .iter()
        .map(|name| (name.clone(), read(name).unpack().unwrap()))
        .collect()
}

async fn record() {
    let desks = small_desk();
    let log: Arc<dyn Log> = Arc::new(Memory::new());
    let config = muddle_office::Config {
        scenarios: Some(desks.path().to_owned()),
        ..small::config(muddle_log::WriterLimits::default())
    };
    let office = Office::start(log.clone(), config).await.unwrap();
    let order = Order {
        scenario: "refund-desk".into(),
        seed: Some(1),
        mode: "practice".into(),
        clock: Mode::Step {
            per_call_ms: STEP_MS,
        },
        epoch: Some(At(1_794_873_600_000)),
        clean: false,
        candidate: Some("Robin".into()),
        real_latency: false,
        cases: None,
        unlimited: false,
    };
    let new = open(&office, order).await.unwrap();
    let served = Served::start(office.clone()).await;
    let door = |vendor: Vendor| Door {
        url: served.url(),
        key: new
            .keys
            .vendors
            .iter()
            .find(|(other, _)| *other == vendor)
            .unwrap()
            .1
            .clone(),
    };
    let settings = Settings {
        url: served.url(),
        workspace: new.row.name.clone(),
        billing: door(Vendor::Billing),
        crm: door(Vendor::Crm),
        inbox: door(Vendor::Inbox),
        token: new.keys.candidate.clone(),
        inbox_address: new.row.address.clone(),
        now: None,
        grader_token: None,
    };
    small::client();
    muddle_pilots::run("careful", settings, Without::NOTHING)
        .await
        .unwrap();
    let id = WorkspaceId(new.row.id);
    every_other_outcome(&office, id).await;
    served.stop().await;
    let entries = small::stored(&*log, id);
    let dir = folder().join(in_force());
    fs::create_dir_all(dir.join("blobs")).unwrap();
    let (mut lines, mut hashes) = (Vec::new(), String::new());
    for entry in &entries {
        lines.extend_from_slice(&entry.bytes);
        lines.push(b'\n');
        hashes += &(HEXLOWER.encode(&entry.hash) + "\n");
    }
    fs::write(dir.join("log.jsonl"), lines).unwrap();
    fs::write(dir.join("hashes.txt"), hashes).unwrap();
    fs::write(dir.join("world.txt"), world_of(&*log, id) + "\n").unwrap();
    for (name, raw) in blobs_of(&*log, &entries) {
        fs::write(dir.join("blobs").join(name), raw).unwrap();
    }
}

/// Recording is asked for by hand, once for each version of the format and set of rules; without that this only says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_golden_log_is_recorded_when_asked_for() {
    if std::env::var_os("MUDDLE_RECORD_GOLDEN").is_some() {
        record().await;
    }
    assert!(
        folder().join(in_force()).join("log.jsonl").exists(),
        "record it with MUDDLE_RECORD_GOLDEN=1"
    );
}
