//! The desk's nouns: which collections can be listed, searched, and got one by one.
//!
//! Part of a [`super::Request`]; each names its operation and its collection, so that nothing else spells them again.

use serde::{Deserialize, Serialize};

/// Collections that can be listed by [`Request::List`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listed {
    /// `GET /v1/customers`.
    Customers,
    /// `GET /v1/charges`.
    Charges,
    /// `GET /v1/payment_intents`.
    PaymentIntents,
    /// `GET /v1/invoices`.
    Invoices,
    /// `GET /v1/invoice_payments`.
    InvoicePayments,
    /// `GET /v1/refunds`.
    Refunds,
    /// `GET /v1/disputes`.
    Disputes,
    /// `GET /v1/credit_notes`.
    CreditNotes,
    /// `GET /v1/events`.
    Events,
    /// `GET /v1/products`.
    Products,
    /// `GET /v1/prices`.
    Prices,
}

/// Collections that can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Searched {
    /// `GET /v1/customers/search`.
    Customers,
    /// `GET /v1/charges/search`.
    Charges,
    /// `GET /v1/payment_intents/search`.
    PaymentIntents,
}

/// Collections of which one object can be got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A customer.
    Customer,
    /// A charge.
    Charge,
    /// A payment intent.
    PaymentIntent,
    /// An invoice.
    Invoice,
    /// A refund.
    Refund,
    /// A dispute.
    Dispute,
    /// A credit note.
    CreditNote,
    /// An event.
    Event,
    /// A booking.
    BalanceTransaction,
    /// The way from a bill to its payment.
    InvoicePayment,
    /// Something that is sold.
    Product,
    /// What it costs.
    Price,
}

impl Kind {
    /// The operation that gets one.
    pub const fn getter(self) -> &'static str {
        match self {
            Self::Customer => "get_customer",
            Self::Charge => "get_charge",
            Self::PaymentIntent => "get_payment_intent",
            Self::Invoice => "get_invoice",
            Self::Refund => "get_refund",
            Self::Dispute => "get_dispute",
            Self::CreditNote => "get_credit_note",
            Self::Event => "get_event",
            Self::BalanceTransaction => "get_balance_transaction",
            Self::InvoicePayment => "get_invoice_payment",
            Self::Product => "get_product",
            Self::Price => "get_price",
        }
    }

    /// The collection it is in.
    pub const fn collection(self) -> &'static str {
        match self {
            Self::Customer => "customers",
            Self::Charge => "charges",
            Self::PaymentIntent => "payment_intents",
            Self::Invoice => "invoices",
            Self::Refund => "refunds",
            Self::Dispute => "disputes",
            Self::CreditNote => "credit_notes",
            Self::Event => "events",
            Self::BalanceTransaction => "balance_transactions",
            Self::InvoicePayment => "invoice_payments",
            Self::Product => "products",
            Self::Price => "prices",
        }
    }

    /// The word for one of it.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Charge => "charge",
            Self::PaymentIntent => "payment_intent",
            Self::Invoice => "invoice",
            Self::Refund => "refund",
            Self::Dispute => "dispute",
            Self::CreditNote => "credit_note",
            Self::Event => "event",
            Self::BalanceTransaction => "balance_transaction",
            Self::InvoicePayment => "invoice_payment",
            Self::Product => "product",
            Self::Price => "price",
        }
    }
}

impl Listed {
    /// The operation that lists them.
    pub const fn lister(self) -> &'static str {
        match self {
            Self::Customers => "list_customers",
            Self::Charges => "list_charges",
            Self::PaymentIntents => "list_payment_intents",
            Self::Invoices => "list_invoices",
            Self::InvoicePayments => "list_invoice_payments",
            Self::Refunds => "list_refunds",
            Self::Disputes => "list_disputes",
            Self::CreditNotes => "list_credit_notes",
            Self::Events => "list_events",
            Self::Products => "list_products",
            Self::Prices => "list_prices",
        }
    }

    /// What one of them is.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Customers => Kind::Customer,
            Self::Charges => Kind::Charge,
            Self::PaymentIntents => Kind::PaymentIntent,
            Self::Invoices => Kind::Invoice,
            Self::InvoicePayments => Kind::InvoicePayment,
            Self::Refunds => Kind::Refund,
            Self::Disputes => Kind::Dispute,
            Self::CreditNotes => Kind::CreditNote,
            Self::Events => Kind::Event,
            Self::Products => Kind::Product,
            Self::Prices => Kind::Price,
        }
    }
}

impl Searched {
    /// The operation that searches them.
    pub const fn searcher(self) -> &'static str {
        match self {
            Self::Customers => "search_customers",
            Self::Charges => "search_charges",
            Self::PaymentIntents => "search_payment_intents",
        }
    }

    /// What one of them is.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Customers => Kind::Customer,
            Self::Charges => Kind::Charge,
            Self::PaymentIntents => Kind::PaymentIntent,
        }
    }
}
