//! How long vendors take on any day, as rules that stand behind every other.
//!
//! Called by `generate` where latency was ordered to be real. The effect comes at once and the answer later, as it is
//! when somebody else's server is slow; whatever else is armed strikes before these.

use muddle_world::call::ActorKind;
use muddle_world::effect::Record;
use muddle_world::fault::{Kind, Latency, Per, Position, Rule, Select};
use muddle_world::time::Up;
use muddle_world::vendor::Vendor;

use crate::file::Desk;

/// Rules of usual latency stand in line from here on: behind all that are ever armed.
const BEHIND_ALL: u64 = 1 << 40;

/// Writes a rule for each vendor with a latency.
pub fn write(desk: &Desk, out: &mut Vec<Record>) {
    for (nth, usual) in desk.story.latencies.iter().enumerate() {
        let vendor = Vendor::from(usual.vendor);
        let rule = Rule {
            id: format!("usual_{vendor}").into(),
            ordinal: BEHIND_ALL + nth as u64,
            vendor: Some(vendor),
            operation: None,
            actors: vec![ActorKind::Candidate],
            fault: Kind::Delay {
                latency: Latency::Lognormal {
                    median: usual.median_ms,
                    p99: usual.p99_ms,
                },
            },
            position: Position::After,
            select: Select::Always,
            per: Per::Rule,
            from: None,
            to: None,
            armed_up: Up(0),
            ttl_up: None,
            title: Some(format!("usual_{vendor}").into()),
            live: false,
        };
        out.push(Record::Office(rule.into()));
    }
}
