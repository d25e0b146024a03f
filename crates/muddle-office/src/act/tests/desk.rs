//! A small desk with fifty charges, and who calls it. Builders only; the tests beside this file use them.

use std::sync::Arc;

use muddle_world::billing::{self, Charge, ChargeStatus, NewRefund, Request};
use muddle_world::call::{Actor, ActorKind, Call, Credential, Input};
use muddle_world::chance::Seed;
use muddle_world::clock::Mode;
use muddle_world::effect::Record;
use muddle_world::entry::{Around, Core, Entry, Outcome};
use muddle_world::fault::{Kind, Per, Position, Select};
use muddle_world::office::{self, NewFault};
use muddle_world::time::{At, Up};
use muddle_world::vendor::Vendor;
use muddle_world::world::World;

use crate::act::{Acted, Desk, Nobody, Told};

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

pub fn world() -> World {
    let mut world = World::empty(Arc::new(Seed::from_number(11)), At(START));
    for n in 0..50 {
        world.load(&Record::Billing(charge(n).into()));
    }
    world
}

pub fn desk(mode: Mode) -> Desk {
    let mut desk = Desk::new(world(), Arc::new(Nobody));
    inside(&mut desk, 0, office::Call::SetClock { mode, to: None });
    desk
}

pub fn candidate() -> Actor {
    Actor {
        kind: ActorKind::Candidate,
        name: None,
        attempt: None,
        key: Some("k1".into()),
        credential: Credential::Valid,
    }
}

pub fn inside(desk: &mut Desk, up: i64, call: office::Call) -> Told {
    let actor = Actor::inside(ActorKind::Interviewer, "ada");
    let input = Input {
        actor,
        origin: None,
        call: Call::Office(call),
        up: Up(up),
        paused: false,
    };
    desk.act(input, Around::default()).unwrap().told.unwrap()
}

pub fn refund(n: u64, amount: i64, key: &str) -> Call {
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

pub fn call(desk: &mut Desk, up: i64, call: Call) -> Acted {
    desk.act(
        Input {
            actor: candidate(),
            origin: None,
            call,
            up: Up(up),
            paused: false,
        },
        Around::default(),
    )
    .unwrap()
}

pub fn fault(kind: Kind, position: Position, select: Select) -> NewFault {
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

pub fn arm(desk: &mut Desk, new: NewFault) {
    let told = inside(desk, 0, office::Call::ArmFault(new));
    assert_eq!(told.outcome, Outcome::Ok, "{:?}", told.answer);
}

pub fn last(acted: &Acted) -> Core {
    Entry::read(&acted.written.last().unwrap().bytes)
        .unwrap()
        .core
}

pub fn refunded(desk: &Desk, n: u64) -> i64 {
    desk.world
        .billing
        .charges
        .get(&format!("ch_{n}"))
        .unwrap()
        .amount_refunded
}
