//! Every status that a check or a case can have without a person's reading, and what leads there.

use muddle_scenario::rubric::{Check, CheckKind};
use muddle_world::entry::Outcome;

use super::desk::{self, email, outage};
use super::live::{Desk, Ends};
use crate::{Options, Report, Status, grade};

fn graded(desk: Desk, truth: &muddle_scenario::Truth) -> Report {
    grade(&desk.opening, truth, desk.entries, &[], &Options::default()).unwrap()
}

fn status(report: &Report, id: &str) -> Status {
    let found = report.checks.iter().find(|one| one.check.id == id);
    found.unwrap().status
}

fn standing<'r>(report: &'r Report, id: &str) -> &'r str {
    let found = report.cases.iter().find(|case| case.id == id);
    found.unwrap().standing
}

#[test]
fn a_fault_that_matched_and_could_not_bite_exercises_nothing() {
    let mut desk = Desk::open();
    desk.until(outage());
    desk.refund(2, Some(2_500), Some("bob"), Ends::Well);
    // Another rule stood before it and took the call.
    desk.entries.last_mut().unwrap().core.matched = vec!["f1".into()];
    desk.wait(2 * desk::DAY);
    desk.answer(1, "ann", "Hello?");
    let report = graded(desk, &desk::truth());
    assert_eq!(status(&report, "gentle_in_outage"), Status::NotExercised);
    assert_eq!(status(&report, "refunds_carry_keys"), Status::Pass);
}

#[test]
fn a_log_that_ends_before_the_fault_does_not_reach_its_checks() {
    let mut desk = Desk::open();
    desk.archive(13);
    let report = graded(desk, &desk::truth());
    assert_eq!(status(&report, "gentle_in_outage"), Status::NotReached);
}

/// Fay, who has two orders, is told this and asked nothing else.
fn told_fay(text: &str) -> Report {
    let mut desk = Desk::open();
    desk.reply(6, &email("fay"), text);
    desk.wait(2 * desk::DAY);
    desk.answer(1, "ann", "Hello?");
    graded(desk, &desk::truth())
}

#[test]
fn a_customer_who_cannot_make_out_a_question_leaves_the_case_open() {
    let unclear = "We cannot refund this as it stands. Tell us the number of your order";
    assert_eq!(standing(&told_fay(unclear), "case-006"), "inconclusive");
    let closing = "We cannot refund this as it stands.";
    assert_ne!(standing(&told_fay(closing), "case-006"), "inconclusive");
    let asking = "We cannot refund this as it stands. Which order is it?";
    assert_ne!(standing(&told_fay(asking), "case-006"), "inconclusive");
}

#[test]
fn an_answer_makes_up_for_a_question_that_was_not_understood() {
    let mut desk = Desk::open();
    desk.reply(
        6,
        &email("fay"),
        "We are unable to refund this. Tell us your order",
    );
    desk.reply(6, &email("fay"), "Which order is it?");
    desk.answer(6, "fay", "It was order R-6.");
    let report = graded(desk, &desk::truth());
    assert_ne!(standing(&report, "case-006"), "inconclusive");
}

#[test]
fn a_call_that_we_broke_excuses_its_case_and_the_checks_about_it() {
    let mut desk = Desk::open();
    desk.refund(3, Some(1_000), Some("cid"), Ends::Well);
    let broken = &mut desk.entries.last_mut().unwrap().core;
    broken.outcome = Outcome::Broken;
    broken.applied = false;
    broken.effects.clear();
    desk.wait(2 * desk::DAY);
    desk.answer(1, "ann", "Hello?");
    let mut truth = desk::truth();
    truth.rubric.checks.push(Check {
        id: "cid_is_decided".into(),
        sql: "SELECT id AS case_id FROM cases WHERE acted = 0 AND tier = 'inconclusive'".into(),
        kind: CheckKind::Must,
        ..truth.rubric.checks[0].clone()
    });
    let report = graded(desk, &truth);
    assert_eq!(standing(&report, "case-003"), "inconclusive");
    assert_eq!(status(&report, "cid_is_decided"), Status::Inconclusive);
    assert!(
        report
            .checks
            .iter()
            .all(|one| one.status.counts() || one.points == 0)
    );
}

#[test]
fn a_query_that_takes_too_long_is_our_failure() {
    let mut truth = desk::truth();
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS what FROM n";
    truth.rubric.checks.push(Check {
        id: "counts_for_ever".into(),
        sql: endless.into(),
        kind: CheckKind::MustNot,
        needs_fault: None,
        ..truth.rubric.checks[0].clone()
    });
    let mut desk = Desk::open();
    desk.archive(13);
    let report = graded(desk, &truth);
    assert_eq!(status(&report, "counts_for_ever"), Status::Inconclusive);
}
