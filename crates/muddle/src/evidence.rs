//! `muddle log`, `seal`, `grade`, `verify` and `replay`.

use std::io::Write as _;

use reqwest::Method;

use crate::args::Log;
use crate::client::At;
use crate::failure::Failure;
use crate::workspace::print_json;

/// Prints the log as it is stored.
pub fn log(at: &At<'_>, args: Log) -> Result<u8, Failure> {
    let from = args.from.unwrap_or(1);
    let path = format!(
        "/muddle/v1/workspaces/{}/log?format={}&from={from}",
        args.workspace, args.format
    );
    at.ask(Method::GET, &path, None)?
        .pour(&mut std::io::stdout().lock())?;
    Ok(0)
}

/// Closes the office and says where its log ends; the receipt as JSON for programs.
pub fn seal(at: &At<'_>, workspace: &str, json: bool) -> Result<u8, Failure> {
    let receipt = at.json(
        Method::POST,
        &format!("/muddle/v1/workspaces/{workspace}/seal"),
        None,
    )?;
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
    let path = format!("/muddle/v1/workspaces/{workspace}/grade");
    if json {
        return print_json(&at.json(Method::POST, &path, None)?);
    }
    let path = format!("{path}?format=text");
    at.ask(Method::POST, &path, None)?
        .pour(&mut std::io::stdout())?;
    Ok(0)
}

/// Proves the log; the exit code says what was found.
pub fn verify(at: &At<'_>, workspace: &str) -> Result<u8, Failure> {
    let proof = at.json(
        Method::GET,
        &format!("/muddle/v1/workspaces/{workspace}/verify"),
        None,
    )?;
    let message = proof["message"].as_str().unwrap_or_default();
    writeln!(std::io::stdout(), "{workspace}: {message}")?;
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

/// Prints the world as it was.
pub fn replay(at: &At<'_>, workspace: &str, to: Option<u64>) -> Result<u8, Failure> {
    let mut path = format!("/muddle/v1/workspaces/{workspace}/replay");
    if let Some(seq) = to {
        path.push_str(&format!("?to={seq}"));
    }
    print_json(&at.json(Method::GET, &path, None)?)
}
