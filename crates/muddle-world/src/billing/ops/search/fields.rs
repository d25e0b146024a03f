//! What a search reads from a record, by the vendor's names of fields.

use super::query::{Clause, Comparison, Operand};
use crate::billing::params::whole_number;
use crate::billing::{Charge, Customer, PaymentIntent};
use crate::row::Row;

/// What a field holds.
pub enum Held<'a> {
    /// Text.
    Text(Option<&'a str>),
    /// A number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
}

/// An equality that a table's index answers.
pub struct Index {
    /// The field, or the name of a pair.
    pub field: &'static str,
    /// Whether it is a pair of `metadata`.
    pub of_pair: bool,
    /// Name of the index.
    pub key: &'static str,
    /// Whether the index keeps lowered text.
    pub folded: bool,
}

/// A customer's id, as charges and intents name it.
const BY_CUSTOMER: Index = Index {
    field: "customer",
    of_pair: false,
    key: "customer",
    folded: false,
};

/// A record that can be searched.
pub trait Searchable: Row {
    /// Equalities that the table's index answers.
    const INDEXED: &'static [Index];

    /// What a field holds; none where there is no such field.
    fn held(&self, field: &str, pair: Option<&str>) -> Option<Held<'_>>;

    /// Fields that can be searched, `metadata` aside, and what they hold.
    const FIELDS: &'static [(&'static str, Holds)];
}

/// What kind of value a field holds, whatever the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Text that may be searched in parts.
    Text,
    /// Text that is compared as a whole, and yes or no.
    Token,
    /// A number.
    Number,
}

/// Whether a record meets a condition.
pub fn meets<R: Searchable>(row: &R, clause: &Clause) -> bool {
    let held = row.held(&clause.field, clause.pair.as_deref());
    let met = match (held, &clause.operand) {
        (Some(Held::Text(text)), Operand::Null) => text.is_none(),
        (Some(Held::Text(text)), Operand::Text { folded, .. }) => {
            text.is_some_and(|text| match clause.comparison {
                Comparison::Contains => text.to_lowercase().contains(folded.as_str()),
                _ => equal(text, folded),
            })
        }
        (Some(Held::Text(text)), Operand::Number(wanted)) => {
            text == Some(wanted.to_string().as_str())
        }
        (Some(Held::Number(number)), operand) => {
            let wanted = match operand {
                Operand::Number(wanted) => Some(*wanted),
                Operand::Text { given, .. } => whole_number(given),
                Operand::Null => None,
            };
            wanted.is_some_and(|wanted| compare(clause.comparison, number, wanted))
        }
        (Some(Held::Flag(flag)), Operand::Text { folded, .. }) => flag.to_string() == *folded,
        _ => false,
    };
    met != clause.negated
}

/// `wanted` is lowered already.
fn equal(text: &str, wanted: &str) -> bool {
    if text.is_ascii() {
        text.eq_ignore_ascii_case(wanted)
    } else {
        text.to_lowercase() == wanted
    }
}

const fn compare(comparison: Comparison, number: i64, wanted: i64) -> bool {
    match comparison {
        Comparison::Above => number > wanted,
        Comparison::AtLeast => number >= wanted,
        Comparison::Below => number < wanted,
        Comparison::AtMost => number <= wanted,
        Comparison::Is | Comparison::Contains => number == wanted,
    }
}

/// What a clause's field holds; none where there is no such field.
pub fn holds<R: Searchable>(clause: &Clause) -> Option<Holds> {
    match (clause.field.as_str(), &clause.pair) {
        ("metadata", Some(_)) => Some(Holds::Token),
        (field, None) => R::FIELDS
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, holds)| *holds),
        _ => None,
    }
}

/// Whether this way of comparing fits the field.
pub const fn fits(holds: Holds, comparison: Comparison) -> bool {
    match comparison {
        Comparison::Is => true,
        Comparison::Contains => matches!(holds, Holds::Text),
        _ => matches!(holds, Holds::Number),
    }
}

impl Searchable for Customer {
    const INDEXED: &'static [Index] = &[Index {
        field: "email",
        of_pair: false,
        key: "email",
        folded: true,
    }];
    const FIELDS: &'static [(&'static str, Holds)] = &[
        ("created", Holds::Number),
        ("email", Holds::Text),
        ("name", Holds::Text),
        ("phone", Holds::Text),
    ];

    fn held(&self, field: &str, pair: Option<&str>) -> Option<Held<'_>> {
        Some(match (field, pair) {
            ("metadata", Some(name)) => Held::Text(self.metadata.get(name).map(|v| &**v)),
            ("created", None) => Held::Number(self.created.seconds()),
            ("email", None) => Held::Text(self.email.as_deref()),
            ("name", None) => Held::Text(self.name.as_deref()),
            ("phone", None) => Held::Text(self.phone.as_deref()),
            _ => return None,
        })
    }
}

impl Searchable for Charge {
    const INDEXED: &'static [Index] = &[
        Index {
            field: "order",
            of_pair: true,
            key: "order",
            folded: true,
        },
        BY_CUSTOMER,
    ];
    const FIELDS: &'static [(&'static str, Holds)] = &[
        ("amount", Holds::Number),
        ("billing_details.address.postal_code", Holds::Token),
        ("created", Holds::Number),
        ("currency", Holds::Token),
        ("customer", Holds::Token),
        ("disputed", Holds::Token),
        ("payment_method_details.card.brand", Holds::Token),
        ("payment_method_details.card.exp_month", Holds::Number),
        ("payment_method_details.card.exp_year", Holds::Number),
        ("payment_method_details.card.fingerprint", Holds::Token),
        ("payment_method_details.card.last4", Holds::Token),
        ("refunded", Holds::Token),
        ("status", Holds::Token),
    ];

    fn held(&self, field: &str, pair: Option<&str>) -> Option<Held<'_>> {
        Some(match (field, pair) {
            ("metadata", Some(name)) => Held::Text(self.metadata.get(name).map(|v| &**v)),
            ("amount", None) => Held::Number(self.amount),
            ("billing_details.address.postal_code", None) => Held::Text(None),
            ("created", None) => Held::Number(self.created.seconds()),
            ("currency", None) => Held::Text(Some(&self.currency)),
            ("customer", None) => Held::Text(self.customer.as_deref()),
            ("disputed", None) => Held::Flag(self.disputed),
            ("payment_method_details.card.brand", None) => Held::Text(Some(&self.card.brand)),
            ("payment_method_details.card.exp_month", None) => {
                Held::Number(self.card.exp_month.into())
            }
            ("payment_method_details.card.exp_year", None) => {
                Held::Number(self.card.exp_year.into())
            }
            ("payment_method_details.card.fingerprint", None) => {
                Held::Text(Some(&self.card.fingerprint))
            }
            ("payment_method_details.card.last4", None) => Held::Text(Some(&self.card.last4)),
            ("refunded", None) => Held::Flag(self.amount_refunded >= self.amount),
            ("status", None) => Held::Text(Some(self.status.name())),
            _ => return None,
        })
    }
}

impl Searchable for PaymentIntent {
    const INDEXED: &'static [Index] = &[BY_CUSTOMER];
    const FIELDS: &'static [(&'static str, Holds)] = &[
        ("amount", Holds::Number),
        ("created", Holds::Number),
        ("currency", Holds::Token),
        ("customer", Holds::Token),
        ("status", Holds::Token),
    ];

    fn held(&self, field: &str, pair: Option<&str>) -> Option<Held<'_>> {
        Some(match (field, pair) {
            ("metadata", Some(name)) => Held::Text(self.metadata.get(name).map(|v| &**v)),
            ("amount", None) => Held::Number(self.amount),
            ("created", None) => Held::Number(self.created.seconds()),
            ("currency", None) => Held::Text(Some(&self.currency)),
            ("customer", None) => Held::Text(self.customer.as_deref()),
            ("status", None) => Held::Text(Some(&self.status)),
            _ => return None,
        })
    }
}
