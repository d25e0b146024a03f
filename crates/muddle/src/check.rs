//! `muddle check`: whether a workspace can be worked in.
//!
//! With a workspace's name the register is asked; with a file of variables every key is tried on its vendor.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use reqwest::Method;

use crate::args::Check;
use crate::candidate::{named, reach, usual};
use crate::client::{self, At};
use crate::env;
use crate::failure::Failure;

/// A read of each vendor that every workspace answers.
const READS: [(&str, &str); 3] = [
    ("billing", "/v1/charges?limit=1"),
    ("crm", "/crm/v3/objects/contacts?limit=1"),
    ("inbox", "/gmail/v1/users/me/profile"),
];

/// Runs it; exit code 1 if something is not as it should be.
pub fn run(at: &At<'_>, args: Check) -> Result<u8, Failure> {
    match (args.env, args.workspace) {
        (Some(path), _) => tried(&path),
        (None, Some(workspace)) => looked_up(at, &workspace),
        (None, None) => match usual(at) {
            Some(path) => tried(path),
            None => Err(Failure::new(
                "Name a workspace, as `muddle list` shows it, or a file with --env.",
            )),
        },
    }
}

fn looked_up(at: &At<'_>, workspace: &str) -> Result<u8, Failure> {
    let reached = reach(at, Some(workspace), None)?;
    let path = format!("/muddle/v1/check?workspace={}", reached.workspace);
    let checked = reached.json(Method::GET, &path, None)?;
    let mut out = std::io::stdout();
    for (vendor, key) in checked["vendors"].as_object().into_iter().flatten() {
        writeln!(
            out,
            "{vendor:<8} {}",
            key["state"].as_str().unwrap_or_default()
        )?;
    }
    let open = if checked["open"] == true {
        "open"
    } else {
        "sealed"
    };
    writeln!(out, "{:<8} {open}", "office")?;
    for (name, title) in [
        ("looked_at", "Looked at"),
        ("not_looked_at", "Not looked at"),
    ] {
        let said = checked[name].as_array().into_iter().flatten();
        let said: Vec<&str> = said.filter_map(serde_json::Value::as_str).collect();
        writeln!(out, "{title}: {}.", said.join("; "))?;
    }
    writeln!(out, "`muddle check --env FILE` calls each vendor once.")?;
    Ok(u8::from(checked["ok"] != true))
}

fn tried(path: &Path) -> Result<u8, Failure> {
    let variables = env::read(path)?;
    let mut out = std::io::stdout();
    let mut exit = 0;
    for (vendor, read) in READS {
        let (url, key) = access(&variables, vendor, path)?;
        let status = client::send(Method::GET, url, read, key, None)?.status();
        if !status.is_success() {
            exit = 1;
        }
        writeln!(out, "{vendor:<8} {status}")?;
    }
    let (url, token) = (
        named(&variables, "MUDDLE_URL", path)?,
        named(&variables, "MUDDLE_TOKEN", path)?,
    );
    let status = client::send(Method::GET, url, "/muddle/v1/check", token, None)?.status();
    if !status.is_success() {
        exit = 1;
    }
    writeln!(out, "{:<8} {status}", "token")?;
    Ok(exit)
}

fn access<'a>(
    variables: &'a BTreeMap<String, String>,
    vendor: &str,
    path: &Path,
) -> Result<(&'a str, &'a str), Failure> {
    let name = vendor.to_uppercase();
    let url = named(variables, &format!("MUDDLE_{name}_URL"), path)?;
    let key = named(variables, &format!("MUDDLE_{name}_KEY"), path)?;
    Ok((url, key))
}
