//! Commands of those who watch and judge a workspace.
//!
//! Part of [`super::Command`].

use clap::Args as ClapArgs;

#[derive(Debug, ClapArgs)]
pub struct List {
    /// Those too that were replaced by a reset
    #[arg(long)]
    pub all: bool,
    /// For programs
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Status {
    /// The workspace, or how its name begins
    pub workspace: String,
    /// For programs
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Watch {
    /// The workspace, or how its name begins
    pub workspace: String,
    /// Begin after this entry instead of now; 0 for the whole log
    #[arg(long, value_name = "SEQ")]
    pub after: Option<u64>,
    /// A line for every read too
    #[arg(long)]
    pub reads: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Note {
    /// The workspace, or how its name begins
    pub workspace: String,
    /// What you saw
    pub text: String,
}

#[derive(Debug, ClapArgs)]
pub struct Mail {
    /// The workspace, or how its name begins
    pub workspace: String,
    /// Who writes: an address, or a name that the CRM or the billing desk knows
    #[arg(long = "as", value_name = "CUSTOMER")]
    pub as_: String,
    /// Subject of a new thread; how the text begins if absent
    #[arg(long, conflicts_with = "thread")]
    pub subject: Option<String>,
    /// Answer in this thread: its id, or last for the customer's own last one
    #[arg(long, value_name = "ID")]
    pub thread: Option<String>,
    /// What they write
    pub text: String,
}

#[derive(Debug, ClapArgs)]
pub struct Log {
    /// The workspace, or how its name begins
    pub workspace: String,
    /// jsonl: the entries as they are stored. text: a line for people each. csv: the same in columns
    #[arg(long, default_value = "jsonl")]
    pub format: String,
    /// The first entry
    #[arg(long, value_name = "SEQ")]
    pub from: Option<u64>,
    /// Go on as entries come
    #[arg(long)]
    pub follow: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Replay {
    /// The workspace, or how its name begins
    pub workspace: String,
    /// The last entry that counts; the log's end if absent
    #[arg(long, value_name = "SEQ")]
    pub to: Option<u64>,
    /// Only the record of this id; COLLECTION/ID where several collections have it
    #[arg(long, value_name = "ID")]
    pub record: Option<String>,
}
