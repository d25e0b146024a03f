//! Counts and their lists: `missing` has a row for each that is due and not done, and never leaves a failure unproved.

use muddle_scenario::Truth;
use muddle_scenario::rubric::{Check, CheckKind};

use super::live::Desk;
use super::*;

/// What a list of its own is called, behind the id of its count.
const LIST: &str = "_list";

/// The rubric with each `missing` once more as a check of its own, whose rows a report keeps whatever the count came to.
fn with_lists(mut truth: Truth) -> Truth {
    let checks = &mut truth.rubric.checks;
    for check in checks.iter_mut() {
        check.needs_fault = None;
    }
    let lists = checks.iter().filter_map(|check| {
        Some(Check {
            id: format!("{}{LIST}", check.id),
            sql: check.missing.clone()?,
            missing: None,
            kind: CheckKind::Must,
            ..check.clone()
        })
    });
    let lists: Vec<Check> = lists.collect();
    assert!(lists.len() >= 9);
    checks.extend(lists);
    truth
}

fn assert_lists_fit(name: &str, desk: Desk, truth: Truth) -> Report {
    let truth = with_lists(truth);
    let report = grade(
        &desk.opening,
        &truth,
        desk.entries,
        &[],
        &Options::default(),
    )
    .unwrap();
    for list in &report.checks {
        let Some(id) = list.check.id.strip_suffix(LIST) else {
            continue;
        };
        let count = report.checks.iter().find(|one| one.check.id == id).unwrap();
        let (done, due) = count.counted.unwrap();
        // Nothing was seen that could be missing.
        let missing = if count.idle { 0 } else { due - done };
        assert_eq!(
            list.evidence.len() as i64,
            missing,
            "{name}: {id}, {done} of {due}: {:?}",
            list.evidence
        );
        if count.status == Status::Fail {
            assert_eq!(count.evidence.len() as i64, missing, "{name}: {id}");
        }
    }
    report
}

/// Two days at a desk where this was done and the mail left to itself.
fn after(deeds: impl FnOnce(&mut Desk)) -> Desk {
    let mut desk = Desk::open();
    deeds(&mut desk);
    desk.wait(2 * desk::DAY);
    desk.answer(1, "ann", "Hello?");
    desk
}

fn ended<'r>(report: &'r Report, id: &str) -> &'r crate::Checked {
    report.checks.iter().find(|one| one.check.id == id).unwrap()
}

#[test]
fn a_list_has_a_row_for_all_that_is_due_and_not_done() {
    assert_lists_fit("good work", work(&[]), desk::truth());
    let ids: Vec<String> = desk::truth()
        .rubric
        .checks
        .into_iter()
        .map(|check| check.id)
        .collect();
    for id in &ids {
        assert_lists_fit(id, work(&[id]), desk::truth());
    }
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    assert_lists_fit("every slip", work(&all), desk::truth());
    assert_lists_fit("nobody", after(|_| {}), desk::truth());
    assert_lists_fit("one label", after(|desk| desk.archive(13)), desk::truth());
    let mut empty = desk::truth();
    empty.cases.clear();
    assert_lists_fit("no case", work(&[]), empty);
}

#[test]
fn who_hands_nothing_over_fails_only_where_somebody_needed_a_person() {
    let id = "handoffs_are_complete";
    let alone = assert_lists_fit("alone", after(|desk| desk.archive(13)), desk::truth());
    let alone = ended(&alone, id);
    assert_eq!((alone.status, alone.counted), (Status::Fail, Some((0, 3))));
    let nobody = assert_lists_fit("nobody", after(|_| {}), desk::truth());
    assert_eq!(ended(&nobody, id).status, Status::Fail);

    let mut none = desk::truth();
    none.cases
        .retain(|case| !["case-005", "case-009", "case-010"].contains(&&*case.id));
    let rightly = assert_lists_fit("rightly", after(|desk| desk.archive(13)), none.clone());
    let rightly = ended(&rightly, id);
    assert_eq!(rightly.status, Status::NotExercised);
    assert!(rightly.idle && rightly.max == 0 && rightly.evidence.is_empty());
    let ticket = after(|desk| desk.ticket("101", "please look"));
    let badly = assert_lists_fit("badly", ticket, none);
    let badly = ended(&badly, id);
    assert_eq!((badly.status, badly.counted), (Status::Fail, Some((0, 1))));
}

#[test]
fn a_list_that_cannot_be_made_is_said_to_be() {
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS what FROM n";
    for (missing, said) in [
        (endless, "takes longer"),
        ("SELECT 1 AS what WHERE 0", "finds none"),
    ] {
        for (sql, seq) in [
            ("SELECT 0 AS done, 2 AS due", 1),
            ("SELECT 0 AS done, 2 AS due, 5 AS seq", 5),
        ] {
            let mut truth = desk::truth();
            truth.rubric.checks = vec![Check {
                id: "counts".into(),
                kind: CheckKind::Count,
                sql: sql.into(),
                missing: Some(missing.into()),
                needs_fault: None,
                ..truth.rubric.checks[0].clone()
            }];
            let desk = work(&[]);
            let options = Options::default();
            let report = grade(&desk.opening, &truth, desk.entries, &[], &options).unwrap();
            let check = ended(&report, "counts");
            assert_eq!(check.status, Status::Fail);
            let [row] = &check.evidence[..] else {
                panic!("{:?}", check.evidence);
            };
            assert!(row["what"].as_str().unwrap().contains(said), "{row:?}");
            assert_eq!(row["seq"], seq);
        }
    }
}
