//! The writer keeps order, isolates failures, settles unknown fates, lets callers wait, and ends cleanly.

use std::sync::Arc;
use std::time::{Duration, Instant};

use muddle_log::conformance::entries;
use muddle_log::{
    Append, Appended, Closed, Fate, Faults, Faulty, Head, Log, LogError, Memory, WireRow,
    WorkspaceId, Writer, WriterLimits,
};

const ADA: WorkspaceId = WorkspaceId(1);
const BEN: WorkspaceId = WorkspaceId(2);

fn start(limits: WriterLimits) -> (Writer, Arc<Faulty<Memory>>, Faults) {
    let log = Arc::new(Faulty::new(Memory::new()));
    let faults = log.faults();
    let store: Arc<dyn Log> = Arc::<Faulty<Memory>>::clone(&log);
    (Writer::start(store, limits), log, faults)
}

fn one(workspace: WorkspaceId, expected: Head) -> Append {
    Append {
        workspace,
        ..entries(expected, 1, 1)
    }
}

async fn put(writer: &Writer, append: Append) -> Appended {
    writer
        .permit()
        .await
        .expect("the writer runs")
        .submit(append)
        .outcome()
        .await
}

fn error_of(answer: &Appended) -> &LogError {
    match answer {
        Appended::Failed(why) => why,
        other => panic!("not a failure: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_are_committed_in_the_order_of_submission() {
    let (writer, log, faults) = start(WriterLimits {
        batch_entries_max: 7,
        ..WriterLimits::default()
    });
    let tasks: Vec<_> = (1..=8)
        .map(|number| {
            let writer = writer.clone();
            tokio::spawn(async move {
                let (mut head, mut tickets) = (Head::EMPTY, Vec::new());
                for _ in 0..50 {
                    let append = one(WorkspaceId(number), head);
                    head = append.head_after();
                    tickets.push(writer.permit().await.unwrap().submit(append));
                }
                for ticket in tickets {
                    assert!(ticket.await.is_committed());
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    for number in 1..=8 {
        let seqs: Vec<u64> = log
            .read(WorkspaceId(number), 1, 100)
            .unwrap()
            .iter()
            .map(|entry| entry.seq)
            .collect();
        assert_eq!(seqs, (1..=50).collect::<Vec<_>>());
    }
    assert!(faults.appends() >= 400 / 7, "no batch exceeds its maximum");
    assert_eq!(writer.queued(), 0);
}

#[tokio::test]
async fn what_queues_during_a_commit_is_committed_together() {
    let (writer, _, faults) = start(WriterLimits::default());
    faults.sleep_per_append(Duration::from_millis(30));
    let tickets: Vec<_> = (1..=200)
        .map(|n| {
            writer
                .try_permit()
                .unwrap()
                .submit(one(WorkspaceId(n), Head::EMPTY))
        })
        .collect();
    for ticket in tickets {
        assert!(ticket.await.is_committed());
    }
    assert!(faults.appends() <= 5, "{} commits", faults.appends());
}

#[tokio::test]
async fn a_failing_workspace_fails_alone_and_with_all_it_has_queued() {
    let (writer, log, faults) = start(WriterLimits::default());
    faults.fail_workspace(ADA, Fate::Before);
    faults.sleep_per_append(Duration::from_millis(10));
    let first = one(ADA, Head::EMPTY);
    let second = one(ADA, first.head_after());
    let submit = |append| writer.try_permit().unwrap().submit(append);
    let tickets = [
        submit(one(BEN, Head::EMPTY)),
        submit(first.clone()),
        submit(second),
    ];
    let [ben, ada, ada_later] = tickets;
    assert!(ben.await.is_committed());
    assert!(matches!(error_of(&ada.await), LogError::Injected));
    assert!(!ada_later.await.is_committed());
    faults.heal();
    assert!(matches!(
        put(&writer, one(ADA, first.head_after())).await,
        Appended::Lost(Head::EMPTY)
    ));
    assert!(
        put(&writer, first).await.is_committed(),
        "after the failure the workspace goes on from the log's head"
    );
    assert_eq!(log.head(ADA).unwrap().seq, 1);
}

#[tokio::test]
async fn a_commit_that_took_effect_is_committed_whatever_it_said() {
    let (writer, log, faults) = start(WriterLimits::default());
    faults.fail_next(1, Fate::After);
    let first = one(ADA, Head::EMPTY);
    assert!(put(&writer, first.clone()).await.is_committed());
    faults.fail_next(1, Fate::Before);
    let second = one(ADA, first.head_after());
    assert!(matches!(
        error_of(&put(&writer, second.clone()).await),
        LogError::Injected
    ));
    assert_eq!(log.head(ADA).unwrap(), first.head_after());
    faults.hide_heads();
    faults.fail_next(1, Fate::After);
    assert!(
        !put(&writer, second.clone()).await.is_committed(),
        "what cannot be known is not called committed"
    );
    faults.heal();
    assert_eq!(log.head(ADA).unwrap(), second.head_after());
}

#[tokio::test]
async fn a_full_disk_is_told_and_leaves_nothing() {
    let (writer, log, faults) = start(WriterLimits::default());
    faults.fill_disk();
    assert!(matches!(
        error_of(&put(&writer, one(ADA, Head::EMPTY)).await),
        LogError::DiskFull { .. }
    ));
    writer.wire(WireRow {
        workspace: ADA,
        seq: 1,
        json: "{}".into(),
    });
    writer.wire_flushed().await;
    assert_eq!(writer.wire_dropped(), 1);
    assert!(log.heads().unwrap().is_empty());
    faults.heal();
    assert!(put(&writer, one(ADA, Head::EMPTY)).await.is_committed());
}

/// One worker thread, a store that sleeps, a queue of four: twenty callers wait their turn, in order, and a timer on the same thread keeps time.
#[tokio::test(flavor = "current_thread")]
async fn with_the_queue_full_callers_wait_in_order_and_no_worker_blocks() {
    let (writer, log, faults) = start(WriterLimits {
        queued_max: 4,
        ..WriterLimits::default()
    });
    faults.sleep_per_append(Duration::from_millis(60));
    let order = Arc::new(std::sync::Mutex::new(Vec::new()));
    let callers: Vec<_> = (1..=20)
        .map(|number| {
            let (writer, order) = (writer.clone(), Arc::clone(&order));
            tokio::spawn(async move {
                let permit = writer.permit().await.expect("none is refused");
                order.lock().unwrap().push(number);
                assert!(
                    permit
                        .submit(one(WorkspaceId(number), Head::EMPTY))
                        .await
                        .is_committed()
                );
            })
        })
        .collect();
    let timer = tokio::spawn(async {
        let mut longest = Duration::ZERO;
        for _ in 0..40 {
            let before = Instant::now();
            tokio::time::sleep(Duration::from_millis(2)).await;
            longest = longest.max(before.elapsed());
        }
        longest
    });
    tokio::task::yield_now().await;
    assert!(writer.try_permit().is_none(), "the queue is full");
    for caller in callers {
        caller.await.unwrap();
    }
    assert_eq!(*order.lock().unwrap(), (1..=20).collect::<Vec<_>>());
    assert!(
        timer.await.unwrap() < Duration::from_millis(50),
        "the only worker was held up"
    );
    assert_eq!(log.heads().unwrap().len(), 20);
}

#[tokio::test]
async fn shutdown_commits_what_has_queued_and_takes_no_more() {
    let (writer, log, faults) = start(WriterLimits::default());
    faults.sleep_per_append(Duration::from_millis(20));
    let late = writer.permit().await.unwrap();
    let ticket = writer.permit().await.unwrap().submit(one(ADA, Head::EMPTY));
    writer.wire(WireRow {
        workspace: ADA,
        seq: 1,
        json: "last".into(),
    });
    writer.shutdown().await;
    assert!(ticket.await.is_committed());
    assert_eq!(log.read_wire(ADA, 1, 9).unwrap().len(), 1);
    assert!(matches!(writer.permit().await, Err(Closed)));
    assert!(matches!(
        error_of(&late.submit(one(BEN, Head::EMPTY)).await),
        LogError::WriterStopped
    ));
    writer.wire_flushed().await;
    assert_eq!(
        Arc::strong_count(&log),
        1,
        "the thread has let the store go"
    );
}

#[tokio::test]
async fn dropping_the_last_handle_ends_the_thread_after_its_work() {
    let (writer, log, _) = start(WriterLimits::default());
    let ticket = writer.permit().await.unwrap().submit(one(ADA, Head::EMPTY));
    drop(writer);
    assert!(ticket.await.is_committed());
    while Arc::strong_count(&log) > 1 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_panicking_store_answers_everybody() {
    let (writer, _, faults) = start(WriterLimits::default());
    faults.panic_next();
    // All places are taken first: the thread may be gone as soon as it has one job.
    let permits = [1, 2, 3].map(|n| (n, writer.try_permit().unwrap()));
    let tickets = permits.map(|(n, permit)| permit.submit(one(WorkspaceId(n), Head::EMPTY)));
    for ticket in tickets {
        assert!(matches!(error_of(&ticket.await), LogError::WriterStopped));
    }
    assert!(writer.permit().await.is_err());
    writer.shutdown().await;
}

#[tokio::test]
async fn wire_rows_are_written_after_the_fact_and_drops_are_counted() {
    let (writer, log, faults) = start(WriterLimits {
        wire_queued_max: 10,
        wire_batch_max: 4,
        ..WriterLimits::default()
    });
    let row = |seq| WireRow {
        workspace: ADA,
        seq,
        json: "{}".into(),
    };
    assert!(put(&writer, one(ADA, Head::EMPTY)).await.is_committed());
    writer.wire(row(1));
    // Without a flush it comes by itself, since it has waited.
    while log.read_wire(ADA, 1, 9).unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    faults.sleep_per_append(Duration::from_millis(100));
    let ticket = writer.permit().await.unwrap().submit(one(BEN, Head::EMPTY));
    tokio::time::sleep(Duration::from_millis(30)).await;
    (2..=20).for_each(|seq| writer.wire(row(seq)));
    assert!(ticket.await.is_committed());
    writer.wire_flushed().await;
    assert_eq!(log.read_wire(ADA, 1, 99).unwrap().len(), 11);
    assert_eq!(writer.wire_dropped(), 9);
}
