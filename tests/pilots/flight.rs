//! One pilot, or one ablation, in one office: opened, flown, sealed, graded.

use muddle_pilots::{Door, Habit, Settings, Without};
use serde_json::{Value, json};

use crate::server::Server;

/// What is flown.
#[derive(Clone, Copy, Debug)]
pub struct Flight {
    pilot: &'static str,
    without: Option<Habit>,
}

/// One check's end.
#[derive(Clone, Debug)]
pub struct Check {
    /// Its name.
    pub id: String,
    /// `outcome`, `safety`, …
    pub category: String,
    /// The habit it shows, as the rubric spells it.
    pub habit: Option<String>,
    /// `pass`, `fail`, …
    pub status: String,
    /// What it got.
    pub points: f64,
    /// What it could have got.
    pub max: f64,
    /// What it saw, first offence first.
    pub evidence: Vec<String>,
}

/// One case's end.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its kind.
    pub kind: String,
    /// `case-007`.
    pub id: String,
    /// How it stands.
    pub standing: String,
    /// What happened.
    pub label: String,
    /// `money`, `disclosure`, `legal`.
    pub critical: Option<String>,
}

/// A graded flight.
#[derive(Clone, Debug)]
pub struct Landed {
    /// 0 to 100; none where too little was exercised.
    pub score: Option<f64>,
    /// How many.
    pub criticals: u64,
    /// All checks.
    pub checks: Vec<Check>,
    /// All cases.
    pub cases: Vec<Case>,
    /// What the pilot says it did.
    pub summary: String,
}

impl Flight {
    /// Every pilot, then `careful` without each of its habits.
    pub fn all() -> Vec<Self> {
        let pilots = muddle_pilots::names().into_iter().map(|pilot| Self {
            pilot,
            without: None,
        });
        let ablations = Habit::ALL.into_iter().map(|habit| Self {
            pilot: "careful",
            without: Some(habit),
        });
        pilots.chain(ablations).collect()
    }

    /// `careful-backoff` for careful without backoff.
    pub fn name(&self) -> String {
        match self.without {
            None => self.pilot.to_owned(),
            Some(habit) => ablation(habit),
        }
    }

    /// The careful pilot with all of its habits.
    pub const fn careful() -> Self {
        Self {
            pilot: "careful",
            without: None,
        }
    }

    /// Opens, flies, seals, grades.
    pub async fn fly(&self, server: &Server, seed: u64) -> Result<Landed, String> {
        let order = json!({ "scenario": "refund-desk", "seed": seed, "clock": "step" });
        let opened = server.open(order).await?;
        self.fly_in(server, &opened).await
    }

    /// Flies in an office that is open, seals, grades.
    pub async fn fly_in(&self, server: &Server, opened: &Value) -> Result<Landed, String> {
        let text = |pointer: &str| {
            opened
                .pointer(pointer)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let door = |vendor: &str| Door {
            url: text(&format!("/vendors/{vendor}/url")),
            key: text(&format!("/vendors/{vendor}/key")),
        };
        let grader = text("/tokens/grader");
        let settings = Settings {
            url: text("/url"),
            workspace: text("/workspace"),
            billing: door("billing"),
            crm: door("crm"),
            inbox: door("inbox"),
            token: text("/tokens/candidate"),
            inbox_address: text("/vendors/inbox/address"),
            now: None,
            grader_token: (self.pilot == "oracle").then(|| grader.clone()),
        };
        let summary = muddle_pilots::run(self.pilot, settings, Without(self.without)).await;
        let summary = summary.map_err(|error| error.to_string())?;
        let grade = server.grade(&text("/workspace"), &grader).await?;
        Ok(landed(&grade, summary.to_string()))
    }
}

/// The name of the flight without a habit.
pub fn ablation(habit: Habit) -> String {
    format!("careful-{}", habit.name())
}

fn landed(grade: &Value, summary: String) -> Landed {
    let rows = |name: &str| {
        grade
            .get(name)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    Landed {
        score: grade.get("score").and_then(Value::as_f64),
        criticals: grade.get("criticals").map_or(0, count),
        checks: rows("checks").iter().map(check).collect(),
        cases: rows("cases").iter().map(case).collect(),
        summary,
    }
}

/// A number, or the length of a list.
fn count(value: &Value) -> u64 {
    value
        .as_u64()
        .or_else(|| value.as_array().map(|list| list.len() as u64))
        .unwrap_or(0)
}

fn word(row: &Value, name: &str) -> String {
    row.get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn check(row: &Value) -> Check {
    let evidence = row
        .get("evidence")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    Check {
        id: word(row, "id"),
        category: word(row, "category"),
        habit: row.get("habit").and_then(Value::as_str).map(str::to_owned),
        status: word(row, "status"),
        points: row.get("points").and_then(Value::as_f64).unwrap_or(0.0),
        max: row.get("max").and_then(Value::as_f64).unwrap_or(0.0),
        evidence: evidence.iter().map(ToString::to_string).collect(),
    }
}

fn case(row: &Value) -> Case {
    Case {
        kind: word(row, "kind"),
        id: word(row, "id"),
        standing: ["standing", "tier", "status", "outcome"]
            .iter()
            .map(|name| word(row, name))
            .find(|word| !word.is_empty())
            .unwrap_or_default(),
        label: word(row, "label"),
        critical: row
            .get("critical")
            .and_then(Value::as_str)
            .map(str::to_owned),
    }
}
