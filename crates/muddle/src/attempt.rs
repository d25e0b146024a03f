//! `muddle attempt start|end|list`.

use std::io::Write as _;

use reqwest::Method;
use serde_json::{Value, json};

use crate::args::Attempt;
use crate::client::At;
use crate::failure::Failure;

/// Runs it.
pub fn run(at: &At<'_>, attempt: Attempt) -> Result<u8, Failure> {
    let mut out = std::io::stdout();
    match attempt {
        Attempt::Start {
            workspace,
            label,
            code,
            command,
        } => {
            let request = json!({"label": label, "code": code, "command": command});
            let path = format!("/muddle/v1/attempts?workspace={workspace}");
            let begun = at.json(Method::POST, &path, Some(&request))?;
            let (number, label) = (&begun["attempt"], &begun["label"]);
            let label = label.as_str().unwrap_or_default();
            let named = match label == format!("attempt {number}") {
                true => String::new(),
                false => format!(" ({label})"),
            };
            writeln!(
                out,
                "Attempt {number}{named} has begun; it lasts until `muddle attempt end {workspace} {number}`, the next one, or the seal."
            )?;
        }
        Attempt::End { workspace, attempt } => {
            let path = format!("/muddle/v1/attempts/{attempt}/end?workspace={workspace}");
            at.json(Method::POST, &path, None)?;
            writeln!(out, "Attempt {attempt} has ended.")?;
        }
        Attempt::List { workspace } => {
            let attempts = at.json(
                Method::GET,
                &format!("/muddle/v1/attempts?workspace={workspace}"),
                None,
            )?;
            for row in attempts.as_array().into_iter().flatten() {
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
        }
    }
    Ok(0)
}

fn ended(row: &Value) -> &str {
    row["ended"].as_str().unwrap_or("now")
}
