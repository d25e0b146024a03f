//! The habits of a good automation, each of which `careful` can be run without.
//!
//! Named on the command line as here; read wherever `careful` and the clients under it act on one.

use std::str::FromStr;

use crate::error::PilotError;

/// One habit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Habit {
    /// Every write of money carries a key that survives a restart.
    IdempotencyKeys,
    /// Waits before trying again, and leaves a vendor alone that is down.
    Backoff,
    /// Looks whether the same was done already before creating anything.
    DuplicateSearch,
    /// Looks at the dates that the policy counts from.
    WindowCheck,
    /// Looks whether the bank is at it.
    DisputeCheck,
    /// Asks the customer for what cannot be known.
    Asking,
}

impl Habit {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::IdempotencyKeys,
        Self::Backoff,
        Self::DuplicateSearch,
        Self::WindowCheck,
        Self::DisputeCheck,
        Self::Asking,
    ];

    /// As on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::IdempotencyKeys => "idempotency-keys",
            Self::Backoff => "backoff",
            Self::DuplicateSearch => "duplicate-search",
            Self::WindowCheck => "window-check",
            Self::DisputeCheck => "dispute-check",
            Self::Asking => "asking",
        }
    }
}

impl FromStr for Habit {
    type Err = PilotError;

    fn from_str(name: &str) -> Result<Self, PilotError> {
        let found = Self::ALL.into_iter().find(|habit| habit.name() == name);
        found.ok_or_else(|| PilotError::UnknownHabit(name.to_owned()))
    }
}

/// What a run does without.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Without(pub Option<Habit>);

impl Without {
    /// Nothing is switched off.
    pub const NOTHING: Self = Self(None);

    /// Whether a habit is kept.
    pub fn keeps(self, habit: Habit) -> bool {
        self.0 != Some(habit)
    }
}

impl FromStr for Without {
    type Err = PilotError;

    fn from_str(name: &str) -> Result<Self, PilotError> {
        Ok(Self(Some(name.parse()?)))
    }
}
