//! Idempotency keys: of parked calls, of lost answers, after a day.

use super::desk::{act, act_under, desk, entry, refund, view};
use crate::billing::idempotency::before_resumed;
use crate::billing::*;
use crate::call::{Actor, ActorKind, Call as Any};
use crate::effect::Effects;
use crate::entry::{Core, Outcome};
use crate::fault::{Kind as Fault, Position, Verdict};
use crate::office::Parked;
use crate::reply::Decision;
use crate::world::World;
use crate::{effect, reply};

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
