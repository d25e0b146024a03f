//! The in-memory database that checks run on.
//!
//! [`schema`] says what it holds. [`Builder`] takes entries as they come ([`log`]), then what they ended in
//! ([`records`], [`papers`], [`mail`]) and what is true ([`truth`]). Nothing here judges.

pub(crate) mod log;
mod mail;
mod papers;
mod records;
pub(crate) mod schema;
mod truth;

#[cfg(test)]
mod tests;

use muddle_scenario::truth::Truth;
use muddle_world::call::ActorKind;
use muddle_world::effect::Record;
use muddle_world::entry::Core;
use rusqlite::Connection;

use crate::WireRow;
use crate::cases::Judged;
use crate::deeds::Deeds;
use crate::history::History;

/// Statements kept ready at once.
const STATEMENTS_MAX: usize = 64;

/// A database under construction.
pub(crate) struct Builder {
    db: Connection,
}

/// What it is filled with at the end.
pub(crate) struct Filling<'a> {
    /// What happened.
    pub history: &'a History,
    /// What the candidate did of it.
    pub deeds: &'a Deeds,
    /// What became of the cases.
    pub judged: &'a Judged<'a>,
    /// What is true.
    pub truth: &'a Truth,
    /// The records of the opening.
    pub opening: &'a [Record],
    /// What sockets did.
    pub wire: &'a [WireRow],
}

impl Builder {
    /// Empty tables.
    pub fn new() -> Result<Self, rusqlite::Error> {
        let db = Connection::open_in_memory()?;
        db.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        db.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
        db.execute_batch(&schema::ddl())?;
        db.execute_batch("BEGIN")?;
        Ok(Self { db })
    }

    /// One entry.
    pub fn entry(&self, core: &Core) -> Result<(), rusqlite::Error> {
        log::entry(&self.db, core)
    }

    /// The tables without a row.
    pub fn empty(self) -> Result<Connection, rusqlite::Error> {
        self.db.execute_batch("COMMIT")?;
        Ok(self.db)
    }

    /// All the rest; gives the filled database.
    pub fn finish(self, filling: &Filling<'_>) -> Result<Connection, rusqlite::Error> {
        let db = &self.db;
        log::charges_of_tries(db, filling.history)?;
        log::faults(db, filling)?;
        log::wire(db, filling.wire)?;
        records::fill(db, filling.history)?;
        papers::fill(db, filling.history)?;
        mail::fill(db, filling.history)?;
        truth::fill(db, filling)?;
        db.execute_batch("COMMIT")?;
        db.execute_batch(&schema::indexes())?;
        Ok(self.db)
    }
}

/// An actor as in the tables.
pub(crate) const fn actor(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::Candidate => "candidate",
        ActorKind::Interviewer => "interviewer",
        ActorKind::Grader => "grader",
        ActorKind::Story => "story",
        ActorKind::Persona => "persona",
        ActorKind::Vendor => "vendor",
        ActorKind::System => "system",
    }
}

/// An enum value as the log writes it, or null.
fn word<T: serde::Serialize>(value: &T) -> Option<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => Some(text),
        _ => None,
    }
}
