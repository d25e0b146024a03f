//! `muddle clock show|set|pause|advance`.

use std::io::Write as _;

use reqwest::Method;
use serde_json::json;

use crate::args::Clock;
use crate::client::At;
use crate::failure::Failure;

/// Runs it.
pub fn run(at: &At<'_>, clock: Clock) -> Result<u8, Failure> {
    let (workspace, request) = match clock {
        Clock::Show { workspace } => (workspace, None),
        Clock::Set {
            workspace,
            mode,
            nights,
            to,
        } => {
            let mut request = json!({"mode": mode});
            for (name, value) in [("nights", nights), ("to", to)] {
                if let Some(value) = value {
                    request[name] = value.into();
                }
            }
            (workspace, Some(request))
        }
        Clock::Pause { workspace } => (workspace, Some(json!({"mode": "paused"}))),
        Clock::Advance { workspace, by } => (workspace, Some(json!({"advance": by}))),
    };
    let reached = at.operator(&workspace)?;
    let workspace = &reached.workspace;
    let now = match request {
        None => reached.json(
            Method::GET,
            &format!("/muddle/v1/now?workspace={workspace}"),
            None,
        )?,
        Some(request) => {
            let path = format!("/muddle/v1/workspaces/{workspace}/clock");
            let moved = reached.json(Method::POST, &path, Some(&request));
            // Here they are no flags.
            moved.map_err(|failure| failure.without_flag("mode").without_flag("advance"))?
        }
    };
    let text = |name: &str| now[name].as_str().unwrap_or_default().to_owned();
    writeln!(std::io::stdout(), "{} ({})", text("now"), text("clock"))?;
    if let Some(note) = now["note"].as_str() {
        writeln!(std::io::stdout(), "{note}")?;
    }
    Ok(0)
}
