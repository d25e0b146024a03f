//! The billing desk: customers, charges, refunds, disputes, invoices, in Stripe's semantics.
//!
//! `Call` is what can be asked, typed and without the wire's spelling; [`decide`] says what changes; [`resolve`] looks up
//! what a reply names. Idempotency is a step of its own before [`decide`]: see [`idempotency`].

pub mod idempotency;
mod ops;
mod refusal;
mod resolve;
mod state;

pub use idempotency::{Keys, fold as fold_keys};
pub use ops::decide;
pub use refusal::Refusal;
pub use resolve::{Answer, Expanded, Joined, resolve};
pub use state::{
    Address, BalanceTransaction, Card, Charge, ChargeStatus, CreditNote, Customer, Dispute, Event,
    Invoice, InvoiceLine, InvoicePayment, Metadata, PaymentIntent, Price, Product, Record, Refund,
    RefundStatus, Tables,
};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::row::Str;
use crate::time::At;
use crate::vendor::Operation;

/// The number of these rules; it is raised when the same call would be decided otherwise.
pub const RULES: u32 = 1;

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
    Operation::read("list_prices"),
    Operation::inner("settle_refund"),
    Operation::inner("open_dispute"),
];

/// One call: what is asked, what of the answer is to be expanded, and the caller's key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// What is asked.
    pub request: Request,
    /// Paths to expand, as in `data.customer`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expand: Vec<Str>,
    /// At most 255 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<Str>,
}

/// Where a list begins, and how long it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// 1 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Behind this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starting_after: Option<Str>,
    /// Before this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending_before: Option<Str>,
}

/// What a list is narrowed to. Each list takes some of them; the wire face refuses the others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Equalities by field: `customer`, `charge`, `payment_intent`, `email`, `status`, `invoice`, `product`, `active`, …
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub equal: BTreeMap<Str, Str>,
    /// One of several event types.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Str>,
    /// Bounds of `created`: at or after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_from: Option<At>,
    /// Bounds of `created`: before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_to: Option<At>,
}

/// A search in the vendor's query language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    /// The query as sent; it is parsed where it is decided, so that a bad one is refused by the rules.
    pub query: Str,
    /// 1 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Where the last page ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Str>,
}

/// Fields of a customer to set. `Some(None)` clears a field; a metadata value of `None` removes the pair.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerFields {
    /// Address for receipts.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "given")]
    pub email: Option<Option<Str>>,
    /// Full name.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "given")]
    pub name: Option<Option<Str>>,
    /// As given.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "given")]
    pub phone: Option<Option<Str>>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "given")]
    pub description: Option<Option<Str>>,
    /// Where they live.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "given")]
    pub address: Option<Option<Address>>,
    /// Pairs to set or remove.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<Str, Option<Str>>,
}

/// A refund as it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRefund {
    /// Of this charge …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<Str>,
    /// … or of this intent's charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_intent: Option<Str>,
    /// Minor units; all that is left if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Str>,
    /// Free pairs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<Str, Option<Str>>,
}

/// A credit note as it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCreditNote {
    /// The bill.
    pub invoice: Option<Str>,
    /// Minor units; or by `lines`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// Lines of the invoice to credit: (line id, quantity or none for all).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<(Str, Option<i64>)>,
    /// Of the amount, to be refunded to the payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_amount: Option<i64>,
    /// Of the amount, to the customer's balance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_amount: Option<i64>,
    /// Of the amount, paid outside the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_of_band_amount: Option<i64>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Str>,
    /// Printed on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memo: Option<Str>,
    /// Free pairs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<Str, Option<Str>>,
}

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
}

/// What can be asked of the desk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// One object by id.
    Get {
        /// Of which kind.
        kind: Kind,
        /// Its id.
        id: Str,
    },
    /// A list, newest first.
    List {
        /// Of what.
        of: Listed,
        /// Narrowed to.
        filter: Filter,
        /// Which part.
        page: Page,
    },
    /// A search.
    Search {
        /// Of what.
        of: Searched,
        /// For what.
        search: Search,
    },
    /// Lines of an invoice.
    ListInvoiceLines {
        /// The invoice.
        invoice: Str,
        /// Which part.
        page: Page,
    },
    /// Refunds of a charge, by the old route.
    ListChargeRefunds {
        /// The charge.
        charge: Str,
        /// Which part.
        page: Page,
    },
    /// A new customer.
    CreateCustomer(CustomerFields),
    /// Other fields of a customer.
    UpdateCustomer {
        /// Which.
        id: Str,
        /// To what.
        fields: CustomerFields,
    },
    /// Gives money back.
    CreateRefund(NewRefund),
    /// Other metadata of a refund.
    UpdateRefund {
        /// Which.
        id: Str,
        /// Pairs to set or remove.
        metadata: BTreeMap<Str, Option<Str>>,
    },
    /// Takes a refund back, while the customer has to act.
    CancelRefund {
        /// Which.
        id: Str,
    },
    /// Corrects a bill.
    CreateCreditNote(NewCreditNote),
    /// A refund on its way arrives or comes back (the vendor's own act).
    SettleRefund {
        /// Which.
        id: Str,
        /// How it ends.
        status: RefundStatus,
        /// Why it failed.
        failure_reason: Option<Str>,
    },
    /// A bank asks a charge back (the vendor's own act).
    OpenDispute {
        /// Of which charge.
        charge: Str,
        /// Why.
        reason: Str,
    },
}

/// What is kept of the desk's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// One object.
    Object {
        /// Its collection.
        collection: Str,
        /// Its id.
        id: Str,
    },
    /// A page of objects, in the answer's order.
    List {
        /// Their collection.
        collection: Str,
        /// Their ids.
        ids: Vec<Str>,
        /// Whether more follow.
        has_more: bool,
        /// The next page of a search.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_page: Option<Str>,
        /// How many a search found in all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        total: Option<u64>,
        /// The moment the view was as old as.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        as_of: Option<crate::time::Up>,
    },
    /// The first answer to the same key again.
    Replayed {
        /// The entry that gave it.
        seq: u64,
    },
    /// The desk says no.
    Refused(Refusal),
}

impl Call {
    /// A call without key or expansions.
    pub const fn plain(request: Request) -> Self {
        Self {
            request,
            expand: Vec::new(),
            idempotency_key: None,
        }
    }

    /// The operation's name.
    pub const fn operation(&self) -> &'static str {
        match &self.request {
            Request::Get { kind, .. } => kind.getter(),
            Request::List { of, .. } => of.lister(),
            Request::Search { of, .. } => of.searcher(),
            Request::ListInvoiceLines { .. } => "list_invoice_lines",
            Request::ListChargeRefunds { .. } => "list_charge_refunds",
            Request::CreateCustomer(_) => "create_customer",
            Request::UpdateCustomer { .. } => "update_customer",
            Request::CreateRefund(_) => "create_refund",
            Request::UpdateRefund { .. } => "update_refund",
            Request::CancelRefund { .. } => "cancel_refund",
            Request::CreateCreditNote(_) => "create_credit_note",
            Request::SettleRefund { .. } => "settle_refund",
            Request::OpenDispute { .. } => "open_dispute",
        }
    }

    /// Operation, record ids and meaningful arguments; no key, metadata or paging.
    pub fn subject(&self) -> String {
        let operation = self.operation();
        match &self.request {
            Request::Get { id, .. }
            | Request::UpdateCustomer { id, .. }
            | Request::UpdateRefund { id, .. }
            | Request::CancelRefund { id }
            | Request::SettleRefund { id, .. } => format!("{operation}:{id}"),
            Request::List { filter, .. } => {
                let pairs: Vec<String> = filter
                    .equal
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                format!("{operation}:{}", pairs.join("&"))
            }
            Request::Search { search, .. } => format!("{operation}:{}", search.query),
            Request::ListInvoiceLines { invoice, .. } => format!("{operation}:{invoice}"),
            Request::ListChargeRefunds { charge, .. } | Request::OpenDispute { charge, .. } => {
                format!("{operation}:{charge}")
            }
            Request::CreateCustomer(fields) => {
                let email = fields
                    .email
                    .as_ref()
                    .and_then(Option::as_deref)
                    .unwrap_or("");
                let name = fields
                    .name
                    .as_ref()
                    .and_then(Option::as_deref)
                    .unwrap_or("");
                format!("{operation}:{email}:{name}")
            }
            Request::CreateRefund(new) => {
                let of = new
                    .charge
                    .as_deref()
                    .or(new.payment_intent.as_deref())
                    .unwrap_or("");
                let amount = new
                    .amount
                    .map(|amount| amount.to_string())
                    .unwrap_or_default();
                format!("{operation}:{of}:{amount}")
            }
            Request::CreateCreditNote(new) => {
                let amount = new
                    .amount
                    .map(|amount| amount.to_string())
                    .unwrap_or_default();
                format!(
                    "{operation}:{}:{amount}",
                    new.invoice.as_deref().unwrap_or("")
                )
            }
        }
    }

    /// The caller's key.
    pub const fn idempotency_key(&self) -> Option<&Str> {
        self.idempotency_key.as_ref()
    }
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
}

/// Tells a field that was not given (absent) from one given as empty (null).
mod given {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<T: Serialize, S: Serializer>(
        value: &Option<Option<T>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().and_then(Option::as_ref).serialize(to)
    }

    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Option<T>>, D::Error> {
        Option::<T>::deserialize(from).map(Some)
    }
}
