//! What is asked of properties and their groups.
//!
//! Part of [`super::Call`]; kept in the log as it is here.

use serde::{Deserialize, Serialize};

use super::super::builtin::ValueType;
use super::super::state::Choice;
use crate::row::Str;

/// Fields of a property definition; all but `name` may be absent in a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyFields {
    /// Internal name.
    pub name: Str,
    /// Name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Str>,
    /// What values look like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_type: Option<ValueType>,
    /// The vendor's form field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field_type: Option<Str>,
    /// Its group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_name: Option<Str>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Str>,
    /// Values of an enumeration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<Choice>>,
    /// Place in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_order: Option<i32>,
    /// Whether values are unique; only a new property can have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_unique_value: Option<bool>,
    /// Whether people are not shown it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Whether it can be on a form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_field: Option<bool>,
}

/// Fields of a property group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupFields {
    /// Internal name.
    pub name: Str,
    /// Name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Str>,
    /// Place in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_order: Option<i32>,
}

/// What is asked of a type's properties and their groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schema {
    /// All.
    List {
        /// The deleted.
        #[serde(default)]
        archived: bool,
    },
    /// One.
    Get {
        /// Its name.
        name: Str,
        /// Among the deleted.
        #[serde(default)]
        archived: bool,
    },
    /// A new one.
    Create(PropertyFields),
    /// A change.
    Update(PropertyFields),
    /// A deletion.
    Archive {
        /// Its name.
        name: Str,
    },
    /// Several.
    BatchRead(Vec<Str>),
    /// Several new ones.
    BatchCreate(Vec<PropertyFields>),
    /// Several deletions.
    BatchArchive(Vec<Str>),
    /// All groups.
    ListGroups,
    /// One group.
    GetGroup {
        /// Its name.
        name: Str,
    },
    /// A new group.
    CreateGroup(GroupFields),
    /// A changed group.
    UpdateGroup(GroupFields),
    /// A deleted group.
    ArchiveGroup {
        /// Its name.
        name: Str,
    },
}
