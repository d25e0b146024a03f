//! What becomes of a call whose answer meets a fault, before the effect and after it.

use muddle_world::billing;
use muddle_world::billing::idempotency::KeptAnswer;
use muddle_world::clock::Mode;
use muddle_world::entry::{Fate, Outcome};
use muddle_world::fault::{Kind, Position, Select};
use muddle_world::reply::Answer;

use super::desk::{arm, call, desk, fault, last, refund, refunded};

#[test]
fn an_answer_lost_after_the_effect_is_applied_and_its_retry_repeats_it() {
    let mut desk = desk(Mode::Real);
    arm(
        &mut desk,
        fault(Kind::Close, Position::After, Select::First(1)),
    );
    let lost = last(&call(&mut desk, 10, refund(1, 700, "a")));
    assert_eq!(
        (lost.outcome, lost.applied, lost.answer, lost.status),
        (Outcome::Indefinite, true, Some(Fate::Lost), None)
    );
    assert_eq!(refunded(&desk, 1), 700);

    let again = call(&mut desk, 20, refund(1, 700, "a"));
    let core = last(&again);
    assert_eq!(
        (core.outcome, core.applied, core.about),
        (Outcome::Ok, false, Some(lost.seq))
    );
    assert_eq!(refunded(&desk, 1), 700);
    let Some(Answer::Billing(billing::Answer::Replayed {
        status: 200,
        answer,
        ..
    })) = again.told.unwrap().answer
    else {
        panic!("the retry repeats the first answer");
    };
    assert!(
        matches!(&*answer, KeptAnswer::Decided(answer) if matches!(answer, billing::Answer::Object(_)))
    );
}

#[test]
fn an_error_before_the_effect_applies_nothing_and_keeps_no_key() {
    let mut desk = desk(Mode::Real);
    arm(
        &mut desk,
        fault(
            Kind::Error {
                status: 500,
                code: None,
            },
            Position::Before,
            Select::First(1),
        ),
    );
    let failed = last(&call(&mut desk, 10, refund(1, 700, "a")));
    assert_eq!(
        (failed.outcome, failed.applied, failed.status),
        (Outcome::Failed, false, Some(500))
    );
    let retried = last(&call(&mut desk, 20, refund(1, 700, "a")));
    assert_eq!(
        (retried.outcome, retried.applied, retried.about),
        (Outcome::Ok, true, None)
    );
}

#[test]
fn a_500_after_the_effect_is_kept_as_a_500() {
    let mut desk = desk(Mode::Real);
    arm(
        &mut desk,
        fault(
            Kind::Error {
                status: 500,
                code: None,
            },
            Position::After,
            Select::First(1),
        ),
    );
    assert_eq!(
        last(&call(&mut desk, 10, refund(1, 700, "a"))).outcome,
        Outcome::Indefinite
    );
    let again = call(&mut desk, 20, refund(1, 700, "a")).told.unwrap();
    let Some(Answer::Billing(billing::Answer::Replayed {
        status: 500,
        answer,
        ..
    })) = again.answer
    else {
        panic!("the retry repeats the 500");
    };
    assert!(matches!(&*answer, KeptAnswer::Injected { .. }));
    assert_eq!(refunded(&desk, 1), 700);
}

#[test]
fn an_outage_loses_the_first_writes_and_refuses_the_rest() {
    let mut desk = desk(Mode::Real);
    arm(
        &mut desk,
        fault(
            Kind::Outage { lost_for_ms: 1_000 },
            Position::Before,
            Select::Always,
        ),
    );
    let early = last(&call(&mut desk, 500, refund(1, 700, "a")));
    assert_eq!(
        (early.outcome, early.applied, early.answer),
        (Outcome::Indefinite, true, Some(Fate::Lost))
    );
    let late = last(&call(&mut desk, 1_500, refund(2, 700, "b")));
    assert_eq!(
        (late.outcome, late.applied, late.status),
        (Outcome::Failed, false, Some(503))
    );
}

/// A retry that repeats the first answer is a call like any other: it can lose its answer too.
#[test]
fn every_call_that_a_fault_hits_is_counted_with_what_it_cost() {
    use muddle_world::fault::{Count, Garble, Latency};
    let latency = Latency::Fixed(10);
    let error = Kind::Error {
        status: 503,
        code: None,
    };
    type Cost = fn(&Count) -> u64;
    let rows: [(Kind, Position, Cost); 8] = [
        (Kind::Close, Position::After, |count| count.lost_answers),
        (Kind::Reset, Position::After, |count| count.lost_answers),
        (Kind::Cut { after_bytes: 3 }, Position::After, |count| {
            count.altered_answers
        }),
        (
            Kind::Garble {
                how: Garble::BitFlip,
            },
            Position::After,
            |count| count.altered_answers,
        ),
        (error.clone(), Position::After, |count| {
            count.altered_answers
        }),
        (error, Position::Before, |count| count.failed),
        (Kind::Close, Position::Before, |count| count.failed),
        (Kind::Delay { latency }, Position::After, |count| {
            count.delayed
        }),
    ];
    for (kind, position, cost) in rows {
        let name = format!("{kind:?} {position:?}");
        let mut desk = desk(Mode::Step { per_call_ms: 50 });
        arm(&mut desk, fault(kind, position, Select::First(3)));
        for _ in 0..4 {
            call(&mut desk, 10, refund(1, 700, "a"));
        }
        let count = desk.world.faults.get("f1").unwrap();
        assert_eq!(
            (count.matched, count.struck, count.landed, cost(count)),
            (4, 3, 3, 3),
            "{name}"
        );
        let all = [
            count.lost_answers,
            count.altered_answers,
            count.failed,
            count.delayed,
        ];
        assert_eq!(all.iter().sum::<u64>(), count.landed, "{name}");
    }
}

/// A call that waits is hit once: when it is parked.
#[test]
fn a_call_that_was_parked_and_went_on_is_counted_once() {
    let mut desk = desk(Mode::Real);
    let hang = Kind::Hang { for_ms: Some(100) };
    arm(&mut desk, fault(hang, Position::Before, Select::Always));
    call(&mut desk, 10, refund(1, 700, "a"));
    assert_eq!(
        desk.tick(muddle_world::time::Up(500))
            .unwrap()
            .resumed
            .len(),
        1
    );
    let count = desk.world.faults.get("f1").unwrap();
    assert_eq!((count.matched, count.struck, count.delayed), (1, 1, 1));
}
