//! The store of idempotency keys: what was answered is answered again, byte for byte, for a day of office time.
//!
//! [`before`] is asked by `office::act` before the rules; [`fold`] is the only writer and follows from the entries'
//! fields alone. Kept is what the rules answered once they had begun (success, or a refusal for a reason that lies in
//! the records), and a 500 injected after the effect; nothing that never reached the rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::resolve::{self, resolve};
use super::{Answer, Call, Event, Record, Refusal, Reply, Request};
use crate::call;
use crate::call::ActorKind;
use crate::effect::{self, Change, Effect, Effects};
use crate::entry::Outcome;
use crate::fault::{Kind as Fault, Position};
use crate::gist::Gist;
use crate::office;
use crate::reply::{self, Decision};
use crate::row::{PatchError, Str};
use crate::time::{At, DAY};
use crate::vendor::Vendor;
use crate::view::View;
use crate::world::World;

/// The longest key.
pub const KEY_CHARS_MAX: usize = 255;
/// How long an answer is kept, milliseconds of office time.
pub const KEPT_MS: i64 = DAY;
/// The one status of an injected error that is the vendor's own answer.
const INJECTED_STATUS: u16 = 500;

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
    Done {
        status: u16,
        answer: Arc<KeptAnswer>,
    },
}

/// The first answer to a key.
#[derive(Clone, Debug, PartialEq)]
pub enum KeptAnswer {
    /// What the rules said.
    Decided(Answer),
    /// The 500 that was injected after the effect.
    Injected {
        /// The vendor's code that it carried.
        code: Option<Str>,
    },
}

/// All keys of the account, and what events looked like when they happened.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    by_key: BTreeMap<Str, Kept>,
    by_age: BTreeMap<(At, u64), Str>,
    snapshots: BTreeMap<Str, Snapshot>,
}

/// What an event tells beside its row.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The object after what happened.
    pub object: Record,
    /// The object before it, of an event that tells of an update.
    pub before: Option<Record>,
    /// The entry of the request that made the event; none where the vendor acted by itself.
    pub request: Option<u64>,
}

impl Keys {
    /// The first answer given by entry `seq` under `key`.
    pub fn answer(&self, key: &str, seq: u64) -> Option<(u16, &Arc<KeptAnswer>)> {
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
    pub fn snapshot(&self, event: &str) -> Option<&Snapshot> {
        self.snapshots.get(event)
    }

    fn live(&self, key: &str, now: At) -> Option<&Kept> {
        let kept = self.by_key.get(key)?;
        (now.since(kept.since) < KEPT_MS).then_some(kept)
    }

    fn is_running(&self, key: &str, parked: u64) -> bool {
        let kept = self.by_key.get(key);
        kept.is_some_and(|kept| kept.seq == parked && matches!(kept.state, State::Running))
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
    say(view, call, None)
}

/// Like [`before`], for a call that goes on after it was parked by entry `parked`: its own key does not stop it.
pub fn before_resumed(view: &View<'_>, call: &Call, parked: u64) -> Option<Decision> {
    say(view, call, Some(parked))
}

fn say(view: &View<'_>, call: &Call, parked: Option<u64>) -> Option<Decision> {
    let key = call
        .idempotency_key
        .as_ref()
        .filter(|_| is_post(&call.request))?;
    if key.chars().count() > KEY_CHARS_MAX {
        return Some(refused(Refusal::KeyTooLong));
    }
    let kept = view.world.keys.live(key, view.at)?;
    if kept.fingerprint != fingerprint(call) {
        return Some(refused(Refusal::KeyMismatch { key: key.clone() }));
    }
    match &kept.state {
        State::Running if parked == Some(kept.seq) => None,
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
pub fn fold(world: &mut World, gist: &Gist<'_>) -> Result<(), PatchError> {
    keep_events(world, gist)?;
    unpark(world, &gist.effects);
    if !gist.keyed {
        return Ok(());
    }
    let call = gist.call.get("call")?;
    let call::Call::Billing(call) = &*call else {
        return Ok(());
    };
    let Some(key) = call
        .idempotency_key
        .as_ref()
        .filter(|_| is_post(&call.request))
    else {
        return Ok(());
    };
    world.keys.expire(gist.at);
    let reply = gist.reply.as_ref();
    let reply = reply.map(|reply| reply.get("reply")).transpose()?;
    let state = match reply.as_deref() {
        // The key belongs to the first that was parked with it; whoever is parked later asks again when it goes on.
        None if gist.outcome == Outcome::Parked && world.keys.live(key, gist.at).is_none() => {
            State::Running
        }
        Some(reply::Reply::Billing(reply)) if is_kept(gist, reply) => {
            let view = View {
                world,
                at: gist.at,
                up: gist.up,
                seq: gist.seq,
            };
            let (status, answer) = match injected_after(gist) {
                Some(injected) => (INJECTED_STATUS, injected),
                None => {
                    let answer = resolve(&view, call, reply);
                    (decided_status(reply), KeptAnswer::Decided(answer))
                }
            };
            State::Done {
                status,
                answer: Arc::new(answer),
            }
        }
        _ => return Ok(()),
    };
    world.keys.forget(key);
    let kept = Kept {
        seq: gist.seq,
        since: gist.at,
        fingerprint: fingerprint(call),
        state,
    };
    world.keys.by_age.insert((gist.at, gist.seq), key.clone());
    world.keys.by_key.insert(key.clone(), kept);
    Ok(())
}

/// A call that waits no longer, whether it went on or was dropped, lets go of its key.
fn unpark(world: &mut World, effects: &[Effect]) {
    for effect in effects {
        if let Change::Removed(effect::Record::Office(office::Record::Parked(parked))) =
            &effect.change
            && let Some(key) = parked.call.idempotency_key()
            && world.keys.is_running(key, parked.seq)
        {
            world.keys.forget(key);
        }
    }
}

/// Kept is what the rules answered once they had begun, whether or not the answer arrived.
fn is_kept(gist: &Gist<'_>, reply: &Reply) -> bool {
    match reply {
        Reply::Replayed { .. } => false,
        Reply::Refused(refusal) => refusal.kept(),
        Reply::Object { .. } | Reply::List { .. } => gist.applied,
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
fn injected_after(gist: &Gist<'_>) -> Option<KeptAnswer> {
    let verdict = gist.verdict.as_ref()?;
    match &verdict.effect {
        Fault::Error {
            status: INJECTED_STATUS,
            code,
        } if verdict.position == Position::After => {
            Some(KeptAnswer::Injected { code: code.clone() })
        }
        _ => None,
    }
}

/// Keeps what the objects of an entry's events look like, and looked like before.
fn keep_events(world: &mut World, gist: &Gist<'_>) -> Result<(), PatchError> {
    let request = (gist.actor == ActorKind::Candidate).then_some(gist.seq);
    for effect in &*gist.effects {
        if let Change::Created(effect::Record::Billing(Record::Event(event))) = &effect.change
            && let Some(object) = object_of(world, event)
        {
            let before = match event.kind.ends_with(".updated") {
                true => before_of(&object, &gist.effects)?,
                false => None,
            };
            let snapshot = Snapshot {
                object,
                before,
                request,
            };
            world.keys.snapshots.insert(event.id.clone(), snapshot);
        }
    }
    Ok(())
}

fn object_of(world: &World, event: &Event) -> Option<Record> {
    resolve::record(&world.billing, &event.collection, &event.object)
}

/// The record as it was before these effects; none where they do not change it.
fn before_of(object: &Record, effects: &[Effect]) -> Result<Option<Record>, PatchError> {
    let mut before: Option<Record> = None;
    for effect in effects.iter().rev() {
        if let Change::Changed { id, fields } = &effect.change
            && effect.vendor == Vendor::Billing
            && (&*effect.collection, id) == (object.collection(), object.id())
        {
            before = Some(before.as_ref().unwrap_or(object).before(fields)?);
        }
    }
    Ok(before)
}

/// Keeps what an event's object looks like now, if the record is an event; of the opening, whose events no request made.
pub fn keep_event(world: &mut World, record: &Record) {
    if let Record::Event(event) = record
        && let Some(object) = object_of(world, event)
    {
        let snapshot = Snapshot {
            object,
            before: None,
            request: None,
        };
        world.keys.snapshots.insert(event.id.clone(), snapshot);
    }
}
