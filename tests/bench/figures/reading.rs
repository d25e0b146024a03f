//! How fast a log is read back: its opening decoded, its entries replayed, its hashes verified.
//!
//! Called by `main`; calls the office's replay and verify. Invariant: writes to the log only the repeated one that it reads.

use std::hint::black_box;

use muddle_log::{Log, WorkspaceId};
use muddle_office::opening::{Openings, records};
use muddle_office::replay;
use muddle_office::verify::{Verified, verify};

use crate::repeated::repeated;
use crate::took::{figure, median, rate};

/// Entries that replay and verify go through in all.
const ENTRIES: u64 = 100_000;

pub fn decoding(log: &dyn Log, id: WorkspaceId) {
    let opened = replay::opened(log, &Openings::default(), id).unwrap();
    let count = opened.records.len();
    let (_, entry) = replay::Reader::new(log, id).read_next().unwrap().unwrap();
    let digest = replay::opening_of(&entry).unwrap().opening.to_string();
    let took = median(
        || (),
        |()| {
            drop(black_box(
                records(&muddle_office::opening::read(log, &digest).unwrap()).unwrap(),
            ))
        },
    );
    rate(
        "records decoded from an opening",
        count as u64,
        took,
        "records/s",
    );
}

pub fn replay_and_verify(log: &dyn Log, careful: WorkspaceId) {
    let id = WorkspaceId(u64::MAX / 4);
    repeated(log, careful, id, ENTRIES);
    let entries = log.head(id).unwrap().seq;
    let kept = Openings::default();
    let (desk, _) = replay::fold(log, &kept, id, None).unwrap();
    figure(
        "bytes of an entry of the repeated log",
        desk.bytes as f64 / entries as f64,
        "bytes",
    );
    drop(desk);
    let took = median(
        || (),
        |()| drop(black_box(replay::fold(log, &kept, id, None).unwrap())),
    );
    rate("replay", entries, took, "entries/s");
    let prove = || assert!(matches!(verify(log, id).unwrap(), Verified::Whole { .. }));
    // Verify decodes the opening each time, as the command does; a log of this length hardly shows it.
    let took = median(|| (), |()| prove());
    rate("verify", entries, took, "entries/s");
}
