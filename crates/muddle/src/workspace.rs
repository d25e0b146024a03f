//! `muddle open`, `brief`, `reset` and `fork`.

use std::io::Write as _;
use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};

use crate::args::{Brief, Fork, Open, Reset};
use crate::candidate::reach;
use crate::client::At;
use crate::env;
use crate::failure::Failure;

/// What is said of an office that was opened with `--test`.
const TEST: &str = "A test: the seed is known, so the whole office can be worked out from it, and no run in it can be compared with another.";

/// Opens a workspace and tells its keys.
pub fn open(at: &At<'_>, args: Open) -> Result<u8, Failure> {
    let mut request = json!({"scenario": args.scenario, "clean": args.clean, "test": args.test});
    let optional = [
        ("seed", args.seed.map(Value::from)),
        ("mode", args.mode.map(Value::from)),
        ("clock", args.clock.map(Value::from)),
        ("nights", args.nights.map(Value::from)),
        ("epoch", args.epoch.map(Value::from)),
        ("candidate", args.candidate.map(Value::from)),
        ("latency", args.latency.map(Value::from)),
        ("cases", args.cases.map(Value::from)),
        ("rate_limits", args.rate_limits.map(Value::from)),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            request[name] = value;
        }
    }
    let opened = at.json(Method::POST, "/muddle/v1/workspaces", Some(&request))?;
    show(&opened, args.env.as_deref(), args.json)
}

/// Tells the keys of a new workspace: in a file, as JSON, or on the terminal.
fn show(opened: &Value, file: Option<&Path>, json: bool) -> Result<u8, Failure> {
    if let Some(path) = file {
        env::write(path, opened)?;
    }
    if opened["test"] == true {
        // Beside the answer, so that a program which reads that is told too.
        writeln!(std::io::stderr(), "{TEST}")?;
    }
    if json {
        return print_json(opened);
    }
    let Some(path) = file else {
        return print(opened);
    };
    let workspace = opened["workspace"].as_str().unwrap_or_default();
    writeln!(
        std::io::stdout(),
        "{workspace} is open; {} holds what an automation needs.",
        path.display()
    )?;
    Ok(0)
}

/// Copies a workspace.
pub fn fork(at: &At<'_>, args: Fork) -> Result<u8, Failure> {
    let reached = at.operator(&args.workspace)?;
    let path = format!("/muddle/v1/workspaces/{}/fork", reached.workspace);
    let request = args.at.map_or_else(|| json!({}), |seq| json!({"at": seq}));
    let opened = reached.json(Method::POST, &path, Some(&request))?;
    show(&opened, args.env.as_deref(), args.json)
}

/// Begins again.
pub fn reset(at: &At<'_>, args: &Reset) -> Result<u8, Failure> {
    let reached = reach(at, args.workspace.as_deref(), args.place.env.as_deref())?;
    let workspace = &reached.workspace;
    let path = format!("/muddle/v1/workspaces/{workspace}/reset");
    reached.json(Method::POST, &path, None)?;
    writeln!(
        std::io::stdout(),
        "{workspace} is as it was opened; its keys are the same."
    )?;
    Ok(0)
}

/// Prints what the candidate is told.
pub fn brief(at: &At<'_>, args: &Brief) -> Result<u8, Failure> {
    let reached = reach(at, args.workspace.as_deref(), args.place.env.as_deref())?;
    let path = format!("/muddle/v1/brief?workspace={}", reached.workspace);
    reached
        .ask(Method::GET, &path, None)?
        .pour(&mut std::io::stdout())?;
    Ok(0)
}

/// Prints JSON for programs.
pub fn print_json(value: &Value) -> Result<u8, Failure> {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    writeln!(std::io::stdout(), "{text}")?;
    Ok(0)
}

fn print(opened: &Value) -> Result<u8, Failure> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut out = std::io::stdout();
    let seed = opened["seed"]
        .as_u64()
        .map_or("secret".to_owned(), |seed| seed.to_string());
    writeln!(out, "workspace   {}", text(&opened["workspace"]))?;
    writeln!(
        out,
        "scenario    {} (seed {seed})",
        text(&opened["scenario"])
    )?;
    writeln!(out, "now         {}", text(&opened["now"]))?;
    writeln!(out, "url         {}", text(&opened["url"]))?;
    for vendor in ["billing", "crm", "inbox"] {
        writeln!(
            out,
            "{vendor:<11} {}",
            text(&opened["vendors"][vendor]["key"])
        )?;
    }
    writeln!(
        out,
        "address     {}",
        text(&opened["vendors"]["inbox"]["address"])
    )?;
    for role in ["candidate", "interviewer", "grader"] {
        writeln!(out, "{role:<11} {}", text(&opened["tokens"][role]))?;
    }
    writeln!(out, "\nThe keys are told only now.")?;
    Ok(0)
}
