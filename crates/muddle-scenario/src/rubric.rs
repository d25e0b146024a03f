//! Checks and questions of a scenario, as `rubric.yaml` states them.
//!
//! Loaded with the scenario, carried in the truth, run by `muddle-grade` (the checks) and read by people (the
//! questions). Knows no SQL: a check's query is text that the grader runs.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a check is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Whether the work was done rightly.
    Outcome,
    /// Whether nobody was hurt on the way.
    Safety,
    /// Whether broken vendors were borne.
    Resilience,
    /// Whether the records are better for it.
    DataQuality,
    /// What it cost.
    Cost,
    /// Whether people can see what was done.
    RecordKeeping,
}

/// How a check's rows become points.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// Full points if the query returns no row; rows are what is missing.
    Must,
    /// No points if the query returns a row; rows are offences.
    MustNot,
    /// Points in proportion: one row with `done` and `due`. With a column `seen` that is 0 there was no occasion for it.
    Count,
    /// Points in proportion, from one row with `points` and `max`; may read `wire`.
    Score,
}

/// How bad a failure is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A blemish.
    Minor,
    /// A fault.
    Major,
    /// Nobody would let it run.
    Critical,
}

/// The habit of a good automation that a check shows.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Habit {
    /// Writes carry keys that survive a restart.
    IdempotencyKeys,
    /// Waits before it tries again.
    Backoff,
    /// Looks whether the same was done already.
    DuplicateSearch,
    /// Looks at the dates.
    WindowCheck,
    /// Looks for disputes.
    DisputeCheck,
    /// Asks what it cannot know.
    Asking,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Unique, snake_case.
    #[garde(custom(snake))]
    pub id: String,
    /// What is checked, as a sentence.
    #[garde(length(min = 8, max = 160))]
    pub title: String,
    /// What it is about.
    #[garde(skip)]
    pub category: Category,
    /// How its rows become points.
    #[garde(skip)]
    pub kind: CheckKind,
    /// How bad a failure is.
    #[garde(skip)]
    pub severity: Severity,
    /// Its points.
    #[garde(range(min = 1, max = 100))]
    pub weight: u32,
    /// The query.
    #[garde(length(min = 8))]
    pub sql: String,
    /// For a `count`: a second query, whose rows are what is missing or wrong, a row each. It earns and costs nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub missing: Option<String>,
    /// The scripted fault without which it shows nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub needs_fault: Option<String>,
    /// The habit it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub habit: Option<Habit>,
}

/// One question for people, with what strong and weak answers sound like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Unique, snake_case.
    #[garde(custom(snake))]
    pub id: String,
    /// What to ask.
    #[garde(length(min = 8))]
    pub ask: String,
    /// What a strong answer has.
    #[garde(length(min = 4))]
    pub strong: String,
    /// What a weak answer has.
    #[garde(length(min = 4))]
    pub weak: String,
}

/// `rubric.yaml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Rubric {
    /// Raised with every change of a check's meaning.
    #[garde(range(min = 1))]
    pub version: u32,
    /// The checks.
    #[garde(dive)]
    pub checks: Vec<Check>,
    /// The questions.
    #[garde(dive)]
    pub questions: Vec<Question>,
}

/// Lower-case letters, digits and `_`, beginning with a letter.
pub(crate) fn snake<C>(name: &str, _context: &C) -> garde::Result {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(plain) {
        Ok(())
    } else {
        Err(garde::Error::new("is not snake_case"))
    }
}
