//! The store of idempotency keys: what was answered is answered again, byte for byte, for a day of office time.
//!
//! [`before`] is asked by `office::act` before the rules; [`fold`] is the only writer and follows from the entries'
//! fields alone. Kept is what the rules answered once they had begun (success, or a refusal for a reason that lies in
//! the records), and a 500 injected after the effect; nothing that never reached the rules.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::resolve::{self, resolve};
use super::{Answer, Call, Record, Refusal, Reply, Request};
use crate::call;
use crate::effect::Effects;
use crate::entry::{Core, Outcome};
use crate::fault::{Kind as Fault, Position};
use crate::reply::{self, Decision};
use crate::row::Str;
use crate::time::{At, DAY};
use crate::view::View;
use crate::world::World;

/// The longest key.
pub const KEY_CHARS_MAX: usize = 255;
/// How long an answer is kept, milliseconds of office time.
pub const KEPT_MS: i64 = DAY;

/// What a key stands for.
#[derive(Clone, Debug)]
struct Kept {
    seq: u64,
    since: At,
    fingerprint: [u8; 16],
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    /// The first request is parked.
    Running,
    /// It was answered.
    Done { status: u16, answer: KeptAnswer },
}

/// The first answer to a key.
#[derive(Clone, Debug)]
pub enum KeptAnswer {
    /// What the rules said.
    Decided(Box<Answer>),
    /// The error that was injected after the effect.
    Injected,
}

/// All keys of the account, and what events looked like when they happened.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    by_key: BTreeMap<Str, Kept>,
    by_age: BTreeMap<(At, u64), Str>,
    snapshots: BTreeMap<Str, Record>,
}

impl Keys {
    /// The first answer given by entry `seq` under `key`.
    pub fn answer(&self, key: &str, seq: u64) -> Option<(u16, &KeptAnswer)> {
        match self.by_key.get(key) {
            Some(Kept {
                seq: kept,
                state: State::Done { status, answer },
                ..
            }) if *kept == seq => Some((*status, answer)),
            _ => None,
        }
    }

    /// What the event's object looked like when it happened.
    pub fn snapshot(&self, event: &str) -> Option<&Record> {
        self.snapshots.get(event)
    }

    /// Keeps what an event's object looks like now.
    pub fn keep_snapshot(&mut self, event: Str, object: Record) {
        self.snapshots.insert(event, object);
    }

    fn forget(&mut self, key: &str) {
        if let Some(kept) = self.by_key.remove(key) {
            self.by_age.remove(&(kept.since, kept.seq));
        }
    }

    fn expire(&mut self, now: At) {
        while let Some((&(since, seq), key)) = self.by_age.first_key_value() {
            if now.since(since) < KEPT_MS {
                break;
            }
            let key = key.clone();
            self.by_age.remove(&(since, seq));
            self.by_key.remove(&key);
        }
    }
}

/// Equal for equal requests, whatever their key.
fn fingerprint(call: &Call) -> [u8; 16] {
    let text = serde_json::to_vec(&(&call.request, &call.expand)).unwrap_or_default();
    let digest = Sha256::digest(&text);
    let mut short = [0; 16];
    short.copy_from_slice(&digest[..16]);
    short
}

const fn is_post(request: &Request) -> bool {
    matches!(
        request,
        Request::CreateCustomer(_)
            | Request::UpdateCustomer { .. }
            | Request::CreateRefund(_)
            | Request::UpdateRefund { .. }
            | Request::CancelRefund { .. }
            | Request::CreateCreditNote(_)
    )
}

/// What a key says before the rules are asked; `None` to go on.
pub fn before(view: &View<'_>, call: &Call) -> Option<Decision> {
    let key = call
        .idempotency_key
        .as_ref()
        .filter(|_| is_post(&call.request))?;
    if key.chars().count() > KEY_CHARS_MAX {
        return Some(refused(Refusal::KeyTooLong));
    }
    let kept = view
        .world
        .keys
        .by_key
        .get(key)
        .filter(|kept| view.at.since(kept.since) < KEPT_MS)?;
    if kept.fingerprint != fingerprint(call) {
        return Some(refused(Refusal::KeyMismatch { key: key.clone() }));
    }
    match &kept.state {
        State::Running => Some(refused(Refusal::KeyInUse { key: key.clone() })),
        State::Done { status, .. } => Some(Decision {
            effects: Effects::default(),
            reply: reply::Reply::Billing(Reply::Replayed { seq: kept.seq }),
            status: *status,
            ok: *status < 400,
        }),
    }
}

fn refused(refusal: Refusal) -> Decision {
    Decision {
        effects: Effects::default(),
        status: refusal.status(),
        ok: false,
        reply: reply::Reply::Billing(Reply::Refused(refusal)),
    }
}

/// Folds one entry into the store.
pub fn fold(world: &mut World, core: &Core) {
    let call::Call::Billing(call) = &core.call else {
        return;
    };
    keep_events(world, core);
    let Some(key) = call
        .idempotency_key
        .as_ref()
        .filter(|_| is_post(&call.request))
    else {
        return;
    };
    world.keys.expire(core.at);
    let state = match &core.reply {
        Some(reply::Reply::Billing(Reply::Replayed { .. })) => return,
        _ if core.outcome == Outcome::Parked => State::Running,
        Some(reply::Reply::Billing(reply)) if is_kept(core, reply) => {
            let view = View {
                world,
                at: core.at,
                up: core.up,
                seq: core.seq,
            };
            let answer = match &core.verdict {
                Some(verdict) if verdict.position == Position::After => {
                    after_effect(&verdict.effect)
                }
                _ => None,
            };
            let status = core
                .status
                .filter(|_| answer.is_some())
                .unwrap_or_else(|| decided_status(reply));
            let answer = answer
                .unwrap_or_else(|| KeptAnswer::Decided(Box::new(resolve(&view, call, reply))));
            State::Done { status, answer }
        }
        _ => {
            // What was running and then failed before its effect leaves nothing behind.
            if core.about.is_some() {
                world.keys.forget(key);
            }
            return;
        }
    };
    world.keys.forget(key);
    let kept = Kept {
        seq: core.seq,
        since: core.at,
        fingerprint: fingerprint(call),
        state,
    };
    world.keys.by_age.insert((core.at, core.seq), key.clone());
    world.keys.by_key.insert(key.clone(), kept);
}

fn is_kept(core: &Core, reply: &Reply) -> bool {
    match reply {
        Reply::Refused(refusal) => core.outcome != Outcome::Failed && refusal.kept(),
        _ => core.applied,
    }
}

const fn decided_status(reply: &Reply) -> u16 {
    match reply {
        Reply::Refused(refusal) => refusal.status(),
        _ => 200,
    }
}

/// The vendor's own 500 after the effect is kept; a gateway's 502 to 504 and anything lost on the way are not the
/// vendor's answer, so the decided one is kept.
fn after_effect(effect: &Fault) -> Option<KeptAnswer> {
    matches!(effect, Fault::Error { status: 500, .. }).then_some(KeptAnswer::Injected)
}

fn keep_events(world: &mut World, core: &Core) {
    for effect in &core.effects {
        if let crate::effect::Change::Created(crate::effect::Record::Billing(Record::Event(event))) =
            &effect.change
            && let Some(object) = resolve::record(&world.billing, &event.collection, &event.object)
        {
            world.keys.keep_snapshot(event.id.clone(), object);
        }
    }
}
