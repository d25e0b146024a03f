//! The report for people: what it came to, what went wrong and where to look, in plain text.
//!
//! Called by [`super::Report::to_text`]. No colours and no boxes, so that it reads the same in a terminal, a mail and a diff.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{CaseReport, Report, word};
use crate::checks::{Checked, Status};
use crate::hands::{Move, stamp};

/// Offending rows shown per check.
const ROWS_SHOWN: usize = 3;
/// Cases shown per kind.
const CASES_SHOWN: usize = 4;
/// Where the second column begins.
const MARGIN: usize = 17;

pub(super) fn page(report: &Report) -> String {
    let mut out = String::new();
    headline(&mut out, report);
    kinds(&mut out, report);
    astray(&mut out, report);
    checks(&mut out, report);
    hands(&mut out, report);
    out
}

fn section(out: &mut String, title: &str) {
    out.push_str(&format!(
        "\n{title}\n{}\n",
        "-".repeat(title.chars().count())
    ));
}

fn row(out: &mut String, name: &str, what: &str) {
    out.push_str(&format!("  {name:<MARGIN$}{what}\n"));
}

fn headline(out: &mut String, report: &Report) {
    let score = &report.score;
    let mode = if report.hands.mode.is_empty() {
        String::new()
    } else {
        format!(" ({})", report.hands.mode)
    };
    let title = format!("{}, workspace {}{mode}", report.scenario, report.workspace);
    out.push_str(&format!(
        "{title}\n{}\n\n",
        "=".repeat(title.chars().count())
    ));
    let total = score.total.map_or(
        "none: too little of the test took place".to_owned(),
        |total| format!("{} of 100{}", tenths(total / 1_000), cap(report)),
    );
    row(out, "Score", &total);
    row(out, "Strict", &strict(report));
    let precision = score
        .precision
        .map_or("nothing was acted on".to_owned(), |share| {
            format!("{:>5} of what it acted on came out right", percent(share))
        });
    row(out, "Precision", &precision);
    let coverage = format!(
        "{:>5} of the cases got a decision that somebody can see",
        percent(score.coverage)
    );
    row(out, "Coverage", &coverage);
    let conduct = score.conduct.map_or(String::new(), |conduct| {
        format!(", conduct {}", percent(conduct))
    });
    row(
        out,
        "Made of",
        &format!("outcome {}{conduct}", percent(score.outcome)),
    );
    row(
        out,
        "Exercised",
        &format!(
            "{:>5} of cases and checks could be judged",
            percent(score.exercised)
        ),
    );
}

fn cap(report: &Report) -> &'static str {
    match report.score.criticals {
        0 => "",
        _ => ", capped by what was critical",
    }
}

fn strict(report: &Report) -> String {
    if report.score.strict {
        return "pass".to_owned();
    }
    match report.score.criticals {
        0 => "fail: a critical check was not passed".to_owned(),
        1 => "fail: 1 case ended in critical harm".to_owned(),
        n => format!("fail: {n} cases ended in critical harm"),
    }
}

fn kinds(out: &mut String, report: &Report) {
    section(out, "Cases, by kind");
    let columns = [
        "right",
        "accepted",
        "handoff",
        "untouched",
        "harmless",
        "harmful",
    ];
    let heads = ["right", "ok", "person", "none", "wrong", "harm"];
    out.push_str(&format!("  {:<34}", ""));
    for head in heads {
        out.push_str(&format!("{head:>7}"));
    }
    out.push('\n');
    let mut kinds: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for case in &report.cases {
        let standing = match case.standing {
            "handoff_right" => "right",
            other => other,
        };
        *kinds
            .entry(&case.kind)
            .or_default()
            .entry(standing)
            .or_default() += 1;
    }
    for (kind, counts) in &kinds {
        out.push_str(&format!("  {:<34}", kind.replace('_', " ")));
        for column in columns {
            let count = counts.get(column).map_or(".".to_owned(), usize::to_string);
            out.push_str(&format!("{count:>7}"));
        }
        let left =
            counts.get("not_reached").unwrap_or(&0) + counts.get("inconclusive").unwrap_or(&0);
        if left > 0 {
            out.push_str(&format!("   ({left} not judged)"));
        }
        out.push('\n');
    }
}

/// Cases that went wrong, the worst first.
fn astray(out: &mut String, report: &Report) {
    let mut wrong: Vec<&CaseReport> = report.cases.iter().filter(|case| case.worth < 0).collect();
    if wrong.is_empty() {
        return;
    }
    wrong.sort_by_key(|case| (case.worth, case.kind.clone(), case.id.clone()));
    section(out, "What went wrong on cases");
    let mut shown: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for case in wrong {
        let count = shown.entry((&case.kind, case.standing)).or_default();
        *count += 1;
        if *count > CASES_SHOWN {
            continue;
        }
        let mark = case
            .critical
            .as_ref()
            .map_or(String::new(), |kind| format!(" CRITICAL ({kind})"));
        let seq = case
            .seq
            .map_or(String::new(), |seq| format!(", entry {seq}"));
        out.push_str(&format!("  {}  {}{mark}\n", case.id, case.title));
        out.push_str(&format!("           {}{seq}\n", case.label));
    }
    for ((kind, standing), count) in shown.iter().filter(|(_, count)| **count > CASES_SHOWN) {
        let more = count - CASES_SHOWN;
        out.push_str(&format!(
            "  and {more} more of kind {} ({standing})\n",
            kind.replace('_', " ")
        ));
    }
}

fn checks(out: &mut String, report: &Report) {
    let of = |status: Status| report.checks.iter().filter(move |one| one.status == status);
    section(out, "Checks");
    row(
        out,
        "Passed",
        &format!("{} of {}", of(Status::Pass).count(), report.checks.len()),
    );
    for (category, (points, max)) in &report.score.categories {
        let name = word(category).replace('_', " ");
        let lost = if *max == 0 && *points == 0 {
            "nothing lost".to_owned()
        } else {
            format!("{} of {} points", tenths(points / 10), tenths(max / 10))
        };
        row(out, &capital(&name), &lost);
    }
    for checked in of(Status::Fail) {
        failed(out, checked);
    }
    let aside: Vec<&Checked> = report
        .checks
        .iter()
        .filter(|one| !one.status.counts())
        .collect();
    if !aside.is_empty() {
        out.push_str("\n  Not counted, for or against:\n");
        for one in aside {
            let why = one.status.name().replace('_', " ");
            out.push_str(&format!("    {} ({why})\n", one.check.title));
        }
    }
}

fn failed(out: &mut String, checked: &Checked) {
    let (points, max) = (tenths(checked.points / 10), tenths(checked.max / 10));
    out.push_str(&format!("\n  FAILED  {}\n", checked.check.title));
    let price = if checked.points < 0 {
        format!("costs {} points", tenths(-checked.points / 10))
    } else {
        format!("{points} of {max} points")
    };
    out.push_str(&format!("          {}, {price}\n", checked.check.id));
    for evidence in checked.evidence.iter().take(ROWS_SHOWN) {
        out.push_str(&format!("          - {}\n", sentence(evidence)));
    }
    let more = checked.evidence.len().saturating_sub(ROWS_SHOWN);
    if more > 0 {
        out.push_str(&format!("          - and {more} more\n"));
    }
}

/// A row of evidence: when, what, where to look.
fn sentence(row: &serde_json::Map<String, Value>) -> String {
    let mut text = String::new();
    if let Some(at) = row.get("at").and_then(Value::as_i64) {
        text.push_str(&stamp(muddle_world::time::At(at)));
        text.push_str(", ");
    }
    if let Some(what) = row.get("what").and_then(Value::as_str) {
        text.push_str(what);
    }
    let rest = row.iter().filter(|(name, value)| {
        !["seq", "at", "what", "case_id"].contains(&name.as_str()) && !value.is_null()
    });
    let rest: Vec<String> = rest
        .map(|(name, value)| match value {
            Value::String(text) => format!("{name} {text}"),
            other => format!("{name} {other}"),
        })
        .collect();
    if !rest.is_empty() {
        text.push_str(&format!(" ({})", rest.join(", ")));
    }
    let mut places = Vec::new();
    if let Some(seq) = row.get("seq").and_then(Value::as_i64) {
        places.push(format!("entry {seq}"));
    }
    if let Some(case) = row.get("case_id").and_then(Value::as_str) {
        places.push(case.to_owned());
    }
    if !places.is_empty() {
        text.push_str(&format!(" [{}]", places.join(", ")));
    }
    text.trim().to_owned()
}

fn hands(out: &mut String, report: &Report) {
    let hands = &report.hands;
    section(out, "Hands on the scale");
    let calls = hands.by_attempt + hands.by_hand;
    let share = format!(
        "{} of {calls} calls came from a declared attempt, {} by hand",
        hands.by_attempt, hands.by_hand
    );
    row(out, "Calls", &share);
    moves(out, "Faults", "no fault was armed by hand", &hands.faults);
    moves(out, "Clock", "nobody moved the clock", &hands.clock);
    moves(out, "Keys", "every key stayed as it was", &hands.keys);
    if hands.gaps.is_empty() {
        row(out, "Gaps", "every route that was called is offered");
    }
    for (gap, count) in &hands.gaps {
        row(
            out,
            "Gaps",
            &format!("{gap}: called {count} times, not offered here"),
        );
    }
    if hands.broken > 0 {
        row(
            out,
            "Our failures",
            &format!("{} calls failed because the sandbox did", hands.broken),
        );
    }
}

fn moves(out: &mut String, name: &str, none: &str, list: &[Move]) {
    if list.is_empty() {
        row(out, name, none);
    }
    for one in list {
        row(
            out,
            name,
            &format!("{}, {} [entry {}]", stamp(one.at), one.what, one.seq),
        );
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    first + letters.as_str()
}

/// Tenths as a decimal.
fn tenths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}.{}", value.abs() / 10, value.abs() % 10)
}

fn percent(millionths: i64) -> String {
    format!("{} %", (millionths + 5_000) / 10_000)
}
