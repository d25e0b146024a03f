//! What a scenario file says: shop, policy ranges, population, kinds of case, mess, story.
//!
//! Read by [`crate::load`] and by the generator. Unknown fields are refused; ranges are checked with the file; what
//! refers to something else in the file is checked in `whole`.

mod kind;
mod load;
mod whole;

pub use kind::{Delivery, KindSpec, OrderSpec, Part, Right, Tell, Total, Twist};
pub use load::{Problem, Problems, load, schema, shipped, shipped_names};

use std::collections::BTreeMap;

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rubric::{Rubric, snake};
use crate::truth::Survivor;

/// A scenario: the folder's files as one value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    /// `scenario.yaml`.
    pub desk: Desk,
    /// `brief.md`, with the policy's values still as `{{names}}`.
    pub brief: String,
    /// `rubric.yaml`.
    pub rubric: Rubric,
}

/// `scenario.yaml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Desk {
    /// Name in commands.
    #[garde(length(min = 1, max = 40))]
    pub name: String,
    /// A line for lists.
    #[garde(length(min = 1, max = 120))]
    pub title: String,
    /// Version of the generator the file was written for.
    #[garde(range(min = 1, max = 1))]
    pub generator: u32,
    /// When the office opens and how long the story runs.
    #[garde(dive)]
    pub week: Week,
    /// Whose desk it is.
    #[garde(dive)]
    pub shop: ShopSpec,
    /// Ranges of the policy's values.
    #[garde(dive)]
    pub policy: PolicyRanges,
    /// How much there is of everything.
    #[garde(dive)]
    pub population: Population,
    /// Kinds of case.
    #[garde(length(min = 1), dive)]
    pub kinds: Vec<KindSpec>,
    /// Rates of the mess operators, in thousandths of the records each can spoil.
    #[garde(custom(thousandths))]
    pub mess: BTreeMap<String, u32>,
    /// What happens by itself.
    #[garde(dive)]
    pub story: Story,
    /// The vendors' own limits.
    #[garde(dive)]
    pub limits: Vec<Limit>,
    /// Cases written by hand.
    #[serde(default)]
    #[garde(dive)]
    pub raw_cases: Vec<RawCase>,
}

/// When.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Week {
    /// Days after the Monday.
    #[garde(range(min = 0, max = 2))]
    pub opens_on_day: i64,
    /// Minute of the day (UTC) at which it opens.
    #[garde(range(min = 0, max = 1439))]
    pub opens_at_min: i64,
    /// Minute of the day at which people start and stop working.
    #[garde(inner(range(min = 0, max = 1440)))]
    pub hours_min: [i64; 2],
    /// Working days of the story.
    #[garde(range(min = 1, max = 3))]
    pub story_days: i64,
}

/// Somebody at the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    /// Full name.
    #[garde(length(min = 3, max = 60))]
    pub name: String,
    /// Address.
    #[garde(contains("@"))]
    pub email: String,
    /// Whether they have left.
    #[serde(default)]
    #[garde(skip)]
    pub left: bool,
}

/// Whose desk it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ShopSpec {
    /// Its name.
    #[garde(length(min = 1, max = 60))]
    pub name: String,
    /// The desk's mailbox.
    #[garde(contains("@"))]
    pub address: String,
    /// What order numbers begin with.
    #[garde(length(min = 1, max = 4))]
    pub order_prefix: String,
    /// Who answers mail.
    #[garde(length(min = 2), dive)]
    pub agents: Vec<Staff>,
    /// Who decides.
    #[garde(dive)]
    pub manager: Staff,
}

/// A vendor, as files name it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum System {
    /// Refunds and charges.
    Billing,
    /// Customers and orders.
    Crm,
    /// Mail.
    Inbox,
}

impl From<System> for muddle_world::vendor::Vendor {
    fn from(system: System) -> Self {
        match system {
            System::Billing => Self::Billing,
            System::Crm => Self::Crm,
            System::Inbox => Self::Inbox,
        }
    }
}

/// Ranges of the policy's values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PolicyRanges {
    /// Minor units from which a person decides.
    #[garde(length(min = 1), inner(range(min = 2_000, max = 100_000)))]
    pub threshold: Vec<i64>,
    /// Days from delivery.
    #[garde(length(min = 1), inner(range(min = 14, max = 90)))]
    pub window_days: Vec<i64>,
    /// Days without a scan.
    #[garde(length(min = 1), inner(range(min = 7, max = 30)))]
    pub no_scan_days: Vec<i64>,
    /// Who may be right about an e-mail address.
    #[garde(length(min = 1))]
    pub email_source: Vec<System>,
    /// Which duplicate may live on.
    #[garde(length(min = 1))]
    pub survivor: Vec<Survivor>,
    /// Hand-offs that people take per day.
    #[garde(range(min = 1, max = 1_000))]
    pub handoffs_per_day: u64,
    /// The rules, with the values as `{{names}}`.
    #[garde(length(min = 1), dive)]
    pub clauses: Vec<ClauseSpec>,
}

/// One rule of the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ClauseSpec {
    /// Its name; kinds rest on it.
    #[garde(custom(snake))]
    pub id: String,
    /// The rule in a sentence.
    #[garde(length(min = 8, max = 400))]
    pub text: String,
    /// Where a candidate can read it.
    #[garde(length(min = 1))]
    pub told_in: Vec<ToldIn>,
    /// What shows that it applies.
    #[garde(skip)]
    pub shown_by: Shown,
}

/// The record and field that show that a rule applies to a case.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// The mail itself.
    Mail,
    /// When the order came.
    Delivered,
    /// When the order was made, for one that never came.
    Ordered,
    /// What was charged.
    Amount,
    /// The card's digits.
    Card,
    /// What the order was.
    OrderName,
    /// That it cannot be given back.
    FinalSale,
    /// A refund of the past.
    Refund,
    /// A dispute.
    Dispute,
    /// The address in billing.
    Email,
    /// When the contact was made.
    Contact,
}

/// Where a rule is told.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ToldIn {
    /// In the brief.
    Brief,
    /// On the contract page.
    Contract,
    /// In the manager's mail.
    Mail,
}

/// How much there is of everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Population {
    /// Customers in billing.
    #[garde(range(min = 1, max = 50_000))]
    pub customers: usize,
    /// Charges.
    #[garde(range(min = 1, max = 200_000))]
    pub charges: usize,
    /// Invoices among the charges.
    #[garde(range(min = 0, max = 50_000))]
    pub invoices: usize,
    /// Companies in the CRM.
    #[garde(range(min = 0, max = 5_000))]
    pub companies: usize,
    /// Contacts in the CRM before the mess: customers, doubles and people who never bought.
    #[garde(range(min = 1, max = 120_000))]
    pub contacts: usize,
    /// Threads of last month that are closed.
    #[garde(range(min = 0, max = 5_000))]
    pub closed_threads: usize,
    /// Of these, how many the team decided wrongly, in percent.
    #[garde(range(min = 0, max = 100))]
    pub closed_wrong_percent: u64,
    /// Cases of each kind.
    #[garde(range(min = 1, max = 50))]
    pub cases_per_kind: usize,
    /// Records as dirty as a case's that nobody writes about, per case.
    #[garde(range(min = 3, max = 10))]
    pub decoys_per_case: usize,
}

/// What happens by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// Share of the mail that is there at the opening.
    #[garde(range(min = 0, max = 100))]
    pub there_at_start_percent: u64,
    /// Outages of vendors.
    #[garde(dive)]
    pub outages: Vec<Outage>,
    /// How long vendors take on any day; felt where latency was ordered to be real.
    #[serde(default)]
    #[garde(dive)]
    pub latencies: Vec<UsualLatency>,
}

/// How long a vendor takes on any day: log-normal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct UsualLatency {
    /// Who.
    #[garde(skip)]
    pub vendor: System,
    /// Half of the answers take less.
    #[garde(range(min = 1, max = 60_000))]
    pub median_ms: i64,
    /// One in a hundred takes more.
    #[garde(range(min = 1, max = 600_000))]
    pub p99_ms: i64,
}

/// A vendor that is down for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// Its name; checks name it in `needs_fault`.
    #[garde(custom(snake))]
    pub name: String,
    /// Who is down.
    #[garde(skip)]
    pub vendor: System,
    /// Working day of the story, from 1.
    #[garde(range(min = 1, max = 3))]
    pub day: i64,
    /// From this minute of the day.
    #[garde(range(min = 0, max = 1439))]
    pub from_min: i64,
    /// Until this minute.
    #[garde(range(min = 1, max = 1440))]
    pub to_min: i64,
    /// Minutes at its beginning in which writes take effect and their answers are lost.
    #[garde(range(min = 0, max = 60))]
    pub lost_for_min: i64,
}

/// A limit of a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// `billing`, `crm`, `crm_search` or `inbox`.
    #[garde(custom(snake))]
    pub name: String,
    /// Whose.
    #[garde(skip)]
    pub vendor: System,
    /// Units per window.
    #[garde(range(min = 1, max = 1_000_000))]
    pub units: u64,
    /// Length of the window.
    #[garde(range(min = 1, max = 86_400_000))]
    pub window_ms: i64,
}

/// A case written by hand: its mail as it stands, about an order that the generator makes as for any other case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RawCase {
    /// The kind whose order, twists and outcomes it has.
    #[garde(custom(snake))]
    pub kind: String,
    /// The subject line; `{{order}}`, `{{amount}}` and `{{item}}` are filled in, as far as the kind tells them.
    #[garde(length(min = 1, max = 200))]
    pub subject: String,
    /// The text, filled in likewise; `{{name}}` is the customer.
    #[garde(length(min = 1, max = 20_000))]
    pub text: String,
}

/// Every operator's rate is at most 1000 ‰, and its name is known.
fn thousandths<C>(rates: &BTreeMap<String, u32>, _context: &C) -> garde::Result {
    for (name, rate) in rates {
        if *rate > 1_000 {
            return Err(garde::Error::new(format!("rate of `{name}` is above 1000")));
        }
        if !crate::mess::OPERATORS.iter().any(|one| one.name() == name) {
            return Err(garde::Error::new(format!(
                "there is no mess operator `{name}`"
            )));
        }
    }
    Ok(())
}
