//! Records of the billing desk. Money is whole minor units; times are office time.
//!
//! Only what a rule, a search or a person reads is stored; everything constant in the vendor's objects is spelled by
//! the wire face. Here stand the tables, what they are looked up by, and what is neither paid nor billed: the catalogue,
//! bookings, and what happened.

mod bills;
mod corrections;
mod customers;
mod payments;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub use bills::{Invoice, InvoiceLine, InvoicePayment};
pub use corrections::{CreditLine, CreditNote, Dispute, Refund, RefundStatus};
pub use customers::{Address, Customer};
pub use payments::{Card, Charge, ChargeStatus, PaymentIntent};

use crate::row;
use crate::row::{Row, Str};
use crate::time::At;

/// Free-form key and value pairs.
pub type Metadata = BTreeMap<Str, Str>;

row! {
    /// That something happened. What the object looked like then is kept beside, see `World::keys`.
    pub struct Event {
        /// `evt_…`.
        pub id: Str,
        /// When.
        pub created: At,
        /// `refund.created`, `charge.refunded`, …
        pub kind: Str,
        /// Collection of the object.
        pub collection: Str,
        /// Id of the object.
        pub object: Str,
        /// The key of the request that caused it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub idempotency_key: Option<Str>,
    }
}

row! {
    /// A booking on the account.
    pub struct BalanceTransaction {
        /// `txn_…`.
        pub id: Str,
        /// When.
        pub created: At,
        /// Minor units, negative for money that leaves.
        pub amount: i64,
        /// Minor units the vendor keeps.
        pub fee: i64,
        /// ISO 4217, lower case.
        pub currency: Str,
        /// `charge`, `refund`, `refund_failure`, `adjustment`.
        pub kind: Str,
        /// What it books.
        pub source: Str,
    }
}

row! {
    /// Something that is sold.
    pub struct Product {
        /// `prod_…`.
        pub id: Str,
        /// When it was made.
        pub created: At,
        /// Its name.
        pub name: Str,
        /// Free text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub description: Option<Str>,
        /// Whether it is still sold.
        pub active: bool,
        /// The usual price.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub default_price: Option<Str>,
        /// Free pairs.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub metadata: Metadata,
    }
}

row! {
    /// What a product costs.
    pub struct Price {
        /// `price_…`.
        pub id: Str,
        /// When it was made.
        pub created: At,
        /// Of which product.
        pub product: Str,
        /// Minor units.
        pub unit_amount: i64,
        /// ISO 4217, lower case.
        pub currency: Str,
        /// Whether it is still asked.
        pub active: bool,
    }
}

macro_rules! rows {
    ($($Row:ident in $name:literal { $($key:literal: $value:expr),* };)*) => {
        $(impl Row for $Row {
            const COLLECTION: &'static str = $name;
            fn id(&self) -> &Str { &self.id }
            fn created(&self) -> i64 { self.created.0 }
            fn keys(&self, visit: &mut dyn FnMut(&'static str, &str)) {
                $({
                    let value: fn(&Self) -> Option<Cow<'_, str>> = $value;
                    if let Some(value) = value(self) { visit($key, &value); }
                })*
                let _ = visit;
            }
        })*
    };
}

/// An id as an index keeps it.
fn id(value: &Str) -> Cow<'_, str> {
    Cow::Borrowed(value)
}

/// Text as an index keeps it whose readers ignore case.
fn folded(value: &Str) -> Cow<'_, str> {
    Cow::Owned(value.to_lowercase())
}

rows! {
    Customer in "customers" { "email": |row| row.email.as_ref().map(folded) };
    Charge in "charges" {
        "customer": |row| row.customer.as_ref().map(id),
        "payment_intent": |row| row.payment_intent.as_ref().map(id),
        "order": |row| row.metadata.get("order").map(folded)
    };
    PaymentIntent in "payment_intents" { "customer": |row| row.customer.as_ref().map(id) };
    Invoice in "invoices" { "customer": |row| Some(id(&row.customer)) };
    InvoicePayment in "invoice_payments" {
        "invoice": |row| Some(id(&row.invoice)),
        "payment_intent": |row| Some(id(&row.payment_intent))
    };
    Refund in "refunds" {
        "charge": |row| Some(id(&row.charge)),
        "payment_intent": |row| row.payment_intent.as_ref().map(id)
    };
    Dispute in "disputes" {
        "charge": |row| Some(id(&row.charge)),
        "payment_intent": |row| row.payment_intent.as_ref().map(id)
    };
    CreditNote in "credit_notes" {
        "invoice": |row| Some(id(&row.invoice)),
        "customer": |row| Some(id(&row.customer))
    };
    Event in "events" {};
    BalanceTransaction in "balance_transactions" { "source": |row| Some(id(&row.source)) };
    Product in "products" {};
    Price in "prices" { "product": |row| Some(id(&row.product)) };
}

crate::tables! {
    /// Who pays.
    customers: Customer,
    /// Payments taken.
    charges: Charge,
    /// Intentions to pay.
    payment_intents: PaymentIntent,
    /// Bills.
    invoices: Invoice,
    /// From bills to payments.
    invoice_payments: InvoicePayment,
    /// Money given back.
    refunds: Refund,
    /// Money asked back by banks.
    disputes: Dispute,
    /// Corrections of bills.
    credit_notes: CreditNote,
    /// What happened.
    events: Event,
    /// Bookings.
    balance_transactions: BalanceTransaction,
    /// What is sold.
    products: Product,
    /// For how much.
    prices: Price,
}
