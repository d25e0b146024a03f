//! Who pays: customers and where they live.
//!
//! Re-exported by [`super`]; rows of the desk's tables, read and replaced by the operations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Metadata;
use crate::row;
use crate::row::Str;
use crate::time::At;

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Street and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line1: Option<Str>,
    /// Flat, floor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<Str>,
    /// Town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<Str>,
    /// County or state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Str>,
    /// ZIP or postcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<Str>,
    /// ISO 3166, two letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Str>,
}

row! {
    /// Who pays.
    pub struct Customer {
        /// `cus_…`.
        pub id: Str,
        /// When it was made.
        pub created: At,
        /// As given; the vendor compares it exactly.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub email: Option<Str>,
        /// Full name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<Str>,
        /// As given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub phone: Option<Str>,
        /// Free text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub description: Option<Str>,
        /// Where they live.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub address: Option<Address>,
        /// Minor units of what they owe on the next bill; negative for a credit.
        #[serde(default)]
        pub balance: i64,
        /// Free pairs.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub metadata: Metadata,
    }
}
