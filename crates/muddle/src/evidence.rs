//! `muddle log`, `seal`, `grade`, `verify` and `replay`.

use std::io::Write as _;

use reqwest::Method;

use crate::args::{Log, Replay};
use crate::client::At;
use crate::failure::Failure;
use crate::workspace::print_json;

/// Prints the log.
pub fn log(at: &At<'_>, args: Log) -> Result<u8, Failure> {
    let reached = at.operator(&args.workspace)?;
    let path = format!(
        "/muddle/v1/workspaces/{}/log?format={}&from={}&follow={}",
        reached.workspace,
        plain(&args.format),
        args.from.unwrap_or(1),
        args.follow,
    );
    reached
        .ask(Method::GET, &path, None)?
        .pour(&mut std::io::stdout().lock())?;
    Ok(0)
}

/// What can stand in a query as it is; anything else the server refuses by name anyway.
fn plain(text: &str) -> String {
    let letters = text.chars();
    letters
        .map(|c| {
            if c.is_ascii_alphanumeric() || "_-./".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect()
}

/// Closes the office and says where its log ends; the receipt as JSON for programs.
pub fn seal(at: &At<'_>, workspace: &str, json: bool) -> Result<u8, Failure> {
    let reached = at.operator(workspace)?;
    let workspace = &reached.workspace;
    let path = format!("/muddle/v1/workspaces/{workspace}/seal");
    let receipt = reached.json(Method::POST, &path, None)?;
    if json {
        return print_json(&receipt);
    }
    let head = receipt["head"].as_str().unwrap_or_default();
    writeln!(
        std::io::stdout(),
        "{workspace} is sealed: its log ends with entry {}, whose hash begins with {}.\n\
         `muddle seal {workspace} --json` prints the signed receipt; `muddle grade {workspace}` says what the log is worth.",
        receipt["seq"],
        head.get(..16).unwrap_or(head),
    )?;
    Ok(0)
}

/// Seals, grades, prints the report.
pub fn grade(at: &At<'_>, workspace: &str, json: bool) -> Result<u8, Failure> {
    let reached = at.operator(workspace)?;
    let path = format!("/muddle/v1/workspaces/{}/grade", reached.workspace);
    if json {
        return print_json(&reached.json(Method::POST, &path, None)?);
    }
    let path = format!("{path}?format=text");
    reached
        .ask(Method::POST, &path, None)?
        .pour(&mut std::io::stdout())?;
    Ok(0)
}

/// Proves the log; the exit code says what was found.
pub fn verify(at: &At<'_>, workspace: &str) -> Result<u8, Failure> {
    let reached = at.operator(workspace)?;
    let workspace = &reached.workspace;
    let proof = reached.json(
        Method::GET,
        &format!("/muddle/v1/workspaces/{workspace}/verify"),
        None,
    )?;
    let message = proof["message"].as_str().unwrap_or_default();
    writeln!(std::io::stdout(), "{workspace}: {message}")?;
    for more in [&proof["witness"], &proof["register"]] {
        if let Some(sentence) = more.as_str() {
            writeln!(std::io::stdout(), "{sentence}")?;
        }
    }
    for (name, side) in [("stored", &proof["stored"]), ("decided", &proof["decided"])] {
        if let Some(core) = side.as_str() {
            writeln!(std::io::stdout(), "{name}: {core}")?;
        }
    }
    let exit = proof["exit"]
        .as_u64()
        .and_then(|exit| u8::try_from(exit).ok());
    exit.ok_or_else(|| Failure::new("The server did not say what it found."))
}

/// Prints the world as it was, or one record of it.
pub fn replay(at: &At<'_>, args: &Replay) -> Result<u8, Failure> {
    let reached = at.operator(&args.workspace)?;
    let mut query = Vec::new();
    if let Some(seq) = args.to {
        query.push(format!("to={seq}"));
    }
    if let Some(record) = &args.record {
        query.push(format!("record={}", plain(record)));
    }
    let path = format!(
        "/muddle/v1/workspaces/{}/replay?{}",
        reached.workspace,
        query.join("&")
    );
    print_json(&reached.json(Method::GET, &path, None)?)
}
