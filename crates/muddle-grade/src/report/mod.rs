//! What a grading came to, for programs ([`Report::to_json`]) and for people ([`Report::to_text`]).
//!
//! Holds everything by value, so that it outlives log and truth. Both forms say the same; the text leaves out what
//! went well.

mod sums;
mod text;

use std::collections::BTreeMap;

use muddle_scenario::truth::{Because, Truth};
use serde_json::{Value, json};

use crate::Options;
use crate::cases::Verdict;
use crate::checks::Checked;
use crate::hands::Hands;
use crate::score::Score;

/// One case.
#[derive(Clone, Debug)]
pub struct CaseReport {
    /// `case-07`.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// A line about it.
    pub title: String,
    /// `right`, `accepted`, …, as in the table `cases`.
    pub standing: &'static str,
    /// Hundredths.
    pub worth: i64,
    /// What happened.
    pub label: String,
    /// `money`, `disclosure`, `legal`.
    pub critical: Option<String>,
    /// Minor units at risk.
    pub money: i64,
    /// ISO 4217, lower case.
    pub currency: String,
    /// The entry that settled it.
    pub seq: Option<u64>,
    /// What was done on it: entry, form, record.
    pub acts: Vec<(u64, &'static str, String)>,
    /// Why the right outcome is right.
    pub because: Vec<Because>,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct Report {
    /// The workspace's name.
    pub workspace: String,
    /// The scenario's name.
    pub scenario: String,
    /// The numbers.
    pub score: Score,
    /// Every check, in the rubric's order.
    pub checks: Vec<Checked>,
    /// Every case, in the truth's order.
    pub cases: Vec<CaseReport>,
    /// What people and gaps did to the run.
    pub hands: Hands,
}

impl Report {
    pub(crate) fn new(
        truth: &Truth,
        options: &Options,
        score: Score,
        checks: Vec<Checked>,
        verdicts: &[Verdict<'_>],
        hands: Hands,
    ) -> Self {
        Self {
            workspace: options.workspace.clone(),
            scenario: truth.scenario.to_string(),
            score,
            checks,
            cases: verdicts.iter().map(case).collect(),
            hands,
        }
    }

    /// The report as `grade --json` prints it.
    pub fn to_json(&self) -> Value {
        let score = &self.score;
        let categories: BTreeMap<String, Value> = score
            .categories
            .iter()
            .map(|(category, (points, max))| {
                let sums = json!({"points": hundredths(*points), "max": hundredths(*max)});
                (word(category), sums)
            })
            .collect();
        let mut report = json!({
            "workspace": self.workspace,
            "scenario": self.scenario,
            "mode": self.hands.mode,
            "test": self.hands.test,
            "score": score.total.map(|total| hundredths(total / 100)),
            "strict": if score.strict { "pass" } else { "fail" },
            "precision": score.precision.map(millionths),
            "coverage": millionths(score.coverage),
            "criticals": score.criticals,
            "exercised": millionths(score.exercised),
            "outcome": millionths(score.outcome),
            "conduct": score.conduct.map(millionths),
            "categories": categories,
            "checks": self.checks.iter().map(check_json).collect::<Vec<_>>(),
            "cases": self.cases.iter().map(case_json).collect::<Vec<_>>(),
            "hands": self.hands.to_json(),
        });
        if !self.hands.notes.is_empty() {
            report["notes"] = self.hands.notes_json();
        }
        report
    }

    /// The report as a person reads it.
    pub fn to_text(&self) -> String {
        text::page(self)
    }
}

fn case(verdict: &Verdict<'_>) -> CaseReport {
    let case = verdict.case;
    CaseReport {
        id: case.id.to_string(),
        kind: case.kind.to_string(),
        title: case.title.to_string(),
        standing: verdict.standing.name(),
        worth: verdict.standing.worth(),
        label: verdict.label.to_string(),
        critical: verdict.critical.map(|critical| word(&critical)),
        money: case.money,
        currency: case.currency.to_string(),
        seq: verdict.seq,
        acts: verdict
            .acts
            .iter()
            .map(|act| (act.by.seq, act.form, act.id.to_string()))
            .collect(),
        because: case.because.clone(),
    }
}

fn check_json(checked: &Checked) -> Value {
    let check = &checked.check;
    json!({
        "id": check.id,
        "title": check.title,
        "category": word(&check.category),
        "kind": word(&check.kind),
        "severity": word(&check.severity),
        "habit": check.habit.map(|habit| word(&habit)),
        "needs_fault": check.needs_fault,
        "status": checked.status.name(),
        "points": hundredths(checked.points),
        "max": hundredths(checked.max),
        "done": checked.counted.map(|(done, _)| done),
        "due": checked.counted.map(|(_, due)| due),
        "idle": checked.idle,
        "evidence": checked.evidence,
    })
}

fn case_json(case: &CaseReport) -> Value {
    let acts = |(seq, form, id): &(u64, &str, String)| json!({"seq": seq, "form": form, "id": id});
    json!({
        "id": case.id,
        "kind": case.kind,
        "title": case.title,
        "standing": case.standing,
        "worth": hundredths(case.worth),
        "label": case.label,
        "critical": case.critical,
        "money": case.money,
        "currency": case.currency,
        "seq": case.seq,
        "evidence": case.acts.iter().map(acts).collect::<Vec<_>>(),
        "because": case.because,
    })
}

/// A whole number of hundredths as the number it stands for.
fn hundredths(value: i64) -> Value {
    json!(value as f64 / 100.0)
}

/// A whole number of millionths as the share it stands for, four digits.
fn millionths(value: i64) -> Value {
    json!((value / 100) as f64 / 10_000.0)
}

/// An enum value as the rubric writes it.
pub(crate) fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(text)) => text,
        _ => String::new(),
    }
}
