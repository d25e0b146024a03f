//! Everything the desk says no to, as values. Wording and spelling are the wire face's.

use serde::{Deserialize, Serialize};

use crate::row::Str;

/// Why the desk refuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// No such object.
    Missing {
        /// `customer`, `charge`, …
        what: Str,
        /// The id asked for.
        id: Str,
        /// The parameter that named it.
        param: Str,
    },
    /// A parameter is needed.
    MissingParam {
        /// Its name.
        param: Str,
    },
    /// One of several parameters is needed.
    MissingOneOf {
        /// Their names.
        params: Vec<Str>,
    },
    /// A number is too small or too large.
    OutOfRange {
        /// The parameter.
        param: Str,
        /// The least it may be.
        least: i64,
        /// The most it may be.
        most: i64,
        /// What it was.
        given: i64,
    },
    /// A word is not among those that are known.
    NotOneOf {
        /// The parameter.
        param: Str,
        /// Those that are known.
        allowed: Vec<Str>,
    },
    /// A field cannot be expanded.
    NotExpandable {
        /// Its path, as asked for.
        path: Str,
        /// True where it would do behind `data.`.
        in_list: bool,
    },
    /// A search query that says nothing.
    BadQuery {
        /// What is wrong with it, as a sentence.
        message: Str,
    },
    /// A search for a field that has no index.
    NotSearchable {
        /// The field.
        field: Str,
        /// Of what: `customers`, `charges`, …
        of: Str,
    },
    /// A parameter has a value it cannot have.
    InvalidParam {
        /// Its name.
        param: Str,
        /// What is wrong, as a sentence.
        message: Str,
    },
    /// Nothing is left to refund.
    AlreadyRefunded {
        /// The charge.
        charge: Str,
    },
    /// The bank has taken it back already.
    Disputed {
        /// The charge.
        charge: Str,
    },
    /// More than is left.
    AmountTooHigh {
        /// Minor units asked.
        asked: i64,
        /// Minor units left.
        left: i64,
        /// ISO 4217, lower case.
        currency: Str,
    },
    /// The charge never succeeded.
    NotPaid {
        /// The charge.
        charge: Str,
    },
    /// The object is not in a state for this.
    WrongState {
        /// `refund`, `invoice`.
        what: Str,
        /// Its id.
        id: Str,
        /// A sentence.
        message: Str,
    },
    /// The key was used with other parameters.
    KeyMismatch {
        /// The key.
        key: Str,
    },
    /// The first request with this key is still running.
    KeyInUse {
        /// The key.
        key: Str,
    },
    /// The key is longer than it may be.
    KeyTooLong,
}

impl Refusal {
    /// The HTTP status that the vendor documents for it.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Missing { .. } => 404,
            Self::KeyInUse { .. } => 409,
            _ => 400,
        }
    }

    /// Whether an idempotency key keeps this answer: the desk had begun to execute.
    pub const fn kept(&self) -> bool {
        matches!(
            self,
            Self::AlreadyRefunded { .. }
                | Self::Disputed { .. }
                | Self::AmountTooHigh { .. }
                | Self::NotPaid { .. }
                | Self::WrongState { .. }
        )
    }
}
