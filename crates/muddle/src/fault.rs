//! `muddle fault arm|lift|list`.

use std::io::Write as _;

use reqwest::Method;
use serde_json::{Map, Number, Value};

use crate::args::{Arm, Fault};
use crate::client::At;
use crate::failure::Failure;
use crate::workspace::print_json;

/// Runs it.
pub fn run(at: &At<'_>, fault: Fault) -> Result<u8, Failure> {
    match fault {
        Fault::Arm(arm) => self::arm(at, arm),
        Fault::Lift {
            fault: None,
            all: false,
            ..
        } => Err(Failure::new(
            "Name the fault's id, as `muddle fault list` shows it, or --all.",
        )),
        Fault::Lift {
            workspace, fault, ..
        } => lift(at, &workspace, fault.as_deref()),
        Fault::List { workspace, json } => list(at, &workspace, json),
    }
}

fn arm(at: &At<'_>, args: Arm) -> Result<u8, Failure> {
    let reached = at.operator(&args.workspace)?;
    let workspace = &reached.workspace;
    let path = format!("/muddle/v1/workspaces/{workspace}/faults");
    let json = args.json;
    let request = words(args)?;
    let armed = reached.json(Method::POST, &path, Some(&request))?;
    if json {
        return print_json(&armed);
    }
    let id = armed["fault"].as_str().unwrap_or_default();
    writeln!(
        std::io::stdout(),
        "{id} is armed; lift it with `muddle fault lift {workspace} {id}`."
    )?;
    Ok(0)
}

fn words(args: Arm) -> Result<Value, Failure> {
    let probability = args
        .probability
        .map(|text| {
            text.parse::<Number>().map(Value::from).map_err(|_| {
                Failure::new(format!(
                    "--probability: `{text}` is no probability; take 0 to 1, as in 0.25"
                ))
            })
        })
        .transpose()?;
    let given = [
        ("vendor", args.vendor.map(Value::from)),
        ("kind", Some(Value::from(args.kind))),
        ("position", args.position.map(Value::from)),
        ("operation", args.operation.map(Value::from)),
        ("probability", probability),
        ("first", args.first.map(Value::from)),
        ("every", args.every.map(Value::from)),
        ("per", args.per.map(Value::from)),
        ("limit", args.limit.map(Value::from)),
        ("window", args.window.map(Value::from)),
        ("bytes", args.bytes.map(Value::from)),
        ("status", args.status.map(Value::from)),
        ("code", args.code.map(Value::from)),
        ("delay", args.delay.map(Value::from)),
        ("how", args.how.map(Value::from)),
        ("for", args.for_.map(Value::from)),
        ("lost_for", args.lost_for.map(Value::from)),
        ("from", args.from.map(Value::from)),
        ("to", args.to.map(Value::from)),
        ("ttl", args.ttl.map(Value::from)),
    ];
    let words = given
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Ok(Value::Object(words.collect::<Map<_, _>>()))
}

fn lift(at: &At<'_>, workspace: &str, fault: Option<&str>) -> Result<u8, Failure> {
    let reached = at.operator(workspace)?;
    let mut path = format!("/muddle/v1/workspaces/{}/faults", reached.workspace);
    if let Some(id) = fault {
        path.push_str(&format!("/{id}"));
    }
    let answer = reached.json(Method::DELETE, &path, None)?;
    let lifted: Vec<&str> = answer["lifted"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let sentence = match lifted.as_slice() {
        [] => "No fault was armed by hand.".to_owned(),
        some => format!("Lifted {}.", some.join(", ")),
    };
    writeln!(std::io::stdout(), "{sentence}")?;
    Ok(0)
}

fn list(at: &At<'_>, workspace: &str, json: bool) -> Result<u8, Failure> {
    let reached = at.operator(workspace)?;
    let path = format!("/muddle/v1/workspaces/{}/faults", reached.workspace);
    let faults = reached.json(Method::GET, &path, None)?;
    if json {
        return print_json(&faults);
    }
    let rows = faults.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut out = std::io::stdout();
    if rows.is_empty() {
        writeln!(out, "No fault is armed.")?;
        return Ok(0);
    }
    writeln!(
        out,
        "{:<5} {:<16} {:<7} {:<8} {:<24} {:>7} {:>6} {:>6}  {:<28}  {:<16}  by",
        "id", "kind", "when", "vendor", "operation", "matched", "struck", "landed", "cost", "ends"
    )?;
    for row in rows {
        let text = |name: &str| row[name].as_str().unwrap_or("all").to_owned();
        let count = |name: &str| row[name].as_u64().unwrap_or(0);
        let by = match row["live"] == true {
            true => "hand".to_owned(),
            false => match row["title"].as_str() {
                Some(title) => format!("scenario: {}", title.replace('_', " ")),
                None => "scenario".to_owned(),
            },
        };
        let by = match (row["state"] == "waiting", row["from"].as_str()) {
            (true, Some(from)) => format!("{by}, from {}", minute(from)),
            _ => by,
        };
        writeln!(
            out,
            "{:<5} {:<16} {:<7} {:<8} {:<24} {:>7} {:>6} {:>6}  {:<28}  {:<16}  {by}",
            text("id"),
            text("kind"),
            text("position"),
            text("vendor"),
            text("operation"),
            count("matched"),
            count("struck"),
            count("landed"),
            cost(row),
            end(row),
        )?;
    }
    writeln!(
        out,
        "\nMatched: calls it was about. Struck: calls it hit. Landed: hits that could be felt. Ends: office time, or the time left."
    )?;
    Ok(0)
}

/// What became of the calls that it hit.
fn cost(row: &Value) -> String {
    let named = [
        ("lost_answers", "answers lost"),
        ("altered_answers", "answers altered"),
        ("failed", "failed"),
        ("delayed", "delayed"),
    ];
    let counts = named
        .into_iter()
        .filter_map(|(name, words)| Some((row[name].as_u64().filter(|count| *count > 0)?, words)));
    let words: Vec<String> = counts
        .map(
            |(count, words)| match (count, words.strip_prefix("answers")) {
                (1, Some(what)) => format!("1 answer{what}"),
                _ => format!("{count} {words}"),
            },
        )
        .collect();
    if words.is_empty() {
        "nothing yet".to_owned()
    } else {
        words.join(", ")
    }
}

/// When a fault ends: in office time, or after how long where that does not say it.
fn end(row: &Value) -> String {
    if row["state"] == "over" {
        return "over".to_owned();
    }
    let left = |ms: i64| match ms.max(0) / 1_000 {
        s if s >= 60 => format!("in {}m{:02}s", s / 60, s % 60),
        s => format!("in {s}s"),
    };
    let left = row["ends_in_ms"].as_i64().map(left);
    let stamp = row["ends"].as_str().map(minute);
    stamp.or(left).unwrap_or_else(|| "no end".to_owned())
}

/// Date and minute of an RFC 3339 time.
fn minute(time: &str) -> String {
    time.get(..16).unwrap_or(time).replace('T', " ")
}
