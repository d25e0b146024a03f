//! A search: groups of filters, words, order.
//!
//! Part of [`super::Call`]; kept in the log as it is here.

use serde::{Deserialize, Serialize};

use crate::row::Str;

/// How a filter compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Operator {
    /// Equal.
    Eq,
    /// Not equal, or unset.
    Neq,
    /// Less.
    Lt,
    /// Less or equal.
    Lte,
    /// Greater.
    Gt,
    /// Greater or equal.
    Gte,
    /// From value to high value, both included.
    Between,
    /// One of several.
    In,
    /// None of several, or unset.
    NotIn,
    /// Set.
    HasProperty,
    /// Unset.
    NotHasProperty,
    /// A word of it matches; `*` stands for anything.
    ContainsToken,
    /// No word of it matches.
    NotContainsToken,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Of which property, or `associations.contact`.
    pub property: Str,
    /// How.
    pub operator: Operator,
    /// With what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Str>,
    /// Up to what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Str>,
    /// With which.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Str>,
}

/// One key to sort by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// Which property.
    pub property: Str,
    /// Greatest first.
    #[serde(default)]
    pub descending: bool,
}

/// A search.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    /// Any of these groups, of which all conditions hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Vec<Filter>>,
    /// Words to be found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<Str>,
    /// In which order; oldest first if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sorts: Vec<Sort>,
    /// 1 to 200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// How many to leave out.
    #[serde(default)]
    pub after: u32,
}
