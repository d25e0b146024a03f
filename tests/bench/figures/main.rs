//! Figures that need no socket: generation, replay, verify, grade, judge, waking; one line of JSON each.
//!
//! Run by tests/bench/run.sh. `MUDDLE_BENCH_DATA` names the data directory that a server left, with `careful`'s log in it
//! as the longest. With `MUDDLE_BENCH_MANY` it only lays that many sleeping workspaces into the directory.

#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

mod generation;
mod grading;
mod judging;
mod reading;
mod repeated;
mod took;
mod waking;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use muddle_log::{Log, Sqlite};
use muddle_tests::small;
use muddle_world::clock::Mode;
use muddle_world::time::At;

/// A Monday.
const EPOCH: At = At(1_794_787_200_000);

async fn lay_many(dir: &Path, count: u64) {
    let log: Arc<dyn Log> = Arc::new(Sqlite::open(dir).unwrap());
    let office = small::start(log).await;
    for n in 0..count {
        small::open(&office, 1, Mode::Real, &format!("many{n}")).await;
    }
    office.stop().await.unwrap();
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let data = PathBuf::from(
        std::env::var_os("MUDDLE_BENCH_DATA").expect("tests/bench/run.sh says where the data is"),
    );
    if let Some(count) = std::env::var("MUDDLE_BENCH_MANY")
        .ok()
        .and_then(|count| count.parse().ok())
    {
        runtime.block_on(lay_many(&data, count));
        return;
    }
    let log = Sqlite::open(&data).unwrap();
    let careful = repeated::longest(&log);
    judging::judging();
    reading::decoding(&log, careful);
    reading::replay_and_verify(&log, careful);
    grading::grading(&log, careful);
    generation::generation();
    runtime.block_on(waking::waking());
}
