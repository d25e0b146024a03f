//! Calls after a pause of real time: how far they move a clock that follows the calls, and when they move nothing.

use std::sync::Arc;

use muddle_world::call::{Actor, ActorKind, Call, Credential, Input};
use muddle_world::clock::Mode;
use muddle_world::effect::Record;
use muddle_world::entry::{Around, Core, Entry, Outcome};
use muddle_world::fault::{Kind, Position, Select};
use muddle_world::gist::Gist;
use muddle_world::inbox;
use muddle_world::office::{self, AgendaItem, NewFault};
use muddle_world::time::{MINUTE, SECOND};
use muddle_world::vendor::Vendor;

use super::desk::{arm, candidate, desk, fault, inside, last, refund, world};
use crate::act::{Acted, Desk, Nobody};

const STEP: Mode = Mode::Step { per_call_ms: 50 };

fn asked(desk: &mut Desk, actor: Actor, call: Call, paused: bool) -> Acted {
    let input = Input {
        actor,
        origin: None,
        call,
        up: desk.world.up,
        paused,
    };
    desk.act(input, Around::default()).unwrap()
}

/// A refund asked for after a pause, or at once: its entry, and how far office time went.
fn tried(desk: &mut Desk, paused: bool) -> (Core, i64) {
    let before = desk.world.at;
    let core = last(&asked(desk, candidate(), refund(1, 700, "a"), paused));
    let moved = core.at.since(before);
    (core, moved)
}

fn down(desk: &mut Desk, select: Select) {
    let kind = Kind::Error {
        status: 503,
        code: None,
    };
    arm(desk, fault(kind, Position::Before, select));
}

fn wait(desk: &mut Desk, kind: ActorKind) {
    let actor = Actor {
        kind,
        ..candidate()
    };
    let wait = Call::Office(office::Call::Wait { for_ms: 1_000 });
    asked(desk, actor, wait, false);
}

fn profile() -> Call {
    Call::Inbox(inbox::Call {
        user: None,
        request: inbox::Request::GetProfile,
    })
}

#[test]
fn each_pause_after_a_failure_moves_three_times_as_far_up_to_forty_minutes() {
    let mut desk = desk(STEP);
    down(&mut desk, Select::Always);
    let moved: Vec<i64> = (0..9).map(|_| tried(&mut desk, true).1 - 50).collect();
    let seconds = [0, 10, 30, 90, 270, 810, 2_400, 2_400, 2_400];
    assert_eq!(moved, seconds.map(|seconds| seconds * SECOND));
}

#[test]
fn a_hot_loop_moves_nothing_and_its_entries_say_nothing() {
    let mut desk = desk(STEP);
    down(&mut desk, Select::Always);
    for _ in 0..5 {
        let (core, moved) = tried(&mut desk, false);
        assert_eq!((core.paused, moved), (false, 50));
    }
    let (core, moved) = tried(&mut desk, true);
    assert_eq!((core.paused, moved), (true, 810 * SECOND + 50));
}

#[test]
fn a_pause_is_written_only_where_it_moves_time() {
    let mut desk = desk(STEP);
    assert!(!tried(&mut desk, true).0.paused, "nothing has failed");
    down(&mut desk, Select::First(2));
    for expected in [false, true, true] {
        assert_eq!(tried(&mut desk, true).0.paused, expected);
    }
    assert!(!tried(&mut desk, true).0.paused, "the last answer was good");
}

#[test]
fn an_answer_that_is_no_failure_begins_the_count_again() {
    let mut desk = desk(STEP);
    down(&mut desk, Select::Every(2));
    for _ in 0..3 {
        assert_eq!(tried(&mut desk, true).0.outcome, Outcome::Ok);
        assert_eq!(tried(&mut desk, true).0.outcome, Outcome::Failed);
        let (core, moved) = tried(&mut desk, true);
        assert_eq!((core.outcome, moved), (Outcome::Ok, 10 * SECOND + 50));
        assert_eq!(tried(&mut desk, true).0.outcome, Outcome::Failed);
        tried(&mut desk, true);
        tried(&mut desk, true);
    }
}

#[test]
fn a_wait_of_the_candidate_covers_the_failures_before_it_and_no_others() {
    let mut desk = desk(STEP);
    down(&mut desk, Select::Always);
    tried(&mut desk, true);
    wait(&mut desk, ActorKind::Candidate);
    assert_eq!(tried(&mut desk, true).1, 50);
    // That was the second failure in a row; the wait came before it.
    assert_eq!(tried(&mut desk, true).1, 30 * SECOND + 50);
    wait(&mut desk, ActorKind::Interviewer);
    assert_eq!(
        tried(&mut desk, true).1,
        89 * SECOND + 50,
        "what office time did by itself since the failure is taken off"
    );
}

#[test]
fn only_the_same_key_at_the_same_vendor_pays_for_a_failure() {
    let mut desk = desk(STEP);
    down(&mut desk, Select::Always);
    tried(&mut desk, true);
    let other = Actor {
        key: Some("k2".into()),
        ..candidate()
    };
    let core = last(&asked(&mut desk, other, refund(1, 700, "b"), true));
    assert!(!core.paused);
    let mail = profile();
    assert!(!last(&asked(&mut desk, candidate(), mail, true)).paused);
    let revoked = Actor {
        credential: Credential::Revoked,
        ..candidate()
    };
    for _ in 0..2 {
        let core = last(&asked(&mut desk, revoked.clone(), refund(1, 7, "c"), true));
        assert_eq!((core.status, core.paused), (Some(401), false));
    }
    assert_eq!(tried(&mut desk, true).1, 10 * SECOND - 4 * 50 + 50);
}

#[test]
fn what_can_be_tried_again_counts_and_what_is_final_does_not() {
    let error = |status| Kind::Error { status, code: None };
    let throttle = Kind::Throttle {
        limit: 0,
        window_ms: 1_000,
    };
    for (kind, position, counts) in [
        (Kind::Close, Position::After, true),
        (Kind::Reset, Position::Before, true),
        (Kind::Hang { for_ms: Some(5) }, Position::After, true),
        (Kind::Cut { after_bytes: 3 }, Position::After, true),
        (error(500), Position::After, true),
        (error(429), Position::Before, true),
        (throttle, Position::Before, true),
        (Kind::QuotaExhausted, Position::Before, true),
        (error(402), Position::Before, false),
        (error(404), Position::Before, false),
    ] {
        let mut desk = desk(STEP);
        let name = format!("{kind:?} {position:?}");
        arm(&mut desk, fault(kind, position, Select::First(1)));
        tried(&mut desk, false);
        assert_eq!(tried(&mut desk, true).0.paused, counts, "{name}");
    }
}

#[test]
fn a_key_in_use_counts_and_a_route_that_we_lack_does_not() {
    let mut desk = desk(STEP);
    let hang = Kind::Hang { for_ms: None };
    arm(&mut desk, fault(hang, Position::Before, Select::First(1)));
    assert_eq!(tried(&mut desk, false).0.outcome, Outcome::Parked);
    assert_eq!(tried(&mut desk, true).0.status, Some(409));
    assert_eq!(tried(&mut desk, true).1, 10 * SECOND + 50);

    let mut desk = super::desk::desk(STEP);
    let lacking = || Call::Unrouted {
        vendor: Vendor::Billing,
        exists: true,
        nearest: None,
    };
    for _ in 0..2 {
        let core = last(&asked(&mut desk, candidate(), lacking(), true));
        assert_eq!((core.status, core.paused), (Some(501), false));
    }
}

#[test]
fn a_mailbox_that_says_when_to_come_again_is_believed() {
    let mut desk = desk(STEP);
    let throttle = NewFault {
        vendor: Some(Vendor::Inbox),
        operation: None,
        ..fault(
            Kind::Throttle {
                limit: 0,
                window_ms: 75_000,
            },
            Position::Before,
            Select::Always,
        )
    };
    arm(&mut desk, throttle);
    let mut ask = || {
        let before = desk.world.at;
        let mail = profile();
        let core = last(&asked(&mut desk, candidate(), mail, true));
        (core.status, core.at.since(before))
    };
    assert_eq!(ask(), (Some(403), 50));
    assert_eq!(ask(), (Some(403), 75_050));
    assert_eq!(ask(), (Some(403), 75_050));
}

#[test]
fn what_is_due_on_the_way_happens_first() {
    let mut desk = desk(STEP);
    down(&mut desk, Select::Always);
    let due = desk.world.at.plus(5 * SECOND);
    let item = AgendaItem {
        id: "a1".into(),
        due,
        actor: Actor::inside(ActorKind::Story, "story"),
        call: refund(2, 300, "story"),
    };
    desk.world.load(&Record::Office(item.into()));
    tried(&mut desk, true);
    let acted = asked(&mut desk, candidate(), refund(1, 700, "a"), true);
    let cores: Vec<Core> = acted
        .written
        .iter()
        .map(|entry| Entry::read(&entry.bytes).unwrap().core)
        .collect();
    assert_eq!(cores.len(), 2);
    assert_eq!((cores[0].at, cores[0].paused), (due, false));
    assert!(cores[1].paused && cores[1].at > due);
}

#[test]
fn a_clock_that_runs_by_itself_or_stands_knows_no_pauses() {
    for mode in [Mode::Real, Mode::Paused, Mode::Manual] {
        let mut desk = desk(mode);
        down(&mut desk, Select::Always);
        tried(&mut desk, true);
        let (core, moved) = tried(&mut desk, true);
        assert_eq!((core.paused, moved), (false, 0), "{mode:?}");
    }
}

#[test]
fn the_end_of_an_outage_is_reached_by_retries_that_sleep() {
    let mut desk = desk(STEP);
    let outage = NewFault {
        to: Some(desk.world.at.plus(120 * MINUTE)),
        ..fault(
            Kind::Outage { lost_for_ms: 0 },
            Position::Before,
            Select::Always,
        )
    };
    arm(&mut desk, outage);
    // Two calls of an SDK with four retries each; the second is made at once.
    let tries = (0..10).map(|nth| tried(&mut desk, nth % 5 != 0).0.outcome);
    assert!(tries.into_iter().any(|outcome| outcome == Outcome::Ok));
}

/// The inputs of a run, pauses among them, give the same entries again; and both ways to a gist the same world.
#[test]
fn a_run_with_pauses_is_decided_again_to_the_byte() {
    let mut live = desk(STEP);
    let mut folded = live.world.clone();
    let setup = live.world.clone();
    down(&mut live, Select::Between(2, 5));
    let mut again = Desk::new(setup, Arc::new(Nobody));
    again.hash = [0; 32];
    inside(
        &mut again,
        0,
        office::Call::ArmFault(fault(
            Kind::Error {
                status: 503,
                code: None,
            },
            Position::Before,
            Select::Between(2, 5),
        )),
    );
    folded.clone_from(&again.world);
    let mut pauses = 0;
    for nth in 0..8 {
        let acted = asked(&mut live, candidate(), refund(1, 9, "k"), nth % 3 != 0);
        let core = last(&acted);
        pauses += usize::from(core.paused);
        let text = std::str::from_utf8(&acted.written[0].bytes).unwrap();
        folded.fold(&Gist::read(text).unwrap()).unwrap();
        let redone = asked(
            &mut again,
            core.actor.clone(),
            core.call.clone(),
            core.paused,
        );
        assert_eq!(last(&redone), core);
    }
    assert!(pauses > 1);
    let key = "k1".into();
    let owed = |world: &muddle_world::world::World| {
        world.streaks.pause_ms(Vendor::Billing, &key, world.at)
    };
    assert_eq!(owed(&folded), owed(&live.world));
    assert_eq!(
        world().streaks.pause_ms(Vendor::Billing, &key, folded.at),
        0
    );
}
