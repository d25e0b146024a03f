//! One workspace's entries: kept, compared with the head, in order, without gaps.
//!
//! Called by the suite. Invariant: every failure is a sentence about the store.

use super::{ADA, BEN, commit, entries, of, ok};
use crate::error::LogError;
use crate::store::Log;
use crate::stored::{Append, Appended, Head};

pub(super) fn keeps_what_is_appended(log: &impl Log) {
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

pub(super) fn reads_in_pages(log: &impl Log) {
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

pub(super) fn answers_lost_with_the_head_it_has(log: &impl Log) {
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

pub(super) fn takes_several_items_of_one_workspace_in_order(log: &impl Log) {
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

pub(super) fn fails_a_workspace_alone(log: &impl Log) {
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

pub(super) fn refuses_a_gap(log: &impl Log) {
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

pub(super) fn many_threads_make_one_chain(log: &impl Log) {
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
