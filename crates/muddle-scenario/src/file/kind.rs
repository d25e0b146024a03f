//! A kind of case as data: what was ordered, what went wrong, what the mail tells, and what is right.
//!
//! The words here are all the vocabulary there is: the generator knows what each does to the records, and what facts
//! each right outcome asks for. A kind is a choice among them, so a new kind is a paragraph of YAML.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rubric::snake;

/// One kind of case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct KindSpec {
    /// Its name, snake_case; never shown to a candidate.
    #[garde(custom(snake))]
    pub id: String,
    /// A line for reports.
    #[garde(length(min = 1, max = 160))]
    pub title: String,
    /// Key of the letter that opens it.
    #[garde(custom(snake))]
    pub letter: String,
    /// What was ordered; absent for mail from strangers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(dive)]
    pub order: Option<OrderSpec>,
    /// What is unusual about it, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[garde(skip)]
    pub twists: Vec<Twist>,
    /// What the letter tells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[garde(skip)]
    pub tells: Vec<Tell>,
    /// What is right.
    #[garde(skip)]
    pub right: Right,
    /// Clauses of the policy that make it right.
    #[garde(length(min = 1))]
    pub clauses: Vec<String>,
}

/// What was ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct OrderSpec {
    /// Fewest and most lines.
    #[serde(default = "one_to_three")]
    #[garde(inner(range(min = 1, max = 6)))]
    pub lines: [u64; 2],
    /// When it came.
    #[serde(default)]
    #[garde(skip)]
    pub delivery: Delivery,
    /// How much it was.
    #[serde(default)]
    #[garde(skip)]
    pub total: Total,
    /// Whether it cannot be given back.
    #[serde(default)]
    #[garde(skip)]
    pub final_sale: bool,
}

fn one_to_three() -> [u64; 2] {
    [1, 3]
}

/// When an order came, seen from the opening. None is within three days of an edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Within the window.
    #[default]
    InTime,
    /// Before the window.
    Late,
    /// Never scanned, for longer than the policy waits.
    Never,
}

/// How much an order was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Total {
    /// Well below the threshold.
    #[default]
    Below,
    /// At or above it.
    Above,
}

/// Something unusual.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Twist {
    /// The order was paid by two charges, each below the threshold.
    SplitCharge,
    /// The same request comes a second time, in a thread of its own.
    Resent,
    /// The same request comes a second time, from an address nobody knows.
    SecondAddress,
    /// Somebody of the same household sends the same request too.
    FamilyMember,
    /// Only an address nobody knows is used, and another customer has the same name.
    Namesake,
    /// The order was charged twice.
    ChargedTwice,
    /// All was refunded already.
    RefundedBefore,
    /// A refund is on its way.
    RefundPending,
    /// A refund was sent back by the bank.
    RefundFailed,
    /// A dispute is open.
    OpenDispute,
    /// We refunded, then a dispute was opened.
    DisputeAfterRefund,
    /// There is a second order with the same product in the same weeks.
    SecondOrder,
    /// The mail's amount has two digits swapped.
    SwappedAmount,
    /// CRM and billing hold different addresses; the trusted one is the writer's.
    EmailConflict,
    /// The CRM has the person twice.
    DuplicateContact,
    /// The CRM does not have the person.
    NoContact,
    /// A later mail takes the first back.
    TakenBack,
    /// A colleague has answered and refunded.
    ColleagueAnswered,
}

/// A fact that a letter tells.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Tell {
    /// The order's number.
    Order,
    /// The amount in question.
    Amount,
    /// What was bought.
    Items,
    /// When it came.
    Delivered,
    /// When it was charged.
    Charged,
    /// The last digits of the card.
    Last4,
    /// Another card's last digits.
    OtherCard,
    /// The parcel's number.
    Tracking,
}

/// What of an order is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// All of it.
    Whole,
    /// One line.
    Item,
    /// The delivery.
    Shipping,
}

/// What is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Give it back, tell them, note it.
    Refund(Part),
    /// Give back one of two charges, once.
    RefundEither,
    /// Ask; after the answer give all back.
    AskThenRefund,
    /// Give nothing back; tell them what billing shows.
    Explain,
    /// Give nothing back; say no.
    Deny,
    /// Leave it to a person.
    HandOff,
    /// Note what is known and leave it to a person.
    NoteAndHandOff,
    /// A visible decision, no mail, no money.
    Leave,
    /// Answer or route it; no money.
    Answer,
    /// Merge the two records, then give back.
    MergeAndRefund,
    /// Make the record, then give back.
    CreateAndRefund,
    /// Put the address right, then give back.
    CorrectAndRefund,
    /// Nothing if it can still be stopped; both branches are listed.
    Retract,
}
