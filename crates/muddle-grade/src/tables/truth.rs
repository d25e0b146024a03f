//! Rows of what is true: policy, cases with what became of them, people, defects, decoys.

use muddle_scenario::truth::{Case, Truth};
use muddle_world::row::Str;
use rusqlite::{Connection, params};

use super::{Filling, word};
use crate::cases::{Standing, Verdict};

pub(super) fn fill(db: &Connection, filling: &Filling<'_>) -> Result<(), rusqlite::Error> {
    policy(db, filling.truth)?;
    for verdict in &filling.judged.verdicts {
        case(db, verdict)?;
        records(db, verdict.case)?;
    }
    handoffs(db, filling)?;
    people(db, filling.truth)?;
    defects(db, filling.truth)
}

fn policy(db: &Connection, truth: &Truth) -> Result<(), rusqlite::Error> {
    let rules = &truth.policy;
    let mut insert = db.prepare_cached("INSERT INTO policy VALUES (?,?)")?;
    for (name, value) in [
        ("threshold", rules.threshold),
        ("window_days", rules.window_days),
        ("no_scan_days", rules.no_scan_days),
        ("handoffs_per_day", rules.handoffs_per_day as i64),
        ("start", truth.start.0),
        ("story_ends", truth.story_ends.0),
    ] {
        insert.execute(params![name, value])?;
    }
    insert.execute(params!["survivor", word(&rules.survivor)])?;
    insert.execute(params!["desk", truth.desk.to_lowercase()])?;
    for (field, vendor) in &rules.trusted {
        insert.execute(params![format!("trusted.{field}"), vendor.name()])?;
    }
    Ok(())
}

fn case(db: &Connection, verdict: &Verdict<'_>) -> Result<(), rusqlite::Error> {
    let case = verdict.case;
    db.prepare_cached("INSERT INTO cases VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)")?
        .execute(params![
            &*case.id,
            &*case.kind,
            case.opens.0,
            verdict.standing != Standing::NotReached,
            case.money,
            &*case.currency,
            verdict.standing.name(),
            &*verdict.label,
            verdict.standing.worth(),
            verdict.critical.and_then(|critical| word(&critical)),
            verdict.seq.map(|seq| seq as i64),
            !verdict.acts.is_empty(),
            verdict.refund_most(),
            verdict.handoff_right(),
        ])?;
    let mut due = db.prepare_cached("INSERT INTO case_due VALUES (?,?,?)")?;
    for (charge, most) in verdict.due() {
        due.execute(params![&*case.id, &*charge, most])?;
    }
    let mut acts = db.prepare_cached("INSERT INTO acts VALUES (?,?,?,?,?)")?;
    for act in &verdict.acts {
        acts.execute(params![
            &*case.id,
            act.by.seq as i64,
            act.by.at.0,
            act.form,
            &*act.id
        ])?;
    }
    Ok(())
}

fn records(db: &Connection, case: &Case) -> Result<(), rusqlite::Error> {
    let touches = &case.touches;
    let mut insert = db.prepare_cached("INSERT INTO case_records VALUES (?,?,?,?)")?;
    let lists: [(&str, &[Str]); 9] = [
        ("thread", &touches.threads),
        ("message", &touches.messages),
        ("contact", &touches.contacts),
        ("order", &touches.orders),
        ("customer", &touches.customers),
        ("charge", &touches.charges),
        ("refund", &touches.refunds),
        ("dispute", &touches.disputes),
        ("address", &touches.addresses),
    ];
    for (role, ids) in lists {
        for (position, id) in ids.iter().enumerate() {
            insert.execute(params![&*case.id, role, &**id, position as i64])?;
        }
    }
    let mut insert = db.prepare_cached("INSERT INTO case_clauses VALUES (?,?,?,?,?,?)")?;
    for because in &case.because {
        insert.execute(params![
            &*case.id,
            &*because.clause,
            because.record.vendor.name(),
            &*because.record.collection,
            &*because.record.id,
            &*because.field,
        ])?;
    }
    Ok(())
}

fn handoffs(db: &Connection, filling: &Filling<'_>) -> Result<(), rusqlite::Error> {
    let mut insert = db.prepare_cached("INSERT INTO handoffs VALUES (?,?,?,?,?,?,?)")?;
    for (handed, (cases, late)) in filling.deeds.handed.iter().zip(&filling.judged.handed) {
        let named: Vec<Option<&str>> = match cases.as_slice() {
            [] => vec![None],
            some => some
                .iter()
                .map(|nth| Some(&*filling.judged.verdicts[*nth].case.id))
                .collect(),
        };
        for case in named {
            insert.execute(params![
                handed.by.seq as i64,
                handed.by.at.0,
                handed.form.name(),
                &*handed.id,
                case,
                handed.text,
                late,
            ])?;
        }
    }
    Ok(())
}

fn people(db: &Connection, truth: &Truth) -> Result<(), rusqlite::Error> {
    let mut insert = db.prepare_cached("INSERT INTO people VALUES (?,?,?,?,?)")?;
    for person in &truth.people {
        insert.execute(params![
            &*person.case,
            &*person.name,
            person.address.to_lowercase(),
            &*person.thread,
            person.answers.iter().any(|answer| answer.tells),
        ])?;
    }
    let mut insert = db.prepare_cached("INSERT INTO decoys VALUES (?,?)")?;
    for decoy in &truth.decoys {
        for charge in &decoy.charges {
            insert.execute(params!["charge", &**charge])?;
        }
        for contact in &decoy.contacts {
            insert.execute(params!["contact", &**contact])?;
        }
    }
    Ok(())
}

fn defects(db: &Connection, truth: &Truth) -> Result<(), rusqlite::Error> {
    let mut insert = db.prepare_cached("INSERT INTO defects VALUES (?,?,?,?,?,?,?,?)")?;
    for defect in &truth.defects {
        let fields: Vec<Option<&str>> = match defect.fields.as_slice() {
            [] => vec![None],
            some => some.iter().map(|field| Some(&**field)).collect(),
        };
        for record in &defect.records {
            for field in &fields {
                insert.execute(params![
                    &*defect.id,
                    &*defect.operator,
                    word(&defect.repair),
                    record.vendor.name(),
                    &*record.collection,
                    &*record.id,
                    field,
                    defect.truth.to_string(),
                ])?;
            }
        }
    }
    Ok(())
}
