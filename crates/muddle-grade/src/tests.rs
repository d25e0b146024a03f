//! The shipped rubric on a small desk: worked well it passes every check, and each check has a slip that fails it.

mod counts;
mod desk;
mod habits;
mod hands;
mod lines;
mod live;
mod page;
mod statuses;
mod work;

use std::collections::BTreeSet;

use muddle_scenario::rubric::Habit;

use crate::{Options, Report, Status, check_rubric, grade};
use work::work;

fn graded(slips: &[&str]) -> Report {
    let desk = work(slips);
    let options = Options {
        workspace: "w1".into(),
    };
    grade(&desk.opening, &desk::truth(), desk.entries, &[], &options).unwrap()
}

fn failed(report: &Report) -> BTreeSet<&str> {
    let failed = report
        .checks
        .iter()
        .filter(|one| one.status != Status::Pass);
    failed.map(|one| one.check.id.as_str()).collect()
}

#[test]
fn the_rubric_is_good_sql_and_names_no_case() {
    let rubric = desk::truth().rubric;
    check_rubric(&rubric).unwrap_or_else(|wrong| panic!("{}", wrong[0]));
    assert!(rubric.checks.len() >= 25);
    assert!(
        rubric
            .checks
            .iter()
            .all(|check| !check.sql.contains("case-"))
    );
}

#[test]
fn good_work_passes_every_check() {
    let report = graded(&[]);
    let wrong: Vec<_> = report
        .cases
        .iter()
        .filter(|case| case.worth < 100)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(failed(&report), BTreeSet::new(), "{}", report.to_text());
    assert_eq!(report.score.total, Some(1_000_000));
    assert_eq!(report.to_json()["score"], 100.0);
}

#[test]
fn every_check_has_a_slip_that_fails_it() {
    for check in desk::truth().rubric.checks {
        let report = graded(&[&check.id]);
        let found = report
            .checks
            .iter()
            .find(|one| one.check.id == check.id)
            .unwrap();
        assert_eq!(found.status, Status::Fail, "{}", check.id);
        assert!(found.points < found.max || found.points < 0, "{}", check.id);
        let points_to = found
            .evidence
            .iter()
            .any(|row| row.get("seq").is_some_and(|seq| seq.is_i64()));
        let counts = found
            .evidence
            .iter()
            .any(|row| row.contains_key("done") || row.contains_key("what"));
        assert!(
            points_to || counts,
            "{} shows nothing: {:?}",
            check.id,
            found.evidence
        );
    }
}

#[test]
fn nobody_at_the_desk_scores_nothing() {
    let mut desk = live::Desk::open();
    desk.wait(2 * desk::DAY);
    desk.answer(1, "ann", "Is anybody there?");
    let options = Options::default();
    let report = grade(&desk.opening, &desk::truth(), desk.entries, &[], &options).unwrap();
    assert_eq!(report.score.total, Some(0), "{}", report.to_text());
    assert!(report.checks.iter().all(|one| one.points <= 0));
    assert_eq!((report.score.coverage, report.score.precision), (0, None));
    assert!(!report.score.strict, "nothing done is nothing proved");
    let passed = |one: &&crate::Checked| one.status == Status::Pass;
    assert_eq!(report.checks.iter().filter(passed).count(), 0);
    for id in ["refunds_carry_keys", "no_wrong_merge", "refund_in_time"] {
        let one = report.checks.iter().find(|one| one.check.id == id);
        let one = one.unwrap();
        assert!(one.idle && one.status == Status::NotExercised, "{id}");
    }
    let text = report.to_text();
    for said in ["nothing was decided", "No occasion", "called no vendor"] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[test]
fn a_failed_check_can_be_defended_from_the_report_alone() {
    let report = graded(&["refund_in_time", "every_case_is_decided"]);
    let json = report.to_json();
    let failed = report
        .checks
        .iter()
        .filter(|one| one.status == Status::Fail);
    let (text, mut rows) = (report.to_text(), 0);
    for one in failed {
        assert!(!one.evidence.is_empty(), "{} shows nothing", one.check.id);
        for row in &one.evidence {
            assert!(row["seq"].as_i64().unwrap() > 0, "{row:?}");
        }
        let case = one
            .evidence
            .iter()
            .find_map(|row| row.get("case")?.as_str());
        if let Some(case) = case {
            rows += 1;
            assert!(text.contains(case), "{case} is not named: {text}");
        }
    }
    assert!(rows >= 2);
    let checks = json["checks"].as_array().unwrap();
    let decided = checks
        .iter()
        .find(|one| one["id"] == "every_case_is_decided");
    let decided = decided.unwrap();
    let missing = decided["due"].as_i64().unwrap() - decided["done"].as_i64().unwrap();
    assert_eq!(
        decided["evidence"].as_array().unwrap().len() as i64,
        missing
    );
}

#[test]
fn the_same_log_gives_the_same_report() {
    let slips = ["refund_in_time", "no_wrong_merge"];
    let (one, other) = (graded(&slips), graded(&slips));
    assert_eq!(one.to_json(), other.to_json());
    assert_eq!(one.to_text(), other.to_text());
}

#[test]
fn more_handoffs_than_people_can_take_come_late() {
    let mut desk = live::Desk::open();
    for nth in 0..25 {
        desk.ticket(
            "190",
            &format!("Number {nth}: somebody might want to look at this one."),
        );
    }
    let text = format!(
        "Mail {}: ch_11 is above what we may decide.",
        desk::thread(9)
    );
    desk.ticket("109", &text);
    desk.wait(2 * desk::DAY);
    desk.answer(1, "ann", "Hello?");
    let options = Options::default();
    let report = grade(&desk.opening, &desk::truth(), desk.entries, &[], &options).unwrap();
    let late = report
        .cases
        .iter()
        .find(|case| case.id == "case-009")
        .unwrap();
    assert_eq!(late.standing, "untouched");
    assert!(late.label.contains("past what people can take"));
}

#[test]
fn a_log_that_stops_early_has_no_total() {
    let mut truth = desk::truth();
    for case in truth.cases.iter_mut().skip(5) {
        case.opens = desk::start().plus(desk::DAY);
    }
    let mut desk = live::Desk::open();
    desk.archive(13);
    let report = grade(
        &desk.opening,
        &truth,
        desk.entries,
        &[],
        &Options::default(),
    )
    .unwrap();
    assert_eq!(report.score.total, None);
    assert!(
        report
            .cases
            .iter()
            .any(|case| case.standing == "not_reached")
    );
    let outage = report
        .checks
        .iter()
        .find(|one| one.check.id == "gentle_in_outage")
        .unwrap();
    assert_eq!(outage.status, Status::NotReached);
}
