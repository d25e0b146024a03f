//! What must hold whatever is asked of the billing desk, in whatever order.
//!
//! A small desk takes random calls through idempotency, rules and fold as `office::act` would. Money never exceeds the
//! charge, a key is answered once, and entries read back from their bytes make the same world.

use std::sync::Arc;

use proptest::prelude::*;

use super::idempotency::{before, before_resumed};
use super::*;
use crate::call::{Actor, ActorKind, Call as Any};
use crate::chance::Seed;
use crate::effect::{self, Effects};
use crate::entry::{Core, Outcome, VERSION};
use crate::fault::{Kind as Fault, Position, Verdict};
use crate::office::Parked;
use crate::reply::{self, Decision};
use crate::row::Str;
use crate::time::At;
use crate::vendor::Vendor;
use crate::view::View;
use crate::world::World;

const NOW: At = At(1_790_000_000_000);
const CHARGED: i64 = 1_000;

fn desk() -> World {
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

fn view(world: &World) -> View<'_> {
    View {
        world,
        at: world.at,
        up: world.up,
        seq: world.seq + 1,
    }
}

/// The entry of a decided call, as `office::act` would write it.
fn entry(world: &World, call: &Call, decision: Decision, verdict: Option<Verdict>) -> Core {
    let replayed = matches!(
        decision.reply,
        reply::Reply::Billing(Reply::Replayed { .. })
    );
    Core {
        v: VERSION,
        seq: world.seq + 1,
        up: world.up,
        at: world.at,
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

fn act(world: &mut World, call: &Call) -> Core {
    act_under(world, call, None)
}

fn act_under(world: &mut World, call: &Call, verdict: Option<Verdict>) -> Core {
    let decision = before(&view(world), call).unwrap_or_else(|| decide(&view(world), call, None));
    let core = entry(world, call, decision, verdict);
    world.apply(&core).unwrap();
    core
}

fn answer(world: &World, call: &Call, core: &Core) -> Answer {
    let Some(reply::Reply::Billing(said)) = &core.reply else {
        panic!("the desk answers")
    };
    resolve(&view(world), call, said)
}

fn refund(amount: Option<i64>, key: Option<u8>) -> Call {
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

/// One step of a random life; the number picks a refund among those there are.
#[derive(Clone, Debug)]
enum Step {
    Refund(Option<i64>, Option<u8>),
    Credit(i64),
    Settle(usize, RefundStatus),
    Cancel(usize),
    Dispute,
}

fn step() -> impl Strategy<Value = Step> {
    let status = prop_oneof![
        Just(RefundStatus::Pending),
        Just(RefundStatus::RequiresAction),
        Just(RefundStatus::Succeeded),
        Just(RefundStatus::Failed),
        Just(RefundStatus::Canceled),
    ];
    prop_oneof![
        8 => (proptest::option::of(-5..700_i64), proptest::option::of(0..4_u8))
            .prop_map(|(amount, key)| Step::Refund(amount, key)),
        3 => (-5..700_i64).prop_map(Step::Credit),
        4 => (0..8_usize, status).prop_map(|(nth, status)| Step::Settle(nth, status)),
        2 => (0..8_usize).prop_map(Step::Cancel),
        1 => Just(Step::Dispute),
    ]
}

fn call_of(world: &World, step: &Step) -> Call {
    let nth = |nth: usize| -> Str {
        let rows = &world.billing.refunds;
        let found = rows.rows().nth(nth % rows.len().max(1));
        found.map_or("re_none".into(), |row| row.id.clone())
    };
    match step {
        Step::Refund(amount, key) => refund(*amount, *key),
        Step::Credit(amount) => Call::plain(Request::CreateCreditNote(NewCreditNote {
            invoice: Some("in_1".into()),
            amount: Some(*amount),
            refund_amount: Some(*amount),
            ..NewCreditNote::default()
        })),
        Step::Settle(at, status) => Call::plain(Request::SettleRefund {
            id: nth(*at),
            status: *status,
            failure_reason: None,
        }),
        Step::Cancel(at) => Call::plain(Request::CancelRefund { id: nth(*at) }),
        Step::Dispute => Call::plain(Request::OpenDispute {
            charge: "ch_1".into(),
            reason: "fraudulent".into(),
        }),
    }
}

fn records(world: &World) -> Vec<String> {
    let records = world.records();
    records
        .map(|record| serde_json::to_string(&record).unwrap())
        .collect()
}

proptest! {
    #[test]
    fn never_more_than_the_charge_and_entries_replay(
        steps in proptest::collection::vec(step(), 1..40)
    ) {
        let (mut world, mut replayed) = (desk(), desk());
        for step in &steps {
            let call = call_of(&world, step);
            let core = act(&mut world, &call);
            let read: Core = serde_json::from_slice(&serde_json::to_vec(&core).unwrap()).unwrap();
            prop_assert_eq!(&read, &core);
            replayed.apply(&read).unwrap();

            let refunds = world.billing.refunds.rows();
            let given: i64 = refunds.filter(|row| row.status.counts()).map(|row| row.amount).sum();
            let charge = world.billing.charges.get("ch_1").unwrap();
            prop_assert_eq!(given, charge.amount_refunded, "the charge agrees with its refunds");
            prop_assert!((0..=CHARGED).contains(&given));
            let invoice = world.billing.invoices.get("in_1").unwrap();
            prop_assert!(invoice.credited <= invoice.amount_paid);
        }
        prop_assert_eq!(records(&world), records(&replayed));
        for key in 0..4 {
            // What a key would be answered is the same after a replay.
            let call = refund(Some(1), Some(key));
            let (one, two) = (act(&mut world, &call), act(&mut replayed, &call));
            prop_assert_eq!(one.reply, two.reply);
        }
    }

    #[test]
    fn the_same_key_has_the_same_answer(amount in proptest::option::of(1..1_500_i64)) {
        let mut world = desk();
        let call = refund(amount, Some(1));
        let core = act(&mut world, &call);
        let first = answer(&world, &call, &core);
        act(&mut world, &refund(Some(1), None));
        let again = act(&mut world, &call);
        prop_assert_eq!(again.status, core.status);
        prop_assert!(again.effects.is_empty());
        let Answer::Replayed { seq, answer, .. } = answer(&world, &call, &again) else {
            panic!("a replay, not {again:?}")
        };
        prop_assert_eq!(seq, core.seq);
        prop_assert_eq!(&*answer, &idempotency::KeptAnswer::Decided(first));
        let other = act(&mut world, &refund(Some(7_777), Some(1)));
        let mismatch = Reply::Refused(Refusal::KeyMismatch { key: "k1".into() });
        prop_assert_eq!(other.reply, Some(reply::Reply::Billing(mismatch)));
    }
}

fn parked(world: &mut World, call: &Call) -> u64 {
    let seq = world.seq + 1;
    let mut effects = Effects::default();
    effects.create(effect::Record::Office(waiting(call, seq).into()));
    let decision = Decision {
        effects,
        reply: reply::Reply::Billing(Reply::Replayed { seq }),
        status: 0,
        ok: false,
    };
    let mut core = entry(world, call, decision, None);
    (core.reply, core.status, core.outcome) = (None, None, Outcome::Parked);
    world.apply(&core).unwrap();
    seq
}

fn waiting(call: &Call, seq: u64) -> Parked {
    Parked {
        id: seq.to_string().into(),
        seq,
        actor: Actor::inside(ActorKind::Candidate, "test"),
        call: Any::Billing(call.clone()),
        verdict: after(Fault::Reset),
        resume_up: None,
    }
}

fn after(effect: Fault) -> Verdict {
    Verdict {
        fault: "f1".into(),
        effect,
        position: Position::After,
        draw: 0,
        delay_ms: None,
    }
}

/// A parked call goes on, as `office::act` lets it.
fn resume(world: &mut World, call: &Call, seq: u64) -> Core {
    let decided = before_resumed(&view(world), call, seq);
    let mut decision = decided.unwrap_or_else(|| decide(&view(world), call, None));
    decision
        .effects
        .remove(effect::Record::Office(waiting(call, seq).into()));
    let mut core = entry(world, call, decision, None);
    core.about = Some(seq);
    world.apply(&core).unwrap();
    core
}

#[test]
fn of_calls_parked_under_one_key_one_takes_effect() {
    let mut world = desk();
    let call = refund(Some(100), Some(1));
    let (first, second) = (parked(&mut world, &call), parked(&mut world, &call));
    let meanwhile = act(&mut world, &call);
    let in_use = Reply::Refused(Refusal::KeyInUse { key: "k1".into() });
    assert_eq!(meanwhile.reply, Some(reply::Reply::Billing(in_use)));
    let done = resume(&mut world, &call, first);
    assert!(done.applied);
    let again = resume(&mut world, &call, second);
    let replay = Reply::Replayed { seq: done.seq };
    assert_eq!(again.reply, Some(reply::Reply::Billing(replay)));
    assert_eq!(world.billing.refunds.len(), 1);
}

#[test]
fn a_dropped_call_lets_go_of_its_key() {
    let mut world = desk();
    let call = refund(Some(100), Some(1));
    let seq = parked(&mut world, &call);
    let mut effects = Effects::default();
    effects.remove(effect::Record::Office(waiting(&call, seq).into()));
    let drop = Call::plain(Request::CancelRefund { id: "re_0".into() });
    let decision = Decision {
        effects,
        reply: reply::Reply::Office(crate::office::Reply::Done),
        status: 200,
        ok: true,
    };
    let mut core = entry(&world, &drop, decision, None);
    core.call = Any::Office(crate::office::Call::DropParked { seq });
    world.apply(&core).unwrap();
    assert!(act(&mut world, &call).applied);
}

#[test]
fn a_lost_answer_keeps_what_was_decided_and_a_500_after_the_effect_keeps_itself() {
    for (effect, kept_status) in [(Fault::Reset, 200), (error(503), 200), (error(500), 500)] {
        let mut world = desk();
        let call = refund(Some(100), Some(1));
        act_under(&mut world, &call, Some(after(effect)));
        assert_eq!(act(&mut world, &call).status, Some(kept_status));
        assert_eq!(world.billing.refunds.len(), 1, "the effect stands");
    }
}

const fn error(status: u16) -> Fault {
    Fault::Error { status, code: None }
}

#[test]
fn a_key_is_forgotten_after_a_day_and_a_missing_charge_is_never_kept() {
    let mut world = desk();
    let call = refund(Some(100), Some(1));
    let mut nowhere = call.clone();
    if let Request::CreateRefund(new) = &mut nowhere.request {
        new.charge = Some("ch_none".into());
    }
    assert!(!act(&mut world, &nowhere).applied);
    assert!(act(&mut world, &call).applied, "the key was still free");
    assert!(!act(&mut world, &call).applied);
    world.at = world.at.plus(idempotency::KEPT_MS);
    assert!(act(&mut world, &call).applied);
}

#[test]
fn lists_walk_both_ways_and_narrow_by_index_and_time() {
    let mut world = desk();
    for _ in 0..7 {
        world.at = world.at.plus(1_000);
        act(&mut world, &refund(Some(10), None));
    }
    let ids = |page: Page, equal: &[(&str, &str)], from: Option<At>| {
        let filter = Filter {
            equal: equal
                .iter()
                .map(|(k, v)| ((*k).into(), (*v).into()))
                .collect(),
            created_from: from,
            ..Filter::default()
        };
        let of = Listed::Refunds;
        let call = Call::plain(Request::List { of, filter, page });
        match decide(&view(&world), &call, None).reply {
            reply::Reply::Billing(Reply::List { ids, has_more, .. }) => (ids, has_more),
            other => panic!("a list, not {other:?}"),
        }
    };
    let all = ids(Page::default(), &[], None).0;
    assert_eq!(all.len(), 7);
    assert_eq!(all, ids(Page::default(), &[("charge", "ch_1")], None).0);
    for equal in [&[][..], &[("charge", "ch_1")]] {
        let behind = Page {
            limit: Some(3),
            starting_after: Some(all[1].clone()),
            ending_before: None,
        };
        assert_eq!(ids(behind, equal, None), (all[2..5].to_vec(), true));
        let ahead = Page {
            limit: Some(3),
            starting_after: None,
            ending_before: Some(all[5].clone()),
        };
        assert_eq!(ids(ahead, equal, None), (all[2..5].to_vec(), true));
        let since = Some(NOW.plus(6_000));
        assert_eq!(
            ids(Page::default(), equal, since),
            (all[..2].to_vec(), false)
        );
    }
}
