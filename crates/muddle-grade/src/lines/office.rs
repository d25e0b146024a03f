//! The workspace's own operations in words: what was set, armed, lifted, noted.
//!
//! Called by [`super::Lines`]. Pure.

use muddle_world::effect::Change;
use muddle_world::entry::Core;
use muddle_world::office::Call;

/// What an operation of the office is about.
pub(super) fn words(call: &Call, core: &Core) -> String {
    match call {
        Call::Open(opening) => format!("{}, {}", opening.scenario, opening.mode),
        Call::SetClock { to: Some(to), .. } => format!("to {}", crate::hands::stamp(*to)),
        Call::SetClock { mode, to: None } => mode.words(),
        Call::Wait { for_ms } => duration(*for_ms),
        Call::ArmFault(new) => {
            let whom = new.vendor.map_or("every vendor", |vendor| vendor.name());
            let kind = new.fault.name().replace('_', " ");
            let of = new.operation.as_deref().unwrap_or_default();
            format!("{} {kind} on {whom} {of}", faults(core))
        }
        Call::LiftFaults { .. } => faults(core),
        Call::StartAttempt { label, .. } => format!("\"{label}\""),
        Call::EndAttempt { attempt } => attempt.to_string(),
        Call::DropParked { seq } => format!("the call of entry {seq}"),
        Call::Fork { from, seq } => format!("of {from} after entry {seq}"),
        Call::Warn { limit, percent } => format!("{percent} % of the {limit} it may hold"),
        Call::IssueKey { key, opens, .. }
        | Call::RevokeKey { key, opens }
        | Call::ExpireKey { key, opens, .. } => format!("{key} for {opens}"),
        Call::Note { text } => format!("\"{text}\""),
        Call::Interrupted | Call::Seal => String::new(),
    }
}

/// The ids of the fault rules that came or went.
fn faults(core: &Core) -> String {
    let ids = core.effects.iter().filter_map(|effect| {
        let id = match &effect.change {
            Change::Created(record) | Change::Removed(record) => record.id(),
            Change::Changed { id, .. } => id,
        };
        (&*effect.collection == "faults").then(|| id.to_string())
    });
    ids.collect::<Vec<_>>().join(", ")
}

/// `1h 30m`, down to milliseconds.
fn duration(ms: i64) -> String {
    let units = [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
        ("ms", 1),
    ];
    let (mut rest, mut parts) = (ms.max(0), Vec::new());
    for (unit, length) in units {
        if rest >= length {
            parts.push(format!("{}{unit}", rest / length));
            rest %= length;
        }
    }
    if parts.is_empty() {
        "0s".to_owned()
    } else {
        parts.join(" ")
    }
}
