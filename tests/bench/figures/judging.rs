//! How long it takes to decide which of fifty fault rules a call suffers from.
//!
//! Called by `main`; calls the world's `judge` on a desk of its own. Invariant: no log and no office.

use std::hint::black_box;

use muddle_log::WorkspaceId;
use muddle_tests::small;
use muddle_world::call::{Actor, ActorKind, Call, Input};
use muddle_world::chance::Seed;
use muddle_world::clock::Mode;
use muddle_world::entry::Around;
use muddle_world::fault::{Kind, Per, Position, Select, judge};
use muddle_world::office::{self, NewFault};
use muddle_world::time::Up;
use muddle_world::vendor::Vendor;

use crate::took::{figure, median};

pub fn judging() {
    let (_, mut desk) = small::opening(WorkspaceId(1), &Seed::from_number(1), Mode::Real);
    for n in 0..50_i64 {
        let new = NewFault {
            vendor: Some(Vendor::Billing),
            operation: Some("create_refund".into()),
            fault: Kind::Error {
                status: 500,
                code: None,
            },
            position: Position::After,
            select: Select::Probability { per_million: 1 },
            per: Per::Rule,
            from: None,
            to: None,
            ttl_ms: None,
        };
        let actor = Actor::inside(ActorKind::Interviewer, "ada");
        let input = Input {
            actor,
            origin: None,
            call: Call::Office(office::Call::ArmFault(new)),
            up: Up(n),
            paused: false,
        };
        desk.act(input, Around::default()).unwrap();
    }
    assert_eq!(desk.world.office.faults.len(), 50);
    let call = small::refund(1, 100, "key");
    let took = median(
        || (),
        |()| {
            (0..20_000).for_each(|_| {
                drop(black_box(judge(
                    &desk.world,
                    ActorKind::Candidate,
                    &call,
                    small::START,
                    Up(99),
                )))
            })
        },
    );
    figure(
        "judge with 50 rules",
        took.wall.as_secs_f64() * 1e6 / 20_000.0,
        "us",
    );
    figure(
        "judge with 50 rules, by time on the processor",
        took.cpu.as_secs_f64() * 1e6 / 20_000.0,
        "us",
    );
}
