//! The promise that a run can be had again: from what was stored by folding it, from its inputs by deciding it.

use std::sync::Arc;

use muddle_world::call::{Actor, ActorKind, Call, Input};
use muddle_world::chance::Seed;
use muddle_world::clock::Mode;
use muddle_world::entry::{Around, Entry};
use muddle_world::fault::{Kind, Latency, Position, Select};
use muddle_world::office::{self, NewFault};
use muddle_world::time::Up;
use muddle_world::world::World;

use super::desk::{arm, call, candidate, desk, fault, refund, world};
use crate::act::{Desk, Nobody};

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
            paused: false,
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
