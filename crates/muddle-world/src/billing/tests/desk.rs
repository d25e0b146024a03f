//! A small desk that takes calls through idempotency, rules and fold as `office::act` would.

use std::sync::Arc;

use crate::billing::idempotency::before;
use crate::billing::*;
use crate::call::{Actor, ActorKind, Call as Any};
use crate::chance::Seed;
use crate::entry::{Core, Outcome, VERSION};
use crate::fault::Verdict;
use crate::reply::Decision;
use crate::time::At;
use crate::vendor::Vendor;
use crate::view::View;
use crate::world::World;
use crate::{effect, reply};

pub const NOW: At = At(1_790_000_000_000);
pub const CHARGED: i64 = 1_000;

pub fn desk() -> World {
    let mut world = World::empty(Arc::new(Seed::from_number(7)), NOW);
    let charge = Charge {
        id: "ch_1".into(),
        created: NOW,
        amount: CHARGED,
        amount_refunded: 0,
        currency: "usd".into(),
        customer: Some("cus_1".into()),
        payment_intent: None,
        invoice: Some("in_1".into()),
        description: None,
        billing_name: None,
        billing_email: None,
        card: Card {
            brand: "visa".into(),
            last4: "4242".into(),
            exp_month: 4,
            exp_year: 2030,
            fingerprint: "f1".into(),
        },
        status: ChargeStatus::Succeeded,
        disputed: false,
        balance_transaction: None,
        metadata: Metadata::new(),
    };
    let invoice = Invoice {
        id: "in_1".into(),
        created: NOW,
        number: "A-1".into(),
        customer: "cus_1".into(),
        currency: "usd".into(),
        lines: Vec::new(),
        status: "paid".into(),
        total: CHARGED,
        amount_paid: CHARGED,
        credited_before: 0,
        credited: 0,
        payment_intent: None,
        charge: Some("ch_1".into()),
        metadata: Metadata::new(),
    };
    world.load(&effect::Record::Billing(charge.into()));
    world.load(&effect::Record::Billing(invoice.into()));
    world
}

pub fn view(world: &World) -> View<'_> {
    View {
        world,
        at: world.at,
        up: world.up,
        seq: world.seq + 1,
    }
}

/// The entry of a decided call, as `office::act` would write it.
pub fn entry(world: &World, call: &Call, decision: Decision, verdict: Option<Verdict>) -> Core {
    let replayed = matches!(
        decision.reply,
        reply::Reply::Billing(Reply::Replayed { .. })
    );
    Core {
        v: VERSION,
        seq: world.seq + 1,
        up: world.up,
        at: world.at,
        paused: false,
        actor: Actor::inside(ActorKind::Candidate, "test"),
        origin: None,
        vendor: Vendor::Billing,
        operation: Some(call.operation().into()),
        subject: Some(call.subject().into()),
        call: Any::Billing(call.clone()),
        matched: Vec::new(),
        verdict,
        applied: decision.ok && !replayed,
        effects: decision.effects.into_vec(),
        reply: Some(decision.reply),
        status: Some(decision.status),
        outcome: if decision.ok {
            Outcome::Ok
        } else {
            Outcome::Refused
        },
        answer: None,
        idempotency_key: call.idempotency_key.clone(),
        about: None,
    }
}

pub fn act(world: &mut World, call: &Call) -> Core {
    act_under(world, call, None)
}

pub fn act_under(world: &mut World, call: &Call, verdict: Option<Verdict>) -> Core {
    let decision = before(&view(world), call).unwrap_or_else(|| decide(&view(world), call, None));
    let core = entry(world, call, decision, verdict);
    world.apply(&core).unwrap();
    core
}

pub fn answer(world: &World, call: &Call, core: &Core) -> Answer {
    let Some(reply::Reply::Billing(said)) = &core.reply else {
        panic!("the desk answers")
    };
    resolve(&view(world), call, said)
}

pub fn refund(amount: Option<i64>, key: Option<u8>) -> Call {
    let new = NewRefund {
        charge: Some("ch_1".into()),
        amount,
        ..NewRefund::default()
    };
    Call {
        idempotency_key: key.map(|key| format!("k{key}").into()),
        ..Call::plain(Request::CreateRefund(new))
    }
}

pub fn records(world: &World) -> Vec<String> {
    let records = world.records();
    records
        .map(|record| serde_json::to_string(&record).unwrap())
        .collect()
}
