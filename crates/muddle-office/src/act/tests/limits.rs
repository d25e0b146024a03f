//! What a call uses up of its vendor's rate limit, and the closed office, which takes none.

use std::sync::Arc;

use muddle_world::call::{Actor, Credential, Input};
use muddle_world::clock::Mode;
use muddle_world::effect::Record;
use muddle_world::entry::{Around, Entry, Outcome};
use muddle_world::fault::{Kind, Position, Select};
use muddle_world::gist::Gist;
use muddle_world::limits::RateLimit;
use muddle_world::office;
use muddle_world::time::Up;
use muddle_world::vendor::Vendor;
use muddle_world::world::World;

use super::desk::{arm, call, candidate, fault, inside, last, refund, world};
use crate::act::{ActError, Acted, Desk, Nobody};

fn limit() -> RateLimit {
    RateLimit {
        id: "billing".into(),
        vendor: Vendor::Billing,
        units: 3,
        window_ms: 1_000,
    }
}

/// A world whose billing desk takes three calls a second.
fn limited() -> World {
    let mut world = world();
    world.load(&Record::Office(limit().into()));
    world
}

fn desk() -> Desk {
    let mut desk = Desk::new(limited(), Arc::new(Nobody));
    let clock = office::Call::SetClock {
        mode: Mode::Real,
        to: None,
    };
    inside(&mut desk, 0, clock);
    desk
}

/// How much of its limit the desk says it has used after a call.
fn used(acted: &Acted) -> Option<u64> {
    acted
        .told
        .as_ref()
        .unwrap()
        .rate
        .map(|(_, used, _, _)| used)
}

#[test]
fn a_call_that_waits_is_counted_when_it_comes_and_not_when_it_goes_on() {
    let mut desk = desk();
    let hang = Kind::Hang { for_ms: Some(100) };
    arm(&mut desk, fault(hang, Position::Before, Select::First(1)));
    let parked = call(&mut desk, 10, refund(1, 5, "a"));
    assert_eq!(
        (last(&parked).outcome, used(&parked)),
        (Outcome::Parked, Some(1))
    );
    let gone_on = desk.tick(Up(200)).unwrap();
    assert_eq!(gone_on.resumed[0].1.rate, Some((3, 1, 1_000, Up(1_010))));
    assert_eq!(used(&call(&mut desk, 210, refund(2, 5, "b"))), Some(2));
    assert_eq!(used(&call(&mut desk, 220, refund(3, 5, "c"))), Some(3));
    let fourth = call(&mut desk, 230, refund(4, 5, "d"));
    assert_eq!(last(&fourth).status, Some(429));
}

#[test]
fn an_answer_that_is_repeated_is_counted_as_any_call() {
    let mut desk = desk();
    call(&mut desk, 10, refund(1, 5, "a"));
    let again = call(&mut desk, 20, refund(1, 5, "a"));
    assert!(last(&again).about.is_some());
    assert_eq!(used(&again), Some(2));
}

#[test]
fn a_caller_whose_key_is_refused_uses_nothing_of_the_limit() {
    let mut desk = desk();
    for up in 1..=5 {
        let input = Input {
            actor: Actor {
                credential: Credential::Revoked,
                ..candidate()
            },
            origin: None,
            call: refund(1, 5, "a"),
            up: Up(up),
            paused: false,
        };
        let refused = desk.act(input, Around::default()).unwrap();
        assert_eq!((last(&refused).status, used(&refused)), (Some(401), None));
    }
    assert_eq!(used(&call(&mut desk, 10, refund(1, 5, "a"))), Some(1));
}

/// Both ways to the gist of an entry count the same.
#[test]
fn a_fold_of_what_was_stored_has_used_as_much() {
    let mut desk = desk();
    let mut written = Vec::new();
    let hang = Kind::Hang { for_ms: Some(100) };
    arm(&mut desk, fault(hang, Position::Before, Select::First(1)));
    let mut folded = [desk.world.clone(), desk.world.clone()];
    written.extend(call(&mut desk, 10, refund(1, 5, "a")).written);
    written.extend(call(&mut desk, 200, refund(2, 5, "b")).written);
    let [by_core, by_gist] = &mut folded;
    for entry in &written {
        by_core
            .apply(&Entry::read(&entry.bytes).unwrap().core)
            .unwrap();
        let text = std::str::from_utf8(&entry.bytes).unwrap();
        by_gist.fold(&Gist::read(text).unwrap()).unwrap();
    }
    for world in [by_core, by_gist, &desk.world] {
        assert_eq!(world.windows.used(&limit(), Up(300)), (Up(10), 2));
    }
}

#[test]
fn a_sealed_office_takes_no_vendor_calls() {
    let mut desk = desk();
    inside(&mut desk, 10, office::Call::Seal);
    let input = Input {
        actor: candidate(),
        origin: None,
        call: refund(1, 1, "a"),
        up: Up(20),
        paused: false,
    };
    assert!(matches!(
        desk.act(input, Around::default()),
        Err(ActError::Sealed)
    ));
}

#[test]
fn an_office_that_holds_as_many_long_values_as_it_may_is_full_and_a_fold_knows_as_much() {
    let mut desk = desk();
    let text = "x".repeat(10_000);
    let malformed = |n: i64| muddle_world::call::Call::Malformed {
        vendor: Vendor::Billing,
        operation: None,
        problem: muddle_world::call::Problem {
            kind: muddle_world::call::ProblemKind::BadForm,
            param: None,
            message: format!("{n}{text}").into(),
        },
    };
    desk.limits.kept_max = 15_000;
    let mut folded = 0;
    let mut stored = Vec::new();
    for n in 0..2 {
        let acted = call(&mut desk, 10 + n, malformed(n));
        let outcome = acted.told.as_ref().unwrap().outcome;
        assert_eq!(outcome, Outcome::Malformed);
        stored.extend(acted.written.into_iter().map(|written| written.bytes));
    }
    let full = call(&mut desk, 20, refund(1, 5, "a"));
    assert_eq!(last(&full).status, Some(507));
    for bytes in stored {
        folded += crate::long::named(&bytes).kept;
    }
    assert_eq!((desk.kept, folded), (20_002, 20_002));
}
