//! Records of the office itself: what is armed, due, parked, planned and remembered.
//!
//! Installed and changed by entries only, so a replay needs no generator, no story code and no person's rule.

use serde_json::Value;

use crate::call::{Actor, Call};
use crate::clock::Clock;
use crate::fault::{Rule, Verdict};
use crate::limits::RateLimit;
use crate::row;
use crate::row::Str;
use crate::time::{At, Up};

row! {
    /// Something that will happen by itself. Items fire in order of (`due`, `id`).
    pub struct AgendaItem {
        /// `a1`, `a2`, …
        pub id: Str,
        /// When, in office time.
        pub due: At,
        /// Who does it.
        pub actor: Actor,
        /// What, complete with text.
        pub call: Call,
    }
}

row! {
    /// A call that waits before its effect.
    pub struct Parked {
        /// The entry that parked it, as text.
        pub id: Str,
        /// That entry's number.
        pub seq: u64,
        /// Who called.
        pub actor: Actor,
        /// What.
        pub call: Call,
        /// Why it waits.
        pub verdict: Verdict,
        /// When it goes on; absent for a hang without an end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub resume_up: Option<Up>,
    }
}

row! {
    /// One declared run of an automation.
    pub struct Attempt {
        /// Its number, as text.
        pub id: Str,
        /// Its number, from 1.
        pub number: u32,
        /// Its name.
        pub label: Str,
        /// Commit or digest of the code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub code: Option<Str>,
        /// How it is run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub command: Option<Str>,
        /// When it began.
        pub started: At,
        /// When it ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub ended: Option<At>,
    }
}

row! {
    /// What a simulated person keeps in mind; its form is known to the person's rule alone.
    pub struct Memory {
        /// The person and the matter.
        pub id: Str,
        /// What is remembered.
        pub value: Value,
    }
}

row! {
    /// What kind of office this is. There is one, with id `profile`.
    pub struct Profile {
        /// `profile`.
        pub id: Str,
        /// The company's name.
        pub company: Str,
        /// The mailbox's address.
        pub address: Str,
        /// Index lag of the CRM's search, milliseconds of `up`.
        pub search_lag_ms: i64,
        /// When the story has ended.
        pub story_ends: At,
    }
}

row! {
    /// That the office is closed. There is one, with id `closing`, once it is.
    pub struct Closing {
        /// `closing`.
        pub id: Str,
        /// When.
        pub sealed: At,
    }
}

row! {
    /// That a warning about the log's length was given.
    pub struct LogMark {
        /// `entries` or `bytes`.
        pub id: Str,
        /// In percent of the limit.
        pub percent: u64,
    }
}

crate::rows! {
    AgendaItem in "agenda" created |item| item.due.0;
    Parked in "parked" created |parked| parked.seq as i64;
    Attempt in "attempts" created |attempt| i64::from(attempt.number);
    Memory in "memory";
    Profile in "profile";
    Closing in "closing";
    LogMark in "log_marks";
}

crate::tables! {
    /// The clock's setting.
    clock: Clock,
    /// Armed faults.
    faults: Rule,
    /// The vendors' own rate limits.
    rate_limits: RateLimit,
    /// What is due.
    agenda: AgendaItem,
    /// What waits before its effect.
    parked: Parked,
    /// Declared runs.
    attempts: Attempt,
    /// What people keep in mind.
    memory: Memory,
    /// What kind of office this is.
    profile: Profile,
    /// The seal.
    closing: Closing,
    /// Warnings given.
    log_marks: LogMark,
}

/// A plan that a person or the story makes while reacting: agenda items and memory, nothing else.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// Put something on the agenda.
    Do {
        /// When.
        due: At,
        /// Who.
        actor: Actor,
        /// What.
        call: Box<Call>,
    },
    /// Keep something in mind.
    Remember {
        /// The person and the matter.
        id: Str,
        /// What.
        value: Value,
    },
}
