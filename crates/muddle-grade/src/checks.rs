//! Checks: each query's rows become a status and points.
//!
//! Called by [`crate::grade`] with two databases: the log, and the same log without the candidate. What an idle run
//! gets earns nothing; falling behind it costs. Points are counted in hundredths, so that a share is exact enough and
//! equal everywhere.

use std::collections::BTreeSet;

use muddle_scenario::rubric::{Check, CheckKind};
use muddle_scenario::truth::Truth;
use serde_json::Value;

use crate::GradeError;
use crate::history::History;
use crate::sandbox::{QueryError, Row, Sandbox};

/// One whole.
const WHOLE: i64 = 10_000;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// As it should be.
    Pass,
    /// Not so.
    Fail,
    /// The fault it needs could not bite.
    NotExercised,
    /// The log ended before.
    NotReached,
    /// We failed.
    Inconclusive,
}

impl Status {
    /// As in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotExercised => "not_exercised",
            Self::NotReached => "not_reached",
            Self::Inconclusive => "inconclusive",
        }
    }

    /// Whether it enters the score.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Pass | Self::Fail)
    }
}

/// What a check came to.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The check.
    pub check: Check,
    /// How it ended.
    pub status: Status,
    /// Hundredths; negative where something was broken that idleness keeps whole.
    pub points: i64,
    /// Hundredths that could be earned.
    pub max: i64,
    /// Offending rows, or the counts.
    pub evidence: Vec<Row>,
}

/// The log and its idle twin.
pub(crate) struct Bench<'a> {
    /// The log.
    pub log: &'a Sandbox,
    /// The log without the candidate.
    pub idle: &'a Sandbox,
    /// What happened.
    pub history: &'a History,
    /// What is true.
    pub truth: &'a Truth,
    /// Cases of which nobody knows.
    pub unknown: &'a BTreeSet<String>,
}

/// Whether a fault showed itself to the candidate.
enum Exercise {
    Yes,
    Nobody,
    Toothless,
    NotYet,
}

/// How much of a check is fulfilled, and the rows that say so.
pub(crate) struct Answer {
    share: i64,
    rows: Vec<Row>,
}

impl Bench<'_> {
    /// Runs one check.
    pub fn run(&self, check: &Check) -> Result<Checked, GradeError> {
        let weight = i64::from(check.weight) * 100;
        let done = |status, points, max, evidence| Checked {
            check: check.clone(),
            status,
            points,
            max,
            evidence,
        };
        let exercise = self.exercise(check);
        if let Exercise::Toothless | Exercise::NotYet = exercise {
            let status = match exercise {
                Exercise::NotYet => Status::NotReached,
                _ => Status::NotExercised,
            };
            return Ok(done(status, 0, 0, Vec::new()));
        }
        let Some(answer) = ask(self.log, check)? else {
            return Ok(done(Status::Inconclusive, 0, 0, Vec::new()));
        };
        if answer.share < WHOLE && self.excused(&answer.rows) {
            return Ok(done(Status::Inconclusive, 0, 0, answer.rows));
        }
        if let Exercise::Nobody = exercise {
            return Ok(done(Status::Fail, 0, weight, vec![nobody_called(check)]));
        }
        // Where a fault is needed, idleness shows nothing and so takes nothing away.
        let idle = match check.needs_fault {
            Some(_) => 0,
            None => ask(self.idle, check)?.map_or(0, |answer| answer.share),
        };
        let status = if answer.share >= WHOLE {
            Status::Pass
        } else {
            Status::Fail
        };
        let points = weight * (answer.share - idle) / WHOLE;
        Ok(done(
            status,
            points,
            weight * (WHOLE - idle) / WHOLE,
            answer.rows,
        ))
    }

    fn exercise(&self, check: &Check) -> Exercise {
        let Some(name) = &check.needs_fault else {
            return Exercise::Yes;
        };
        let mut seen = Exercise::NotYet;
        for fault in self
            .truth
            .script
            .iter()
            .filter(|fault| *fault.name == **name)
        {
            let count = self.history.world.faults.get(&fault.rule);
            let (matched, landed) = count.map_or((0, 0), |count| (count.matched, count.landed));
            if landed > 0 {
                return Exercise::Yes;
            }
            if matched > 0 {
                seen = Exercise::Toothless;
            } else if self.history.end >= fault.to && matches!(seen, Exercise::NotYet) {
                seen = Exercise::Nobody;
            }
        }
        seen
    }

    /// Whether every row is about a case of which we do not know what would have become.
    fn excused(&self, rows: &[Row]) -> bool {
        let unknown = |row: &Row| match row.get("case_id") {
            Some(Value::String(id)) => self.unknown.contains(id),
            _ => false,
        };
        !rows.is_empty() && rows.iter().all(unknown)
    }
}

fn nobody_called(check: &Check) -> Row {
    let fault = check.needs_fault.as_deref().unwrap_or_default();
    let what = format!("no call was made while the fault `{fault}` was there to be met");
    [("what".to_owned(), Value::from(what))]
        .into_iter()
        .collect()
}

/// The check's answer on one database; none where it took too long.
pub(crate) fn ask(sandbox: &Sandbox, check: &Check) -> Result<Option<Answer>, GradeError> {
    let rows = match sandbox.query(&check.sql, check.kind == CheckKind::Score) {
        Ok(rows) => rows,
        Err(QueryError::TooLong) => return Ok(None),
        Err(source) => {
            let check = check.id.clone();
            return Err(GradeError::Check { check, source });
        }
    };
    let share = match check.kind {
        CheckKind::Must | CheckKind::MustNot if rows.is_empty() => WHOLE,
        CheckKind::Must | CheckKind::MustNot => 0,
        CheckKind::Count => share(check, &rows, "done", "due")?,
        CheckKind::Score => share(check, &rows, "points", "max")?,
    };
    Ok(Some(Answer { share, rows }))
}

/// A part of a whole, of the first row; the whole where nothing is due.
fn share(check: &Check, rows: &[Row], part: &str, whole: &str) -> Result<i64, GradeError> {
    let number = |name: &str| {
        let value = rows.first().and_then(|row| row.get(name));
        value.map(|value| value.as_i64().unwrap_or(0))
    };
    let (Some(part), Some(whole)) = (number(part), number(whole)) else {
        let message = format!("a check of its kind gives one row with `{part}` and `{whole}`");
        return Err(GradeError::Check {
            check: check.id.clone(),
            source: QueryError::Bad(message),
        });
    };
    if whole <= 0 {
        return Ok(WHOLE);
    }
    Ok((part.clamp(0, whole)) * WHOLE / whole)
}
