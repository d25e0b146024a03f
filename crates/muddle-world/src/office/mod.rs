//! The workspace's own operations: opening, clock, faults, attempts, seal; and the records they leave.
//!
//! Called like a vendor, so that whatever an interviewer does stands in the log beside what the candidate does.

mod ops;
mod state;

pub use ops::decide;
pub use state::{
    AgendaItem, Attempt, Closing, LogMark, Memory, Parked, Plan, Profile, Record, Tables,
};

use serde::{Deserialize, Serialize};

use crate::clock::{Clock, Mode};
use crate::fault::{Kind, Per, Position, Select};
use crate::row::Str;
use crate::time::At;
use crate::vendor::{Operation, Vendor};

/// The number of these rules, of what [`crate::limits`] counts and of when a waiting call goes on; it is raised when the same call would be decided otherwise.
pub const RULES: u32 = 3;

/// The office's operations.
pub const OPERATIONS: &[Operation] = &[
    Operation::inner("open"),
    Operation::inner("set_clock"),
    Operation::inner("wait"),
    Operation::inner("arm_fault"),
    Operation::inner("lift_faults"),
    Operation::inner("start_attempt"),
    Operation::inner("end_attempt"),
    Operation::inner("interrupted"),
    Operation::inner("drop_parked"),
    Operation::inner("fork"),
    Operation::inner("warn"),
    Operation::inner("issue_key"),
    Operation::inner("revoke_key"),
    Operation::inner("expire_key"),
    Operation::inner("seal"),
];

/// A fault as somebody arms it; ids and times are given by the office.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewFault {
    /// Whom it hits; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<Vendor>,
    /// Which operation; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<Str>,
    /// What it does.
    pub fault: Kind,
    /// When.
    pub position: Position,
    /// To which matches.
    pub select: Select,
    /// What is counted.
    #[serde(default)]
    pub per: Per,
    /// Office time from which it is armed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<At>,
    /// Office time at which it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<At>,
    /// Milliseconds of `up` after which it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_ms: Option<i64>,
}

/// What can be asked of the office.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// The first entry: names what the workspace grew from.
    Open(Opening),
    /// Another setting of the clock, optionally at another time (never earlier).
    SetClock {
        /// How it runs from now on.
        mode: Mode,
        /// Where it jumps to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<At>,
    },
    /// The caller has waited until now; under `step` this is what moves the time.
    Wait {
        /// Milliseconds of office time.
        for_ms: i64,
    },
    /// Arms a fault.
    ArmFault(NewFault),
    /// Lifts one fault, all that somebody armed by hand, or all of them.
    LiftFaults {
        /// Which; all if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fault: Option<Str>,
        /// Leaves alone what the scenario brought: its outages and how slow its vendors are on any day.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        by_hand: bool,
    },
    /// An attempt begins; the one before ends.
    StartAttempt {
        /// Its name.
        label: Str,
        /// Commit or digest of the code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<Str>,
        /// How it is run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        command: Option<Str>,
    },
    /// The attempt ends.
    EndAttempt {
        /// Its number.
        attempt: u32,
    },
    /// The server was stopped without warning and has come back.
    Interrupted,
    /// A parked call will never be continued.
    DropParked {
        /// The entry that parked it.
        seq: u64,
    },
    /// This workspace continues a copy of another.
    Fork {
        /// The one it was copied from.
        from: Str,
        /// Up to which entry.
        seq: u64,
    },
    /// The log is nearly full.
    Warn {
        /// `entries` or `bytes`.
        limit: Str,
        /// In percent of the limit.
        percent: u64,
    },
    /// One more key was issued. Which keys are good is the register's to know; this says when somebody changed it.
    IssueKey {
        /// Its ordinal.
        key: Str,
        /// What it opens: a vendor or a role.
        opens: Str,
        /// After how many milliseconds of `up` it ends; never if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        in_ms: Option<i64>,
    },
    /// A key is taken back for good.
    RevokeKey {
        /// Its ordinal.
        key: Str,
        /// What it opens: a vendor or a role.
        opens: Str,
    },
    /// A key is given an end.
    ExpireKey {
        /// Its ordinal.
        key: Str,
        /// What it opens: a vendor or a role.
        opens: Str,
        /// After how many milliseconds of `up` it ends.
        in_ms: i64,
    },
    /// The office closes.
    Seal,
}

/// What a workspace grew from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Its scenario.
    pub scenario: Str,
    /// Name of the candidate, where one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate: Option<Str>,
    /// `practice`, `live` or `exam`.
    pub mode: Str,
    /// Without the mess.
    pub clean: bool,
    /// The story is cut to about this many cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cases: Option<u32>,
    /// Office time at the opening.
    pub start: At,
    /// How the clock runs.
    pub clock: Mode,
    /// Names the seed without telling it.
    pub seed_digest: Str,
    /// Digest of the opening world.
    pub opening: Str,
    /// Digest of the truth.
    pub truth: Str,
    /// Digest of the scenario.
    pub scenario_blob: Str,
    /// The rules' numbers, by module.
    pub rules: std::collections::BTreeMap<Str, u32>,
}

/// What the office says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// Done.
    Done,
    /// Armed, with its id.
    Armed {
        /// The rule.
        fault: Str,
    },
    /// Lifted.
    Lifted {
        /// The rules.
        faults: Vec<Str>,
    },
    /// Begun, with its number.
    Attempt {
        /// The attempt.
        attempt: u32,
    },
    /// No, and why.
    Refused {
        /// `conflict`, `not_found`, `invalid` or `limit`.
        code: Str,
        /// A sentence.
        message: Str,
    },
}

impl Call {
    /// The operation's name.
    pub const fn operation(&self) -> &'static str {
        match self {
            Self::Open(_) => "open",
            Self::SetClock { .. } => "set_clock",
            Self::Wait { .. } => "wait",
            Self::ArmFault(_) => "arm_fault",
            Self::LiftFaults { .. } => "lift_faults",
            Self::StartAttempt { .. } => "start_attempt",
            Self::EndAttempt { .. } => "end_attempt",
            Self::Interrupted => "interrupted",
            Self::DropParked { .. } => "drop_parked",
            Self::Fork { .. } => "fork",
            Self::Warn { .. } => "warn",
            Self::IssueKey { .. } => "issue_key",
            Self::RevokeKey { .. } => "revoke_key",
            Self::ExpireKey { .. } => "expire_key",
            Self::Seal => "seal",
        }
    }

    /// What makes two attempts the same logical call.
    pub fn subject(&self) -> String {
        match self {
            Self::LiftFaults {
                fault: Some(fault), ..
            } => format!("lift_faults:{fault}"),
            Self::EndAttempt { attempt } => format!("end_attempt:{attempt}"),
            Self::DropParked { seq } => format!("drop_parked:{seq}"),
            Self::IssueKey { key, .. }
            | Self::RevokeKey { key, .. }
            | Self::ExpireKey { key, .. } => format!("{}:{key}", self.operation()),
            other => other.operation().to_owned(),
        }
    }
}

impl Tables {
    /// The clock's setting, if the opening was loaded.
    pub fn clock_row(&self) -> Option<&Clock> {
        self.clock.get("clock").map(|row| &**row)
    }
}
