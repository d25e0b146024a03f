//! What can be asked of the CRM, typed and without the wire's spelling.
//!
//! Built by the wire face, by the story and by personas; every call is kept in the log as it is here.

mod schema;
mod search;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::kind::Kind;
use super::state::LinkType;
use crate::row::Str;
pub use schema::{GroupFields, PropertyFields, Schema};
pub use search::{Filter, Operator, Search, Sort};

/// Properties to set by name; an empty value unsets.
pub type Values = BTreeMap<Str, Str>;

/// What of each record comes back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Select {
    /// Properties by name; the type's own defaults if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Str>,
    /// Properties whose versions are told too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Str>,
    /// Types whose associated records are told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub associations: Vec<Kind>,
}

/// Names one record: by id, or by the value of a unique property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// The id or the value.
    pub id: Str,
    /// The property, if it is not the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Str>,
}

/// A way of belonging together as a caller names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkName {
    /// By number.
    Typed(LinkType),
    /// By its name in the older interface, as in `contact_to_company`.
    Named(Str),
}

/// An association that a new record comes with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLink {
    /// The other record; its type follows from the ways.
    pub to: Str,
    /// In which ways.
    pub types: Vec<LinkType>,
}

/// A new record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewObject {
    /// What it says.
    pub properties: Values,
    /// What it belongs to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<NewLink>,
    /// The caller's own name for this input of a batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Str>,
}

/// A record to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Which.
    pub key: Key,
    /// To what.
    pub properties: Values,
    /// The caller's own name for this input of a batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Str>,
}

/// Which part of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// How long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Behind this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Str>,
}

/// A pair to join or part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// The one.
    pub from: Str,
    /// The other.
    pub to: Str,
    /// In which ways; the plain one if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<LinkName>,
}

/// What is asked of the records of one type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objects {
    /// One record.
    Get {
        /// Which.
        key: Key,
        /// Among the deleted.
        #[serde(default)]
        archived: bool,
    },
    /// All, in order of id.
    List {
        /// Which part.
        page: Page,
        /// The deleted.
        #[serde(default)]
        archived: bool,
    },
    /// Those that match.
    Search(Search),
    /// A new one.
    Create(NewObject),
    /// A change.
    Update(Edit),
    /// A deletion.
    Archive {
        /// Which.
        id: Str,
    },
    /// Two become one.
    Merge {
        /// Which stays.
        primary: Str,
        /// Which goes.
        loser: Str,
    },
    /// Several by key.
    BatchRead {
        /// Which.
        keys: Vec<Key>,
        /// Among the deleted.
        #[serde(default)]
        archived: bool,
    },
    /// Several new ones.
    BatchCreate(Vec<NewObject>),
    /// Several changes.
    BatchUpdate(Vec<Edit>),
    /// Several changes, of which those that find nothing create.
    BatchUpsert(Vec<Edit>),
    /// Several deletions.
    BatchArchive(Vec<Str>),
}

/// What is asked of associations from one type to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Links {
    /// Those of one record.
    List {
        /// The record.
        id: Str,
        /// Which part.
        page: Page,
    },
    /// Joins two in the plain way.
    Default {
        /// Which.
        pair: Pair,
    },
    /// Joins two in given ways.
    Create {
        /// Which, and how.
        pair: Pair,
    },
    /// Parts two.
    Archive {
        /// Which.
        pair: Pair,
    },
    /// Those of several records.
    BatchRead(Vec<Str>),
    /// Joins several pairs.
    BatchCreate(Vec<Pair>),
    /// Joins several pairs in the plain way.
    BatchDefault(Vec<Pair>),
    /// Parts several pairs.
    BatchArchive(Vec<Pair>),
    /// The ways there are.
    Labels,
}

/// What is asked of pipelines of a type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pipelines {
    /// All.
    List,
    /// One.
    Get {
        /// Its id.
        id: Str,
    },
    /// The stages of one.
    Stages {
        /// Its id.
        id: Str,
    },
    /// One stage.
    Stage {
        /// The pipeline.
        id: Str,
        /// The stage.
        stage: Str,
    },
}

/// One call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// Of records.
    Objects {
        /// Of which type.
        of: Kind,
        /// What.
        ask: Objects,
        /// What of each comes back.
        #[serde(default, skip_serializing_if = "is_plain")]
        select: Select,
    },
    /// Of associations.
    Links {
        /// Seen from this type.
        from: Kind,
        /// To this type.
        to: Kind,
        /// What.
        ask: Links,
        /// Whether ways are told by name, as in the older interface.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        by_name: bool,
    },
    /// Of properties.
    Schema {
        /// Of which type.
        of: Kind,
        /// What.
        ask: Schema,
    },
    /// Of pipelines.
    Pipelines {
        /// Of which type.
        of: Kind,
        /// What.
        ask: Pipelines,
    },
    /// Owners.
    ListOwners {
        /// Of this address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        email: Option<Str>,
        /// Which part.
        page: Page,
        /// Those who left.
        #[serde(default)]
        archived: bool,
    },
    /// One owner.
    GetOwner {
        /// Their id.
        id: Str,
    },
}

fn is_plain(select: &Select) -> bool {
    *select == Select::default()
}
