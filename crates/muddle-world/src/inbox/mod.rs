//! XX rules.

mod ops;
mod state;

pub use ops::{decide, resolve};
pub use state::{Record, Tables};

use serde::{Deserialize, Serialize};

use crate::vendor::Operation;

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
    /// What it costs of the vendor's quota.
    pub fn quota_units(&self) -> u64 {
        match *self {}
    }
}
