//! Random calls: money never exceeds the charge, a key is answered once, and entries read back make the same world.

use proptest::prelude::*;

use super::desk::{CHARGED, act, answer, desk, records, refund};
use crate::billing::*;
use crate::entry::Core;
use crate::reply;
use crate::row::Str;
use crate::world::World;

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
