//! From verdicts and checks to numbers, in whole millionths.
//!
//! Called by [`crate::grade`]; the rules are those of docs/grading.md, "From log to score".

use std::collections::BTreeMap;

use muddle_scenario::rubric::{Category, Severity};
use muddle_scenario::truth::Tier;

use crate::cases::{Standing, Verdict};
use crate::checks::{Checked, Status};

/// What the outcome weighs, of 100.
pub(crate) const OUTCOME_WEIGHT: i64 = 70;
/// What conduct weighs, of 100.
pub(crate) const CONDUCT_WEIGHT: i64 = 30;
/// One whole.
const MILLION: i64 = 1_000_000;
/// Below this exercised share there is no total.
const EXERCISED_MIN: i64 = 900_000;
/// The cap under one or two criticals, in millionths of 100.
const CAP_FEW: i64 = 590_000;
/// Shared among three or more criticals.
const CAP_MANY: i64 = 900_000;

/// The numbers of a report, in millionths unless said otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// Of 100; none below an exercised share of 90 %.
    pub total: Option<i64>,
    /// Of 100, before the cap, and also where there is no total.
    pub raw: i64,
    /// Mean over kinds.
    pub outcome: i64,
    /// Points of the checks; none where none counts.
    pub conduct: Option<i64>,
    /// Something was decided, no critical, and no failed check of severity critical.
    pub strict: bool,
    /// Right or accepted of those acted on; none where nothing was.
    pub precision: Option<i64>,
    /// With a visible decision, of all that were reached.
    pub coverage: i64,
    /// How many criticals.
    pub criticals: usize,
    /// Of cases and of checks, whichever share is smaller.
    pub exercised: i64,
    /// Points and max, in hundredths, by category.
    pub categories: BTreeMap<Category, (i64, i64)>,
    /// What each kind of case came to.
    pub kinds: BTreeMap<String, Kind>,
}

/// A kind of case in the outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kind {
    /// Mean of its cases, floored at 0.
    pub mean: i64,
    /// Its weight: one, and its share of the money at risk.
    pub weight: i64,
}

/// Counts everything up.
pub(crate) fn score(verdicts: &[Verdict<'_>], checks: &[Checked]) -> Score {
    let counted: Vec<&Verdict<'_>> = verdicts
        .iter()
        .filter(|one| one.standing.counts())
        .collect();
    let kinds = kinds(&counted);
    let outcome = outcome(&kinds);
    let categories = categories(checks);
    let conduct = conduct(&categories);
    let criticals = counted.iter().filter(|one| one.critical.is_some()).count();
    let broken =
        |one: &Checked| one.status == Status::Fail && one.check.severity == Severity::Critical;
    let exercised = part(counted.len(), verdicts.len()).min(part(
        checks.iter().filter(|one| one.counts()).count(),
        checks.len(),
    ));
    let raw = conduct.map_or(outcome, |conduct| {
        (OUTCOME_WEIGHT * outcome + CONDUCT_WEIGHT * conduct) / 100
    });
    let total = match criticals {
        0 => raw,
        1 | 2 => raw.min(CAP_FEW),
        n => raw.min(CAP_MANY / n as i64),
    };
    let decided = |tiers: &[Tier]| {
        let hit = |one: &&&Verdict<'_>| matches!(one.standing, Standing::Decided(tier) if tiers.contains(&tier));
        counted.iter().filter(hit).count()
    };
    let good = decided(&[Tier::Right, Tier::HandoffRight, Tier::Accepted]);
    let bad = decided(&[Tier::Harmless, Tier::Harmful]);
    let visible = good + bad + decided(&[Tier::Handoff]);
    Score {
        total: (exercised >= EXERCISED_MIN).then_some(total),
        raw,
        outcome,
        conduct,
        strict: visible > 0 && criticals == 0 && !checks.iter().any(broken),
        precision: (good + bad > 0).then(|| part(good, good + bad)),
        coverage: part(visible, counted.len()),
        criticals,
        exercised,
        categories,
        kinds,
    }
}

fn part(some: usize, all: usize) -> i64 {
    if all == 0 {
        return MILLION;
    }
    some as i64 * MILLION / all as i64
}

/// The mean of each kind's cases; a kind weighs one and its share of the money at risk.
fn kinds(counted: &[&Verdict<'_>]) -> BTreeMap<String, Kind> {
    let mut kinds: BTreeMap<&str, (i64, i64, i64)> = BTreeMap::new();
    for verdict in counted {
        let kind = kinds.entry(&verdict.case.kind).or_default();
        kind.0 += verdict.standing.worth();
        kind.1 += 1;
        kind.2 += verdict.case.money;
    }
    let money: i64 = kinds.values().map(|kind| kind.2).sum();
    let weigh = |(kind, (worth, cases, risk)): (&str, (i64, i64, i64))| {
        let mean = (worth * (MILLION / 100) / cases).max(0);
        let share = i128::from(risk) * i128::from(MILLION) / i128::from(money.max(1));
        let weight = MILLION + share as i64;
        (kind.to_owned(), Kind { mean, weight })
    };
    kinds.into_iter().map(weigh).collect()
}

/// Mean over kinds.
fn outcome(kinds: &BTreeMap<String, Kind>) -> i64 {
    let (mut sum, mut weights) = (0i128, 0i128);
    for kind in kinds.values() {
        sum += i128::from(kind.weight) * i128::from(kind.mean);
        weights += i128::from(kind.weight);
    }
    if weights == 0 {
        0
    } else {
        (sum / weights) as i64
    }
}

fn categories(checks: &[Checked]) -> BTreeMap<Category, (i64, i64)> {
    let mut categories = BTreeMap::new();
    for check in checks.iter().filter(|check| check.counts()) {
        let sums: &mut (i64, i64) = categories.entry(check.check.category).or_default();
        sums.0 += check.points;
        sums.1 += check.max;
    }
    categories
}

fn conduct(categories: &BTreeMap<Category, (i64, i64)>) -> Option<i64> {
    let ours = categories
        .iter()
        .filter(|(category, _)| **category != Category::Outcome);
    let (points, max) = ours.fold((0, 0), |sum, (_, one)| (sum.0 + one.0, sum.1 + one.1));
    match max {
        0 if points < 0 => Some(0),
        0 => None,
        _ => Some((points * MILLION / max).clamp(0, MILLION)),
    }
}
