//! What is really true of an office: its policy, its cases with every outcome's worth, its defects, its people.
//!
//! Written by the generator, kept in a blob that only graders may read, read by `muddle-grade`, by [`crate::react`]
//! and by the `oracle` pilot. It is data: a grader needs no rule per kind of case, only the few facts of [`Fact`].
//!
//! Invariant: everything here can be derived by a careful person from what the candidate sees; each [`Because`] says
//! from where.

mod fact;
mod naming;
mod outcome;
mod policy;

pub use fact::{Fact, Mentions};
pub use naming::Lookup;
pub use outcome::{Critical, OutcomeRule, Tier};
pub use policy::{Clause, Policy, SeenIn, Survivor};

use muddle_world::row::Str;
use muddle_world::time::At;
use muddle_world::vendor::Vendor;
use serde::{Deserialize, Serialize};

use crate::rubric::Rubric;

/// Raised when the meaning of a field changes, so that old logs are graded by the truth they were opened with.
pub const VERSION: u32 = 1;

/// All of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// [`VERSION`] of the writer.
    pub version: u32,
    /// The scenario's name.
    pub scenario: Str,
    /// Office time at the opening.
    pub start: At,
    /// When the story has ended: after it nothing arrives by itself.
    pub story_ends: At,
    /// The desk's own address.
    pub desk: Str,
    /// The rules of the desk, with the values drawn for this office.
    pub policy: Policy,
    /// Units of work, in the order of their ids.
    pub cases: Vec<Case>,
    /// What the mess operators spoiled.
    pub defects: Vec<Defect>,
    /// The records nobody writes about that look as the cases' records do.
    pub decoys: Vec<Decoy>,
    /// People who answer.
    pub people: Vec<Persona>,
    /// Faults that the script arms.
    pub script: Vec<ScriptedFault>,
    /// The checks and the questions.
    pub rubric: Rubric,
}

/// One unit of work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// `case-07`: names the case in reports only.
    pub id: Str,
    /// Smallest kind that has its own right outcome, snake_case.
    pub kind: Str,
    /// A line for the report.
    pub title: Str,
    /// When its first mail arrives; at or before the opening for most.
    pub opens: At,
    /// The records it is about.
    pub touches: Touches,
    /// Why the right outcome is right.
    pub because: Vec<Because>,
    /// Minor units at risk if it is handled wrongly.
    pub money: i64,
    /// ISO 4217, lower case.
    pub currency: Str,
    /// What the outcomes are worth; see [`OutcomeRule`].
    pub outcomes: Vec<OutcomeRule>,
}

/// Ids of the records a case is about (mail still to come as `<Message-ID>`, see `fact`). A candidate's write to one of them, or a mail in one of the threads, acts on the
/// case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Touches {
    /// Threads of the mailbox.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub threads: Vec<Str>,
    /// Messages of those threads that ask for something, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<Str>,
    /// CRM contacts that stand for the person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Str>,
    /// CRM deals: the orders in question.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<Str>,
    /// Billing customers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub customers: Vec<Str>,
    /// The charges in question first, then the person's other charges.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<Str>,
    /// Refunds that exist at the opening.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<Str>,
    /// Disputes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disputes: Vec<Str>,
    /// Addresses the person writes from or is on file with, lower case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Str>,
}

/// One step of the reasoning, in data the candidate can see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    /// Id of the policy clause it rests on.
    pub clause: Str,
    /// The record that shows it.
    pub record: RecordName,
    /// The field of it, a dotted path (`metadata.order`, `properties.delivered_on`).
    pub field: Str,
}

/// A record by its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RecordName {
    /// Whose.
    pub vendor: Vendor,
    /// Collection, as in effects.
    pub collection: Str,
    /// Id.
    pub id: Str,
}

/// Whether a defect should be mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// A case cannot be handled rightly without it.
    Required,
    /// It may be mended.
    Accepted,
    /// Mending it destroys something true.
    Forbidden,
}

/// One thing a mess operator spoiled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Defect {
    /// `defect-012`.
    pub id: Str,
    /// The operator.
    pub operator: Str,
    /// The records.
    pub records: Vec<RecordName>,
    /// Their fields; empty where whole records are wrong.
    pub fields: Vec<Str>,
    /// The true value, or the id of the true record.
    pub truth: serde_json::Value,
    /// Whether to mend it.
    pub repair: Repair,
}

/// A record as dirty as a case's, that no mail mentions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decoy {
    /// The case it resembles.
    pub case: Str,
    /// Its charges.
    pub charges: Vec<Str>,
    /// Its CRM contacts.
    pub contacts: Vec<Str>,
}

/// A customer who answers what is asked in their thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Persona {
    /// The person's name.
    pub name: Str,
    /// From which address they write.
    pub address: Str,
    /// Their case.
    pub case: Str,
    /// The thread they answer in.
    pub thread: Str,
    /// How long they take, milliseconds of office time.
    pub delay_ms: i64,
    /// What they answer, in order; the first to the first question, and so on. Afterwards they are silent.
    pub answers: Vec<Answer>,
}

/// One prepared answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Plain text, with greeting and sign-off.
    pub text: Str,
    /// Whether it tells what was lacking.
    pub tells: bool,
}

/// A fault of the script, for checks that need it to have landed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptedFault {
    /// Id of the rule in the world.
    pub rule: Str,
    /// Its name in the scenario; checks name it in `needs_fault`.
    pub name: Str,
    /// Whom it hits.
    pub vendor: Vendor,
    /// From when.
    pub from: At,
    /// Until when.
    pub to: At,
}
