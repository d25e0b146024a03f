//! How long it takes to grade a log of ten thousand entries.
//!
//! Called by `main`; calls the grader over entries read from the store. Invariant: reading is measured alone as well, so what
//! the checks take can be told apart from it.

use std::hint::black_box;

use muddle_log::{Log, WorkspaceId};
use muddle_office::opening::Openings;
use muddle_office::replay;

use crate::repeated::repeated;
use crate::took::{lasts, median};

/// Entries of the log that is graded.
const GRADED: u64 = 10_000;

/// Reads the log from its store and grades it, as the server does.
pub fn grading(log: &dyn Log, careful: WorkspaceId) {
    let id = WorkspaceId(u64::MAX / 4 + 1);
    repeated(log, careful, id, GRADED);
    let opened = replay::opened(log, &Openings::default(), id).unwrap();
    let options = muddle_grade::Options {
        workspace: "bench".into(),
    };
    let read = || {
        let mut reader = replay::Reader::new(log, id);
        std::iter::from_fn(move || reader.read_next().unwrap().map(|(_, entry)| entry))
    };
    let reading = median(
        || (),
        |()| assert!(black_box(read().count()) as u64 >= GRADED),
    );
    let whole = median(
        || (),
        |()| {
            let graded = muddle_grade::grade(&opened.records, &opened.truth, read(), &[], &options);
            drop(black_box(graded.unwrap()));
        },
    );
    lasts("grade 10,000 entries", whole);
    lasts(
        "grade 10,000 entries: of it the checks and their tables",
        whole.less(reading),
    );
}
