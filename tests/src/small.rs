//! A small office laid straight into a log: customers and charges of the billing desk, no scenario, no story, no limits.
//!
//! Used by the tests that are about the log itself (replay, verify, recovery, determinism), so that they are quick and
//! stay the same whatever a scenario says. Called the way the server calls: through [`muddle_office::Workspace::act`],
//! or over HTTP once [`Served`] listens.

#![expect(clippy::unwrap_used, reason = "a test harness fails by panicking")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use muddle_log::{Append, Appended, Head, Log, Stored, WorkspaceId, WriterLimits};
use muddle_office::act::Desk;
use muddle_office::opening::{self, Packet, Secret};
use muddle_office::register::{Event, Scope, WorkspaceRow, key_row};
use muddle_office::workspace::around;
use muddle_office::{Config, Heard, Office, OfficeError, Workspace};
use muddle_scenario::Truth;
use muddle_scenario::rubric::Rubric;
use muddle_scenario::truth::{Policy, Survivor};
use muddle_world::billing::{
    self, Card, Charge, ChargeStatus, Customer, Metadata, NewRefund, Request,
};
use muddle_world::call::{Actor, ActorKind, Call, Credential, Input};
use muddle_world::chance::Seed;
use muddle_world::clock::Mode;
use muddle_world::effect::Record;
use muddle_world::entry::Around;
use muddle_world::fault::{Kind, Per, Position, Select};
use muddle_world::office::{self, NewFault};
use muddle_world::time::{At, Up};
use muddle_world::vendor::Vendor;
use tokio_util::sync::CancellationToken;

/// Office time at which every small office opens.
pub const START: At = At(1_795_000_000_000);
/// Charges it opens with, `ch_0` onward, 50.00 each.
pub const CHARGES: u64 = 200;
/// What each charge took, minor units.
pub const CHARGE_AMOUNT: i64 = 5_000;
/// A workspace's tag, where a test opens only one.
pub const TAG: &str = "small";

/// The key of one vendor of the office that was opened with `tag`.
pub fn key(vendor: Vendor, tag: &str) -> String {
    match vendor {
        Vendor::Billing => format!("sk_test_51{tag}"),
        Vendor::Crm => format!("pat-na1-{tag}"),
        Vendor::Inbox => format!("ya29.a0{tag}"),
        Vendor::Office => format!("mdl_{tag}"),
    }
}

/// How a small office runs as a whole: nothing dozes by itself.
pub fn config(writer: WriterLimits) -> Config {
    Config {
        idle_ms: i64::MAX,
        doze_every: Duration::from_secs(3_600),
        writer,
        signing_seed: [7; 32],
        scenarios: None,
        witness: None,
        limits: muddle_office::Limits::default(),
    }
}

fn customer(n: u64) -> Customer {
    Customer {
        id: format!("cus_{n}").into(),
        created: START,
        email: Some(format!("person{n}@example.com").into()),
        name: Some(format!("Person {n}").into()),
        phone: None,
        description: None,
        address: None,
        balance: 0,
        metadata: Metadata::new(),
    }
}

fn charge(n: u64) -> Charge {
    Charge {
        id: format!("ch_{n}").into(),
        created: START,
        amount: CHARGE_AMOUNT,
        amount_refunded: 0,
        currency: "eur".into(),
        customer: Some(format!("cus_{n}").into()),
        payment_intent: None,
        invoice: None,
        description: None,
        billing_name: None,
        billing_email: None,
        card: Card {
            brand: "visa".into(),
            last4: "4242".into(),
            exp_month: 1,
            exp_year: 2030,
            fingerprint: "f".into(),
        },
        status: ChargeStatus::Succeeded,
        disputed: false,
        balance_transaction: None,
        metadata: Metadata::new(),
    }
}

/// The records it opens with.
pub fn records() -> Vec<Record> {
    (0..CHARGES)
        .flat_map(|n| {
            [
                Record::Billing(customer(n).into()),
                Record::Billing(charge(n).into()),
            ]
        })
        .collect()
}

fn truth() -> Truth {
    let policy = Policy {
        threshold: 0,
        window_days: 0,
        no_scan_days: 0,
        trusted: BTreeMap::new(),
        survivor: Survivor::Oldest,
        handoffs_per_day: 0,
        clauses: Vec::new(),
    };
    Truth {
        version: muddle_scenario::truth::VERSION,
        scenario: "small".into(),
        start: START,
        story_ends: START,
        desk: "desk@example.com".into(),
        policy,
        cases: Vec::new(),
        defects: Vec::new(),
        decoys: Vec::new(),
        people: Vec::new(),
        script: Vec::new(),
        rubric: Rubric::default(),
    }
}

/// The first entry of a small office with its blobs, and the desk it makes.
pub fn opening(id: WorkspaceId, seed: &Seed, clock: Mode) -> (Append, Desk) {
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    let records = records();
    let secret = Secret {
        seed: hex(seed.bytes()),
        truth: truth(),
    };
    let packet = Packet {
        brief: String::new(),
        contract: serde_json::Value::Null,
    };
    let packed = opening::pack(&records, &secret, &packet).unwrap();
    let [world, truth, scenario_blob] = packed.digests.clone().map(Arc::<str>::from);
    let opened = opening::assemble(
        records,
        &secret.seed,
        secret.truth,
        packet,
        packed.digests,
        START,
    )
    .unwrap();
    let call = Call::Office(office::Call::Open(office::Opening {
        test: false,
        scenario: "small".into(),
        candidate: None,
        mode: "practice".into(),
        clean: false,
        cases: None,
        rate_limits: None,
        start: START,
        clock,
        seed_digest: hex(&seed.digest()).into(),
        opening: world,
        truth,
        scenario_blob,
        rules: muddle_office::rules::numbers(),
    }));
    let mut desk = Desk::new(opened.world.clone(), opened.story.clone());
    let actor = Actor::inside(ActorKind::System, "server");
    let acted = desk
        .act(
            Input {
                actor,
                origin: None,
                call,
                up: Up(0),
                paused: false,
            },
            Around::default(),
        )
        .unwrap();
    let entry = |written: &muddle_office::act::Written| Stored {
        seq: written.seq,
        hash: written.hash,
        bytes: written.bytes.clone(),
    };
    let entries = acted.written.iter().map(entry).collect();
    (
        Append {
            workspace: id,
            expected: Head::EMPTY,
            entries,
            blobs: packed.blobs,
        },
        desk,
    )
}

/// A running office over a log.
pub async fn start(log: Arc<dyn Log>) -> Arc<Office> {
    Office::start(log, config(WriterLimits::default()))
        .await
        .unwrap()
}

/// Opens a small office in it, with the keys of `tag`.
pub async fn open(office: &Office, seed: u64, clock: Mode, tag: &str) -> Arc<Workspace> {
    let id = office.register().next_id();
    let (append, _) = opening(id, &Seed::from_number(seed), clock);
    office.log().put_blobs(&append.blobs).unwrap();
    let permit = office.writer().permit().await.unwrap();
    assert!(matches!(
        permit.submit(append).outcome().await,
        Appended::Committed
    ));
    let row = WorkspaceRow {
        id: id.0,
        name: format!("small-{}", id.0),
        scenario: "small".into(),
        mode: "practice".into(),
        clean: false,
        candidate: None,
        seed: Some(seed),
        address: "desk@example.com".into(),
        forked: None,
        real_latency: false,
    };
    let keys = Vendor::CANDIDATES.into_iter().enumerate();
    let keys = keys
        .map(|(i, vendor)| key_row(&key(vendor, tag), i + 1, Scope::Vendor(vendor)))
        .collect();
    office
        .register()
        .record(Event::Opened {
            workspace: row,
            keys,
        })
        .await
        .unwrap();
    office.workspace(id)
}

/// A candidate with the billing key.
pub fn candidate() -> Actor {
    Actor {
        kind: ActorKind::Candidate,
        name: None,
        attempt: None,
        key: Some("k1".into()),
        credential: Credential::Valid,
    }
}

/// `POST /v1/refunds` as the rules see it.
pub fn refund(charge: u64, amount: i64, key: &str) -> Call {
    Call::Billing(billing::Call {
        request: Request::CreateRefund(NewRefund {
            charge: Some(format!("ch_{charge}").into()),
            amount: Some(amount),
            ..NewRefund::default()
        }),
        expand: Vec::new(),
        idempotency_key: Some(key.into()),
    })
}

/// `GET /v1/charges/{id}` as the rules see it.
pub fn read_charge(charge: u64) -> Call {
    Call::Billing(billing::Call::plain(Request::Get {
        kind: billing::Kind::Charge,
        id: format!("ch_{charge}").into(),
        under: None,
    }))
}

/// One call of the candidate.
pub async fn call(
    office: &Office,
    workspace: &Workspace,
    call: Call,
) -> Result<Heard, OfficeError> {
    workspace
        .act(office, candidate(), None, call, around())
        .await
}

/// Arms a fault on the billing desk's refunds.
pub async fn arm(
    office: &Office,
    workspace: &Workspace,
    fault: Kind,
    position: Position,
    select: Select,
) {
    let new = NewFault {
        vendor: Some(Vendor::Billing),
        operation: Some("create_refund".into()),
        fault,
        position,
        select,
        per: Per::Rule,
        from: None,
        to: None,
        ttl_ms: None,
    };
    let actor = Actor::inside(ActorKind::Interviewer, "ada");
    office
        .call(workspace, actor, office::Call::ArmFault(new), around())
        .await
        .unwrap();
}

/// All stored entries of a workspace.
pub fn stored(log: &dyn Log, workspace: WorkspaceId) -> Vec<Stored> {
    let mut all: Vec<Stored> = Vec::new();
    loop {
        let from = all.last().map_or(1, |entry| entry.seq + 1);
        let page = log.read(workspace, from, 4_096).unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

/// The text of an entry's core.
pub fn core(stored: &Stored) -> String {
    let text = std::str::from_utf8(&stored.bytes).unwrap();
    text.split(",\"around\":")
        .next()
        .unwrap()
        .trim_start_matches("{\"core\":")
        .to_owned()
}

/// A server over an office, on a free port.
pub struct Served {
    /// Where it listens.
    pub address: SocketAddr,
    stop: CancellationToken,
    running: tokio::task::JoinHandle<()>,
}

impl Served {
    /// Starts to listen.
    pub async fn start(office: Arc<Office>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let doors = muddle_server::doors(muddle_server::Server::new(office, "admin", None));
        let stop = CancellationToken::new();
        let limits = muddle_server::socket::SocketLimits::default();
        let running = tokio::spawn(muddle_server::socket::serve(
            listener,
            doors,
            limits,
            stop.clone(),
        ));
        Self {
            address,
            stop,
            running,
        }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets what is in flight end, and ends.
    pub async fn stop(self) {
        self.stop.cancel();
        self.running.await.unwrap();
    }
}

/// An HTTP client with one connection. Also makes sure that the process has what TLS needs, for clients of others.
pub fn client() -> reqwest::Client {
    // A second test in the process finds it installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .pool_max_idle_per_host(1)
        .no_proxy()
        .build()
        .unwrap()
}
