//! What every store must do, as one test to run over it.
//!
//! Called by tests with a maker of empty stores. Invariant: it knows the trait only; a store that passes can take another's place.

use std::sync::Arc;

use crate::blob::{Audience, Blob};
use crate::error::LogError;
use crate::limits::{BLOB_PART_BYTES, ERASE_ROWS};
use crate::store::Log;
use crate::stored::{Append, Appended, Hash, Head, Stored, WireRow, WorkspaceId};

const ADA: WorkspaceId = WorkspaceId(7);
const BEN: WorkspaceId = WorkspaceId(u64::MAX);

/// Runs the suite; `make` gives an empty store each time it is called.
///
/// # Panics
/// Where the store does not conform, with the sentence that it breaks.
pub fn run<L: Log>(make: impl Fn() -> L) {
    starts_empty(&make());
    keeps_what_is_appended(&make());
    reads_in_pages(&make());
    answers_lost_with_the_head_it_has(&make());
    takes_several_items_of_one_workspace_in_order(&make());
    fails_a_workspace_alone(&make());
    refuses_a_gap(&make());
    keeps_blobs(&make());
    keeps_large_blobs(&make());
    widens_an_audience_only(&make());
    keeps_the_wire_stream(&make());
    deletes_one_workspace_only(&make());
    deletes_large_workspaces(&make());
    many_threads_make_one_chain(&make());
}

/// `count` entries behind `expected`, whose bytes and hashes tell them apart by `mark`.
pub fn entries(expected: Head, count: u64, mark: u8) -> Append {
    let entry = |seq: u64| {
        let mut hash: Hash = [mark; 32];
        hash[..8].copy_from_slice(&seq.to_be_bytes());
        Stored {
            seq,
            hash,
            bytes: Arc::from(format!("entry {seq} of {mark}").as_bytes()),
        }
    };
    let entries = (expected.seq + 1..=expected.seq + count)
        .map(entry)
        .collect();
    Append {
        workspace: ADA,
        expected,
        entries,
        blobs: Vec::new(),
    }
}

fn of(workspace: WorkspaceId, append: Append) -> Append {
    Append {
        workspace,
        ..append
    }
}

fn ok<T>(answer: Result<T, LogError>) -> T {
    answer.unwrap_or_else(|e| panic!("the store failed: {e}"))
}

fn commit(log: &impl Log, append: &Append) -> Head {
    let answers = log.append(std::slice::from_ref(append));
    assert!(
        matches!(answers.as_slice(), [Appended::Committed]),
        "an append at the head is committed: {answers:?}"
    );
    append.head_after()
}

fn starts_empty(log: &impl Log) {
    assert_eq!(
        ok(log.head(ADA)),
        Head::EMPTY,
        "an unknown workspace has the empty head"
    );
    assert!(ok(log.heads()).is_empty(), "an empty store has no heads");
    assert!(
        ok(log.read(ADA, 0, 10)).is_empty(),
        "an unknown workspace has no entries"
    );
    assert!(ok(log.blob(&[0; 32])).is_none(), "an unknown blob is none");
    assert!(log.append(&[]).is_empty(), "an empty batch has no answers");
    ok(log.delete(ADA));
}

fn keeps_what_is_appended(log: &impl Log) {
    let (ada, ben) = (
        entries(Head::EMPTY, 3, 1),
        of(BEN, entries(Head::EMPTY, 2, 2)),
    );
    let answers = log.append(&[ada.clone(), ben.clone()]);
    assert!(
        answers.iter().all(Appended::is_committed),
        "two workspaces commit in one batch: {answers:?}"
    );
    assert_eq!(
        ok(log.read(ADA, 1, 10)),
        ada.entries,
        "entries come back byte for byte"
    );
    assert_eq!(
        ok(log.read(BEN, 1, 10)),
        ben.entries,
        "each workspace has its own log"
    );
    assert_eq!(
        ok(log.head(BEN)),
        ben.head_after(),
        "the head is the last entry"
    );
    let heads = [(ADA, ada.head_after()), (BEN, ben.head_after())];
    assert_eq!(ok(log.heads()), heads.into(), "heads lists every workspace");
}

fn reads_in_pages(log: &impl Log) {
    let append = entries(Head::EMPTY, 25, 1);
    commit(log, &append);
    let mut read = Vec::new();
    loop {
        let page = ok(log.read(ADA, read.len() as u64 + 1, 10));
        assert!(page.len() <= 10, "a page holds no more than was asked for");
        if page.is_empty() {
            break;
        }
        read.extend(page);
    }
    assert_eq!(read, append.entries, "pages join without a gap");
    assert_eq!(
        ok(log.read(ADA, 0, usize::MAX)).len(),
        25,
        "from 0 is from the start, and no limit is too large"
    );
    assert!(
        ok(log.read(ADA, u64::MAX, 1)).is_empty(),
        "past the end is nothing"
    );
}

fn answers_lost_with_the_head_it_has(log: &impl Log) {
    let head = commit(log, &entries(Head::EMPTY, 2, 1));
    let stale = entries(Head::EMPTY, 1, 9);
    let forked = entries(
        Head {
            seq: 2,
            hash: [9; 32],
        },
        1,
        9,
    );
    let ahead = entries(
        Head {
            seq: 5,
            hash: head.hash,
        },
        1,
        9,
    );
    for append in [stale, forked, ahead] {
        let answers = log.append(&[append]);
        let lost_to = match answers.as_slice() {
            [Appended::Lost(actual)] => *actual,
            other => panic!("an append behind another head is lost: {other:?}"),
        };
        assert_eq!(lost_to, head, "lost says which head the store has");
    }
    assert_eq!(
        ok(log.read(ADA, 1, 10)).len(),
        2,
        "a lost append leaves nothing"
    );
}

fn takes_several_items_of_one_workspace_in_order(log: &impl Log) {
    let first = entries(Head::EMPTY, 2, 1);
    let second = entries(first.head_after(), 1, 1);
    let third = entries(second.head_after(), 2, 1);
    let answers = log.append(&[first, second, third.clone()]);
    assert!(
        answers.iter().all(Appended::is_committed),
        "items that follow each other are committed: {answers:?}"
    );
    assert_eq!(
        ok(log.head(ADA)),
        third.head_after(),
        "the head is the last item's"
    );
    let nothing = Append {
        entries: Vec::new(),
        ..entries(third.head_after(), 0, 1)
    };
    assert_eq!(
        commit(log, &nothing),
        third.head_after(),
        "an append without entries moves no head"
    );
}

fn fails_a_workspace_alone(log: &impl Log) {
    let head = commit(log, &entries(Head::EMPTY, 1, 1));
    let right = entries(head, 1, 1);
    let wrong = entries(
        Head {
            seq: 2,
            hash: [9; 32],
        },
        1,
        9,
    );
    let after_wrong = entries(right.head_after(), 1, 1);
    let other = of(BEN, entries(Head::EMPTY, 1, 2));
    let answers = log.append(&[right.clone(), wrong, other, after_wrong]);
    let [
        Appended::Committed,
        Appended::Lost(to),
        Appended::Committed,
        Appended::Lost(_),
    ] = answers.as_slice()
    else {
        panic!("a lost item takes its workspace's later ones along and no others: {answers:?}");
    };
    assert_eq!(
        *to,
        right.head_after(),
        "lost to the head its own batch left"
    );
    assert_eq!(
        ok(log.head(ADA)),
        right.head_after(),
        "what came before the lost item is kept"
    );
    assert_eq!(ok(log.head(BEN)).seq, 1, "the other workspace is kept");
}

fn refuses_a_gap(log: &impl Log) {
    let mut gapped = entries(Head::EMPTY, 3, 1);
    gapped.entries.remove(1);
    let answers = log.append(&[gapped, of(BEN, entries(Head::EMPTY, 1, 2))]);
    let [Appended::Failed(why), Appended::Committed] = answers.as_slice() else {
        panic!("entries with a gap fail, and alone: {answers:?}");
    };
    assert!(
        matches!(
            **why,
            LogError::Gap {
                workspace: ADA,
                wanted: 2,
                found: 3
            }
        ),
        "the gap is named: {why}"
    );
    assert_eq!(ok(log.head(ADA)), Head::EMPTY, "none of them is kept");
}

fn keeps_blobs(log: &impl Log) {
    let (early, late) = (
        Blob::pack(b"put before", Audience::Grader),
        Blob::pack(b"comes along", Audience::All),
    );
    ok(log.put_blobs(&[early.clone(), early.clone()]));
    assert_eq!(
        ok(log.blob(&early.digest)),
        Some(early.clone()),
        "a blob is there once it is put"
    );
    commit(
        log,
        &Append {
            blobs: vec![early.clone(), late.clone(), late.clone()],
            ..entries(Head::EMPTY, 1, 1)
        },
    );
    assert_eq!(
        ok(log.blob(&late.digest)),
        Some(late),
        "a blob comes along with an append"
    );
    let refused = Blob::pack(b"refused", Audience::All);
    log.append(&[Append {
        blobs: vec![refused.clone()],
        ..entries(Head::EMPTY, 1, 9)
    }]);
    assert_eq!(
        ok(log.blob(&refused.digest)),
        None,
        "the blobs of a lost append are not kept"
    );
    let back = ok(log.blob(&early.digest)).map(|blob| ok(blob.unpack()));
    assert_eq!(
        back.as_deref(),
        Some(b"put before".as_slice()),
        "a blob unpacks to what was packed"
    );
}

fn keeps_large_blobs(log: &impl Log) {
    let length = BLOB_PART_BYTES * 5 / 2;
    // Noise does not shrink, so this takes three parts.
    let noise: Vec<u8> = (0..length as u64)
        .map(|i| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as u8)
        .collect();
    let large = Blob {
        packed: noise.into(),
        ..Blob::pack(b"stands for its digest", Audience::All)
    };
    let empty = Blob {
        packed: Arc::from([].as_slice()),
        ..Blob::pack(b"another", Audience::All)
    };
    let many: Vec<Blob> = (0..300_u32)
        .map(|i| Blob::pack(&i.to_be_bytes(), Audience::All))
        .collect();
    ok(log.put_blobs(&[vec![large.clone(), empty.clone()], many.clone()].concat()));
    for blob in many.iter().chain([&large, &empty]) {
        assert_eq!(
            ok(log.blob(&blob.digest)).as_ref(),
            Some(blob),
            "blobs come back whole, whatever their size and number"
        );
    }
}

fn widens_an_audience_only(log: &impl Log) {
    let graders = Blob::pack(b"a text both have", Audience::Grader);
    let all = Blob {
        audience: Audience::All,
        ..graders.clone()
    };
    ok(log.put_blobs(std::slice::from_ref(&graders)));
    ok(log.put_blobs(std::slice::from_ref(&all)));
    assert_eq!(
        ok(log.blob(&all.digest)),
        Some(all.clone()),
        "what was given to all is for all"
    );
    ok(log.put_blobs(&[graders]));
    assert_eq!(ok(log.blob(&all.digest)), Some(all), "and stays so");
}

fn keeps_the_wire_stream(log: &impl Log) {
    commit(log, &entries(Head::EMPTY, 5, 1));
    let row = |seq: u64, json: &str| WireRow {
        workspace: ADA,
        seq,
        json: json.into(),
    };
    ok(log.append_wire(&[row(4, "four"), row(2, "two")]));
    ok(log.append_wire(&[
        row(3, "three"),
        row(2, "two again"),
        WireRow {
            workspace: BEN,
            ..row(1, "nobody's")
        },
    ]));
    ok(log.append_wire(&[]));
    assert_eq!(
        ok(log.read_wire(ADA, 1, 2)),
        [row(2, "two again"), row(3, "three")],
        "rows come by seq, the later one counts"
    );
    assert_eq!(
        ok(log.read_wire(ADA, 4, 9)),
        [row(4, "four")],
        "from is a seq"
    );
    assert!(
        ok(log.read_wire(BEN, 0, 9)).is_empty(),
        "rows of a workspace without entries are let go"
    );
}

fn deletes_one_workspace_only(log: &impl Log) {
    let (shared, own) = (
        Blob::pack(b"shared", Audience::All),
        Blob::pack(b"own", Audience::All),
    );
    let ada = Append {
        blobs: vec![shared.clone(), own.clone()],
        ..entries(Head::EMPTY, 3, 1)
    };
    let ben = of(
        BEN,
        Append {
            blobs: vec![shared.clone()],
            ..entries(Head::EMPTY, 3, 2)
        },
    );
    log.append(&[ada.clone(), ben.clone()]);
    ok(log.append_wire(&[WireRow {
        workspace: ADA,
        seq: 1,
        json: "gone".into(),
    }]));
    ok(log.delete(ADA));
    assert_eq!(
        ok(log.head(ADA)),
        Head::EMPTY,
        "a deleted workspace has no head"
    );
    assert!(
        ok(log.read(ADA, 1, 9)).is_empty() && ok(log.read_wire(ADA, 1, 9)).is_empty(),
        "nor entries, nor wire rows"
    );
    assert_eq!(ok(log.blob(&own.digest)), None, "its own blobs are gone");
    assert_eq!(
        ok(log.blob(&shared.digest)),
        Some(shared.clone()),
        "what another owns is kept"
    );
    assert_eq!(
        ok(log.heads()),
        [(BEN, ben.head_after())].into(),
        "the other workspace is kept"
    );
    assert_eq!(ok(log.read(BEN, 1, 9)), ben.entries, "with its entries");
    let answers = log.append(&[entries(ada.head_after(), 1, 1)]);
    assert!(
        matches!(answers.as_slice(), [Appended::Lost(Head::EMPTY)]),
        "who still works on it has lost: {answers:?}"
    );
    ok(log.delete(BEN));
    assert_eq!(
        ok(log.blob(&shared.digest)),
        None,
        "the last owner takes the blob along"
    );
}

fn deletes_large_workspaces(log: &impl Log) {
    let count = ERASE_ROWS as u64 * 2 + 1;
    commit(log, &entries(Head::EMPTY, count, 1));
    let row = |seq| WireRow {
        workspace: ADA,
        seq,
        json: String::new(),
    };
    ok(log.append_wire(&(1..=count).map(row).collect::<Vec<_>>()));
    ok(log.delete(ADA));
    assert!(
        ok(log.heads()).is_empty(),
        "nothing is left of a large workspace"
    );
    commit(log, &entries(Head::EMPTY, 2, 3));
    assert_eq!(
        ok(log.read(ADA, 1, 9)).len(),
        2,
        "its number can be used again"
    );
    assert!(
        ok(log.read_wire(ADA, 1, 9)).is_empty(),
        "without what was there before"
    );
}

fn many_threads_make_one_chain(log: &impl Log) {
    let climb = |mark: u8| {
        let (mut won, mut head) = (0, Head::EMPTY);
        while won < 20 {
            match log.append(&[entries(head, 1, mark)]).as_slice() {
                [Appended::Committed] => {
                    (won, head) = (won + 1, entries(head, 1, mark).head_after())
                }
                [Appended::Lost(actual)] => head = *actual,
                other => panic!("a race is won or lost: {other:?}"),
            }
        }
    };
    std::thread::scope(|scope| {
        for mark in 1..=4 {
            scope.spawn(move || climb(mark));
        }
    });
    let seqs: Vec<u64> = ok(log.read(ADA, 1, 100))
        .iter()
        .map(|entry| entry.seq)
        .collect();
    assert_eq!(
        seqs,
        (1..=80).collect::<Vec<_>>(),
        "every winner has its own place"
    );
}
