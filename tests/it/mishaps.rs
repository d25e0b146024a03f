//! What goes wrong once does not go wrong for good: a lost interruption, a lost continuation, an orphan, two seals at
//! once, a damaged workspace at the end; and what is seen meanwhile is seen once it is kept.

use std::sync::Arc;
use std::time::Duration;

use muddle_log::{Appended, Fate, Faulty, Log, Memory, WorkspaceId};
use muddle_office::{Office, OfficeError, Workspace, seal};
use muddle_tests::patience::until;
use muddle_tests::small;
use muddle_world::call::{Actor, ActorKind};
use muddle_world::chance::Seed;
use muddle_world::clock::Mode;
use muddle_world::entry::{Entry, Outcome};
use muddle_world::fault::{Kind, Position, Select};

fn operations(log: &dyn Log, id: WorkspaceId) -> Vec<String> {
    let stored = small::stored(log, id);
    let cores = stored
        .iter()
        .map(|entry| Entry::read(&entry.bytes).unwrap().core);
    cores
        .map(|core| core.operation.as_deref().unwrap().to_owned())
        .collect()
}

async fn hangs(office: &Office, workspace: &Workspace, for_ms: Option<i64>) {
    let hang = Kind::Hang { for_ms };
    small::arm(office, workspace, hang, Position::Before, Select::First(1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interruption_that_could_not_be_kept_is_said_by_the_next_call() {
    let store = Faulty::new(Memory::new());
    let faults = store.faults();
    let log: Arc<dyn Log> = Arc::new(store);
    let before = small::start(log.clone()).await;
    let id = small::open(&before, 1, Mode::Real, small::TAG).await.id;
    drop(before);

    let office = small::start(log.clone()).await;
    let workspace = office.workspace(id);
    faults.fail_workspace(id, Fate::Before);
    let failed = small::call(&office, &workspace, small::read_charge(1)).await;
    assert!(matches!(failed, Err(OfficeError::NotKept)));
    faults.heal();
    for charge in 1..3 {
        small::call(&office, &workspace, small::read_charge(charge))
            .await
            .unwrap();
    }
    let want = ["open", "interrupted", "get_charge", "get_charge"];
    let said = operations(&*log, id);
    assert_eq!(said.len(), want.len());
    assert_eq!(said[..2], want[..2]);

    let fresh = small::open(&office, 2, Mode::Real, "fresh").await;
    small::call(&office, &fresh, small::read_charge(1))
        .await
        .unwrap();
    assert_eq!(
        operations(&*log, fresh.id).len(),
        2,
        "it began after the interruption"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_continuation_that_could_not_be_kept_comes_a_little_later() {
    let store = Faulty::new(Memory::new());
    let faults = store.faults();
    let office = small::start(Arc::new(store)).await;
    let workspace = small::open(&office, 1, Mode::Real, small::TAG).await;
    hangs(&office, &workspace, Some(1_000)).await;
    let parked = small::call(&office, &workspace, small::refund(1, 5, "k"))
        .await
        .unwrap();
    faults.fail_workspace(workspace.id, Fate::Before);
    let before = faults.appends();
    until("the continuation", || faults.appends() > before).await;
    faults.heal();
    let later = tokio::time::timeout(Duration::from_secs(10), parked.later.unwrap());
    let told = later.await.expect("it goes on by itself").unwrap();
    assert_eq!(told.outcome, Outcome::Ok);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_entry_that_no_event_names_is_in_nobodys_way() {
    let log: Arc<dyn Log> = Arc::new(Memory::new());
    small::start(log.clone()).await.stop().await.unwrap();
    let (orphan, _) = small::opening(WorkspaceId(1), &Seed::from_number(1), Mode::Real);
    log.put_blobs(&orphan.blobs).unwrap();
    assert!(matches!(log.append(&[orphan])[..], [Appended::Committed]));
    let office = small::start(log.clone()).await;
    let workspace = small::open(&office, 2, Mode::Real, small::TAG).await;
    assert_eq!(workspace.id, WorkspaceId(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_seals_at_once_give_one_receipt_of_the_last_entry() {
    let store = Faulty::new(Memory::new());
    store.faults().sleep_per_append(Duration::from_millis(50));
    let log: Arc<dyn Log> = Arc::new(store);
    let office = small::start(log.clone()).await;
    let workspace = small::open(&office, 1, Mode::Real, small::TAG).await;
    let name = format!("small-{}", workspace.id.0);
    let ada = || Actor::inside(ActorKind::Interviewer, "ada");
    let (one, two) = tokio::join!(
        seal::seal(&office, &name, ada()),
        seal::seal(&office, &name, ada())
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one, two);
    let head = log.head(workspace.id).unwrap();
    assert_eq!((one.seq, head.seq), (2, 2));
    assert_eq!(operations(&*log, workspace.id), ["open", "seal"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_workspace_does_not_keep_the_others_from_ending_in_order() {
    let log: Arc<dyn Log> = Arc::new(Memory::new());
    let office = small::start(log.clone()).await;
    let damaged = small::open(&office, 1, Mode::Real, "damaged").await;
    let whole = small::open(&office, 2, Mode::Real, "whole").await;
    for workspace in [&damaged, &whole] {
        hangs(&office, workspace, None).await;
        small::call(&office, workspace, small::refund(1, 5, "k"))
            .await
            .unwrap();
    }
    log.delete(damaged.id).unwrap();
    office.stop().await.unwrap();
    let dropped = operations(&*log, whole.id);
    assert_eq!(dropped.last().map(String::as_str), Some("drop_parked"));
    let next = small::start(log).await;
    assert!(!next.register().interrupted(whole.id), "the stop was said");
}

/// A refund under way behind a store that takes its time: its entry is decided on and the log does not hold it yet.
async fn under_way(
    office: &Arc<Office>,
    workspace: &Arc<Workspace>,
) -> tokio::task::JoinHandle<Result<muddle_office::Heard, OfficeError>> {
    let (theirs, own) = (office.clone(), workspace.clone());
    let call =
        tokio::spawn(async move { small::call(&theirs, &own, small::refund(1, 5, "k")).await });
    until("the call", || office.writer().queued() > 0).await;
    call
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_looks_is_told_once_what_was_seen_is_kept() {
    let store = Faulty::new(Memory::new());
    let faults = store.faults();
    let log: Arc<dyn Log> = Arc::new(store);
    let office = small::start(log.clone()).await;
    let step = Mode::Step { per_call_ms: 50 };
    let workspace = small::open(&office, 1, step, small::TAG).await;
    let before = workspace.now(&office).await.unwrap().1;
    faults.sleep_per_append(Duration::from_millis(300));

    let call = under_way(&office, &workspace).await;
    let seen = workspace
        .look(&office, |desk| desk.world.seq)
        .await
        .unwrap();
    assert_eq!((seen, log.head(workspace.id).unwrap().seq), (2, 2));
    call.await.unwrap().unwrap();

    let call = under_way(&office, &workspace).await;
    let now = workspace.now(&office).await.unwrap().1;
    assert_eq!(log.head(workspace.id).unwrap().seq, 3);
    assert_eq!(
        now.since(before),
        100,
        "the call that moved the clock is kept"
    );
    call.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_seen_and_could_not_be_kept_is_told_to_nobody() {
    let store = Faulty::new(Memory::new());
    let faults = store.faults();
    let office = small::start(Arc::new(store)).await;
    let workspace = small::open(&office, 1, Mode::Real, small::TAG).await;
    faults.sleep_per_append(Duration::from_secs(1));
    faults.fail_workspace(workspace.id, Fate::Before);
    let call = under_way(&office, &workspace).await;
    let (seen, now) = tokio::join!(
        workspace.look(&office, |desk| desk.world.seq),
        workspace.now(&office)
    );
    assert!(matches!(seen, Err(OfficeError::NotKept)), "{seen:?}");
    assert!(matches!(now, Err(OfficeError::NotKept)), "{now:?}");
    assert!(matches!(call.await.unwrap(), Err(OfficeError::NotKept)));
    faults.heal();
    let seen = workspace
        .look(&office, |desk| desk.world.seq)
        .await
        .unwrap();
    assert_eq!(seen, 1, "the next look finds what the log holds");
}
