//! Every command and flag.
//!
//! Read by `main`. Values are passed on as they were typed; the server reads times, durations and clocks. Those of the
//! candidate are in [`candidate`], those that look at a log in [`evidence`], what is said of mistakes in [`help`].

mod candidate;
mod evidence;
mod help;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

pub use candidate::{Attempt, Brief, Check, Reset, Wait};
pub use evidence::{List, Log, Mail, Note, Replay, Status, Watch};
pub use help::parse;

/// A messy back office on demand: open one, let an automation work in it, break its vendors, grade its log.
#[derive(Debug, Parser)]
#[command(name = "muddle", version, max_term_width = 100)]
pub struct Args {
    /// Where the server keeps its log, its keys and its address
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        default_value = "./muddle-data",
        env = "MUDDLE_DATA"
    )]
    pub data: PathBuf,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the server
    Serve(Serve),
    /// Open an office, let a pilot work in it, grade it: all in one go
    Demo(Demo),
    /// Let a reference automation work in a workspace
    Pilot(Pilot),
    /// The scenarios that ship, or one of your own
    #[command(subcommand)]
    Scenario(Scenario),
    /// Open a workspace
    Open(Open),
    /// Name the workspaces: scenario, mode, candidate, office time, state
    List(List),
    /// Say how a workspace stands: last call, attempt, faults, mail due, vendors
    Status(Status),
    /// Print a line a call, live
    Watch(Watch),
    /// Write a note into the log; the report shows it
    Note(Note),
    /// Let a mail of a customer come in
    Mail(Mail),
    /// Print what the candidate is told
    Brief(Brief),
    /// Let office time pass
    Wait(Wait),
    /// Break a vendor, or stop breaking it
    #[command(subcommand)]
    Fault(Fault),
    /// Office time: show it, set it, pause it, move it on
    #[command(subcommand)]
    Clock(Clock),
    /// Declare runs of the automation
    #[command(subcommand)]
    Attempt(Attempt),
    /// See whether a workspace can be worked in: every key, every vendor
    Check(Check),
    /// Begin again under the same name and keys
    Reset(Reset),
    /// Continue a copy of a workspace
    Fork(Fork),
    /// Print the log
    Log(Log),
    /// Close the office and sign the end of its log
    Seal {
        /// The workspace, or how its name begins
        workspace: String,
        /// The signed receipt, for programs
        #[arg(long)]
        json: bool,
    },
    /// Seal, then grade
    Grade {
        /// The workspace, or how its name begins
        workspace: String,
        /// For programs
        #[arg(long)]
        json: bool,
    },
    /// Copy the log of the data directory, on this machine and while a server runs on it, to a new file
    Backup {
        /// The new file
        file: PathBuf,
    },
    /// Prove the log: exit 1 if it is damaged or lacks entries, 2 if a decision differs, 3 if other rules decided it
    Verify {
        /// The workspace, or how its name begins
        workspace: String,
    },
    /// Print the world, or one record of it, as JSON as it was after an entry
    Replay(Replay),
}

#[derive(Debug, ClapArgs)]
pub struct Serve {
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4600")]
    pub listen: String,
    /// Scenario folders laid over the shipped ones
    #[arg(long, value_name = "DIR")]
    pub scenarios: Option<PathBuf>,
    /// Under which scheme and authority candidates elsewhere reach this server
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Also serve, on a port of its own, the bare route that `make bench` measures against
    #[arg(long)]
    pub bench: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Demo {
    /// The scenario's name
    #[arg(long, default_value = "refund-desk")]
    pub scenario: String,
    /// Who works in it
    #[arg(long, default_value = "careful")]
    pub pilot: String,
    /// The seed
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// A habit that careful goes without
    #[arg(long, value_name = "HABIT")]
    pub without: Option<String>,
    /// For programs
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Pilot {
    /// oracle, careful, narrow, naive, shotgun, escalate_all or idle
    pub name: String,
    /// The file that `open --env` wrote
    #[arg(long, value_name = "FILE", default_value = ".env")]
    pub env: PathBuf,
    /// idempotency-keys, backoff, duplicate-search, window-check, dispute-check or asking
    #[arg(long, value_name = "HABIT")]
    pub without: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Scenario {
    /// Name the scenarios that ship
    List,
    /// Say everything that is wrong with one, by name or folder
    Check {
        /// A shipped scenario's name, or a folder
        scenario: String,
    },
    /// Show what an office of one seed holds, without telling its answers
    Show {
        /// A shipped scenario's name, or a folder
        scenario: String,
        /// The seed
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Count what each mess operator spoiled
        #[arg(long)]
        mess: bool,
    },
    /// Print the JSON Schema of scenario.yaml
    Schema,
}

#[derive(Debug, ClapArgs)]
pub struct Open {
    /// The scenario's name
    pub scenario: String,
    /// A known seed, for practice and tests: all of the office follows from its number; a secret one is drawn otherwise
    #[arg(long)]
    pub seed: Option<u64>,
    /// practice, live or exam
    #[arg(long)]
    pub mode: Option<String>,
    /// real, "fast 30x", step, paused or manual
    #[arg(long)]
    pub clock: Option<String>,
    /// What a fast clock does with closed hours: pass (at its speed, as it does without this) or jump
    #[arg(long, value_name = "pass|jump")]
    pub nights: Option<String>,
    /// A day of the week that becomes the office's this week
    #[arg(long, value_name = "DATE")]
    pub epoch: Option<String>,
    /// Who will work in it
    #[arg(long, value_name = "NAME")]
    pub candidate: Option<String>,
    /// The same office without the mess
    #[arg(long)]
    pub clean: bool,
    /// counted, or real: vendors take as long as on any day, and injected latency is slept even where the clock counts it
    #[arg(long)]
    pub latency: Option<String>,
    /// documented, or off: no vendor counts calls (not in an exam)
    #[arg(long, value_name = "LIMITS")]
    pub rate_limits: Option<String>,
    /// Cut the story to this many cases: all their mail is there at the opening, and no vendor fails by script
    #[arg(long, value_name = "N")]
    pub cases: Option<u32>,
    /// Allow a known seed in a live session or an exam; the log and every report say so, and its runs compare with no other
    #[arg(long)]
    pub test: bool,
    /// For programs
    #[arg(long)]
    pub json: bool,
    /// Write what an automation needs to a file of variables
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = ".env")]
    pub env: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub struct Fork {
    /// The workspace, or how its name begins
    pub workspace: String,
    /// The last entry that is copied; the log's end if absent
    #[arg(long, value_name = "SEQ")]
    pub at: Option<u64>,
    /// For programs
    #[arg(long)]
    pub json: bool,
    /// Write what an automation needs to a file of variables
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = ".env")]
    pub env: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
#[expect(
    clippy::large_enum_variant,
    reason = "parsed once per process, never kept in numbers"
)]
pub enum Fault {
    /// Arm one
    Arm(Arm),
    /// Lift one, or all that were armed by hand
    Lift {
        /// The workspace, or how its name begins
        workspace: String,
        /// Its id, as `fault list` shows it
        #[arg(conflicts_with = "all")]
        fault: Option<String>,
        /// Lift every one that was armed by hand; the scenario's own stay, and can be lifted by their ids
        #[arg(long)]
        all: bool,
    },
    /// Show what is armed and what it did
    List {
        /// The workspace, or how its name begins
        workspace: String,
        /// For programs
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, ClapArgs)]
pub struct Arm {
    /// The workspace, or how its name begins
    pub workspace: String,
    /// billing, crm or inbox; all of them if absent
    #[arg(long)]
    pub vendor: Option<String>,
    /// delay, error, throttle, quota_exhausted, outage, hang, reset, close, cut or garble
    #[arg(long)]
    pub kind: String,
    /// before: nothing is applied. after: applied, then the answer is lost or altered
    #[arg(long)]
    pub position: Option<String>,
    /// As in create_refund; all of the vendor's if absent
    #[arg(long)]
    pub operation: Option<String>,
    /// Strike some calls: 0 to 1, as 0.3
    #[arg(long, value_name = "P")]
    pub probability: Option<String>,
    /// Strike the first N
    #[arg(long, value_name = "N")]
    pub first: Option<u64>,
    /// Strike every Nth
    #[arg(long, value_name = "N")]
    pub every: Option<u64>,
    /// rule, or subject: count --first and --every for each logical call on its own
    #[arg(long)]
    pub per: Option<String>,
    /// throttle: calls let through per window
    #[arg(long, value_name = "N")]
    pub limit: Option<u32>,
    /// throttle: length of the window, as 60s
    #[arg(long, value_name = "DURATION")]
    pub window: Option<String>,
    /// cut: bytes of the body that still arrive
    #[arg(long, value_name = "N")]
    pub bytes: Option<u64>,
    /// error: the HTTP status, as 503
    #[arg(long)]
    pub status: Option<u16>,
    /// error: the vendor's own code
    #[arg(long)]
    pub code: Option<String>,
    /// delay: 200ms, uniform:A,B or lognormal:MEDIAN,P99
    #[arg(long)]
    pub delay: Option<String>,
    /// garble: bit_flip, random_bytes or html_page
    #[arg(long)]
    pub how: Option<String>,
    /// hang: how long it is silent. Any other kind: how long the fault lasts, in office time
    #[arg(long = "for", value_name = "DURATION")]
    pub for_: Option<String>,
    /// outage: how long writes are lost after their effect
    #[arg(long, value_name = "DURATION")]
    pub lost_for: Option<String>,
    /// Office time from which it is armed, or +30m
    #[arg(long, value_name = "T")]
    pub from: Option<String>,
    /// Office time at which it ends, or +30m
    #[arg(long, value_name = "T")]
    pub to: Option<String>,
    /// Ends by itself after so long; 15m where nothing else ends it
    #[arg(long, value_name = "DURATION")]
    pub ttl: Option<String>,
    /// For programs
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Clock {
    /// What time it is
    Show {
        /// The workspace, or how its name begins
        workspace: String,
    },
    /// Let it run otherwise
    Set {
        /// The workspace, or how its name begins
        workspace: String,
        /// real, "fast 30x", step, paused or manual
        mode: String,
        /// What a fast clock does with closed hours: pass (at its speed, as it does without this) or jump
        #[arg(long, value_name = "pass|jump")]
        nights: Option<String>,
        /// An office time to go to, or +30m
        #[arg(long, value_name = "T")]
        to: Option<String>,
    },
    /// Stop it
    Pause {
        /// The workspace, or how its name begins
        workspace: String,
    },
    /// Move it on
    Advance {
        /// The workspace, or how its name begins
        workspace: String,
        /// As 30m, 2h or 1d
        by: String,
    },
}
