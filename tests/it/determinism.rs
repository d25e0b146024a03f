//! The same inputs give the same entries: over HTTP with faults and many connections, in a fresh process, and twice
//! under a clock that follows the calls. Another seed gives others, and luck follows what a call is about.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use muddle_log::{Log, Memory, Sqlite, WorkspaceId};
use muddle_office::verify::{Verified, verify};
use muddle_office::workspace::around;
use muddle_office::{Office, Workspace, waits};
use muddle_tests::small::{self, Served};
use muddle_world::call::{Actor, ActorKind};
use muddle_world::chance::{Dice, Seed};
use muddle_world::clock::Mode;
use muddle_world::entry::{Entry, Outcome};
use muddle_world::fault::{Garble, Kind, Latency, Per, Position, Select};
use muddle_world::office::{self, NewFault};
use muddle_world::vendor::Vendor;
use reqwest::{Client, Method};

/// The vendors whose faces are called.
const VENDORS: [Vendor; 3] = Vendor::CANDIDATES;
/// Connections per vendor.
const CONNECTIONS: usize = 16;
/// Calls on each.
const CALLS: usize = 12;
/// Tells the test, run again as a child, which log to verify.
const DIRECTORY: &str = "MUDDLE_TEST_VERIFIED_DIR";

/// A request: method, path, body.
type Ask = (Method, String, Option<String>);

/// Something a candidate might ask of the vendor.
fn ask(vendor: Vendor, dice: &mut Dice) -> Ask {
    let n = dice.below(small::CHARGES);
    match (vendor, dice.below(4)) {
        (Vendor::Billing, 0) => (Method::GET, format!("/v1/charges/ch_{n}"), None),
        (Vendor::Billing, 1) => (Method::GET, "/v1/refunds?limit=5".into(), None),
        (Vendor::Billing, 2) => (Method::POST, "/v1/customers".into(), Some(format!("email=p{n}@example.com&name=Person+{n}"))),
        (Vendor::Billing, _) => (Method::POST, "/v1/refunds".into(), Some(format!("charge=ch_{n}&amount={}", dice.between(1, 900)))),
        (Vendor::Crm, 0) => (Method::GET, "/crm/v3/objects/contacts?limit=5".into(), None),
        (Vendor::Crm, 1) => (
            Method::POST,
            "/crm/v3/objects/contacts/search".into(),
            Some(r#"{"filterGroups":[{"filters":[{"propertyName":"email","operator":"HAS_PROPERTY"}]}]}"#.into()),
        ),
        (Vendor::Crm, _) => (
            Method::POST,
            "/crm/v3/objects/contacts".into(),
            Some(format!(r#"{{"properties":{{"email":"p{n}@example.com","firstname":"Person"}}}}"#)),
        ),
        (_, 0) => (Method::GET, "/gmail/v1/users/me/messages?maxResults=5".into(), None),
        (_, 1) => (Method::GET, "/gmail/v1/users/me/profile".into(), None),
        (_, _) => {
            let mail = format!("To: p{n}@example.com\r\nSubject: Order {n}\r\n\r\nWe look into it.\r\n");
            let raw = data_encoding::BASE64URL_NOPAD.encode(mail.as_bytes());
            (Method::POST, "/gmail/v1/users/me/messages/send".into(), Some(format!(r#"{{"raw":"{raw}"}}"#)))
        }
    }
}

/// Sends one request; true if a good answer came.
async fn send(
    client: &Client,
    url: &str,
    vendor: Vendor,
    tag: &str,
    ask: Ask,
    idempotency_key: &str,
) -> bool {
    let (method, path, body) = ask;
    let content = if vendor == Vendor::Billing {
        "application/x-www-form-urlencoded"
    } else {
        "application/json"
    };
    let mut request = client
        .request(method, format!("{url}{path}"))
        .bearer_auth(small::key(vendor, tag));
    if let Some(body) = body {
        request = request
            .header("content-type", content)
            .header("idempotency-key", idempotency_key)
            .body(body);
    }
    // A fault may have taken the answer; what counts is what the log says.
    match request.send().await {
        Ok(answer) => answer.status().is_success() && answer.bytes().await.is_ok(),
        Err(_) => false,
    }
}

async fn arm_everywhere(office: &Office, workspace: &Workspace, faults: &[(Kind, Position, u32)]) {
    for (fault, position, per_million) in faults {
        let select = match fault {
            Kind::Throttle { .. } => Select::Always,
            _ => Select::Probability {
                per_million: *per_million,
            },
        };
        let new = NewFault {
            vendor: None,
            operation: None,
            fault: fault.clone(),
            position: *position,
            select,
            per: Per::Rule,
            from: None,
            to: None,
            ttl_ms: None,
        };
        let actor = Actor::inside(ActorKind::Interviewer, "ada");
        let told = office
            .call(workspace, actor, office::Call::ArmFault(new), around())
            .await
            .unwrap()
            .told;
        assert_eq!(told.outcome, Outcome::Ok, "{:?}", told.answer);
    }
}

fn all_faults() -> Vec<(Kind, Position, u32)> {
    vec![
        (Kind::Reset, Position::After, 60_000),
        (Kind::Close, Position::Before, 50_000),
        (
            Kind::Error {
                status: 500,
                code: None,
            },
            Position::After,
            60_000,
        ),
        (
            Kind::Error {
                status: 503,
                code: None,
            },
            Position::Before,
            60_000,
        ),
        (
            Kind::Delay {
                latency: Latency::Lognormal {
                    median: 20,
                    p99: 200,
                },
            },
            Position::Before,
            150_000,
        ),
        (
            Kind::Delay {
                latency: Latency::Uniform(2, 30),
            },
            Position::After,
            100_000,
        ),
        (Kind::Hang { for_ms: Some(40) }, Position::Before, 40_000),
        (Kind::Cut { after_bytes: 9 }, Position::After, 40_000),
        (
            Kind::Garble {
                how: Garble::BitFlip,
            },
            Position::After,
            40_000,
        ),
        (
            Kind::Throttle {
                limit: 40,
                window_ms: 100,
            },
            Position::Before,
            0,
        ),
    ]
}

/// Sixteen connections per vendor work at once, with what random dice tell each to do.
async fn crowd(url: &str, tag: &str) {
    let mut connections = Vec::new();
    for vendor in VENDORS {
        for connection in 0..CONNECTIONS {
            let (url, tag) = (url.to_owned(), tag.to_owned());
            connections.push(tokio::spawn(async move {
                let client = small::client();
                let mut dice = Seed::from_number(connection as u64).dice(&["crowd", vendor.name()]);
                for n in 0..CALLS {
                    let ask = ask(vendor, &mut dice);
                    // A third of the keys is used twice.
                    let key = format!("{vendor}-{connection}-{}", n - n % 3 / 2);
                    send(&client, &url, vendor, &tag, ask, &key).await;
                }
            }));
        }
    }
    for connection in connections {
        connection.await.unwrap();
    }
}

fn verify_in_a_child(dir: &Path) {
    let child = Command::new(std::env::current_exe().unwrap())
        .args([
            "determinism::many_connections_and_random_faults_are_decided_again_in_a_fresh_process",
            "--exact",
            "--nocapture",
        ])
        .env(DIRECTORY, dir)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout).into_owned()
        + &String::from_utf8_lossy(&child.stderr);
    assert!(
        child.status.success() && said.contains("decided again"),
        "{said}"
    );
}

#[test]
fn many_connections_and_random_faults_are_decided_again_in_a_fresh_process() {
    if let Some(dir) = std::env::var_os(DIRECTORY) {
        let log = Sqlite::open(Path::new(&dir)).unwrap();
        let found = verify(&log, WorkspaceId(1)).unwrap();
        assert!(matches!(found, Verified::Whole { .. }), "{found:?}");
        println!("decided again: {found:?}");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap();
    let cores = runtime.block_on(async {
        let log: Arc<dyn Log> = Arc::new(Sqlite::open(dir.path()).unwrap());
        let office = small::start(log.clone()).await;
        let workspace = small::open(&office, 21, Mode::Real, small::TAG).await;
        assert_eq!(workspace.id, WorkspaceId(1));
        arm_everywhere(&office, &workspace, &all_faults()).await;
        let served = Served::start(office.clone()).await;
        crowd(&served.url(), small::TAG).await;
        served.stop().await;
        office.stop().await.unwrap();
        small::stored(&*log, workspace.id)
    });
    drop(runtime);
    let cores: Vec<_> = cores
        .iter()
        .map(|stored| Entry::read(&stored.bytes).unwrap().core)
        .collect();
    let struck: BTreeSet<_> = cores
        .iter()
        .filter_map(|core| core.verdict.as_ref())
        .map(|verdict| verdict.effect.name())
        .collect();
    assert!(struck.len() >= 7, "the run met {struck:?}");
    assert!(
        cores.iter().any(|core| core.outcome == Outcome::Parked),
        "some calls were parked"
    );
    assert!(
        cores.len() > VENDORS.len() * CONNECTIONS * CALLS,
        "each call is an entry: {}",
        cores.len()
    );
    verify_in_a_child(dir.path());
}

/// The cores of the same calls, one after the other, under `step` with the given seed; after each that came to nothing the
/// caller waits in office time, so that it is all the same how long it took by the real clock.
async fn in_step(seed: u64) -> Vec<String> {
    let log: Arc<dyn Log> = Arc::new(Memory::new());
    let office = small::start(log.clone()).await;
    let workspace = small::open(&office, seed, Mode::Step { per_call_ms: 50 }, small::TAG).await;
    arm_everywhere(&office, &workspace, &all_faults()[..8]).await;
    let served = Served::start(office.clone()).await;
    let (url, client) = (served.url(), small::client());
    let mut dice = Seed::from_number(1).dice(&["in step"]);
    for n in 0..120_usize {
        let vendor = VENDORS[n % VENDORS.len()];
        let good = send(
            &client,
            &url,
            vendor,
            small::TAG,
            ask(vendor, &mut dice),
            &format!("key-{}", n / 2),
        )
        .await;
        if !good {
            let (began, _) = workspace.now(&office).await.unwrap();
            let target = began.plus(1_000);
            let span = waits::Span { began, target };
            let candidate = small::candidate();
            waits::end(&office, &workspace, candidate, span)
                .await
                .unwrap();
        }
    }
    served.stop().await;
    let stored = small::stored(&*log, workspace.id);
    assert_eq!(
        verify(&*log, workspace.id).unwrap(),
        Verified::Whole {
            entries: stored.len() as u64
        }
    );
    stored.iter().map(small::core).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_calls_in_step_give_the_same_bytes_and_another_seed_gives_others() {
    let (first, again, other) = (in_step(31).await, in_step(31).await, in_step(32).await);
    for (i, (a, b)) in first.iter().zip(&again).enumerate() {
        assert_eq!(a, b, "entry {}", i + 1);
    }
    assert_eq!(first.len(), again.len());
    let same = first
        .iter()
        .zip(&other)
        .skip(1)
        .filter(|(a, b)| a == b)
        .count();
    assert!(
        same < first.len() / 2,
        "another seed gives other ids and another luck; {same} entries are equal"
    );
}

/// Which refunds suffer for a candidate that asks for them in this order, looking around before each as often as told.
async fn suffering(order: impl Iterator<Item = u64>, looks: u64) -> BTreeSet<(String, String)> {
    let log: Arc<dyn Log> = Arc::new(Memory::new());
    let office = small::start(log.clone()).await;
    let workspace = small::open(&office, 41, Mode::Step { per_call_ms: 50 }, small::TAG).await;
    let faults = [
        (
            Kind::Error {
                status: 500,
                code: None,
            },
            Position::After,
            200_000,
        ),
        (Kind::Close, Position::Before, 150_000),
    ];
    arm_everywhere(&office, &workspace, &faults).await;
    for n in order {
        for look in 0..looks {
            small::call(
                &office,
                &workspace,
                small::read_charge((n + look) % small::CHARGES),
            )
            .await
            .unwrap();
        }
        small::call(
            &office,
            &workspace,
            small::refund(n, 100, &format!("key-{looks}-{n}")),
        )
        .await
        .unwrap();
    }
    let cores = small::stored(&*log, workspace.id)
        .into_iter()
        .map(|stored| Entry::read(&stored.bytes).unwrap().core);
    cores
        .filter(|core| core.operation.as_deref() == Some("create_refund"))
        .filter_map(|core| Some((core.subject?.to_string(), core.verdict?.fault.to_string())))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_refunds_suffer_whatever_a_candidate_does_between_them() {
    let hasty = suffering(0..100, 0).await;
    let curious = suffering((0..100).rev(), 3).await;
    assert_eq!(hasty, curious);
    assert!(
        (15..60).contains(&hasty.len()),
        "about a third of a hundred: {}",
        hasty.len()
    );
}
