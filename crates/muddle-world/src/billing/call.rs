//! What can be asked of the billing desk, and what is kept of its answer.
//!
//! Built by the wire face, story and personas; decided by `ops`, kept in entries. Knows no spelling of the vendor.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::nouns::{Kind, Listed, Searched};
use super::params::{CustomerFields, Filter, NewCreditNote, NewRefund, Page, Search};
use super::{RefundStatus, Refusal};
use crate::row::Str;

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
        /// The charge below whose route it was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        under: Option<Str>,
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
        /// Removes all pairs that were there.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        clear_metadata: bool,
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
        let arguments = match &self.request {
            Request::Get { id, .. }
            | Request::UpdateCustomer { id, .. }
            | Request::UpdateRefund { id, .. }
            | Request::CancelRefund { id } => id.to_string(),
            Request::SettleRefund { id, status, .. } => format!("{id}:{}", status.name()),
            Request::List { filter, .. } => narrowed_to(filter),
            Request::Search { search, .. } => search.query.to_string(),
            Request::ListInvoiceLines { invoice, .. } => invoice.to_string(),
            Request::ListChargeRefunds { charge, .. } | Request::OpenDispute { charge, .. } => {
                charge.to_string()
            }
            Request::CreateCustomer(fields) => {
                let email = fields.email.as_ref().and_then(Option::as_deref);
                let name = fields.name.as_ref().and_then(Option::as_deref);
                format!("{}:{}", email.unwrap_or(""), name.unwrap_or(""))
            }
            Request::CreateRefund(new) => {
                let of = new.charge.as_deref().or(new.payment_intent.as_deref());
                format!("{}:{}", of.unwrap_or(""), or_blank(new.amount))
            }
            Request::CreateCreditNote(new) => {
                let lines: Vec<String> = new
                    .lines
                    .iter()
                    .map(|line| {
                        let (pieces, money) = (or_blank(line.quantity), or_blank(line.amount));
                        format!("{}*{pieces}={money}", line.line)
                    })
                    .collect();
                let of = new.invoice.as_deref().unwrap_or("");
                format!("{of}:{}{}", or_blank(new.amount), lines.join("+"))
            }
        };
        format!("{}:{arguments}", self.operation())
    }

    /// The caller's key.
    pub const fn idempotency_key(&self) -> Option<&Str> {
        self.idempotency_key.as_ref()
    }
}

fn or_blank(number: Option<i64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// What a list is narrowed to; the bounds of time belong to it, because a sweep by days asks each day another question.
fn narrowed_to(filter: &Filter) -> String {
    let mut pairs: Vec<String> = filter
        .equal
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.extend(filter.kinds.iter().map(|kind| format!("type={kind}")));
    pairs.extend(filter.ids.iter().map(|id| format!("id={id}")));
    pairs.extend(filter.created_from.map(|at| format!("from={}", at.0)));
    pairs.extend(filter.created_to.map(|at| format!("to={}", at.0)));
    pairs.join("&")
}
