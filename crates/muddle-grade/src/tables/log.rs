//! Rows about the log itself: entries, what they changed, faults and the wire.
//!
//! Called for every entry, so statements are kept prepared and nothing is written that only an export needs.

use std::collections::BTreeSet;

use muddle_scenario::truth::Truth;
use muddle_world::call::{ActorKind, Call};
use muddle_world::effect::{Change, Effect, Record};
use muddle_world::entry::{Core, Fate, Outcome};
use muddle_world::fault::Rule;
use muddle_world::reply::{Denial, Reply};
use muddle_world::vendor::{Effectful, operation};
use muddle_world::{billing, office};
use rusqlite::{Connection, params};

use super::{Filling, actor};
use crate::WireRow;
use crate::history::History;

const ENTRY: &str = "INSERT INTO entries VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
const CHANGE: &str = "INSERT INTO changes VALUES (?,?,?,?,?,?,?,?,?,?,?)";
const TRY: &str = "INSERT INTO refund_tries VALUES (?,?,?,?,?,?,?,?,?)";

pub(super) fn entry(db: &Connection, core: &Core) -> Result<(), rusqlite::Error> {
    let offered = !matches!(core.reply, Some(Reply::Denied(Denial::NotOffered { .. })));
    db.prepare_cached(ENTRY)?.execute(params![
        core.seq as i64,
        core.at.0,
        core.up.0,
        actor(core.actor.kind),
        core.actor.attempt,
        core.vendor.name(),
        core.operation.as_deref(),
        core.subject.as_deref(),
        writes(core),
        outcome(core.outcome),
        core.applied,
        core.answer.map(fate),
        core.status,
        core.verdict.as_ref().map(|verdict| &*verdict.fault),
        core.idempotency_key.as_deref(),
        core.about.map(|seq| seq as i64),
        offered,
    ])?;
    for effect in &core.effects {
        change(db, core, effect)?;
    }
    if core.actor.kind == ActorKind::Candidate
        && core.about.is_none()
        && let Call::Billing(call) = &core.call
        && let billing::Request::CreateRefund(new) = &call.request
    {
        refund_try(db, core, new)?;
    }
    Ok(())
}

/// Asked by name: the call itself would have to build it anew.
pub(crate) fn writes(core: &Core) -> bool {
    let name = core.operation.as_deref();
    let operation = name.and_then(|name| operation(core.vendor, name));
    operation.is_some_and(|operation| operation.effect == Effectful::Write)
}

fn change(db: &Connection, core: &Core, effect: &Effect) -> Result<(), rusqlite::Error> {
    let mut insert = db.prepare_cached(CHANGE)?;
    let mut row = |id: &str,
                   what: &str,
                   field: Option<&str>,
                   before: Option<String>,
                   after: Option<String>| {
        insert.execute(params![
            core.seq as i64,
            core.at.0,
            actor(core.actor.kind),
            effect.vendor.name(),
            &*effect.collection,
            id,
            what,
            field,
            before,
            after,
            effect.view,
        ])
    };
    match &effect.change {
        Change::Created(record) => row(record.id(), "created", None, None, json(record))?,
        Change::Removed(record) => row(record.id(), "removed", None, json(record), None)?,
        Change::Changed { id, fields } => {
            for field in &fields.0 {
                let (before, after) = (field.before.to_string(), field.after.to_string());
                row(id, "changed", Some(&field.name), Some(before), Some(after))?;
            }
            0
        }
    };
    Ok(())
}

fn json(record: &Record) -> Option<String> {
    serde_json::to_string(record).ok()
}

/// See [`charges_of_tries`] for where only the payment intent was named.
fn refund_try(
    db: &Connection,
    core: &Core,
    new: &billing::NewRefund,
) -> Result<(), rusqlite::Error> {
    let made = core.effects.iter().find_map(|effect| match &effect.change {
        Change::Created(Record::Billing(billing::Record::Refund(row))) => Some(row.id.clone()),
        _ => None,
    });
    db.prepare_cached(TRY)?.execute(params![
        core.seq as i64,
        core.at.0,
        new.charge.as_deref().or(new.payment_intent.as_deref()),
        new.amount,
        core.idempotency_key.as_deref(),
        outcome(core.outcome),
        core.applied,
        core.answer.map(fate),
        made.as_deref(),
    ])?;
    Ok(())
}

/// Every rule that was ever armed: by the opening, by the script, by hand.
pub(super) fn faults(db: &Connection, filling: &Filling<'_>) -> Result<(), rusqlite::Error> {
    let mut known = BTreeSet::new();
    let opened = filling.opening.iter().filter_map(|record| match record {
        Record::Office(office::Record::Rule(rule)) => Some(&**rule),
        _ => None,
    });
    for rule in opened.chain(&filling.history.armed) {
        if known.insert(rule.id.clone()) {
            fault(db, filling, rule)?;
        }
    }
    Ok(())
}

/// Where a try named only the payment intent, its charge is put in the intent's place.
pub(super) fn charges_of_tries(db: &Connection, history: &History) -> Result<(), rusqlite::Error> {
    let intents: Vec<String> = db
        .prepare("SELECT DISTINCT charge FROM refund_tries WHERE charge LIKE 'pi%'")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in intents {
        let intent = history.world.billing.payment_intents.get(&id);
        let charge = intent.and_then(|intent| intent.latest_charge.as_deref());
        db.execute(
            "UPDATE refund_tries SET charge = ? WHERE charge = ?",
            params![charge, id],
        )?;
    }
    Ok(())
}

fn fault(db: &Connection, filling: &Filling<'_>, rule: &Rule) -> Result<(), rusqlite::Error> {
    let count = filling
        .history
        .world
        .faults
        .get(&rule.id)
        .cloned()
        .unwrap_or_default();
    db.prepare_cached("INSERT INTO faults VALUES (?,?,?,?,?,?,?,?,?,?,?)")?
        .execute(params![
            &*rule.id,
            name(filling.truth, rule),
            rule.vendor.map(|vendor| vendor.name()),
            rule.operation.as_deref(),
            rule.fault.name(),
            rule.live,
            rule.from.map(|at| at.0),
            rule.to.map(|at| at.0),
            count.matched as i64,
            count.struck as i64,
            count.landed as i64,
        ])?;
    Ok(())
}

fn name<'a>(truth: &'a Truth, rule: &'a Rule) -> Option<&'a str> {
    let scripted = truth.script.iter().find(|one| one.rule == rule.id);
    scripted.map(|one| &*one.name).or(rule.title.as_deref())
}

pub(super) fn wire(db: &Connection, rows: &[WireRow]) -> Result<(), rusqlite::Error> {
    let mut insert = db.prepare_cached("INSERT INTO wire VALUES (?,?,?,?,?,?)")?;
    for row in rows {
        insert.execute(params![
            row.seq as i64,
            row.status,
            row.bytes.map(|bytes| bytes as i64),
            &row.ended,
            row.service_us.map(|us| us as i64),
            row.injected_ms.map(|ms| ms as i64),
        ])?;
    }
    Ok(())
}

const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Refused => "refused",
        Outcome::Failed => "failed",
        Outcome::Indefinite => "indefinite",
        Outcome::Malformed => "malformed",
        Outcome::Parked => "parked",
        Outcome::Dropped => "dropped",
        Outcome::Broken => "broken",
    }
}

const fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Sent => "sent",
        Fate::Altered => "altered",
        Fate::Lost => "lost",
    }
}
