//! The file of variables that an automation is given: written by `open --env`, read by `check --env`.
//!
//! We write `MUDDLE_*` names only: a vendor's own variables would make a coding agent's tools follow them. Lines of a file
//! that is there already stay, but for the names that we write.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::data;
use crate::failure::Failure;

/// Writes it, for its owner only.
pub fn write(path: &Path, opened: &Value) -> Result<(), Failure> {
    let variables = variables(opened);
    let there = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Failure::file(path, &error)),
    };
    let ours = |line: &&str| {
        let line = line.trim();
        let name = line
            .strip_prefix("export ")
            .unwrap_or(line)
            .split('=')
            .next();
        variables
            .iter()
            .any(|(own, _)| name.map(str::trim) == Some(own))
    };
    let mut lines = String::new();
    for line in there.lines().filter(|line| !ours(line)) {
        lines.push_str(line);
        lines.push('\n');
    }
    for (name, value) in variables {
        lines.push_str(&format!("{name}={value}\n"));
    }
    data::write(path, lines.trim_end())
}

/// The variables, in order.
pub fn variables(opened: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let url = text(&opened["url"]);
    let mut variables = vec![
        ("MUDDLE_URL".to_owned(), url.clone()),
        ("MUDDLE_WORKSPACE".to_owned(), text(&opened["workspace"])),
    ];
    for vendor in ["billing", "crm", "inbox"] {
        let (access, name) = (&opened["vendors"][vendor], vendor.to_uppercase());
        variables.push((format!("MUDDLE_{name}_URL"), text(&access["url"])));
        variables.push((format!("MUDDLE_{name}_KEY"), text(&access["key"])));
    }
    let address = text(&opened["vendors"]["inbox"]["address"]);
    variables.push(("MUDDLE_INBOX_ADDRESS".to_owned(), address));
    variables.push((
        "MUDDLE_TOKEN".to_owned(),
        text(&opened["tokens"]["candidate"]),
    ));
    variables.push(("MUDDLE_BRIEF".to_owned(), format!("{url}/muddle/v1/brief")));
    variables.push(("MUDDLE_NOW".to_owned(), text(&opened["now"])));
    variables
}

/// Reads one.
pub fn read(path: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let line = line.strip_prefix("export ").unwrap_or(line);
            let (name, value) = line.split_once('=').ok_or_else(|| {
                Failure::new(format!("{}: `{line}` is no NAME=VALUE.", path.display()))
            })?;
            Ok((
                name.trim().to_owned(),
                value.trim().trim_matches('"').to_owned(),
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests;
