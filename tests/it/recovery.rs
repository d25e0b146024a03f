//! Nothing leaves that is not in the log: failing commits, a full disk, a slow store, and stops without a word.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use muddle_log::{Fate, Faults, Faulty, Log, Memory, WriterLimits};
use muddle_office::opening::Openings;
use muddle_office::verify::{Verified, verify};
use muddle_office::{Office, OfficeError, Workspace, replay};
use muddle_tests::patience::until;
use muddle_tests::small;
use muddle_world::clock::Mode;
use muddle_world::entry::{Entry, Outcome};
use muddle_world::fault::{Kind, Latency, Position, Select};
use muddle_world::vendor::Vendor;

fn faulty() -> (Arc<dyn Log>, Faults) {
    let log = Faulty::new(Memory::new());
    let faults = log.faults();
    (Arc::new(log), faults)
}

/// What callers were told, by the seq it rests on: charge and amount of each refund.
type Told = BTreeMap<u64, (u64, i64)>;

/// How a load is going, for whoever makes trouble meanwhile.
#[derive(Default)]
struct Load {
    told: AtomicU64,
    failed: AtomicU64,
    stop: AtomicBool,
}

impl Load {
    /// Waits until `more` callers have been told of a refund.
    async fn told(&self, more: u64) {
        let until_told = self.told.load(Ordering::Relaxed) + more;
        until("an answer", || {
            self.told.load(Ordering::Relaxed) >= until_told
        })
        .await;
    }

    /// Waits until one more caller has been told that it failed; `since` is how many had been.
    async fn failed_since(&self, since: u64) {
        until("a failure", || self.failed.load(Ordering::Relaxed) > since).await;
    }

    fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }
}

/// Eight callers at once, each with its own charges and keys, until told to stop; gives back what they were told.
async fn callers(office: &Arc<Office>, workspace: &Arc<Workspace>, load: &Arc<Load>) -> Told {
    let callers = (0..8_u64).map(|caller| {
        let (office, workspace, load) = (office.clone(), workspace.clone(), load.clone());
        tokio::spawn(async move {
            let (mut told, mut n) = (Told::new(), 0);
            while !load.stop.load(Ordering::Relaxed) {
                let (charge, amount) = (caller * 25 + n % 25, 1 + n as i64 % 90);
                n += 1;
                let call = small::refund(charge, amount, &format!("{caller}-{n}"));
                match small::call(&office, &workspace, call).await {
                    Ok(heard) if heard.told.outcome == Outcome::Ok => {
                        told.insert(heard.told.seq, (charge, amount));
                        load.told.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(_) => {}
                    Err(OfficeError::NotKept) => {
                        load.failed.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(error) => panic!("{error}"),
                }
            }
            told
        })
    });
    let mut all = Told::new();
    for caller in callers.collect::<Vec<_>>() {
        let told = caller.await.unwrap();
        let before = all.len() + told.len();
        all.extend(told);
        assert_eq!(all.len(), before, "two callers were told the same entry");
    }
    all
}

/// Every answer is in the log as it was told, the log is whole, and the desk in memory is the log's fold.
async fn rests_on_the_log(office: &Office, workspace: &Workspace, told: &Told) {
    let log = &**office.log();
    let stored = small::stored(log, workspace.id);
    for (seq, (charge, amount)) in told {
        let entry = &stored[usize::try_from(*seq).unwrap() - 1];
        let core = Entry::read(&entry.bytes).unwrap().core;
        assert_eq!(core.seq, *seq);
        assert_eq!(
            core.subject.as_deref(),
            Some(&*format!("create_refund:ch_{charge}:{amount}"))
        );
        assert!(core.applied);
    }
    assert_eq!(
        verify(log, workspace.id).unwrap(),
        Verified::Whole {
            entries: stored.len() as u64
        }
    );
    let (folded, _) = replay::fold(log, &Openings::default(), workspace.id, None).unwrap();
    let records =
        |desk: &muddle_office::act::Desk| (desk.hash, desk.world.records().collect::<Vec<_>>());
    let live = workspace.look(office, records).await.unwrap();
    assert!(
        live == records(&folded),
        "the desk in memory is what the log says"
    );
}

/// Loads a workspace while `trouble` is made, then looks at what everybody was told: before it, in between and after it.
async fn through(trouble: impl AsyncFnOnce(&Faults, &Load)) {
    let (log, faults) = faulty();
    let office = small::start(log).await;
    let workspace = small::open(&office, 1, Mode::Real, small::TAG).await;
    faults.sleep_per_append(Duration::from_millis(1));
    let load = Arc::new(Load::default());
    let making = async {
        load.told(20).await;
        trouble(&faults, &load).await;
        faults.heal();
        load.told(20).await;
        load.stop.store(true, Ordering::Relaxed);
    };
    let (told, ()) = tokio::join!(callers(&office, &workspace, &load), making);
    assert!(load.failed() > 0, "some calls met the trouble");
    rests_on_the_log(&office, &workspace, &told).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_commit_leaves_no_answer_that_is_not_in_the_log() {
    through(async |faults, load| {
        for _ in 0..15 {
            let failed = load.failed();
            faults.fail_next(1, Fate::Before);
            load.failed_since(failed).await;
            load.told(1).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_leaves_no_answer_that_is_not_in_the_log() {
    through(async |faults, load| {
        faults.fill_disk();
        for _ in 0..15 {
            load.failed_since(load.failed()).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_of_unknown_fate_tells_nothing_it_does_not_know() {
    through(async |faults, load| {
        for _ in 0..10 {
            let failed = load.failed();
            faults.hide_heads();
            faults.fail_next(1, Fate::After);
            load.failed_since(failed).await;
            faults.heal();
            load.told(1).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_only_says_it_failed_is_no_failure() {
    let (log, faults) = faulty();
    let office = small::start(log).await;
    let workspace = small::open(&office, 1, Mode::Real, small::TAG).await;
    faults.fail_next(1, Fate::After);
    let heard = small::call(&office, &workspace, small::refund(1, 5, "a"))
        .await
        .unwrap();
    rests_on_the_log(&office, &workspace, &Told::from([(heard.told.seq, (1, 5))])).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_workspace_that_cannot_be_kept_leaves_the_others_alone() {
    let (log, faults) = faulty();
    let office = small::start(log).await;
    let ada = small::open(&office, 1, Mode::Real, "ada").await;
    let ben = small::open(&office, 2, Mode::Real, "ben").await;
    faults.fail_workspace(ada.id, Fate::Before);
    for n in 0..10 {
        let lost = small::call(&office, &ada, small::refund(n, 5, "same")).await;
        assert!(matches!(lost, Err(OfficeError::NotKept)));
        small::call(&office, &ben, small::refund(n, 5, &format!("{n}")))
            .await
            .unwrap();
    }
    faults.heal();
    let heard = small::call(&office, &ada, small::refund(3, 5, "same"))
        .await
        .unwrap();
    assert_eq!(heard.told.seq, 2, "nothing of what failed is there");
    assert!(
        heard.told.original_request.is_none(),
        "the key is as unused as if it never came"
    );
}

/// The longest that a timer on the same workers was late while `work` ran.
async fn longest_delay(work: impl Future<Output = ()>) -> Duration {
    let done = Arc::new(AtomicBool::new(false));
    let watching = done.clone();
    let watch = tokio::spawn(async move {
        let mut longest = Duration::ZERO;
        while !watching.load(Ordering::Relaxed) {
            let before = Instant::now();
            tokio::time::sleep(Duration::from_millis(10)).await;
            longest = longest.max(before.elapsed().saturating_sub(Duration::from_millis(10)));
        }
        longest
    });
    work.await;
    done.store(true, Ordering::Relaxed);
    watch.await.unwrap()
}

const STORE_SLEEPS: Duration = Duration::from_secs(2);

/// A store that sleeps two seconds, a queue of four, sixteen callers of four workspaces on one worker: whoever stood still with it
/// would stand still for as long as the store sleeps.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn behind_a_store_that_sleeps_callers_wait_and_no_worker_does() {
    let (log, faults) = faulty();
    let limits = WriterLimits {
        queued_max: 4,
        ..WriterLimits::default()
    };
    let office = Office::start(log, small::config(limits)).await.unwrap();
    let mut workspaces = Vec::new();
    for n in 0..4 {
        workspaces.push(small::open(&office, n, Mode::Real, &format!("tag{n}")).await);
    }
    faults.sleep_per_append(STORE_SLEEPS);
    let callers = (0..16_u64).map(|n| {
        let (office, workspace) = (office.clone(), workspaces[n as usize % 4].clone());
        tokio::spawn(async move {
            let before = Instant::now();
            small::call(&office, &workspace, small::refund(n, 5, "a"))
                .await
                .expect("none is refused");
            before.elapsed()
        })
    });
    let callers: Vec<_> = callers.collect();
    let mut waited = Vec::new();
    let late = longest_delay(async {
        until("a full queue", || office.writer().try_permit().is_none()).await;
        for caller in callers {
            waited.push(caller.await.unwrap());
        }
    });
    let late = late.await;
    assert!(late < STORE_SLEEPS / 2, "a worker stood still for {late:?}");
    let longest = waited.iter().max().unwrap();
    assert!(
        *longest >= STORE_SLEEPS * 2,
        "more came than the queue takes, and they waited: {longest:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_stop_without_a_word_the_log_says_so_and_drops_what_was_parked() {
    let log: Arc<dyn Log> = Arc::new(Memory::new());
    let before = small::start(log.clone()).await;
    let workspace = small::open(&before, 1, Mode::Real, small::TAG).await;
    let hour = Kind::Delay {
        latency: Latency::Fixed(3_600_000),
    };
    small::arm(
        &before,
        &workspace,
        hour,
        Position::Before,
        Select::First(1),
    )
    .await;
    let parked = small::call(&before, &workspace, small::refund(1, 5, "parked"))
        .await
        .unwrap()
        .told;
    small::call(&before, &workspace, small::refund(2, 5, "done"))
        .await
        .unwrap();
    drop((workspace, before));

    let office = small::start(log.clone()).await;
    let holder = office
        .holder(&small::key(Vendor::Billing, small::TAG))
        .unwrap();
    let workspace = office.workspace(holder.workspace);
    let again = small::call(&office, &workspace, small::refund(1, 5, "parked"))
        .await
        .unwrap()
        .told;
    let cores: Vec<_> = small::stored(&*log, workspace.id)
        .iter()
        .map(|stored| Entry::read(&stored.bytes).unwrap().core)
        .collect();
    let operations: Vec<_> = cores
        .iter()
        .map(|core| core.operation.as_deref().unwrap())
        .collect();
    let want = [
        "open",
        "arm_fault",
        "create_refund",
        "create_refund",
        "interrupted",
        "drop_parked",
        "create_refund",
    ];
    assert_eq!(operations, want);
    assert_eq!(parked.seq, 3);
    assert_eq!(
        again.outcome,
        Outcome::Ok,
        "the key of a call that was dropped is free again"
    );
    assert!(
        cores[4..].iter().all(|core| core.up >= cores[3].up),
        "time goes on from where it stood"
    );
    let entries = cores.len() as u64;
    assert_eq!(
        verify(&*log, workspace.id).unwrap(),
        Verified::Whole { entries }
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_stop_in_order_nothing_is_said() {
    let log: Arc<dyn Log> = Arc::new(Memory::new());
    let before = small::start(log.clone()).await;
    let id = small::open(&before, 1, Mode::Real, small::TAG).await.id;
    before.stop().await.unwrap();
    let office = small::start(log.clone()).await;
    small::call(&office, &office.workspace(id), small::read_charge(1))
        .await
        .unwrap();
    assert_eq!(small::stored(&*log, id).len(), 2);
}
