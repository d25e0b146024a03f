//! What every store must do, as one test to run over it.
//!
//! Called by tests with a maker of empty stores. Invariant: it knows the trait only; a store that passes can take another's place.

mod beside;
mod chain;

use std::sync::Arc;

use crate::error::LogError;
use crate::store::Log;
use crate::stored::{Append, Appended, Hash, Head, Stored, WorkspaceId};

const ADA: WorkspaceId = WorkspaceId(7);
const BEN: WorkspaceId = WorkspaceId(u64::MAX);

/// Runs the suite; `make` gives an empty store each time it is called.
///
/// # Panics
/// Where the store does not conform, with the sentence that it breaks.
pub fn run<L: Log>(make: impl Fn() -> L) {
    starts_empty(&make());
    chain::keeps_what_is_appended(&make());
    chain::reads_in_pages(&make());
    chain::answers_lost_with_the_head_it_has(&make());
    chain::takes_several_items_of_one_workspace_in_order(&make());
    chain::fails_a_workspace_alone(&make());
    chain::refuses_a_gap(&make());
    beside::keeps_blobs(&make());
    beside::keeps_large_blobs(&make());
    beside::shares_blobs_between_workspaces(&make());
    beside::widens_an_audience_only(&make());
    beside::keeps_the_wire_stream(&make());
    beside::deletes_one_workspace_only(&make());
    beside::deletes_large_workspaces(&make());
    chain::many_threads_make_one_chain(&make());
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
