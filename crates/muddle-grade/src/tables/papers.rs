//! Rows of the CRM: people, orders, what was written about them and what belongs to what.

use muddle_world::crm::{Kind, Object};
use muddle_world::row::Str;
use muddle_world::time::At;
use muddle_world::vendor::Vendor;
use rusqlite::{Connection, params};

use super::actor;
use crate::history::{DELIVERED_ON, FINAL_SALE, History, ORDER_NUMBER};

pub(super) fn fill(db: &Connection, history: &History) -> Result<(), rusqlite::Error> {
    contacts(db, history)?;
    orders(db, history)?;
    notes(db, history)?;
    to_do(db, history)?;
    associations(db, history)
}

fn get<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.properties.get(name).map(|value| &**value)
}

fn contacts(db: &Connection, history: &History) -> Result<(), rusqlite::Error> {
    let mut insert = db.prepare_cached("INSERT INTO contacts VALUES (?,?,?,?,?,?,?)")?;
    for row in history.world.crm.contacts.oldest_first() {
        let by = history.origin(Vendor::Crm, Kind::Contacts.name(), &row.id);
        insert.execute(params![
            &*row.id,
            get(row, "email").map(str::to_lowercase),
            get(row, "firstname"),
            get(row, "lastname"),
            by.seq as i64,
            actor(by.actor),
            history.lives_as(&row.id).as_deref(),
        ])?;
    }
    let mut insert = db.prepare_cached("INSERT INTO merges VALUES (?,?,?,?,?)")?;
    for merge in &history.merges {
        insert.execute(params![
            merge.by.seq as i64,
            merge.by.at.0,
            actor(merge.by.actor),
            &*merge.survivor,
            &*merge.loser,
        ])?;
    }
    Ok(())
}

fn orders(db: &Connection, history: &History) -> Result<(), rusqlite::Error> {
    let mut insert = db.prepare_cached("INSERT INTO orders VALUES (?,?,?,?,?)")?;
    for row in history.world.crm.deals.oldest_first() {
        insert.execute(params![
            &*row.id,
            get(row, ORDER_NUMBER),
            get(row, "amount").and_then(minor),
            get(row, DELIVERED_ON).and_then(moment),
            get(row, FINAL_SALE).is_some_and(|value| matches!(value, "true" | "yes" | "1")),
        ])?;
    }
    Ok(())
}

/// `89.9` in minor units.
fn minor(text: &str) -> Option<i64> {
    let (whole, cents) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let cents = format!("{cents:0<2}");
    Some(whole.parse::<i64>().ok()? * 100 + cents.get(..2)?.parse::<i64>().ok()?)
}

/// A date, a time, or milliseconds as the vendor writes them.
fn moment(text: &str) -> Option<i64> {
    At::parse(text).map(|at| at.0).or_else(|| text.parse().ok())
}

fn notes(db: &Connection, history: &History) -> Result<(), rusqlite::Error> {
    let mut insert = db.prepare_cached("INSERT INTO notes VALUES (?,?,?,?,?,?)")?;
    for paper in history.papers(Kind::Notes) {
        let by = paper.by;
        insert.execute(params![
            &*paper.object.id,
            by.seq as i64,
            paper.object.created.0,
            actor(by.actor),
            paper.says(),
            paper.object.archived.is_none(),
        ])?;
    }
    Ok(())
}

fn to_do(db: &Connection, history: &History) -> Result<(), rusqlite::Error> {
    for (kind, sql) in [
        (
            Kind::Tickets,
            "INSERT INTO tickets VALUES (?,?,?,?,?,?,?,?)",
        ),
        (Kind::Tasks, "INSERT INTO tasks VALUES (?,?,?,?,?,?,?,?)"),
    ] {
        let mut insert = db.prepare_cached(sql)?;
        for paper in history.papers(kind) {
            let last: Str = match kind {
                Kind::Tickets => history.stage(paper.object),
                _ => paper.owner().into(),
            };
            insert.execute(params![
                &*paper.object.id,
                paper.by.seq as i64,
                paper.object.created.0,
                actor(paper.by.actor),
                paper.subject(),
                crate::wording::plain(paper.body()),
                (!last.is_empty()).then_some(&*last),
                paper.object.archived.is_none(),
            ])?;
        }
    }
    Ok(())
}

fn associations(db: &Connection, history: &History) -> Result<(), rusqlite::Error> {
    let mut insert = db.prepare_cached("INSERT INTO associations VALUES (?,?,?,?,?,?)")?;
    for ((kind, id), ties) in &history.ties {
        for ((other_kind, other), by) in ties {
            insert.execute(params![
                kind.name(),
                &**id,
                other_kind.name(),
                &**other,
                by.seq as i64,
                actor(by.actor)
            ])?;
        }
    }
    Ok(())
}
