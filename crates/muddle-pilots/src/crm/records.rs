//! Records of the CRM as a pilot needs them, read from the rows of its answers.
//!
//! Called by [`super`] for every row. What a row lacks reads as empty: the records are messy, and that is for the ledger
//! to see.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::json::{list, minor_units, text};

/// A contact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contact {
    pub(crate) id: String,
    /// First the main address; all lower case.
    pub(crate) emails: Vec<String>,
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) phone: String,
    pub(crate) street: String,
    pub(crate) created: String,
    pub(crate) tier: String,
    pub(crate) deals: Vec<String>,
}

impl Contact {
    /// First and last name.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.first, self.last).trim().to_owned()
    }
}

/// One thing that was ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) name: String,
    /// Minor units, for all of its quantity.
    pub(crate) amount: i64,
}

/// An order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) id: String,
    /// `MB-10423`.
    pub(crate) number: String,
    pub(crate) amount: i64,
    pub(crate) delivered: Option<jiff::civil::Date>,
    pub(crate) ordered: String,
    pub(crate) final_sale: bool,
    pub(crate) items: Vec<Item>,
}

/// The stage of tickets that wait for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stage {
    pub(crate) pipeline: String,
    pub(crate) stage: String,
}

pub(super) fn contact(row: &Value) -> Contact {
    let property = |name: &str| text(row, &format!("/properties/{name}"));
    let more = property("hs_additional_emails");
    let emails = std::iter::once(property("email")).chain(more.split(';').map(str::to_owned));
    Contact {
        id: text(row, "/id"),
        emails: emails
            .map(|email| email.trim().to_lowercase())
            .filter(|email| !email.is_empty())
            .collect(),
        first: property("firstname"),
        last: property("lastname"),
        phone: property("phone"),
        street: property("address"),
        created: property("createdate"),
        tier: property("tier"),
        deals: tied(row, "deals"),
    }
}

pub(super) fn item(row: &Value) -> Item {
    let property = |name: &str| text(row, &format!("/properties/{name}"));
    let quantity: i64 = property("quantity").parse().unwrap_or(1).max(1);
    let price = minor_units(&property("price")).unwrap_or(0) * quantity;
    Item {
        name: property("name"),
        amount: minor_units(&property("amount")).unwrap_or(price),
    }
}

pub(super) fn order(row: &Value, items: &BTreeMap<String, Item>) -> Order {
    let property = |name: &str| text(row, &format!("/properties/{name}"));
    let named = property("dealname");
    let number = Some(property("order_number")).filter(|number| !number.is_empty());
    let delivered = property("delivered_on");
    Order {
        id: text(row, "/id"),
        number: number.unwrap_or_else(|| {
            named
                .split_whitespace()
                .find(|word| word.chars().any(|c| c.is_ascii_digit()))
                .unwrap_or(&named)
                .to_owned()
        }),
        amount: minor_units(&property("amount")).unwrap_or(0),
        delivered: delivered.get(..10).and_then(|day| day.parse().ok()),
        ordered: Some(property("ordered_on"))
            .filter(|day| !day.is_empty())
            .unwrap_or_else(|| property("createdate")),
        final_sale: matches!(
            property("final_sale").to_lowercase().as_str(),
            "true" | "yes" | "1"
        ),
        items: tied(row, "line_items")
            .iter()
            .filter_map(|id| items.get(id))
            .cloned()
            .collect(),
    }
}

/// Ids of the records that came along; a pair that is tied twice is named once.
fn tied(row: &Value, other: &str) -> Vec<String> {
    let spaced = other.replace('_', " ");
    let rows = [other, &spaced]
        .into_iter()
        .flat_map(|name| list(row, &format!("/associations/{name}/results")));
    let mut ids: Vec<String> = rows.map(|one| text(one, "/id")).collect();
    ids.sort();
    ids.dedup();
    ids
}
