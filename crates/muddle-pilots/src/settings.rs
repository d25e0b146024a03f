//! What an automation is handed: addresses, keys and the names under which they stand in the environment.
//!
//! Built by the binary from the environment or a `.env` file, or in code by tests. Holds no truth; the grader's token is
//! there for `oracle` alone.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::PilotError;

/// A vendor's door: where it is and what opens it.
#[derive(Clone)]
pub struct Door {
    /// Origin, without a trailing slash.
    pub url: String,
    /// The key.
    pub key: String,
}

/// Everything a pilot is handed.
#[derive(Clone)]
pub struct Settings {
    /// Muddle's own address.
    pub url: String,
    /// The workspace.
    pub workspace: String,
    /// Billing's door.
    pub billing: Door,
    /// The CRM's door.
    pub crm: Door,
    /// The mailbox's door.
    pub inbox: Door,
    /// The candidate's token for Muddle's own routes.
    pub token: String,
    /// The desk's mailbox.
    pub inbox_address: String,
    /// Office time at the opening, as told; pilots ask the clock for the present.
    pub now: Option<String>,
    /// Opens the truth; only `oracle` has it.
    pub grader_token: Option<String>,
}

impl Settings {
    /// From this process's environment.
    pub fn from_env() -> Result<Self, PilotError> {
        Self::from_names(&std::env::vars().collect())
    }

    /// From a `.env` file; names it lacks are taken from the environment.
    pub fn from_file(path: &Path) -> Result<Self, PilotError> {
        let text = std::fs::read_to_string(path).map_err(|source| PilotError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let mut names: BTreeMap<String, String> = std::env::vars().collect();
        names.extend(parse(&text));
        Self::from_names(&names)
    }

    /// From names and values.
    pub fn from_names(names: &BTreeMap<String, String>) -> Result<Self, PilotError> {
        let optional = |name: &str| names.get(name).filter(|value| !value.is_empty()).cloned();
        let needed =
            |name: &str| optional(name).ok_or_else(|| PilotError::Missing(name.to_owned()));
        let door = |vendor: &str| -> Result<Door, PilotError> {
            Ok(Door {
                url: needed(&format!("MUDDLE_{vendor}_URL"))?
                    .trim_end_matches('/')
                    .to_owned(),
                key: needed(&format!("MUDDLE_{vendor}_KEY"))?,
            })
        };
        Ok(Self {
            url: needed("MUDDLE_URL")?.trim_end_matches('/').to_owned(),
            workspace: needed("MUDDLE_WORKSPACE")?,
            billing: door("BILLING")?,
            crm: door("CRM")?,
            inbox: door("INBOX")?,
            token: needed("MUDDLE_TOKEN")?,
            inbox_address: needed("MUDDLE_INBOX_ADDRESS")?,
            now: optional("MUDDLE_NOW"),
            grader_token: optional("MUDDLE_GRADER_TOKEN"),
        })
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Settings")
            .field("url", &self.url)
            .field("workspace", &self.workspace)
            .finish_non_exhaustive()
    }
}

/// `NAME=value` lines; `export`, quotes, comments and blank lines are understood.
fn parse(text: &str) -> BTreeMap<String, String> {
    let pair = |line: &str| {
        let line = line.trim().trim_start_matches("export ");
        let (name, value) = line.split_once('=').filter(|_| !line.starts_with('#'))?;
        let value = value.trim();
        let bare = ['"', '\'']
            .iter()
            .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
            .unwrap_or(value);
        Some((name.trim().to_owned(), bare.to_owned()))
    };
    text.lines().filter_map(pair).collect()
}

#[cfg(test)]
mod tests;
