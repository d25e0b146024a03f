//! The billing desk: customers, charges, refunds, disputes, invoices, in Stripe's semantics.
//!
//! [`Call`] is what can be asked, typed and without the wire's spelling; [`decide`] says what changes; [`resolve`] looks
//! up what a reply names. Idempotency is a step of its own before [`decide`]: see [`idempotency`].

mod call;
pub mod idempotency;
pub mod limits;
mod nouns;
mod ops;
mod params;
mod refusal;
mod resolve;
mod state;
#[cfg(test)]
mod tests;

pub use call::{Call, Reply, Request};
pub use nouns::{Kind, Listed, Searched};
pub use params::{
    CustomerFields, Filter, NewCreditLine, NewCreditNote, NewRefund, Page, Search, whole_number,
};

pub use idempotency::{Keys, fold as fold_keys, keep_event};
pub use ops::decide;
pub use refusal::Refusal;
pub use resolve::{Answer, Expanded, Joined, Past, resolve};
pub use state::{
    Address, BalanceTransaction, Card, Charge, ChargeStatus, CreditLine, CreditNote, Customer,
    Dispute, Event, Invoice, InvoiceLine, InvoicePayment, Metadata, PaymentIntent, Price, Product,
    Record, Refund, RefundStatus, Tables,
};

use crate::vendor::Operation;

/// The number of these rules; it is raised when the same call would be decided otherwise.
pub const RULES: u32 = 2;

/// The billing desk's operations.
pub const OPERATIONS: &[Operation] = &[
    Operation::read("list_customers"),
    Operation::read("search_customers"),
    Operation::read("get_customer"),
    Operation::write("create_customer", 200),
    Operation::write("update_customer", 200),
    Operation::read("list_charges"),
    Operation::read("search_charges"),
    Operation::read("get_charge"),
    Operation::read("list_charge_refunds"),
    Operation::read("list_payment_intents"),
    Operation::read("search_payment_intents"),
    Operation::read("get_payment_intent"),
    Operation::read("list_invoices"),
    Operation::read("get_invoice"),
    Operation::read("list_invoice_lines"),
    Operation::read("list_invoice_payments"),
    Operation::read("get_invoice_payment"),
    Operation::write("create_refund", 200),
    Operation::read("list_refunds"),
    Operation::read("get_refund"),
    Operation::write("update_refund", 200),
    Operation::write("cancel_refund", 200),
    Operation::read("list_disputes"),
    Operation::read("get_dispute"),
    Operation::write("create_credit_note", 200),
    Operation::read("list_credit_notes"),
    Operation::read("get_credit_note"),
    Operation::read("list_events"),
    Operation::read("get_event"),
    Operation::read("get_balance_transaction"),
    Operation::read("list_products"),
    Operation::read("get_product"),
    Operation::read("list_prices"),
    Operation::read("get_price"),
    Operation::inner("settle_refund"),
    Operation::inner("open_dispute"),
];
