//! Everything the CRM says no to, as values. Wording and spelling are the wire face's.

use serde::{Deserialize, Serialize};

use super::kind::Kind;
use crate::row::Str;
use crate::time::At;

/// What is wrong with one value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// There is no such property.
    UnknownProperty,
    /// The CRM alone sets it.
    ReadOnly,
    /// It is needed.
    Required,
    /// No address.
    InvalidEmail,
    /// No decimal number.
    InvalidNumber,
    /// No time.
    InvalidTime,
    /// A time of day where only a day can be.
    NotMidnight {
        /// The time.
        at: At,
    },
    /// Neither `true` nor `false`.
    InvalidBool,
    /// None of these.
    InvalidOption {
        /// What it could be; not all where they are many.
        allowed: Vec<Str>,
    },
    /// Longer than it may be.
    TooLong,
}

/// One value that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invalid {
    /// The property.
    pub property: Str,
    /// What was given.
    pub value: Str,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// Things that are not records, but can be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// A property.
    Property,
    /// A group of properties.
    Group,
    /// An owner.
    Owner,
    /// A pipeline.
    Pipeline,
    /// A stage of one.
    Stage,
}

/// Why the CRM refuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// There are no such records.
    NotFound {
        /// Of this type.
        of: Kind,
        /// Ids or values asked for.
        ids: Vec<Str>,
    },
    /// There is no such property, owner, pipeline …
    NoSuch {
        /// What.
        what: Thing,
        /// Its name or id.
        name: Str,
    },
    /// A contact with that address is there already.
    Exists {
        /// Its id.
        existing: Str,
    },
    /// Another record has that value of a unique property.
    NotUnique {
        /// The property.
        property: Str,
        /// The value.
        value: Str,
        /// Who has it.
        existing: Str,
    },
    /// A property or group of that name is there already.
    Defined {
        /// What.
        what: Thing,
        /// Its name.
        name: Str,
    },
    /// A new record lacks what its type cannot be without.
    Incomplete {
        /// Of this type.
        of: Kind,
        /// The properties that were not set.
        properties: Vec<Str>,
    },
    /// Values that cannot be.
    Invalid {
        /// Which, and why.
        flaws: Vec<Invalid>,
    },
    /// Two types cannot be joined in that way.
    NoLink {
        /// From this type.
        from: Kind,
        /// To that.
        to: Kind,
        /// As it was named.
        link: Str,
    },
    /// The request makes no sense.
    Bad {
        /// A sentence.
        message: Str,
    },
}

impl Refusal {
    /// The HTTP status that the vendor documents for it.
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotFound { .. } | Self::NoSuch { .. } => 404,
            Self::Exists { .. } | Self::NotUnique { .. } | Self::Defined { .. } => 409,
            Self::Incomplete { .. }
            | Self::Invalid { .. }
            | Self::NoLink { .. }
            | Self::Bad { .. } => 400,
        }
    }

    /// A request that makes no sense.
    pub fn bad(message: impl Into<Str>) -> Self {
        Self::Bad {
            message: message.into(),
        }
    }

    /// One record that is not there.
    pub fn not_found(of: Kind, id: &str) -> Self {
        Self::NotFound {
            of,
            ids: vec![id.into()],
        }
    }
}
