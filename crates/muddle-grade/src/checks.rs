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

/// Said where the query `missing` was stopped.
const NO_TIME: &str = "what is missing cannot be listed: the query takes longer than it may";
/// Said where the query `missing` finds nothing, although something is.
const NO_ROWS: &str = "what is missing cannot be listed: the query finds none of it";
/// One whole.
const WHOLE: i64 = 10_000;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// As it should be.
    Pass,
    /// Not so.
    Fail,
    /// There was no occasion for it, or the fault it needs could not bite; [`Checked::idle`] tells which.
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
    /// How many of how many, where the check counts.
    pub counted: Option<(i64, i64)>,
    /// Of a check that was not exercised: true where the candidate did nothing that it could be about. That counts, with
    /// nothing earned; a fault that could not bite does not.
    pub idle: bool,
    /// Offending rows; each has a `seq`.
    pub evidence: Vec<Row>,
}

impl Checked {
    /// Whether it enters the score and the exercised share.
    pub const fn counts(&self) -> bool {
        self.status.counts() || self.idle
    }
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
    /// Whether the candidate wrote anything anywhere, or tried to.
    pub busy: bool,
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
    counted: Option<(i64, i64)>,
    /// False where the query says that there was no occasion for it.
    seen: bool,
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
            counted: None,
            idle: false,
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
        let whole = answer.share >= WHOLE;
        // Whoever writes nothing keeps every rule, and has shown nothing by it.
        let no_occasion = !answer.seen || whole && idle >= WHOLE && !self.busy;
        let status = match (no_occasion, whole) {
            (true, _) => Status::NotExercised,
            (false, true) => Status::Pass,
            (false, false) => Status::Fail,
        };
        let points = weight * (answer.share - idle) / WHOLE;
        let rows = match &check.missing {
            Some(_) if whole || no_occasion => Vec::new(),
            Some(sql) => match rows(self.log, check, sql)? {
                Some(missing) if missing.is_empty() => unlisted(answer.rows, NO_ROWS),
                Some(missing) => missing,
                None => unlisted(answer.rows, NO_TIME),
            },
            None => answer.rows,
        };
        Ok(Checked {
            counted: answer.counted,
            idle: no_occasion,
            ..done(status, points, weight * (WHOLE - idle) / WHOLE, rows)
        })
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
    let what = format!("no call of the candidate met the fault `{fault}`, which was armed");
    [("what".to_owned(), Value::from(what))]
        .into_iter()
        .collect()
}

/// What stands in for the rows of `missing` where there are none: what the counting row points to, and why it is alone.
fn unlisted(mut rows: Vec<Row>, why: &str) -> Vec<Row> {
    if rows.is_empty() {
        rows.push(Row::new());
    }
    for row in &mut rows {
        row.entry("what").or_insert_with(|| why.into());
    }
    rows
}

/// Whether its queries can be run at all, on empty tables.
pub(crate) fn try_out(sandbox: &Sandbox, check: &Check) -> Result<(), GradeError> {
    ask(sandbox, check)?;
    if let Some(sql) = &check.missing {
        rows(sandbox, check, sql)?;
    }
    Ok(())
}

/// The check's answer on one database; none where it took too long.
fn ask(sandbox: &Sandbox, check: &Check) -> Result<Option<Answer>, GradeError> {
    let Some(mut rows) = rows(sandbox, check, &check.sql)? else {
        return Ok(None);
    };
    let (part, whole) = match check.kind {
        CheckKind::Must | CheckKind::MustNot => {
            return Ok(Some(Answer {
                share: if rows.is_empty() { WHOLE } else { 0 },
                counted: None,
                seen: true,
                rows,
            }));
        }
        CheckKind::Count => ("done", "due"),
        CheckKind::Score => ("points", "max"),
    };
    let counted = counts(check, &rows, part, whole)?;
    let seen = rows.first().and_then(|row| row.get("seen"));
    let seen = seen.is_none_or(|seen| seen.as_i64() != Some(0));
    // The counts are told apart from what proves them.
    rows.truncate(1);
    for row in &mut rows {
        row.retain(|name, value| {
            ![part, whole, "seen"].contains(&name.as_str()) && !value.is_null()
        });
    }
    rows.retain(|row| !row.is_empty());
    Ok(Some(Answer {
        share: share(counted),
        counted: Some(counted),
        seen,
        rows,
    }))
}

/// The rows of one of a check's queries; none where it took too long.
fn rows(sandbox: &Sandbox, check: &Check, sql: &str) -> Result<Option<Vec<Row>>, GradeError> {
    match sandbox.query(sql, check.kind == CheckKind::Score) {
        Ok(rows) => Ok(Some(rows)),
        Err(QueryError::TooLong) => Ok(None),
        Err(source) => {
            let check = check.id.clone();
            Err(GradeError::Check { check, source })
        }
    }
}

/// The share that the counts come to; the whole where nothing is due.
fn share((part, whole): (i64, i64)) -> i64 {
    if whole <= 0 {
        return WHOLE;
    }
    part.clamp(0, whole) * WHOLE / whole
}

/// A part and its whole, from the first row.
fn counts(check: &Check, rows: &[Row], part: &str, whole: &str) -> Result<(i64, i64), GradeError> {
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
    Ok((part, whole))
}
