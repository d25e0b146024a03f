//! What a list can be narrowed by, row by row.
//!
//! Used by `lists`. The wire face lets only those filters through that the vendor's list has; a filter that no row of
//! this desk can meet (`transfer_group`) matches nothing.

use std::collections::BTreeSet;

use crate::billing::{
    Charge, CreditNote, Customer, Dispute, Event, Filter, Invoice, InvoicePayment, PaymentIntent,
    Price, Product, Refund,
};
use crate::row::{Row, Str};

/// A row that a list can be narrowed to.
pub trait Narrowed: Row {
    /// Equalities that the table's index answers.
    const INDEXED: &'static [&'static str] = &[];

    /// Whether a field has this value, in the words of the list's filters.
    fn has(&self, field: &str, value: &str) -> bool;
}

/// Whether a row passes everything in the filter but the bounds of time; `ids` are the filter's, none for all.
pub fn passes<R: Narrowed>(row: &R, filter: &Filter, ids: &BTreeSet<&Str>) -> bool {
    filter
        .equal
        .iter()
        .all(|(field, value)| row.has(field, value))
        && (filter.kinds.is_empty() || filter.kinds.iter().any(|kind| row.has("type", kind)))
        && (ids.is_empty() || ids.contains(row.id()))
}

fn is(field: &Str, value: &str) -> bool {
    **field == *value
}

fn may_be(field: &Option<Str>, value: &str) -> bool {
    field.as_deref() == Some(value)
}

fn flag(field: bool, value: &str) -> bool {
    (if field { "true" } else { "false" }) == value
}

impl Narrowed for Customer {
    const INDEXED: &'static [&'static str] = &["email"];
    fn has(&self, field: &str, value: &str) -> bool {
        field == "email" && may_be(&self.email, value)
    }
}

impl Narrowed for Charge {
    const INDEXED: &'static [&'static str] = &["payment_intent", "customer"];
    fn has(&self, field: &str, value: &str) -> bool {
        match field {
            "customer" => may_be(&self.customer, value),
            "payment_intent" => may_be(&self.payment_intent, value),
            _ => false,
        }
    }
}

impl Narrowed for PaymentIntent {
    const INDEXED: &'static [&'static str] = &["customer"];
    fn has(&self, field: &str, value: &str) -> bool {
        field == "customer" && may_be(&self.customer, value)
    }
}

impl Narrowed for Invoice {
    const INDEXED: &'static [&'static str] = &["customer"];
    fn has(&self, field: &str, value: &str) -> bool {
        match field {
            "customer" => is(&self.customer, value),
            "status" => is(&self.status, value),
            "collection_method" => value == "charge_automatically",
            _ => false,
        }
    }
}

impl Narrowed for InvoicePayment {
    const INDEXED: &'static [&'static str] = &["invoice", "payment_intent"];
    fn has(&self, field: &str, value: &str) -> bool {
        match field {
            "invoice" => is(&self.invoice, value),
            "payment_intent" => is(&self.payment_intent, value),
            "payment_type" => value == "payment_intent",
            "status" => is(&self.status, value),
            _ => false,
        }
    }
}

impl Narrowed for Refund {
    const INDEXED: &'static [&'static str] = &["charge", "payment_intent"];
    fn has(&self, field: &str, value: &str) -> bool {
        match field {
            "charge" => is(&self.charge, value),
            "payment_intent" => may_be(&self.payment_intent, value),
            _ => false,
        }
    }
}

impl Narrowed for Dispute {
    const INDEXED: &'static [&'static str] = &["charge", "payment_intent"];
    fn has(&self, field: &str, value: &str) -> bool {
        match field {
            "charge" => is(&self.charge, value),
            "payment_intent" => may_be(&self.payment_intent, value),
            _ => false,
        }
    }
}

impl Narrowed for CreditNote {
    const INDEXED: &'static [&'static str] = &["invoice", "customer"];
    fn has(&self, field: &str, value: &str) -> bool {
        match field {
            "invoice" => is(&self.invoice, value),
            "customer" => is(&self.customer, value),
            _ => false,
        }
    }
}

impl Narrowed for Event {
    /// A type may end in `.*`. All events count as delivered: nobody listens.
    fn has(&self, field: &str, value: &str) -> bool {
        match (field, value.strip_suffix('*')) {
            ("type", Some(start)) => self.kind.starts_with(start),
            ("type", None) => is(&self.kind, value),
            ("delivery_success", _) => value == "true",
            _ => false,
        }
    }
}

impl Narrowed for Product {
    fn has(&self, field: &str, value: &str) -> bool {
        match field {
            "active" => flag(self.active, value),
            "type" => value == "service",
            _ => false,
        }
    }
}

impl Narrowed for Price {
    const INDEXED: &'static [&'static str] = &["product"];
    fn has(&self, field: &str, value: &str) -> bool {
        match field {
            "product" => is(&self.product, value),
            "active" => flag(self.active, value),
            "currency" => is(&self.currency, value),
            "type" => value == "one_time",
            _ => false,
        }
    }
}
