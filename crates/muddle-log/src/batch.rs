//! Which items of a batch may be written: the compare-and-set, said once for all stores.
//!
//! Called by the stores inside their transaction and, to settle an unknown fate, by the writer. Invariant: pure but for the head look-ups it is
//! handed; per workspace the answers are some `Write`s followed only by refusals.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::LogError;
use crate::stored::{Append, Appended, Head, WorkspaceId};

/// What is to be done with one item.
#[derive(Clone, Debug)]
pub(crate) enum Intent {
    Write,
    Lost(Head),
    Failed(Arc<LogError>),
}

/// The items' intents, in the batch's order, and the heads once the writes are done.
pub(crate) struct Plan {
    pub intents: Vec<Intent>,
    pub heads: BTreeMap<WorkspaceId, Head>,
}

/// Items that failed when a store tried to write them: by workspace, the first such item and why.
pub(crate) type Barred = BTreeMap<WorkspaceId, (usize, Arc<LogError>)>;

struct Track {
    head: Head,
    refused: Option<Intent>,
    writes: bool,
}

/// Decides the batch. `head_of` is asked once per workspace; its error fails the whole batch.
pub(crate) fn plan<E>(
    batch: &[Append],
    barred: &Barred,
    mut head_of: impl FnMut(WorkspaceId) -> Result<Head, E>,
) -> Result<Plan, E> {
    let mut tracks: BTreeMap<WorkspaceId, Track> = BTreeMap::new();
    let mut intents = Vec::with_capacity(batch.len());
    for (index, item) in batch.iter().enumerate() {
        let track = match tracks.entry(item.workspace) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => new.insert(Track {
                head: head_of(item.workspace)?,
                refused: None,
                writes: false,
            }),
        };
        let intent = track
            .refused
            .clone()
            .unwrap_or_else(|| judge(item, index, track.head, barred));
        match &intent {
            Intent::Write => {
                track.head = item.head_after();
                track.writes |= !item.entries.is_empty();
            }
            refusal => track.refused = Some(refusal.clone()),
        }
        intents.push(intent);
    }
    let heads = tracks
        .into_iter()
        .filter(|(_, t)| t.writes)
        .map(|(w, t)| (w, t.head))
        .collect();
    Ok(Plan { intents, heads })
}

fn judge(item: &Append, index: usize, head: Head, barred: &Barred) -> Intent {
    if let Some((first, why)) = barred.get(&item.workspace)
        && index >= *first
    {
        return Intent::Failed(Arc::clone(why));
    }
    if item.expected != head {
        return Intent::Lost(head);
    }
    for (wanted, entry) in (head.seq + 1..).zip(&item.entries) {
        if entry.seq != wanted {
            return Intent::Failed(Arc::new(LogError::Gap {
                workspace: item.workspace,
                wanted,
                found: entry.seq,
            }));
        }
    }
    Intent::Write
}

/// The answers once the writes of `intents` are durable.
pub(crate) fn committed(intents: Vec<Intent>) -> Vec<Appended> {
    let answer = |intent| match intent {
        Intent::Write => Appended::Committed,
        Intent::Lost(head) => Appended::Lost(head),
        Intent::Failed(why) => Appended::Failed(why),
    };
    intents.into_iter().map(answer).collect()
}

/// The answers when the transaction of `intents` failed as a whole.
pub(crate) fn failed(intents: Vec<Intent>, why: &Arc<LogError>) -> Vec<Appended> {
    let answer = |intent| match intent {
        Intent::Lost(head) => Appended::Lost(head),
        Intent::Failed(own) => Appended::Failed(own),
        Intent::Write => Appended::Failed(Arc::clone(why)),
    };
    intents.into_iter().map(answer).collect()
}

/// Turns `Failed` into `Committed` where the log shows that it is: a commit may report an error after it took effect.
///
/// A workspace's items up to the last one whose head is the store's head are in the log. Where the head cannot be read the answer stays `Failed`.
pub(crate) fn settle<E>(
    batch: &[Append],
    answers: &mut [Appended],
    mut head_of: impl FnMut(WorkspaceId) -> Result<Head, E>,
) {
    let mut heads: BTreeMap<WorkspaceId, Option<Head>> = BTreeMap::new();
    for (item, answer) in batch.iter().zip(answers.iter_mut()).rev() {
        if !matches!(answer, Appended::Failed(_)) || item.entries.is_empty() {
            continue;
        }
        let head = heads
            .entry(item.workspace)
            .or_insert_with(|| head_of(item.workspace).ok());
        if *head == Some(item.head_after()) {
            *answer = Appended::Committed;
            *head = Some(item.expected);
        }
    }
}
