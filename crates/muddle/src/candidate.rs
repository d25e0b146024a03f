//! How a command finds its workspace: as the operator by name, or as the candidate by a file of variables.
//!
//! Called by the commands that both may give. A file that is named wins; without one the data directory does, and only
//! where there is none the file ./.env, so that nobody is taken for the candidate by accident.

use std::collections::BTreeMap;
use std::path::Path;

use crate::client::{At, Reached};
use crate::env;
use crate::failure::Failure;

/// The file that is taken without being named.
const USUAL: &str = ".env";

/// Whom the command is given by, and for which workspace.
pub fn reach(
    at: &At<'_>,
    workspace: Option<&str>,
    file: Option<&Path>,
) -> Result<Reached, Failure> {
    if let Some(file) = file {
        return of_file(file, workspace);
    }
    if at.is_operator() {
        let workspace = workspace.ok_or_else(|| {
            Failure::new(
                "Name the workspace, as `muddle list` shows it, or the candidate's file with --env.",
            )
        })?;
        return at.operator(workspace);
    }
    if is_usual_file() {
        return of_file(Path::new(USUAL), workspace);
    }
    Err(Failure::no_server(format!(
        "No server has run in {}, and there is no ./.env: name the directory with --data, or the candidate's file with --env.",
        at.data.display()
    )))
}

/// The file that is taken where nothing else says where the server is.
pub fn usual(at: &At<'_>) -> Option<&'static Path> {
    (!at.is_operator() && is_usual_file()).then(|| Path::new(USUAL))
}

/// Whether ./.env is there and is one of ours.
fn is_usual_file() -> bool {
    let read = env::read(Path::new(USUAL));
    read.is_ok_and(|names| names.contains_key("MUDDLE_TOKEN"))
}

fn of_file(file: &Path, workspace: Option<&str>) -> Result<Reached, Failure> {
    let names = env::read(file)?;
    let own = named(&names, "MUDDLE_WORKSPACE", file)?;
    if let Some(other) = workspace
        && !begins(own, other)
    {
        return Err(Failure::new(format!(
            "{} is for {own}, not for `{other}`.",
            file.display()
        )));
    }
    Ok(Reached {
        url: named(&names, "MUDDLE_URL", file)?
            .trim_end_matches('/')
            .to_owned(),
        token: named(&names, "MUDDLE_TOKEN", file)?.to_owned(),
        workspace: own.to_owned(),
    })
}

fn begins(own: &str, named: &str) -> bool {
    let bare = own.strip_prefix("ws_").unwrap_or(own);
    !named.is_empty() && (own.starts_with(named) || bare.starts_with(named))
}

/// A variable of the file.
pub fn named<'a>(
    names: &'a BTreeMap<String, String>,
    name: &str,
    file: &Path,
) -> Result<&'a str, Failure> {
    names.get(name).map(String::as_str).ok_or_else(|| {
        Failure::new(format!(
            "{} does not name {name}; write it again with `muddle open … --env`.",
            file.display()
        ))
    })
}
