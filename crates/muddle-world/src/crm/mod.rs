//! The CRM: contacts, companies, orders, tickets, notes and tasks, in HubSpot's semantics.
//!
//! `Call` is what can be asked, typed and without the wire's spelling; [`decide`] says what changes; [`resolve`] looks
//! up what a reply names. Search reads a past of the tables, because the vendor's index lags; everything else reads
//! the present.

pub mod builtin;
mod call;
mod columns;
mod draft;
mod kind;
pub mod limits;
mod links;
mod object;
mod operations;
mod ops;
mod properties;
mod refusal;
mod resolve;
mod state;
#[cfg(test)]
mod tests;
mod token;
mod validate;
mod value;

pub use builtin::ValueType;
pub use call::{
    Call, Edit, Filter, GroupFields, Key, LinkName, Links, NewLink, NewObject, Objects, Operator,
    Page, Pair, Pipelines, PropertyFields, Schema, Search, Select, Sort, Values,
};
pub use columns::Columns;
pub use kind::Kind;
pub use links::{Link, built_in, defaults as default_links, named as named_link};
pub use object::{Object, Of, Past, Typed};
pub use operations::OPERATIONS;
pub use ops::decide;
pub use properties::{Name, Properties};
pub use refusal::{Flaw, Invalid, Refusal, Thing};
pub use resolve::{Answer, Defined, Failed, Label, Linked, Shown, Ties, Way, resolve};
pub use state::{
    Association, AssociationLabel, Category, Choice, Company, Contact, Deal, LineItem, LinkType,
    Note, Owner, Pipeline, Property, PropertyGroup, Record, Stage, Tables, Task, Ticket,
};
pub use value::{decimal, read as read_value};

use serde::{Deserialize, Serialize};

use crate::row::Str;
use crate::time::Up;

/// The number of these rules; it is raised when the same call would be decided otherwise.
pub const RULES: u32 = 2;

/// What is kept of the CRM's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// One record, property, group, owner or pipeline.
    One {
        /// Its collection.
        collection: Str,
        /// Its id.
        id: Str,
    },
    /// A page of them, in the answer's order.
    Page {
        /// Their collection.
        collection: Str,
        /// Their ids.
        ids: Vec<Str>,
        /// Where the next page begins.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Str>,
        /// How many a search found in all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        total: Option<u64>,
        /// The moment a search's index was as old as.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        as_of: Option<Up>,
    },
    /// What became of a batch.
    Batch {
        /// The collection.
        collection: Str,
        /// Those that succeeded, in the order of the inputs.
        ids: Vec<Str>,
        /// For an upsert: those of them that are new.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fresh: Vec<Str>,
        /// What failed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        errors: Vec<Refusal>,
        /// For each of `errors` the place of its input; none for an error of several inputs. Empty where all are none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rows: Vec<Option<u32>>,
    },
    /// Associations of one record or of several, by id.
    Links {
        /// Their ids.
        ids: Vec<Str>,
        /// Where the next page begins.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Str>,
        /// What failed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        errors: Vec<Refusal>,
    },
    /// Done, and nothing to say.
    Done,
    /// The CRM says no.
    Refused(Refusal),
}
