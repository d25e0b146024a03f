//! What the office's own operations change.
//!
//! Called by `office::act` through [`crate::world::World::decide`]; pure. Who may ask for what is decided at the edge, from the
//! role and the mode; here is only whether it makes sense now.

use super::{Attempt, Call, Closing, LogMark, NewFault, RATE_LIMITS_OFF, Reply};
use crate::call::ActorKind;
use crate::clock::Clock;
use crate::effect::{Effects, Record};
use crate::fault::Rule;
use crate::limits::{FAULTS_MAX, NOTE_BYTES_MAX};
use crate::reply::{self, Decision};
use crate::row::Str;
use crate::vendor::{Vendor, operation};
use crate::view::View;

/// Decides one call to the office.
pub fn decide(view: &View<'_>, call: &Call) -> Decision {
    let mut effects = Effects::default();
    let reply = match call {
        Call::Open(opening) => {
            if opening.rate_limits.as_deref() == Some(RATE_LIMITS_OFF) {
                lift_rate_limits(view, &mut effects);
            }
            set_clock(view, &mut effects, opening.clock, None)
        }
        Call::Interrupted
        | Call::Fork { .. }
        | Call::Wait { .. }
        | Call::IssueKey { .. }
        | Call::RevokeKey { .. }
        | Call::ExpireKey { .. } => Reply::Done,
        Call::SetClock { mode, to } => set_clock(view, &mut effects, *mode, *to),
        Call::ArmFault(new) => arm(view, &mut effects, new),
        Call::LiftFaults { fault, by_hand } => lift(view, &mut effects, fault.as_ref(), *by_hand),
        Call::StartAttempt {
            label,
            code,
            command,
        } => start_attempt(view, &mut effects, label, code.as_ref(), command.as_ref()),
        Call::EndAttempt { attempt } => end_attempt(view, &mut effects, *attempt),
        Call::DropParked { seq } => drop_parked(view, &mut effects, *seq),
        Call::Warn { limit, percent } => {
            effects.create(Record::Office(
                LogMark {
                    id: limit.clone(),
                    percent: *percent,
                }
                .into(),
            ));
            Reply::Done
        }
        Call::Note { text } => note(text),
        Call::Seal => seal(view, &mut effects),
    };
    let (status, ok) = match &reply {
        Reply::Refused { code, .. } => (refusal_status(code), false),
        _ => (200, true),
    };
    Decision {
        effects,
        reply: reply::Reply::Office(reply),
        status,
        ok,
    }
}

fn refusal_status(code: &str) -> u16 {
    match code {
        "not_found" => 404,
        "conflict" => 409,
        "limit" => 429,
        _ => 400,
    }
}

fn refuse(code: &str, message: String) -> Reply {
    Reply::Refused {
        code: code.into(),
        message: message.into(),
    }
}

/// The vendors' own limits leave the office, so nothing counts against them from the first call on.
fn lift_rate_limits(view: &View<'_>, effects: &mut Effects) {
    for limit in view.world.office.rate_limits.oldest_first() {
        effects.remove(Record::Office(limit.clone().into()));
    }
}

/// A note changes nothing; its entry is what is wanted.
fn note(text: &str) -> Reply {
    if text.trim().is_empty() {
        return refuse("invalid", "a note says something; this one is empty".into());
    }
    if text.len() > NOTE_BYTES_MAX {
        return refuse(
            "invalid",
            format!(
                "a note has at most {NOTE_BYTES_MAX} bytes; this one has {}",
                text.len()
            ),
        );
    }
    Reply::Done
}

fn set_clock(
    view: &View<'_>,
    effects: &mut Effects,
    mode: crate::clock::Mode,
    to: Option<crate::time::At>,
) -> Reply {
    let target = to.unwrap_or(view.at);
    if target < view.at {
        return refuse(
            "invalid",
            format!(
                "the office clock stands at {} and never goes back; name a later time",
                view.at.iso()
            ),
        );
    }
    let clock = view.world.clock();
    let next = Clock {
        mode,
        base_up: view.up,
        base_at: target,
        ..clock.clone()
    };
    effects.change(Vendor::Office, clock, &next);
    Reply::Done
}

fn arm(view: &View<'_>, effects: &mut Effects, new: &NewFault) -> Reply {
    if view.world.office.faults.len() >= FAULTS_MAX {
        return refuse(
            "limit",
            format!("{FAULTS_MAX} faults are armed already; lift some first"),
        );
    }
    if !new.fault.can_be(new.position) {
        return refuse(
            "invalid",
            format!("a `{}` cannot strike after the effect", new.fault.name()),
        );
    }
    if let (Some(vendor), Some(name)) = (new.vendor, new.operation.as_deref())
        && operation(vendor, name).is_none_or(|operation| !operation.offered)
    {
        return refuse("invalid", format!("`{vendor}` has no operation `{name}`"));
    }
    let ordinal = view.nth(effects, Vendor::Office, "faults") + 1;
    let id = Str::from(format!("f{ordinal}"));
    let rule = Rule {
        id: id.clone(),
        ordinal,
        vendor: new.vendor,
        operation: new.operation.clone(),
        actors: vec![ActorKind::Candidate],
        fault: new.fault.clone(),
        position: new.position,
        select: new.select.clone(),
        per: new.per,
        from: new.from,
        to: new.to,
        armed_up: view.up,
        ttl_up: new.ttl_ms.map(|ms| view.up.plus(ms)),
        title: None,
        live: true,
    };
    effects.create(Record::Office(rule.into()));
    Reply::Armed { fault: id }
}

fn lift(view: &View<'_>, effects: &mut Effects, fault: Option<&Str>, by_hand: bool) -> Reply {
    let lifted: Vec<_> = view
        .world
        .office
        .faults
        .oldest_first()
        .filter(|rule| fault.is_none_or(|id| rule.id == *id) && (rule.live || !by_hand))
        .collect();
    if let (Some(id), true) = (fault, lifted.is_empty()) {
        return refuse("not_found", format!("no fault `{id}` is armed"));
    }
    for rule in &lifted {
        effects.remove(Record::Office((*rule).clone().into()));
    }
    Reply::Lifted {
        faults: lifted.iter().map(|rule| rule.id.clone()).collect(),
    }
}

fn start_attempt(
    view: &View<'_>,
    effects: &mut Effects,
    label: &Str,
    code: Option<&Str>,
    command: Option<&Str>,
) -> Reply {
    end_open_attempts(view, effects);
    let number = view.world.next_attempt();
    let attempt = Attempt {
        id: number.to_string().into(),
        number,
        label: label.clone(),
        code: code.cloned(),
        command: command.cloned(),
        started: view.at,
        ended: None,
    };
    effects.create(Record::Office(attempt.into()));
    Reply::Attempt { attempt: number }
}

fn end_attempt(view: &View<'_>, effects: &mut Effects, number: u32) -> Reply {
    match view.world.office.attempts.get(&number.to_string()) {
        None => refuse("not_found", format!("there is no attempt {number}")),
        Some(attempt) if attempt.ended.is_some() => {
            refuse("conflict", format!("attempt {number} has ended"))
        }
        Some(_) => {
            end_open_attempts(view, effects);
            Reply::Done
        }
    }
}

fn end_open_attempts(view: &View<'_>, effects: &mut Effects) {
    for open in view
        .world
        .office
        .attempts
        .rows()
        .filter(|attempt| attempt.ended.is_none())
    {
        effects.change(
            Vendor::Office,
            &**open,
            &Attempt {
                ended: Some(view.at),
                ..Attempt::clone(open)
            },
        );
    }
}

fn drop_parked(view: &View<'_>, effects: &mut Effects, seq: u64) -> Reply {
    let Some(parked) = view.world.office.parked.get(&seq.to_string()) else {
        return refuse("not_found", format!("entry {seq} parks no call"));
    };
    effects.remove(Record::Office(parked.clone().into()));
    Reply::Done
}

fn seal(view: &View<'_>, effects: &mut Effects) -> Reply {
    if view.world.sealed() {
        return refuse("conflict", "the office is sealed already".to_owned());
    }
    end_open_attempts(view, effects);
    for item in view.world.office.agenda.rows() {
        effects.remove(Record::Office(item.clone().into()));
    }
    effects.create(Record::Office(
        Closing {
            id: "closing".into(),
            sealed: view.at,
        }
        .into(),
    ));
    Reply::Done
}
