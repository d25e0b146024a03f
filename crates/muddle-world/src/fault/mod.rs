//! Faults as pure verdicts: what a rule hits, and what it does to a call.
//!
//! [`judge`] is called once per call by `office::act`, before anything is decided, and looks only at the world. It
//! never waits, never writes and knows no socket: the vendor's face renders a verdict and `server/enact` carries it
//! out. Counters follow from the entries (see [`Counters::advance`]), so a replay meets the same faults.

mod count;
mod judge;
mod latency;

pub use count::{Count, Counters};
pub use judge::{Judgement, judge};
pub use latency::Latency;

use serde::{Deserialize, Serialize};

use crate::call::ActorKind;
use crate::row;
use crate::row::{Row, Str};
use crate::time::{At, Up};
use crate::vendor::Vendor;

/// The number of these rules; it is raised when the same call would be judged otherwise.
pub const RULES: u32 = 1;

/// When a fault strikes, relative to the effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// The request was read, nothing is applied.
    Before,
    /// It is applied and committed, then the answer is lost or altered.
    After,
}

/// How a body is spoilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Garble {
    /// One bit of the body flips.
    BitFlip,
    /// Random bytes of the same length.
    RandomBytes,
    /// A proxy's HTML page with status 200.
    HtmlPage,
}

/// What happens to a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// It takes longer.
    Delay {
        /// How much longer.
        latency: Latency,
    },
    /// It fails with this status in the vendor's dialect.
    Error {
        /// HTTP status.
        status: u16,
        /// The vendor's own code, where one is asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<Str>,
    },
    /// More than `limit` matching calls in a window are answered with the vendor's 429.
    Throttle {
        /// Calls let through per window.
        limit: u32,
        /// Length of the window, milliseconds of `up`.
        window_ms: i64,
    },
    /// The vendor's 429 that must not be retried.
    QuotaExhausted,
    /// The vendor is down: at first writes take effect and their answers are lost, then all is refused with 503.
    Outage {
        /// For how long writes are lost after their effect, milliseconds of office time.
        lost_for_ms: i64,
    },
    /// The connection stays open and silent.
    Hang {
        /// For how long; until lifted, or the longest wait on a socket, if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        for_ms: Option<i64>,
    },
    /// A real RST.
    Reset,
    /// FIN without a byte.
    Close,
    /// The body ends early, its Content-Length kept.
    Cut {
        /// Body bytes that still arrive.
        after_bytes: u64,
    },
    /// The body is spoilt.
    Garble {
        /// How.
        how: Garble,
    },
}

impl Kind {
    /// The kind's name in flags, logs and reports.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Delay { .. } => "delay",
            Self::Error { .. } => "error",
            Self::Throttle { .. } => "throttle",
            Self::QuotaExhausted => "quota_exhausted",
            Self::Outage { .. } => "outage",
            Self::Hang { .. } => "hang",
            Self::Reset => "reset",
            Self::Close => "close",
            Self::Cut { .. } => "cut",
            Self::Garble { .. } => "garble",
        }
    }

    /// All names, for flags and messages.
    pub const NAMES: [&'static str; 10] = [
        "delay",
        "error",
        "throttle",
        "quota_exhausted",
        "outage",
        "hang",
        "reset",
        "close",
        "cut",
        "garble",
    ];

    /// Whether the kind can have this position. Quotas are refusals and strike before; an outage chooses by itself.
    pub const fn can_be(&self, position: Position) -> bool {
        match self {
            Self::Throttle { .. } | Self::QuotaExhausted | Self::Outage { .. } => {
                matches!(position, Position::Before)
            }
            _ => true,
        }
    }
}

/// Which of its matches a rule strikes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Select {
    /// All.
    Always,
    /// Some, drawn by subject.
    Probability {
        /// Out of a million.
        per_million: u32,
    },
    /// The first n.
    First(u64),
    /// Every nth.
    Every(u64),
    /// The nth to the mth, both included.
    Between(u64, u64),
}

/// Over what a rule counts its matches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// All its matches.
    #[default]
    Rule,
    /// Those of each logical call on its own ("the first 3 attempts of the same call").
    Subject,
}

row! {
    /// One armed fault.
    pub struct Rule {
        /// `f1`, `f2`, …
        pub id: Str,
        /// Order of installation.
        pub ordinal: u64,
        /// Whom it hits; all vendors if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub vendor: Option<Vendor>,
        /// Which operation; all if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub operation: Option<Str>,
        /// Whose calls.
        pub actors: Vec<ActorKind>,
        /// What it does.
        pub fault: Kind,
        /// When.
        pub position: Position,
        /// To which matches.
        pub select: Select,
        /// What is counted.
        pub per: Per,
        /// Office time from which it is armed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub from: Option<At>,
        /// Office time at which it ends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub to: Option<At>,
        /// When it was installed.
        pub armed_up: Up,
        /// When a live one ends by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub ttl_up: Option<Up>,
        /// The name a scenario gave it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub title: Option<Str>,
        /// True if somebody armed it by hand, off the script.
        pub live: bool,
    }
}

impl Row for Rule {
    const COLLECTION: &'static str = "faults";
    fn id(&self) -> &Str {
        &self.id
    }
    fn created(&self) -> i64 {
        self.ordinal as i64
    }
}

/// What struck a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The rule.
    pub fault: Str,
    /// What it does to this call; an outage is already one of its two forms.
    pub effect: Kind,
    /// When.
    pub position: Position,
    /// 53 bits from which the enactment draws what it still has to.
    pub draw: u64,
    /// How much later, for a delay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<i64>,
}
