//! How long the first call to a sleeping workspace takes.
//!
//! Called by `main`; calls a whole office over a log in a folder of its own. Invariant: touches no log that the server left.

use std::sync::Arc;
use std::time::Instant;

use muddle_log::{Log, Sqlite, WorkspaceId};
use muddle_office::open::{Order, open};
use muddle_tests::small;
use muddle_world::call::Call;
use muddle_world::clock::{Mode, STEP_MS};

use crate::EPOCH;
use crate::took::{RUNS, figure};

pub async fn waking() {
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
        unlimited: false,
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
            under: None,
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
