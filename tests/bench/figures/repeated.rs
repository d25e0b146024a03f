//! A log as long as a figure wants it, made of a real one.
//!
//! Called by the figures that read or grade a log; calls the office's desk and the log. Invariant: every entry is decided like
//! any other, so a repeated log replays and verifies.

use muddle_log::{Append, Appended, Audience, Blob, Head, Log, Stored, WorkspaceId};
use muddle_office::act::{Desk, Written};
use muddle_office::opening::Openings;
use muddle_office::replay;
use muddle_world::call::{ActorKind, Input};
use muddle_world::entry::{Around, Entry};

use crate::took::figure;

/// Entries appended at once to a repeated log.
const BATCH: usize = 1_000;

/// The workspace with the longest log.
pub fn longest(log: &dyn Log) -> WorkspaceId {
    let heads = log.heads().unwrap();
    let longest = heads
        .into_iter()
        .filter(|(id, _)| *id != WorkspaceId::REGISTER)
        .max_by_key(|(_, head)| head.seq);
    let (id, head) = longest.unwrap();
    figure("entries of careful's log", head.seq as f64, "entries");
    id
}

/// `careful`'s log repeated: its calls made again and again, on one desk, until the log has `entries`.
///
/// Every entry is decided like any other, so the log verifies; what comes due in between comes due.
pub fn repeated(log: &dyn Log, of: WorkspaceId, id: WorkspaceId, entries: u64) {
    let opened = replay::opened(log, &Openings::default(), of).unwrap();
    let mut desk = Desk::new(opened.world.clone(), opened.story.clone());
    let mut reader = replay::Reader::new(log, of);
    let read = std::iter::from_fn(|| reader.read_next().unwrap().map(|(_, entry)| entry));
    let asked: Vec<(Input, Around)> = read
        .filter(|entry| entry.core.seq == 1 || entry.core.actor.kind == ActorKind::Candidate)
        .map(|Entry { core, around }| {
            let input = Input {
                actor: core.actor,
                origin: core.origin,
                call: core.call,
                up: core.up,
                paused: core.paused,
            };
            (input, around)
        })
        .collect();
    let (opening, again) = asked.split_first().unwrap();
    let mut head = Head::EMPTY;
    let mut written = desk
        .act(opening.0.clone(), opening.1.clone())
        .unwrap()
        .written;
    for (input, around) in again.iter().cycle() {
        let done = desk.world.seq >= entries;
        if done || written.len() >= BATCH {
            let append = append(id, head, std::mem::take(&mut written));
            head = append.head_after();
            let told = log.append(&[append]);
            assert!(matches!(told[..], [Appended::Committed]), "{told:?}");
        }
        if done {
            return;
        }
        let input = Input {
            up: desk.world.up,
            ..input.clone()
        };
        written.extend(desk.act(input, around.clone()).unwrap().written);
    }
}

fn append(workspace: WorkspaceId, expected: Head, written: Vec<Written>) -> Append {
    let long = written.iter().flat_map(|written| &written.blobs);
    let blobs = long.map(|raw| Blob::pack(raw, Audience::All)).collect();
    let stored = |written: Written| Stored {
        seq: written.seq,
        hash: written.hash,
        bytes: written.bytes,
    };
    Append {
        workspace,
        expected,
        entries: written.into_iter().map(stored).collect(),
        blobs,
    }
}
