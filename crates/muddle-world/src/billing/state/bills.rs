//! Bills: invoices, their lines, and the way from a bill to its payment.
//!
//! Re-exported by [`super`]; a bill's lines are part of it and have no table of their own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Metadata;
use crate::row;
use crate::row::Str;
use crate::time::At;

/// One line of an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceLine {
    /// `il_…`.
    pub id: Str,
    /// What.
    pub description: Str,
    /// Minor units, for all of the quantity.
    pub amount: i64,
    /// How many.
    pub quantity: i64,
    /// The price it follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Str>,
}

row! {
    /// A bill.
    pub struct Invoice {
        /// `in_…`.
        pub id: Str,
        /// When it was made.
        pub created: At,
        /// Its printed number.
        pub number: Str,
        /// Who owes.
        pub customer: Str,
        /// ISO 4217, lower case.
        pub currency: Str,
        /// Its lines, at most 100.
        pub lines: Vec<InvoiceLine>,
        /// `draft`, `open`, `paid`, `void`, `uncollectible`.
        pub status: Str,
        /// Minor units.
        pub total: i64,
        /// Minor units paid.
        pub amount_paid: i64,
        /// Minor units credited before payment.
        #[serde(default)]
        pub credited_before: i64,
        /// Minor units credited after payment.
        pub credited: i64,
        /// The payment intent that paid it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub payment_intent: Option<Str>,
        /// The charge that paid it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub charge: Option<Str>,
        /// Free pairs.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub metadata: Metadata,
    }
}

row! {
    /// The way from an invoice to its payment.
    pub struct InvoicePayment {
        /// `inpay_…`.
        pub id: Str,
        /// When it was made.
        pub created: At,
        /// The bill.
        pub invoice: Str,
        /// What paid it.
        pub payment_intent: Str,
        /// Minor units.
        pub amount_paid: i64,
        /// ISO 4217, lower case.
        pub currency: Str,
        /// `paid`, `open`, `canceled`.
        pub status: Str,
    }
}
