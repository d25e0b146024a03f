//! Commands that a candidate gives with nothing but the file of variables; the operator names a workspace instead.
//!
//! Part of [`super::Command`].

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

/// How a command finds its workspace.
#[derive(Debug, ClapArgs)]
pub struct Place {
    /// Work as the candidate of this file, as `open --env` wrote it; ./.env by itself where there is no data directory
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = ".env")]
    pub env: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub struct Brief {
    /// The workspace, or how its name begins; the file's own if absent
    pub workspace: Option<String>,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, ClapArgs)]
pub struct Reset {
    /// The workspace, or how its name begins; the file's own if absent
    pub workspace: Option<String>,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, ClapArgs)]
pub struct Check {
    /// The workspace, or how its name begins: its keys are looked up, no vendor is called
    pub workspace: Option<String>,
    /// Try every key of this file by a harmless read each; ./.env by itself where there is no data directory
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = ".env", conflicts_with = "workspace")]
    pub env: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
#[command(override_usage = "muddle wait [WORKSPACE] DURATION | --until T | --next-event")]
pub struct Wait {
    /// The workspace, or how its name begins, with the candidate's file none; then how long, as 30m, 2h or 1d
    #[arg(value_name = "WHAT", num_args = 0..=2)]
    pub what: Vec<String>,
    /// Until this office time
    #[arg(long, value_name = "T", conflicts_with = "next_event")]
    pub until: Option<String>,
    /// Until the next thing happens by itself
    #[arg(long)]
    pub next_event: bool,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, Subcommand)]
pub enum Attempt {
    /// Begin one; the one before ends
    Start {
        /// The workspace, or how its name begins; the file's own if absent
        workspace: Option<String>,
        /// Its name; "attempt 2" for the second, if absent
        #[arg(long)]
        label: Option<String>,
        /// Commit or digest of the code
        #[arg(long)]
        code: Option<String>,
        /// How it is run
        #[arg(long)]
        command: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// End one
    #[command(override_usage = "muddle attempt end [WORKSPACE] ATTEMPT")]
    End {
        /// The workspace, or how its name begins, with the candidate's file none; then the attempt's number
        #[arg(value_name = "WHICH", num_args = 1..=2, required = true)]
        which: Vec<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Show them
    List {
        /// The workspace, or how its name begins; the file's own if absent
        workspace: Option<String>,
        #[command(flatten)]
        place: Place,
    },
}
