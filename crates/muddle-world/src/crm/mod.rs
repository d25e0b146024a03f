//! The CRM: contacts, companies, orders, tickets, notes and tasks, in HubSpot's semantics.

pub mod builtin;
mod kind;
mod links;
mod ops;
mod properties;
mod state;

pub use builtin::ValueType;
pub use kind::Kind;
pub use links::defaults as default_links;
pub use ops::{decide, resolve};
pub use properties::{Name, Properties};
pub use state::{
    Association, AssociationLabel, Category, Choice, Company, Contact, Deal, LineItem, LinkType,
    Note, Object, Of, Owner, Past, Pipeline, Property, PropertyGroup, Record, Stage, Tables, Task,
    Ticket, Typed,
};

use serde::{Deserialize, Serialize};

use crate::vendor::Operation;

pub const RULES: u32 = 1;
/// The vendor's operations.
pub const OPERATIONS: &[Operation] = &[];

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {}

/// What is said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {}

/// A reply with the records it names.
#[derive(Clone, Debug)]
pub enum Answer {}

impl Call {
    /// The operation's name.
    pub fn operation(&self) -> &'static str {
        match *self {}
    }
    /// What makes two attempts the same logical call.
    pub fn subject(&self) -> String {
        match *self {}
    }
    /// Whether the search limit counts it.
    pub fn is_search(&self) -> bool {
        match *self {}
    }
}
