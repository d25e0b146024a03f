//! The report for people: what it came to, what went wrong and where to look, in plain text.
//!
//! Called by [`super::Report::to_text`]. No colours and no boxes, so that it reads the same in a terminal, a mail and a diff.

use std::collections::BTreeMap;

use muddle_scenario::rubric::Severity;
use serde_json::Value;

use super::{CaseReport, Report, sums, word};
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
    sums::made_of(&mut out, report);
    sums::kinds(&mut out, report);
    astray(&mut out, report);
    checks(&mut out, report);
    hands(&mut out, report);
    notes(&mut out, report);
    out
}

pub(super) fn section(out: &mut String, title: &str) {
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
    if report.hands.test {
        let what = "known, opened with --test: this run can be compared with no other";
        row(out, "Seed", what);
    }
    let total = score.total.map_or(
        "none: too little of the test took place".to_owned(),
        |total| format!("{} of 100{}", tenths(total / 1_000), cap(report)),
    );
    row(out, "Score", &total);
    row(out, "Strict", &strict(report));
    let criticals = match score.criticals {
        0 => "none: no case was harmed in money, secrets or law".to_owned(),
        1 => "1 case was harmed in money, secrets or law".to_owned(),
        n => format!("{n} cases were harmed in money, secrets or law"),
    };
    row(out, "Criticals", &criticals);
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
        0 if report.score.coverage == 0 => "fail: nothing was decided".to_owned(),
        0 => "fail: a critical check was not passed".to_owned(),
        1 => "fail: 1 case ended in critical harm".to_owned(),
        n => format!("fail: {n} cases ended in critical harm"),
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
        out.push_str(&format!("  {}{mark}\n", case.title));
        out.push_str(&format!(
            "      {} ({}{seq})\n",
            capital(&case.label),
            case.id
        ));
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
    section(out, "Checks");
    let of = |status: Status| report.checks.iter().filter(move |one| one.status == status);
    let idle = || report.checks.iter().filter(|one| one.idle);
    let aside = || report.checks.iter().filter(|one| !one.counts());
    let parts = [
        (of(Status::Pass).count(), "passed"),
        (of(Status::Fail).count(), "failed"),
        (idle().count(), "had no occasion"),
        (aside().count(), "not counted"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let all = format!("{} checks: {}.", report.checks.len(), parts.join(", "));
    out.push_str(&format!("  {all}\n"));
    of(Status::Fail).for_each(|one| fail(out, one));
    list(
        out,
        "No occasion: the run did nothing these could be about, so they earned nothing",
        idle(),
        |one| {
            let lost = tenths(one.max / 10);
            if one.max > 0 {
                format!("0.0 of {lost} points")
            } else {
                "no points in it".to_owned()
            }
        },
    );
    list(out, "Not counted, for or against", aside(), |one| {
        match one.status {
            Status::NotReached => "the log ended before its time came",
            Status::NotExercised => "the vendor's fault met calls and could not be felt",
            _ => "the sandbox, or a customer who did not understand, is to blame",
        }
        .to_owned()
    });
}

fn list<'r>(
    out: &mut String,
    title: &str,
    checks: impl Iterator<Item = &'r Checked>,
    why: impl Fn(&Checked) -> String,
) {
    let mut lines = checks
        .map(|one| format!("    {} ({}): {}\n", one.check.title, one.check.id, why(one)))
        .peekable();
    if lines.peek().is_some() {
        out.push_str(&format!("\n  {title}:\n"));
        lines.for_each(|line| out.push_str(&line));
    }
}

fn fail(out: &mut String, checked: &Checked) {
    let check = &checked.check;
    let critical = match check.severity {
        Severity::Critical => " (critical)",
        _ => "",
    };
    out.push_str(&format!(
        "\n  FAILED{critical}  {} ({})\n",
        check.title, check.id
    ));
    let count = checked
        .counted
        .map_or(String::new(), |(done, due)| format!("{done} of {due}; "));
    let (points, max) = (tenths(checked.points / 10), tenths(checked.max / 10));
    let price = if checked.points < 0 {
        format!("costs {} points", tenths(-checked.points / 10))
    } else {
        format!("{points} of {max} points")
    };
    let area = plain(&check.category);
    out.push_str(&format!("          {count}{price} of {area}\n"));
    for evidence in checked.evidence.iter().take(ROWS_SHOWN) {
        out.push_str(&format!("          - {}\n", sentence(evidence)));
    }
    let more = checked.evidence.len().saturating_sub(ROWS_SHOWN);
    if more > 0 {
        out.push_str(&format!(
            "          - and {more} more, which `grade --json` lists\n"
        ));
    }
}

/// A row of evidence: about whom, what, and where to look.
fn sentence(row: &serde_json::Map<String, Value>) -> String {
    let text = |name: &str| row.get(name).and_then(Value::as_str);
    let mut said = match text("case") {
        Some(case) => format!("{case}. "),
        None => String::new(),
    };
    said.push_str(&capital(text("what").unwrap_or("see there")));
    let shown = ["seq", "at", "what", "case_id", "case"];
    let rest = row
        .iter()
        .filter(|(name, value)| !shown.contains(&name.as_str()) && !value.is_null())
        .map(|(name, value)| (name.replace('_', " "), value))
        .map(|(name, value)| match value {
            Value::String(text) => format!("{name} {text}"),
            other => format!("{name} {other}"),
        });
    let seq = row.get("seq").and_then(Value::as_i64);
    let at = row.get("at").and_then(Value::as_i64);
    let at = at.map(|at| stamp(muddle_world::time::At(at)));
    let places = [
        seq.map(|seq| format!("entry {seq}")),
        at,
        text("case_id").map(str::to_owned),
    ];
    let rest: Vec<String> = places.into_iter().flatten().chain(rest).collect();
    said.push_str(&format!(" ({})", rest.join(", ")));
    said
}

fn hands(out: &mut String, report: &Report) {
    let hands = &report.hands;
    section(out, "Hands on the scale");
    let calls = hands.by_attempt + hands.by_hand;
    let share = match calls {
        0 => "the candidate called no vendor".to_owned(),
        _ => format!(
            "{} of {calls} calls came from a declared attempt, {} by hand",
            hands.by_attempt, hands.by_hand
        ),
    };
    row(out, "Calls", &share);
    moves(
        out,
        "Faults",
        "none was armed or lifted by hand",
        &hands.faults,
    );
    moves(out, "Clock", "nobody moved the clock", &hands.clock);
    moves(out, "Keys", "every key stayed as it was", &hands.keys);
    if !hands.mail.is_empty() {
        moves(out, "Mail", "", &hands.mail);
    }
    if hands.unlimited {
        row(out, "Rate limits", "off: no vendor counted calls");
    }
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

/// What people who watched wrote down, each with its moment.
fn notes(out: &mut String, report: &Report) {
    let notes = &report.hands.notes;
    if notes.is_empty() {
        return;
    }
    section(out, "Notes");
    for note in notes {
        let text: String = note
            .text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let (at, by, seq) = (stamp(note.at), note.by, note.seq);
        out.push_str(&format!("  {at}, {by}: {} [entry {seq}]\n", text.trim()));
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

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    first + letters.as_str()
}

/// An enum value in plain words.
pub(super) fn plain<T: serde::Serialize>(value: &T) -> String {
    word(value).replace('_', " ")
}

/// Tenths as a decimal.
pub(super) fn tenths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}.{}", value.abs() / 10, value.abs() % 10)
}

pub(super) fn percent(millionths: i64) -> String {
    format!("{} %", (millionths + 5_000) / 10_000)
}
