//! The clock in each of its modes, through nights and weekends.

use super::*;
use crate::time::HOUR;

fn clock(mode: Mode, base: &str) -> Clock {
    Clock {
        id: "clock".into(),
        mode,
        base_up: Up(1_000),
        base_at: At::parse(base).unwrap(),
        hours: Hours {
            from_min: 9 * 60,
            to_min: 17 * 60,
        },
    }
}

#[test]
fn a_fast_clock_jumps_the_night_and_the_weekend() {
    let fast = clock(
        Mode::Fast {
            times: 60,
            nights: false,
        },
        "2026-11-20T16:00:00Z",
    ); // a Friday
    let after = |minutes: i64| fast.at(Up(1_000 + minutes * MINUTE)).iso();
    assert_eq!(after(0), "2026-11-20T16:00:00.000Z");
    assert_eq!(
        fast.at(Up(1_000 + 30 * 1_000)).iso(),
        "2026-11-20T16:30:00.000Z"
    );
    assert_eq!(
        fast.at(Up(1_000 + 61 * 1_000)).iso(),
        "2026-11-23T09:01:00.000Z"
    );
    assert_eq!(
        fast.up_of(At::parse("2026-11-23T09:01:00Z").unwrap()),
        Some(Up(1_000 + 61 * 1_000))
    );
}

#[test]
fn a_paused_clock_stands() {
    let paused = clock(Mode::Paused, "2026-11-20T16:00:00Z");
    assert_eq!(paused.at(Up(HOUR)), paused.base_at);
    assert_eq!(paused.up_of(paused.base_at.plus(1)), None);
}
