//! The rules of the desk with the values drawn for one office, and where a candidate can read each.
//!
//! Drawn by the generator within the ranges of the scenario; told in the brief and in mails; read by graders.

use std::collections::BTreeMap;

use muddle_world::row::Str;
use muddle_world::vendor::Vendor;
use serde::{Deserialize, Serialize};

/// Which of several records of one person lives on.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Survivor {
    /// The one created first.
    Oldest,
    /// The one created last.
    Newest,
    /// The one with the most orders.
    MostOrders,
}

/// Where a clause can be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeenIn {
    /// In the brief.
    Brief,
    /// On the contract page.
    Contract,
    /// In a message of the mailbox.
    Message(Str),
}

/// One rule of the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    /// Short name; each [`super::Because`] rests on one.
    pub id: Str,
    /// The rule in a sentence.
    pub text: Str,
    /// Where it is told.
    pub seen_in: Vec<SeenIn>,
}

/// The rules now in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// From this many minor units of the charge's currency on, summed per order, a person must agree.
    pub threshold: i64,
    /// Days from delivery within which a change of mind is refunded.
    pub window_days: i64,
    /// Days without a delivery scan after which it is a person's case.
    pub no_scan_days: i64,
    /// Which system is right about which field, where two disagree.
    pub trusted: BTreeMap<Str, Vendor>,
    /// Which duplicate lives on.
    pub survivor: Survivor,
    /// Hand-offs that people take per day.
    pub handoffs_per_day: u64,
    /// The rules, each with where it can be read.
    pub clauses: Vec<Clause>,
}
