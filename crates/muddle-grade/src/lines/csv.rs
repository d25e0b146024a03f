//! Lines as CSV for spreadsheets, after RFC 4180: commas, CRLF, quotes doubled.
//!
//! Called by the control API for `log --format csv`. The columns are documented in docs/log-format.md. A cell that a
//! spreadsheet would take for a formula gets an apostrophe in front: a candidate's words stand in these cells.

use muddle_world::entry::{Fate, Outcome};
use serde::Serialize;

use super::{Line, actor_name};

/// The columns, in order.
pub const COLUMNS: [&str; 20] = [
    "seq",
    "time",
    "actor",
    "name",
    "attempt",
    "vendor",
    "operation",
    "object",
    "about_whom",
    "amount",
    "currency",
    "outcome",
    "applied",
    "answer",
    "status",
    "fault",
    "idempotency_key",
    "about",
    "retry",
    "line",
];

/// The first line.
pub fn header() -> String {
    row(&COLUMNS.map(str::to_owned))
}

impl Line {
    /// The line as one row of CSV, its line end included.
    pub fn csv(&self) -> String {
        let number = |value: Option<u64>| value.map_or_else(String::new, |value| value.to_string());
        row(&[
            self.seq.to_string(),
            self.at.iso(),
            actor_name(self.actor).to_owned(),
            self.name.clone(),
            number(self.attempt.map(u64::from)),
            self.vendor.name().to_owned(),
            self.operation.clone(),
            self.object.clone(),
            self.about_whom.clone(),
            self.amount(),
            self.currency(),
            word::<Outcome>(&self.outcome),
            self.applied.to_string(),
            self.answer.as_ref().map_or_else(String::new, word::<Fate>),
            number(self.status.map(u64::from)),
            self.fault.as_deref().unwrap_or_default().to_owned(),
            super::clean(self.key.as_deref().unwrap_or_default()),
            number(self.about),
            number(self.retry.as_ref().map(|retry| u64::from(retry.nth))),
            self.text(),
        ])
    }
}

fn word<T: Serialize>(value: &T) -> String {
    crate::report::word(value)
}

fn row(cells: &[String; COLUMNS.len()]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell: no formula, and quoted where it has to be.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}
