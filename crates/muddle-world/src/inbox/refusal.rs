//! What the mailbox refuses, and why.
//!
//! Values that say no; the wire face spells them. Statuses and reasons follow the vendor's error reference.

use serde::{Deserialize, Serialize};

use crate::row::Str;

/// Why the mailbox says no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// There is no such message, thread, label, draft or attachment.
    NotFound,
    /// The key opens another mailbox.
    OtherMailbox {
        /// The one that was asked for.
        user: Str,
    },
    /// A value makes no sense.
    Invalid {
        /// A sentence.
        message: Str,
    },
    /// A label of that name exists.
    LabelExists,
    /// The history does not reach back so far.
    HistoryGone,
}

impl Refusal {
    /// A value that makes no sense.
    pub fn invalid(message: impl Into<Str>) -> Self {
        Self::Invalid {
            message: message.into(),
        }
    }

    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotFound | Self::HistoryGone => 404,
            Self::OtherMailbox { .. } => 403,
            Self::Invalid { .. } => 400,
            Self::LabelExists => 409,
        }
    }
}
