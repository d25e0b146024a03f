//! Why a pilot gives up, and why a single call did not succeed. The two are kept apart: a pilot outlives most calls.

use std::path::PathBuf;

use thiserror::Error;

/// Why a pilot cannot go on.
#[derive(Debug, Error)]
pub enum PilotError {
    /// A name that must be set is not.
    #[error("{0} is not set: open an office with --env and hand its file over")]
    Missing(String),
    /// There is no such file.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no such pilot.
    #[error("there is no pilot `{0}`; there are: {names}", names = crate::names().join(", "))]
    Unknown(String),
    /// There is no such habit.
    #[error("there is no habit `{0}`; there are: {names}", names = crate::habits().join(", "))]
    UnknownHabit(String),
    /// Only one pilot has habits that can be switched off.
    #[error("--without is for `careful`; `{0}` has no habits to lose")]
    NoHabits(String),
    /// The HTTP client could not be made.
    #[error("cannot make an HTTP client: {0}")]
    Client(#[source] reqwest::Error),
    /// Muddle's own routes did not answer as they should.
    #[error("{0}")]
    Office(#[from] CallError),
}

/// Why one call did not succeed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CallError {
    /// The vendor said no, and nothing was changed.
    #[error("{method} {path} was refused with {status} {code}: {message}")]
    Refused {
        /// HTTP method.
        method: &'static str,
        /// Path.
        path: String,
        /// HTTP status.
        status: u16,
        /// The vendor's word for it.
        code: String,
        /// The vendor's sentence.
        message: String,
    },
    /// Nobody knows whether it took effect: no answer, half an answer, or a server's failure.
    #[error("{method} {path} ended without an answer to rely on ({why})")]
    Indefinite {
        /// HTTP method.
        method: &'static str,
        /// Path.
        path: String,
        /// What was seen.
        why: String,
    },
    /// The vendor is down and is being left alone for a while.
    #[error("{vendor} is down")]
    Down {
        /// Which.
        vendor: &'static str,
    },
}

impl CallError {
    /// Whether a later try may succeed.
    pub(crate) const fn is_passing(&self) -> bool {
        matches!(self, Self::Indefinite { .. } | Self::Down { .. })
    }

    /// Whether the vendor said that there is no such record.
    pub(crate) const fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }
}
