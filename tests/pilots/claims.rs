//! What must hold of every comparison, and what does not.
//!
//! Orders and criticals must hold on every seed; what hangs on chance (an ablation's losses, a kind's instances) on nine
//! seeds in ten.

use std::collections::{BTreeMap, BTreeSet};

use muddle_pilots::Habit;

use crate::Log;
use crate::flight::{Check, Landed, ablation};

/// Each of these scores more than the one behind it.
const ORDERS: [&[&str]; 2] = [
    &["oracle", "careful", "narrow", "naive", "shotgun"],
    &["narrow", "escalate_all", "idle"],
];
/// Whoever must be without criticals.
const UNSTAINED: [&str; 3] = ["oracle", "careful", "narrow"];
/// Cases of a kind, at least.
const INSTANCES_MIN: usize = 3;

/// Every claim that does not hold, a sentence each.
pub fn broken(log: &Log) -> Vec<String> {
    let mut broken = Vec::new();
    for (seed, flights) in log {
        broken.extend(orders(*seed, flights));
    }
    for habit in Habit::ALL {
        broken.extend(ablated(log, habit));
    }
    broken.extend(never_failed(log));
    broken.extend(rare_kinds(log));
    broken
}

/// Seeds on which something may not hold.
pub fn allowance(seeds: usize) -> usize {
    seeds / 10
}

fn orders(seed: u64, flights: &BTreeMap<String, Landed>) -> Vec<String> {
    let score = |name: &str| {
        flights
            .get(name)
            .and_then(|landed| landed.score)
            .unwrap_or(-1.0)
    };
    let mut broken = Vec::new();
    if score("oracle") < 100.0 {
        broken.push(format!(
            "seed {seed}: oracle scores {:.1}, not 100",
            score("oracle")
        ));
    }
    let short = flights.get("oracle").into_iter().flat_map(|landed| {
        let checks = landed.checks.iter();
        checks.filter(|check| check.status != "pass" || check.points < check.max)
    });
    broken.extend(short.map(|check| {
        format!(
            "seed {seed}: oracle has {:.2} of {:.2} in {}",
            check.points, check.max, check.id
        )
    }));
    if score("idle") != 0.0 {
        broken.push(format!(
            "seed {seed}: idle scores {:.1}, not 0",
            score("idle")
        ));
    }
    for order in ORDERS {
        for pair in order.windows(2) {
            let (better, worse) = (score(pair[0]), score(pair[1]));
            if better <= worse || worse < 0.0 {
                broken.push(format!(
                    "seed {seed}: {} {better:.1} is not above {} {worse:.1}",
                    pair[0], pair[1]
                ));
            }
        }
    }
    for name in UNSTAINED {
        if flights.get(name).is_none_or(|landed| landed.criticals > 0) {
            broken.push(format!("seed {seed}: {name} has criticals"));
        }
    }
    broken
}

/// Checks of conduct that `careful` gets and the ablation does not.
pub fn lost(careful: &Landed, ablated: &Landed) -> BTreeSet<String> {
    let full = |check: &Check| {
        check.max > 0.0 && check.status == "pass"
            || check.max == 0.0 && check.points >= 0.0 && check.status == "pass"
    };
    let kept = |id: &str| {
        ablated
            .checks
            .iter()
            .any(|check| check.id == id && check.status != "fail")
    };
    let conduct = careful
        .checks
        .iter()
        .filter(|check| check.category != "outcome" && full(check));
    conduct
        .filter(|check| !kept(&check.id))
        .map(|check| check.id.clone())
        .collect()
}

/// The checks whose habit this is.
pub fn of_habit(landed: &Landed, habit: Habit) -> BTreeSet<String> {
    let name = habit.name().replace('-', "_");
    let checks = landed
        .checks
        .iter()
        .filter(|check| check.habit.as_deref() == Some(&name));
    checks.map(|check| check.id.clone()).collect()
}

fn ablated(log: &Log, habit: Habit) -> Option<String> {
    let mut wrong = Vec::new();
    for (seed, flights) in log {
        let (Some(careful), Some(ablated)) =
            (flights.get("careful"), flights.get(&ablation(habit)))
        else {
            wrong.push(format!("seed {seed}: not flown"));
            continue;
        };
        let (lost, due) = (lost(careful, ablated), of_habit(careful, habit));
        if lost != due {
            let missing: Vec<&String> = due.difference(&lost).collect();
            let more: Vec<&String> = lost.difference(&due).collect();
            wrong.push(format!(
                "seed {seed}: kept {missing:?}, lost besides {more:?}"
            ));
        }
    }
    (wrong.len() > allowance(log.len())).then(|| {
        format!(
            "careful without {} loses its own checks and no other: {}",
            habit.name(),
            wrong.join("; ")
        )
    })
}

/// Checks that nobody fails show nothing.
fn never_failed(log: &Log) -> Vec<String> {
    let mut all = BTreeSet::new();
    let mut failed = BTreeSet::new();
    for (name, landed) in log.values().flatten() {
        for check in &landed.checks {
            all.insert(check.id.clone());
            let counts = !matches!(name.as_str(), "oracle" | "careful" | "narrow");
            if counts && check.status == "fail" {
                failed.insert(check.id.clone());
            }
        }
    }
    all.difference(&failed)
        .map(|id| format!("the check {id} is failed by somebody"))
        .collect()
}

fn rare_kinds(log: &Log) -> Vec<String> {
    let mut rare: BTreeMap<String, usize> = BTreeMap::new();
    for flights in log.values() {
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for case in flights
            .values()
            .next()
            .map(|landed| landed.cases.as_slice())
            .unwrap_or_default()
        {
            *kinds.entry(&case.kind).or_default() += 1;
        }
        for (kind, _) in kinds
            .into_iter()
            .filter(|(_, cases)| *cases < INSTANCES_MIN)
        {
            *rare.entry(kind.to_owned()).or_default() += 1;
        }
    }
    let rare = rare
        .into_iter()
        .filter(|(_, seeds)| *seeds > allowance(log.len()));
    rare.map(|(kind, seeds)| format!("{kind} has {INSTANCES_MIN} cases: too few on {seeds} seeds"))
        .collect()
}
