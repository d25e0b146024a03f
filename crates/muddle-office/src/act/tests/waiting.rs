//! Calls that wait before their effect: parked and continued once, or counted where the clock follows the calls.

use muddle_world::clock::Mode;
use muddle_world::entry::Outcome;
use muddle_world::fault::{Kind, Latency, Position, Select};
use muddle_world::office;
use muddle_world::time::{At, Up};

use super::desk::{arm, call, desk, fault, inside, last, refund, refunded};
use crate::act::{ActError, Desk};

/// The next refund takes 300 ms longer.
fn delay_once(desk: &mut Desk, position: Position) {
    let latency = Latency::Fixed(300);
    let delay = Kind::Delay { latency };
    arm(desk, fault(delay, position, Select::First(1)));
}

#[test]
fn a_delayed_call_parks_and_its_key_is_in_use_until_it_goes_on() {
    let mut desk = desk(Mode::Real);
    delay_once(&mut desk, Position::Before);
    let parked = last(&call(&mut desk, 10, refund(1, 700, "a")));
    assert_eq!((parked.outcome, parked.applied), (Outcome::Parked, false));
    assert_eq!(desk.next_due_up(), Some(Up(305)));

    let meanwhile = last(&call(&mut desk, 20, refund(1, 700, "a")));
    assert_eq!(
        (meanwhile.outcome, meanwhile.status),
        (Outcome::Refused, Some(409))
    );

    let acted = desk.tick(Up(350)).unwrap();
    let resumed = last(&acted);
    assert_eq!(
        (resumed.up, resumed.about, resumed.applied),
        (Up(305), Some(parked.seq), true)
    );
    assert_eq!(acted.resumed[0].0, parked.seq);
    assert_eq!(refunded(&desk, 1), 700);
    let after = last(&call(&mut desk, 400, refund(1, 700, "a")));
    assert_eq!(after.about, Some(resumed.seq));
}

#[test]
fn under_step_a_delay_is_counted_and_nothing_parks() {
    let mut desk = desk(Mode::Step { per_call_ms: 50 });
    delay_once(&mut desk, Position::Before);
    let first = last(&call(&mut desk, 99_999, refund(1, 700, "a")));
    assert_eq!((first.outcome, first.up), (Outcome::Ok, Up(350)));
    let second = last(&call(&mut desk, 0, refund(2, 700, "b")));
    assert_eq!(second.up, Up(400));
}

#[test]
fn under_step_a_delay_after_the_effect_moves_the_next_call() {
    let mut desk = desk(Mode::Step { per_call_ms: 50 });
    delay_once(&mut desk, Position::After);
    assert_eq!(last(&call(&mut desk, 0, refund(1, 700, "a"))).up, Up(50));
    assert_eq!(last(&call(&mut desk, 0, refund(2, 700, "b"))).up, Up(400));
}

/// Whoever continues a call that was due anyway gets the entries that came of it: they are folded and must be kept.
#[test]
fn a_call_that_went_on_by_itself_is_continued_once_and_its_entry_is_given() {
    let mut desk = desk(Mode::Real);
    let hang = Kind::Hang { for_ms: Some(100) };
    arm(&mut desk, fault(hang, Position::Before, Select::First(1)));
    let parked = call(&mut desk, 10, refund(1, 5, "k")).told.unwrap().seq;
    let acted = desk.resume(parked, Up(500)).unwrap();
    assert_eq!(acted.written.len(), 1);
    assert_eq!(acted.written[0].seq, desk.world.seq);
    assert_eq!(acted.resumed.len(), 1);
    assert_eq!(acted.resumed[0].0, parked);
    let again = desk.resume(parked, Up(600));
    assert!(matches!(again, Err(ActError::NotParked { .. })));
    assert_eq!(acted.written[0].seq, desk.world.seq);
}

const MODES: [Mode; 6] = [
    Mode::Real,
    Mode::Fast {
        times: 60,
        nights: true,
    },
    Mode::Fast {
        times: 60,
        nights: false,
    },
    Mode::Step { per_call_ms: 50 },
    Mode::Paused,
    Mode::Manual,
];

/// Every change of the clock, at a time when the office is closed: office time goes on from where it was, and no fault
/// ends earlier or later than it would have.
#[test]
fn a_change_of_speed_moves_neither_office_time_nor_the_end_of_a_fault() {
    for from in MODES {
        for to in MODES {
            let name = format!("{from:?} to {to:?}");
            let mut desk = desk(Mode::Manual);
            let early = At::parse("2026-11-23T08:31:00Z").unwrap();
            let mode = Mode::Manual;
            inside(
                &mut desk,
                0,
                office::Call::SetClock {
                    mode,
                    to: Some(early),
                },
            );
            inside(
                &mut desk,
                0,
                office::Call::SetClock {
                    mode: from,
                    to: None,
                },
            );
            let mut new = fault(Kind::Reset, Position::Before, Select::Always);
            (new.to, new.ttl_ms) = (Some(early.plus(600_000)), Some(900_000));
            arm(&mut desk, new);
            let rule = desk.world.office.faults.get("f1").cloned();
            let jumps = |mode| matches!(mode, Mode::Fast { nights: false, .. });

            let set = Up(2_000);
            let before = desk.now(set);
            inside(
                &mut desk,
                set.0,
                office::Call::SetClock { mode: to, to: None },
            );
            let (at, up) = desk.now(desk.world.up);
            assert_eq!(at, before.0, "{name}");
            assert_eq!(up, before.1, "{name}");
            assert_eq!(desk.world.office.faults.get("f1").cloned(), rule, "{name}");
            // A moment later it is a moment later, unless somebody asked for a jump.
            let (later, _) = desk.now(Up(up.0 + 1_000));
            assert!(
                later.since(at) <= 60_000 || jumps(to),
                "{name}: {}",
                later.iso()
            );
        }
    }
}
