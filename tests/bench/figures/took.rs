//! What a piece of work took, and the line that says so.
//!
//! Called by every figure here. Invariant: a figure is one line of JSON on the standard output, and nothing else is printed there.

use std::time::{Duration, Instant};

/// Runs of each; the median counts.
pub const RUNS: usize = 5;

pub fn figure(name: &str, value: f64, unit: &str) {
    println!(
        "{}",
        serde_json::json!({"figure": name, "value": value, "unit": unit})
    );
}

/// What some work took, by the clock on the wall and by this thread's time on a processor.
///
/// A neighbour on the machine moves the first and hardly the second.
#[derive(Clone, Copy)]
pub struct Took {
    pub wall: Duration,
    pub cpu: Duration,
}

impl Took {
    pub fn less(self, other: Self) -> Self {
        Self {
            wall: self.wall.saturating_sub(other.wall),
            cpu: self.cpu.saturating_sub(other.cpu),
        }
    }
}

/// This thread's time on a processor.
fn on_cpu() -> Duration {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(said.split(' ').next().unwrap().parse().unwrap())
}

/// The median of what `work` takes; what it needs is made by `make`, unmeasured.
pub fn median<T>(mut make: impl FnMut() -> T, mut work: impl FnMut(T)) -> Took {
    let (mut walls, mut cpus): (Vec<_>, Vec<_>) = (0..RUNS)
        .map(|_| {
            let given = make();
            let (began, cpu) = (Instant::now(), on_cpu());
            work(given);
            (began.elapsed(), on_cpu() - cpu)
        })
        .unzip();
    walls.sort();
    cpus.sort();
    Took {
        wall: walls[RUNS / 2],
        cpu: cpus[RUNS / 2],
    }
}

/// A rate: `count` things in what they took.
pub fn rate(name: &str, count: u64, took: Took, unit: &str) {
    figure(name, count as f64 / took.wall.as_secs_f64(), unit);
    let name = format!("{name}, by time on the processor");
    figure(&name, count as f64 / took.cpu.as_secs_f64(), unit);
}

/// A duration in milliseconds.
pub fn lasts(name: &str, took: Took) {
    figure(name, took.wall.as_secs_f64() * 1e3, "ms");
    let name = format!("{name}, by time on the processor");
    figure(&name, took.cpu.as_secs_f64() * 1e3, "ms");
}
