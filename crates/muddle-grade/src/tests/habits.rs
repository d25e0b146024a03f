//! Habits stay apart: the slips of one habit lose its checks and no check of another, nor one without a habit.

use super::*;

#[test]
fn a_habit_less_costs_its_own_checks_alone() {
    for habit in [
        Habit::IdempotencyKeys,
        Habit::Backoff,
        Habit::DuplicateSearch,
        Habit::WindowCheck,
        Habit::DisputeCheck,
        Habit::Asking,
    ] {
        let rubric = desk::truth().rubric;
        let its: BTreeSet<String> = rubric
            .checks
            .iter()
            .filter(|check| check.habit == Some(habit))
            .map(|check| check.id.clone())
            .collect();
        assert!(!its.is_empty(), "{habit:?}");
        let slips: Vec<&str> = its.iter().map(String::as_str).collect();
        let report = graded(&slips);
        let outcome = muddle_scenario::rubric::Category::Outcome;
        let lost: BTreeSet<String> = report
            .checks
            .iter()
            .filter(|one| one.status != Status::Pass && one.check.category != outcome)
            .map(|one| one.check.id.clone())
            .collect();
        assert_eq!(lost, its, "{habit:?}\n{}", report.to_text());
    }
}
