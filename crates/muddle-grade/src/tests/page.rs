//! The report as people read it: its columns add up, and whatever breaks the strict verdict is shown as failed.

use muddle_scenario::rubric::{Category, Severity};

use super::*;

#[test]
fn what_the_score_is_made_of_adds_up() {
    let report = graded(&["refund_in_time"]);
    let tenths = |line: &str| -> i64 {
        let last = line.split_whitespace().last().unwrap();
        last.replace('.', "").parse().unwrap()
    };
    let text = report.to_text();
    let of = |name: &str| {
        let mut lines = text
            .lines()
            .skip_while(|line| !line.starts_with("How the score"))
            .map(str::trim_start);
        lines.find(|line| line.starts_with(name)).map(tenths)
    };
    let capped = text.contains("   capped: ");
    let raw = of(if capped { "Together " } else { "Score " }).unwrap();
    assert_eq!(
        of("Outcome ").unwrap() + of("Conduct ").unwrap(),
        raw,
        "{text}"
    );
}

/// The lines about conduct: name, points, max, in tenths; the sum comes last.
fn conduct(text: &str) -> Vec<(String, i64, i64)> {
    let tenths = |word: &str| word.replace('.', "").parse::<i64>().unwrap();
    let lines = text
        .lines()
        .skip_while(|line| !line.contains("Conduct is the points of the checks"))
        .skip(1)
        .take_while(|line| line.starts_with("    "));
    lines
        .map(|line| {
            let (name, sums) = line.trim().split_at(16);
            let words: Vec<&str> = sums.split_whitespace().collect();
            (name.trim().to_owned(), tenths(words[0]), tenths(words[2]))
        })
        .collect()
}

fn assert_adds_up(report: &Report) {
    let text = report.to_text();
    let mut lines = conduct(&text);
    let (name, points, max) = lines.pop().unwrap();
    assert_eq!(name, "Together", "{text}");
    assert!(lines.len() >= 3, "{text}");
    let sum = |of: fn(&(String, i64, i64)) -> i64| lines.iter().map(of).sum::<i64>();
    assert_eq!(
        (sum(|one| one.1), sum(|one| one.2)),
        (points, max),
        "{text}"
    );
}

#[test]
fn the_points_of_conduct_add_up() {
    for slips in [
        &["refund_in_time"][..],
        &["refunds_are_noted", "one_note_per_decision"],
    ] {
        assert_adds_up(&graded(slips));
    }
    let categories = [
        Category::Safety,
        Category::Resilience,
        Category::DataQuality,
    ];
    for thirds in [[166, 166, 166], [166, -166, 66], [-5, 9, 0], [-93, 186, 33]] {
        let mut report = graded(&[]);
        let sums = categories
            .into_iter()
            .zip(thirds.map(|points| (points, 333)));
        report.score.categories = sums.collect();
        assert_adds_up(&report);
    }
}

#[test]
fn a_critical_check_whose_fault_nobody_met_is_shown_as_failed() {
    let mut desk = live::Desk::open();
    desk.archive(13);
    desk.wait(2 * desk::DAY);
    desk.answer(1, "ann", "Hello?");
    let options = Options::default();
    let report = grade(&desk.opening, &desk::truth(), desk.entries, &[], &options).unwrap();
    assert!(!report.score.strict && report.score.criticals == 0);
    let text = report.to_text();
    let (failed, rest) = text.split_once("No occasion").unwrap();
    let mut critical = 0;
    for one in &report.checks {
        let id = format!("({})", one.check.id);
        if one.status != Status::Fail {
            assert!(!failed.contains(&id), "{id} did not fail: {text}");
            continue;
        }
        assert!(failed.contains(&id) && !rest.contains(&id), "{id}: {text}");
        assert!(!one.idle && one.counts(), "{id}");
        critical += usize::from(one.check.severity == Severity::Critical);
    }
    assert!(critical > 0, "nothing shows why strict is broken: {text}");
    assert_eq!(
        text.matches("FAILED (critical)").count(),
        critical,
        "{text}"
    );
    assert!(
        text.contains("No call of the candidate met the fault `billing_outage`"),
        "{text}"
    );
}
