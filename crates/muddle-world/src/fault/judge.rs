//! The one question asked of every call: does a fault strike it, and which?
//!
//! Pure. The first rule, in order of installation, that does not pass wins; every rule that matches is named, so that
//! all their counts advance. A draw depends on the rule, the logical call and how often the rule met that call before:
//! an extra poll or a second worker shifts nothing.

use super::{Count, Kind, Per, Position, Rule, Select, Verdict};
use crate::call::{ActorKind, Call};
use crate::row::Str;
use crate::time::{At, Up};
use crate::vendor::Vendor;
use crate::world::World;

/// What the rules say of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// Rules that matched, in order.
    pub matched: Vec<Str>,
    /// The one that struck.
    pub verdict: Option<Verdict>,
}

/// What a rule is matched against.
struct Case<'a> {
    actor: ActorKind,
    vendor: Vendor,
    operation: Option<&'a str>,
    subject: &'a str,
    write: bool,
    at: At,
    up: Up,
}

/// Judges one call at its moment.
pub fn judge(world: &World, actor: ActorKind, call: &Call, at: At, up: Up) -> Judgement {
    let mut judgement = Judgement::default();
    if world.office.faults.is_empty() {
        return judgement;
    }
    let (operation, subject) = (call.operation(), call.subject());
    let case = Case {
        actor,
        vendor: call.vendor(),
        operation: operation.as_deref(),
        subject: subject.as_deref().unwrap_or(""),
        write: call.is_write(),
        at,
        up,
    };
    let fresh = Count::default();
    for rule in world
        .office
        .faults
        .oldest_first()
        .filter(|rule| matches(rule, &case))
    {
        judgement.matched.push(rule.id.clone());
        if judgement.verdict.is_none() {
            let count = world.faults.get(&rule.id).unwrap_or(&fresh);
            judgement.verdict = strike(world, rule, count, &case);
        }
    }
    judgement
}

fn matches(rule: &Rule, case: &Case<'_>) -> bool {
    rule.vendor.is_none_or(|vendor| vendor == case.vendor)
        && case.vendor != Vendor::Office
        && rule
            .operation
            .as_deref()
            .is_none_or(|operation| Some(operation) == case.operation)
        && rule.actors.contains(&case.actor)
        && rule.from.is_none_or(|from| case.at >= from)
        && rule.to.is_none_or(|to| case.at < to)
        && rule.ttl_up.is_none_or(|end| case.up < end)
}

fn strike(world: &World, rule: &Rule, count: &Count, case: &Case<'_>) -> Option<Verdict> {
    let met = count.of_subject(case.subject);
    let nth = 1 + match rule.per {
        Per::Rule => count.matched,
        Per::Subject => met,
    };
    let draw = |purpose: &[u8]| {
        let (rule, subject) = (rule.id.as_bytes(), case.subject.as_bytes());
        world
            .seed
            .draw(&[purpose, rule, subject, &met.to_be_bytes()])
    };
    let selected = match rule.select {
        Select::Always => true,
        Select::Probability { per_million } => draw(b"fault") % 1_000_000 < u64::from(per_million),
        Select::First(n) => nth <= n,
        Select::Every(n) => n > 0 && nth % n == 0,
        Select::Between(from, to) => (from..=to).contains(&nth),
    };
    if !selected {
        return None;
    }
    let (effect, position) = concrete(rule, count, case)?;
    // 53 bits: a number that every JSON reader keeps whole.
    let draw = draw(b"enact") >> 11;
    let delay_ms = match &effect {
        Kind::Delay { latency } => Some(latency.sample(draw)),
        _ => None,
    };
    Some(Verdict {
        fault: rule.id.clone(),
        effect,
        position,
        draw,
        delay_ms,
    })
}

/// What the rule does to this very call; `None` where it lets it pass.
fn concrete(rule: &Rule, count: &Count, case: &Case<'_>) -> Option<(Kind, Position)> {
    match &rule.fault {
        Kind::Throttle { limit, window_ms } => {
            let used = count.in_window(case.up, *window_ms);
            (used >= u64::from(*limit)).then(|| (rule.fault.clone(), Position::Before))
        }
        Kind::Outage { lost_for_ms } => {
            let began = rule.from.unwrap_or_else(|| world_start(rule, case));
            if case.write && case.at.since(began) < *lost_for_ms {
                Some((Kind::Close, Position::After))
            } else {
                Some((
                    Kind::Error {
                        status: 503,
                        code: None,
                    },
                    Position::Before,
                ))
            }
        }
        other => Some((other.clone(), rule.position)),
    }
}

/// When a live outage began, in office time: as long ago as it was armed.
fn world_start(rule: &Rule, case: &Case<'_>) -> At {
    case.at.plus(-case.up.since(rule.armed_up))
}
