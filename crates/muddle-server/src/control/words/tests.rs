//! Proofs that durations, clocks and times are read as they are written, and that other words are refused.
//!
//! Run by `cargo test`; no server.

use super::*;

#[test]
fn durations_are_whole_numbers_with_units() {
    let read = |text| duration_ms("for", text).ok();
    assert_eq!(read("200ms"), Some(200));
    assert_eq!(read("1h30m"), Some(HOUR + 30 * MINUTE));
    assert_eq!(read("2d"), Some(2 * DAY));
    for wrong in [
        "",
        "30",
        "1.5h",
        "-3s",
        "s",
        "3 fortnights",
        "99999999999999999d",
    ] {
        assert_eq!(read(wrong), None, "{wrong}");
    }
}

#[test]
fn clocks_are_read_as_they_are_written() {
    for text in [
        "real",
        "fast 30x",
        "fast 30x nights:jump",
        "step",
        "paused",
        "manual",
    ] {
        let mode = clock_mode("clock", text).unwrap();
        assert_eq!(mode.words(), text);
    }
    for passing in ["fast:30", "fast 30x nights", "fast 30x nights=pass"] {
        let mode = clock_mode("clock", passing).unwrap();
        assert_eq!(mode.words(), "fast 30x", "{passing}");
    }
    for wrong in [
        "",
        "fast",
        "fast 0x",
        "slow",
        "real 2x",
        "fast 30x jump",
        "fast 30x nights:off",
    ] {
        assert!(clock_mode("clock", wrong).is_err(), "{wrong}");
    }
}

#[test]
fn closed_hours_are_jumped_by_a_fast_clock_alone_and_where_asked() {
    let fast = clock_mode("mode", "fast 60x").unwrap();
    let read = |mode, nights| with_nights(mode, nights).map(|mode| mode.words()).ok();
    assert_eq!(read(fast, None).as_deref(), Some("fast 60x"));
    assert_eq!(read(fast, Some("pass")).as_deref(), Some("fast 60x"));
    assert_eq!(
        read(fast, Some("jump")).as_deref(),
        Some("fast 60x nights:jump")
    );
    assert_eq!(read(fast, Some("skip")), None);
    assert_eq!(read(Mode::Real, Some("jump")), None);
}

#[test]
fn times_can_be_given_from_now() {
    let now = At::parse("2026-03-02T09:00:00Z").unwrap();
    let at = |text| office_time("from", text, now).map(At::iso).ok();
    assert_eq!(at("+30m").as_deref(), Some("2026-03-02T09:30:00.000Z"));
    assert_eq!(
        at("2026-03-03").as_deref(),
        Some("2026-03-03T00:00:00.000Z")
    );
    assert_eq!(at("tomorrow"), None);
}
