//! The office's own records: its profile, the vendors' limits, the scripted faults, the mail on its way.
//!
//! Called by `generate` last, when every late mail is written out.

use muddle_world::call::{Actor, ActorKind, Call};
use muddle_world::clock::{Clock, Hours, Mode};
use muddle_world::effect::Record;
use muddle_world::fault::{Kind, Per, Position, Rule, Select};
use muddle_world::inbox::{self, Label};
use muddle_world::limits::RateLimit;
use muddle_world::office::{AgendaItem, Profile};
use muddle_world::time::{At, DAY, MINUTE, Up};

use crate::file::Desk;
use crate::generate::post::LABELS;
use crate::truth::ScriptedFault;

/// Index lag of the CRM's search.
const SEARCH_LAG_MS: i64 = 4_000;

/// When the story has ended.
pub fn story_ends(desk: &Desk, start: At) -> At {
    let day = start.0.div_euclid(DAY) + desk.week.story_days - 1;
    At(day * DAY + desk.week.hours_min[1] * MINUTE)
}

/// The office's records; what the script arms is given back.
pub fn write(
    desk: &Desk,
    start: At,
    later: Vec<(At, String)>,
    out: &mut Vec<Record>,
) -> Vec<ScriptedFault> {
    let mut push = |row: muddle_world::office::Record| out.push(Record::Office(row));
    push(
        Profile {
            id: "profile".into(),
            company: desk.shop.name.as_str().into(),
            address: desk.shop.address.as_str().into(),
            search_lag_ms: SEARCH_LAG_MS,
            story_ends: story_ends(desk, start),
        }
        .into(),
    );
    let [from_min, to_min] = desk.week.hours_min;
    push(
        Clock {
            id: "clock".into(),
            mode: Mode::Manual,
            base_up: Up(0),
            base_at: start,
            hours: Hours { from_min, to_min },
        }
        .into(),
    );
    for limit in &desk.limits {
        let row = RateLimit {
            id: limit.name.as_str().into(),
            vendor: limit.vendor.into(),
            units: limit.units,
            window_ms: limit.window_ms,
        };
        push(row.into());
    }
    let script = faults(desk, start, &mut push);
    for (nth, (due, raw)) in later.into_iter().enumerate() {
        let item = AgendaItem {
            id: format!("a{}", nth + 1).into(),
            due,
            actor: Actor::inside(ActorKind::Story, "mail"),
            call: Call::Inbox(inbox::Call::deliver(&raw)),
        };
        push(item.into());
    }
    for (id, name) in LABELS {
        let label = Label {
            id: id.into(),
            name: name.into(),
            label_list_visibility: "labelShow".into(),
            message_list_visibility: "show".into(),
            color: None,
        };
        out.push(Record::Inbox(label.into()));
    }
    script
}

fn faults(
    desk: &Desk,
    start: At,
    push: &mut impl FnMut(muddle_world::office::Record),
) -> Vec<ScriptedFault> {
    let today = start.0.div_euclid(DAY);
    let mut script = Vec::new();
    for (nth, outage) in desk.story.outages.iter().enumerate() {
        let day = today + outage.day - 1;
        let (from, to) = (
            At(day * DAY + outage.from_min * MINUTE),
            At(day * DAY + outage.to_min * MINUTE),
        );
        let rule = Rule {
            id: format!("f{}", nth + 1).into(),
            ordinal: nth as u64 + 1,
            vendor: Some(outage.vendor.into()),
            operation: None,
            actors: vec![ActorKind::Candidate],
            fault: Kind::Outage {
                lost_for_ms: outage.lost_for_min * MINUTE,
            },
            position: Position::Before,
            select: Select::Always,
            per: Per::Rule,
            from: Some(from),
            to: Some(to),
            armed_up: Up(0),
            ttl_up: None,
            title: Some(outage.name.as_str().into()),
            live: false,
        };
        script.push(ScriptedFault {
            rule: rule.id.clone(),
            name: outage.name.as_str().into(),
            vendor: outage.vendor.into(),
            from,
            to,
        });
        push(rule.into());
    }
    script
}
