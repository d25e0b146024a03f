//! What was flown, as tables a person reads.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use muddle_pilots::Habit;

use crate::Log;
use crate::claims::{lost, of_habit};
use crate::flight::{Flight, Landed, ablation};

/// Scores, a line per seed, with the number of criticals where there are any.
pub fn scores(log: &Log) -> String {
    let names: Vec<String> = Flight::all().iter().map(Flight::name).collect();
    let mut out = String::from("seed");
    for name in &names {
        let _ = write!(
            out,
            " {:>12}",
            name.trim_start_matches("careful")
                .trim_start_matches('-')
                .get(..)
                .filter(|rest| !rest.is_empty())
                .unwrap_or("careful")
                .chars()
                .take(12)
                .collect::<String>()
        );
    }
    out.push('\n');
    for (seed, flights) in log {
        let _ = write!(out, "{seed:>4}");
        for name in &names {
            let cell = flights.get(name).map_or(String::new(), cell);
            let _ = write!(out, " {cell:>12}");
        }
        out.push('\n');
    }
    out
}

fn cell(landed: &Landed) -> String {
    let score = landed
        .score
        .map_or("no total".to_owned(), |score| format!("{score:.1}"));
    if landed.criticals > 0 {
        format!("{score} ({}!)", landed.criticals)
    } else {
        score
    }
}

/// What each ablation lost on each seed, against what it should lose.
pub fn ablations(log: &Log) -> String {
    let mut out = String::from("\ncareful without\n");
    for habit in Habit::ALL {
        let mut sets: BTreeMap<String, usize> = BTreeMap::new();
        let mut due = BTreeSet::new();
        for flights in log.values() {
            if let (Some(careful), Some(ablated)) =
                (flights.get("careful"), flights.get(&ablation(habit)))
            {
                due = of_habit(careful, habit);
                let lost: Vec<String> = lost(careful, ablated).into_iter().collect();
                *sets.entry(lost.join(", ")).or_default() += 1;
            }
        }
        let due: Vec<String> = due.into_iter().collect();
        let _ = writeln!(out, "  {} should lose {}", habit.name(), due.join(", "));
        for (set, seeds) in sets {
            let _ = writeln!(
                out,
                "    loses {} on {seeds} seeds",
                if set.is_empty() { "nothing" } else { &set }
            );
        }
    }
    out
}

/// Where points went: failed checks with their first offence, cases that did not come out right.
pub fn losses(log: &Log) -> String {
    let mut out = String::new();
    for (seed, flights) in log {
        for (name, landed) in flights {
            let _ = writeln!(out, "\n{name} on seed {seed}: {}", cell(landed));
            for check in landed
                .checks
                .iter()
                .filter(|check| check.status != "pass" || check.points < check.max)
            {
                let first = check
                    .evidence
                    .first()
                    .map(String::as_str)
                    .unwrap_or_default();
                let _ = writeln!(
                    out,
                    "  {:<16} {} {:.1}/{:.1} {}",
                    check.status,
                    check.id,
                    check.points,
                    check.max,
                    first.chars().take(300).collect::<String>()
                );
            }
            for case in landed
                .cases
                .iter()
                .filter(|case| !matches!(case.standing.as_str(), "right" | "handoff_right"))
            {
                let critical = case
                    .critical
                    .as_deref()
                    .map(|word| format!(" ({word}!)"))
                    .unwrap_or_default();
                let _ = writeln!(
                    out,
                    "  {:<16} {} {}: {}{critical}",
                    case.standing, case.id, case.kind, case.label
                );
            }
        }
    }
    out
}
