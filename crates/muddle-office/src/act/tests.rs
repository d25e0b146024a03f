//! The order of things, without HTTP and without a log: small desks, every position of every fault, and the promise
//! that the inputs of a run give the same cores again.

use std::sync::Arc;

use muddle_world::billing::idempotency::KeptAnswer;
use muddle_world::billing::{self, Charge, ChargeStatus, NewRefund, Request};
use muddle_world::call::{Actor, ActorKind, Call, Credential, Input};
use muddle_world::chance::Seed;
use muddle_world::clock::Mode;
use muddle_world::effect::Record;
use muddle_world::entry::{Around, Core, Entry, Fate, Outcome};
use muddle_world::fault::{Kind, Latency, Per, Position, Select};
use muddle_world::office::{self, NewFault};
use muddle_world::reply::Answer;
use muddle_world::time::{At, Up};
use muddle_world::vendor::Vendor;
use muddle_world::world::World;

use super::{Acted, Desk, Nobody, Told};

const START: i64 = 1_795_000_000_000;

fn charge(n: u64) -> Charge {
    Charge {
        id: format!("ch_{n}").into(),
        created: At(START - 1_000_000),
        amount: 5_000,
        amount_refunded: 0,
        currency: "eur".into(),
        customer: None,
        payment_intent: None,
        invoice: None,
        description: None,
        billing_name: None,
        billing_email: None,
        card: billing::Card {
            brand: "visa".into(),
            last4: "4242".into(),
            exp_month: 1,
            exp_year: 2030,
            fingerprint: "f".into(),
        },
        status: ChargeStatus::Succeeded,
        disputed: false,
        balance_transaction: None,
        metadata: billing::Metadata::new(),
    }
}

fn world() -> World {
    let mut world = World::empty(Arc::new(Seed::from_number(11)), At(START));
    for n in 0..50 {
        world.load(&Record::Billing(charge(n).into()));
    }
    world
}

fn desk(mode: Mode) -> Desk {
    let mut desk = Desk::new(world(), Arc::new(Nobody));
    inside(&mut desk, 0, office::Call::SetClock { mode, to: None });
    desk
}

fn candidate() -> Actor {
    Actor {
        kind: ActorKind::Candidate,
        name: None,
        attempt: None,
        key: Some("k1".into()),
        credential: Credential::Valid,
    }
}

fn inside(desk: &mut Desk, up: i64, call: office::Call) -> Told {
    let actor = Actor::inside(ActorKind::Interviewer, "ada");
    let input = Input {
        actor,
        origin: None,
        call: Call::Office(call),
        up: Up(up),
    };
    desk.act(input, Around::default()).unwrap().told.unwrap()
}

fn refund(n: u64, amount: i64, key: &str) -> Call {
    Call::Billing(billing::Call {
        request: Request::CreateRefund(NewRefund {
            charge: Some(format!("ch_{n}").into()),
            amount: Some(amount),
            ..NewRefund::default()
        }),
        expand: Vec::new(),
        idempotency_key: Some(key.into()),
    })
}

fn call(desk: &mut Desk, up: i64, call: Call) -> Acted {
    desk.act(
        Input {
            actor: candidate(),
            origin: None,
            call,
            up: Up(up),
        },
        Around::default(),
    )
    .unwrap()
}

fn fault(kind: Kind, position: Position, select: Select) -> NewFault {
    NewFault {
        vendor: Some(Vendor::Billing),
        operation: Some("create_refund".into()),
        fault: kind,
        position,
        select,
        per: Per::Rule,
        from: None,
        to: None,
        ttl_ms: None,
    }
}

fn arm(desk: &mut Desk, new: NewFault) {
    let told = inside(desk, 0, office::Call::ArmFault(new));
    assert_eq!(told.outcome, Outcome::Ok, "{:?}", told.answer);
}

fn last(acted: &Acted) -> Core {
    Entry::read(&acted.written.last().unwrap().bytes)
        .unwrap()
        .core
}

fn refunded(desk: &Desk, n: u64) -> i64 {
    desk.world
        .billing
        .charges
        .get(&format!("ch_{n}"))
        .unwrap()
        .amount_refunded
}

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
fn a_delayed_call_parks_and_its_key_is_in_use_until_it_goes_on() {
    let mut desk = desk(Mode::Real);
    arm(
        &mut desk,
        fault(
            Kind::Delay {
                latency: Latency::Fixed(300),
            },
            Position::Before,
            Select::First(1),
        ),
    );
    let parked = last(&call(&mut desk, 10, refund(1, 700, "a")));
    assert_eq!((parked.outcome, parked.applied), (Outcome::Parked, false));
    assert_eq!(desk.next_due_up(), Some(Up(310)));

    let meanwhile = last(&call(&mut desk, 20, refund(1, 700, "a")));
    assert_eq!(
        (meanwhile.outcome, meanwhile.status),
        (Outcome::Refused, Some(409))
    );

    let acted = desk.tick(Up(350)).unwrap();
    let resumed = last(&acted);
    assert_eq!(
        (resumed.up, resumed.about, resumed.applied),
        (Up(310), Some(parked.seq), true)
    );
    assert_eq!(acted.resumed[0].0, parked.seq);
    assert_eq!(refunded(&desk, 1), 700);
    let after = last(&call(&mut desk, 400, refund(1, 700, "a")));
    assert_eq!(after.about, Some(resumed.seq));
}

#[test]
fn under_step_a_delay_is_counted_and_nothing_parks() {
    let mut desk = desk(Mode::Step { per_call_ms: 50 });
    arm(
        &mut desk,
        fault(
            Kind::Delay {
                latency: Latency::Fixed(300),
            },
            Position::Before,
            Select::First(1),
        ),
    );
    let first = last(&call(&mut desk, 99_999, refund(1, 700, "a")));
    assert_eq!((first.outcome, first.up), (Outcome::Ok, Up(350)));
    let second = last(&call(&mut desk, 0, refund(2, 700, "b")));
    assert_eq!(second.up, Up(400));
}

#[test]
fn under_step_a_delay_after_the_effect_moves_the_next_call() {
    let mut desk = desk(Mode::Step { per_call_ms: 50 });
    arm(
        &mut desk,
        fault(
            Kind::Delay {
                latency: Latency::Fixed(300),
            },
            Position::After,
            Select::First(1),
        ),
    );
    assert_eq!(last(&call(&mut desk, 0, refund(1, 700, "a"))).up, Up(50));
    assert_eq!(last(&call(&mut desk, 0, refund(2, 700, "b"))).up, Up(400));
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

#[test]
fn a_sealed_office_takes_no_vendor_calls() {
    let mut desk = desk(Mode::Real);
    inside(&mut desk, 10, office::Call::Seal);
    let input = Input {
        actor: candidate(),
        origin: None,
        call: refund(1, 1, "a"),
        up: Up(20),
    };
    assert!(matches!(
        desk.act(input, Around::default()),
        Err(super::ActError::Sealed)
    ));
}

/// Folding what was stored gives the world that was decided on.
#[test]
fn the_fold_of_the_log_is_the_world() {
    let mut live = Desk::new(world(), Arc::new(Nobody));
    let mut folded = world();
    let mut take = |live: &mut Desk, actor: Actor, what: Call, up: i64| {
        let input = Input {
            actor,
            origin: None,
            call: what,
            up: Up(up),
        };
        for written in live.act(input, Around::default()).unwrap().written {
            folded
                .apply(&Entry::read(&written.bytes).unwrap().core)
                .unwrap();
        }
        let records = |world: &World| world.records().collect::<Vec<_>>();
        assert_eq!(records(&live.world), records(&folded));
    };
    let ada = || Actor::inside(ActorKind::Interviewer, "ada");
    take(
        &mut live,
        ada(),
        Call::Office(office::Call::SetClock {
            mode: Mode::Real,
            to: None,
        }),
        0,
    );
    let delay = fault(
        Kind::Delay {
            latency: Latency::Fixed(30),
        },
        Position::Before,
        Select::Every(3),
    );
    take(
        &mut live,
        ada(),
        Call::Office(office::Call::ArmFault(delay)),
        1,
    );
    for i in 0..40 {
        take(
            &mut live,
            candidate(),
            refund(i as u64 % 50, 10 + i, &format!("k{i}")),
            10 * i,
        );
    }
}

/// Faults of every sort, as (what, when); the throttle strikes always, the others by chance.
fn storm() -> Vec<NewFault> {
    let some = Select::Probability {
        per_million: 200_000,
    };
    let lognormal = Latency::Lognormal {
        median: 40,
        p99: 900,
    };
    let unavailable = Kind::Error {
        status: 503,
        code: None,
    };
    let throttle = Kind::Throttle {
        limit: 9,
        window_ms: 1_000,
    };
    let delay = |latency| Kind::Delay { latency };
    vec![
        fault(Kind::Reset, Position::After, some.clone()),
        fault(unavailable, Position::Before, some.clone()),
        fault(delay(lognormal), Position::Before, some.clone()),
        fault(delay(Latency::Uniform(5, 60)), Position::After, some),
        fault(throttle, Position::Before, Select::Always),
    ]
}

/// Six hundred refunds in a storm: the cores that were written, and the desk after it.
fn weathered() -> (Vec<String>, Desk) {
    let mut desk = desk(Mode::Real);
    let mut dice = Seed::from_number(77).dice(&["run"]);
    for new in storm() {
        arm(&mut desk, new);
    }
    let mut cores = Vec::new();
    for i in 0..600 {
        let amount = dice.between(1, 900);
        let key = format!("key-{}", dice.below(300));
        let up = 10 + i * dice.between(1, 12);
        let acted = call(&mut desk, up, refund(dice.below(50), amount, &key));
        for written in acted.written {
            let text = String::from_utf8(written.bytes.to_vec()).unwrap();
            cores.push(text.split(",\"around\":").next().unwrap().to_owned());
        }
    }
    (cores, desk)
}

/// The inputs of a run with random faults, fed in order to a fresh desk, give the same cores byte for byte.
#[test]
fn the_same_inputs_give_the_same_cores() {
    let ((first, desk), (second, _)) = (weathered(), weathered());
    assert_eq!(first, second);
    assert!(first.len() > 600, "some calls were parked and went on");
    let tables = &desk.world.billing;
    let refunded: i64 = tables.refunds.rows().map(|refund| refund.amount).sum();
    let given_back: i64 = tables
        .charges
        .rows()
        .map(|charge| charge.amount_refunded)
        .sum();
    assert_eq!(refunded, given_back);
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
    assert!(matches!(again, Err(super::ActError::NotParked { .. })));
    assert_eq!(acted.written[0].seq, desk.world.seq);
}
