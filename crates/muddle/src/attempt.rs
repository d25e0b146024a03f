//! `muddle attempt start|end|list`.

use std::io::Write as _;

use reqwest::Method;
use serde_json::{Value, json};

use crate::args::Attempt;
use crate::candidate::reach;
use crate::client::{At, Reached};
use crate::failure::Failure;

/// Runs it.
pub fn run(at: &At<'_>, attempt: Attempt) -> Result<u8, Failure> {
    match attempt {
        Attempt::Start {
            workspace,
            label,
            code,
            command,
            place,
        } => {
            let reached = reach(at, workspace.as_deref(), place.env.as_deref())?;
            let request = json!({"label": label, "code": code, "command": command});
            start(&reached, &request)
        }
        Attempt::End { which, place } => {
            let (number, workspace) = match which.as_slice() {
                [workspace, number] => (number, Some(workspace.as_str())),
                [number] => (number, None),
                _ => return Err(Failure::new("Name the attempt by its number.")),
            };
            if number.parse::<u32>().is_err() {
                return Err(Failure::new(format!(
                    "An attempt has a number, as `muddle attempt list` shows it; `{number}` is none."
                )));
            }
            let reached = reach(at, workspace, place.env.as_deref())?;
            end(&reached, number)
        }
        Attempt::List { workspace, place } => {
            list(&reach(at, workspace.as_deref(), place.env.as_deref())?)
        }
    }
}

fn start(reached: &Reached, request: &Value) -> Result<u8, Failure> {
    let workspace = &reached.workspace;
    let path = format!("/muddle/v1/attempts?workspace={workspace}");
    let begun = reached.json(Method::POST, &path, Some(request))?;
    let (number, label) = (&begun["attempt"], &begun["label"]);
    let label = label.as_str().unwrap_or_default();
    let named = match label == format!("attempt {number}") {
        true => String::new(),
        false => format!(" ({label})"),
    };
    writeln!(
        std::io::stdout(),
        "Attempt {number}{named} has begun; it lasts until `muddle attempt end {workspace} {number}`, the next one, or the seal."
    )?;
    Ok(0)
}

fn end(reached: &Reached, number: &str) -> Result<u8, Failure> {
    let workspace = &reached.workspace;
    let path = format!("/muddle/v1/attempts/{number}/end?workspace={workspace}");
    reached.json(Method::POST, &path, None)?;
    writeln!(std::io::stdout(), "Attempt {number} has ended.")?;
    Ok(0)
}

fn list(reached: &Reached) -> Result<u8, Failure> {
    let path = format!("/muddle/v1/attempts?workspace={}", reached.workspace);
    let attempts = reached.json(Method::GET, &path, None)?;
    let mut out = std::io::stdout();
    let rows = attempts.as_array().map(Vec::as_slice).unwrap_or_default();
    if rows.is_empty() {
        writeln!(out, "No attempt was declared.")?;
    }
    for row in rows {
        let text = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
        writeln!(
            out,
            "{}  {}  {} to {}  {}",
            row["attempt"],
            text("label"),
            text("started"),
            ended(row),
            text("code")
        )?;
    }
    Ok(0)
}

fn ended(row: &Value) -> &str {
    row["ended"].as_str().unwrap_or("now")
}
