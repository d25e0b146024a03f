//! `muddle list` and `muddle status`.

use std::io::Write as _;

use reqwest::Method;
use serde_json::Value;

use crate::args::{List, Status};
use crate::client::At;
use crate::failure::Failure;
use crate::workspace::print_json;

/// Names the workspaces.
pub fn list(at: &At<'_>, args: &List) -> Result<u8, Failure> {
    let rows = at.json(Method::GET, "/muddle/v1/workspaces", None)?;
    let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
    let replaced = |row: &&Value| text(row, "workspace").contains('~');
    let rows: Vec<&Value> = rows
        .iter()
        .filter(|row| args.all || !replaced(row))
        .collect();
    if args.json {
        return print_json(&Value::from_iter(rows.into_iter().cloned()));
    }
    let mut out = std::io::stdout();
    if rows.is_empty() {
        writeln!(
            out,
            "No workspace is open; `muddle open refund-desk` opens one."
        )?;
        return Ok(0);
    }
    writeln!(
        out,
        "{:<20} {:<14} {:<9} {:<16} {:<16}  state",
        "workspace", "scenario", "mode", "candidate", "office time"
    )?;
    for row in rows {
        let candidate = row["candidate"].as_str().unwrap_or("-");
        writeln!(
            out,
            "{:<20} {:<14} {:<9} {candidate:<16} {:<16}  {}",
            text(row, "workspace"),
            text(row, "scenario"),
            text(row, "mode"),
            minute(&text(row, "now")),
            state(row)
        )?;
    }
    Ok(0)
}

fn state(row: &Value) -> &'static str {
    match (row["sealed"] == true, row["asleep"] == true) {
        (true, _) => "sealed",
        (false, true) => "open, asleep",
        (false, false) => "open",
    }
}

/// Says how a workspace stands.
pub fn status(at: &At<'_>, args: &Status) -> Result<u8, Failure> {
    let reached = at.operator(&args.workspace)?;
    let path = format!("/muddle/v1/workspaces/{}/status", reached.workspace);
    let status = reached.json(Method::GET, &path, None)?;
    if args.json {
        return print_json(&status);
    }
    let mut out = std::io::stdout();
    let mut row = |name: &str, what: &str| writeln!(out, "{name:<10} {what}");
    let candidate = status["candidate"].as_str();
    let candidate = candidate.map_or(String::new(), |name| format!(", {name}"));
    row(
        &text(&status, "workspace"),
        &format!(
            "{} ({}{candidate}), {}",
            text(&status, "scenario"),
            text(&status, "mode"),
            if status["sealed"] == true {
                "sealed"
            } else {
                "open"
            }
        ),
    )?;
    let (now, clock) = (text(&status, "now"), text(&status, "clock"));
    row("now", &format!("{now} ({clock})"))?;
    row("entries", &status["entries"].to_string())?;
    let last = &status["last_call"];
    let last = match last["line"].as_str() {
        Some(line) => format!("{line} [entry {}]", last["seq"]),
        None => "none lately".to_owned(),
    };
    row("last call", &last)?;
    row("attempt", &attempt(&status["attempt"]))?;
    for (vendor, health) in status["vendors"].as_object().into_iter().flatten() {
        let faults = health["faults"].as_array().into_iter().flatten();
        let faults: Vec<&str> = faults.filter_map(Value::as_str).collect();
        let faults = match faults.as_slice() {
            [] => String::new(),
            some => format!(" ({})", some.join("; ")),
        };
        row(vendor, &format!("{}{faults}", text(health, "state")))?;
    }
    let faults = status["faults"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let waiting = faults
        .iter()
        .filter(|fault| fault["state"] == "waiting")
        .count();
    let armed = faults.len() - waiting;
    row(
        "faults",
        &format!("{armed} armed, {waiting} wait for their time"),
    )?;
    row("parked", &format!("{} calls wait", status["parked"]))?;
    row("mail due", &due(&status["mail_due"]))?;
    row("limits", &text(&status, "rate_limits"))?;
    Ok(0)
}

/// The attempt that is open.
fn attempt(open: &Value) -> String {
    match open["label"].as_str() {
        Some(label) => {
            let since = minute(&text(open, "started"));
            format!("{} ({label}), since {since}", open["attempt"])
        }
        None => "none is open".to_owned(),
    }
}

/// How much mail is to come, and when the next.
fn due(due: &Value) -> String {
    let next = due["next"].as_str();
    let next = next.map_or(String::new(), |next| {
        format!(", the next at {}", minute(next))
    });
    format!("{}{next}", due["count"])
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// Date and minute of an RFC 3339 time.
fn minute(time: &str) -> String {
    time.get(..16).unwrap_or(time).replace('T', " ")
}
