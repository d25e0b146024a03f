//! From ids to records: what a reply names, with whatever the caller wants expanded.
//!
//! Called under the workspace's lock right after the call, and again when a reply is rendered from the log.

use std::sync::Arc;

use super::{Call, Record, Refusal, Reply, Request, Tables};
use crate::row::Str;
use crate::view::View;

/// An object and what was joined into it.
#[derive(Clone, Debug, PartialEq)]
pub struct Expanded {
    /// The object.
    pub record: Record,
    /// For an event: what its object looked like.
    pub snapshot: Option<Record>,
    /// Field by field, what takes the place of an id.
    pub joined: Vec<(Str, Joined)>,
}

/// What stands where an id would.
#[derive(Clone, Debug, PartialEq)]
pub enum Joined {
    /// The object itself.
    One(Box<Expanded>),
    /// A list of objects (`charge.refunds`).
    Many(Vec<Expanded>),
}

/// A reply with its records.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// One object.
    Object(Expanded),
    /// A page.
    List {
        /// The objects, in order.
        items: Vec<Expanded>,
        /// Whether more follow.
        has_more: bool,
        /// The next page of a search.
        next_page: Option<Str>,
        /// How many a search found in all.
        total: Option<u64>,
    },
    /// Lines of an invoice.
    Lines {
        /// The invoice.
        invoice: Arc<super::Invoice>,
        /// Ids of the lines on this page.
        ids: Vec<Str>,
        /// Whether more follow.
        has_more: bool,
    },
    /// The first answer again.
    Replayed {
        /// Its status.
        status: u16,
        /// What the rules said then; none where the answer was an injected error.
        answer: Option<Box<Answer>>,
    },
    /// The desk says no.
    Refused(Refusal),
}

/// Looks up what a reply names.
pub fn resolve(view: &View<'_>, call: &Call, reply: &Reply) -> Answer {
    match reply {
        Reply::Refused(refusal) => Answer::Refused(refusal.clone()),
        Reply::Object { collection, id } => match record(&view.world.billing, collection, id) {
            Some(record) => Answer::Object(expand(view, record, &call.expand)),
            None => gone(collection, id),
        },
        Reply::List {
            collection,
            ids,
            has_more,
            next_page,
            total,
            ..
        } => {
            if let Request::ListInvoiceLines { invoice, .. } = &call.request {
                return match view.world.billing.invoices.get(invoice) {
                    Some(row) => Answer::Lines {
                        invoice: row.clone(),
                        ids: ids.clone(),
                        has_more: *has_more,
                    },
                    None => gone("invoices", invoice),
                };
            }
            let below: Vec<Str> = call
                .expand
                .iter()
                .filter_map(|path| path.strip_prefix("data."))
                .map(Str::from)
                .collect();
            let items = ids
                .iter()
                .filter_map(|id| record(&view.world.billing, collection, id))
                .map(|record| expand(view, record, &below))
                .collect();
            Answer::List {
                items,
                has_more: *has_more,
                next_page: next_page.clone(),
                total: *total,
            }
        }
        Reply::Replayed { seq } => {
            let kept = call
                .idempotency_key
                .as_ref()
                .and_then(|key| view.world.keys.answer(key, *seq));
            match kept {
                Some((status, super::idempotency::KeptAnswer::Decided(answer))) => {
                    Answer::Replayed {
                        status,
                        answer: Some(answer.clone()),
                    }
                }
                Some((status, super::idempotency::KeptAnswer::Injected)) => Answer::Replayed {
                    status,
                    answer: None,
                },
                None => Answer::Replayed {
                    status: 500,
                    answer: None,
                },
            }
        }
    }
}

fn gone(what: &str, id: &str) -> Answer {
    Answer::Refused(Refusal::Missing {
        what: what.into(),
        id: id.into(),
        param: "id".into(),
    })
}

/// One record by collection and id.
pub fn record(tables: &Tables, collection: &str, id: &str) -> Option<Record> {
    Some(match collection {
        "customers" => Record::Customer(tables.customers.get(id)?.clone()),
        "charges" => Record::Charge(tables.charges.get(id)?.clone()),
        "payment_intents" => Record::PaymentIntent(tables.payment_intents.get(id)?.clone()),
        "invoices" => Record::Invoice(tables.invoices.get(id)?.clone()),
        "invoice_payments" => Record::InvoicePayment(tables.invoice_payments.get(id)?.clone()),
        "refunds" => Record::Refund(tables.refunds.get(id)?.clone()),
        "disputes" => Record::Dispute(tables.disputes.get(id)?.clone()),
        "credit_notes" => Record::CreditNote(tables.credit_notes.get(id)?.clone()),
        "events" => Record::Event(tables.events.get(id)?.clone()),
        "balance_transactions" => {
            Record::BalanceTransaction(tables.balance_transactions.get(id)?.clone())
        }
        "products" => Record::Product(tables.products.get(id)?.clone()),
        "prices" => Record::Price(tables.prices.get(id)?.clone()),
        _ => return None,
    })
}

fn expand(view: &View<'_>, record: Record, paths: &[Str]) -> Expanded {
    let snapshot = match &record {
        Record::Event(event) => view.world.keys.snapshot(&event.id).cloned(),
        _ => None,
    };
    let mut joined: Vec<(Str, Joined)> = Vec::new();
    let mut fields: Vec<&str> = paths
        .iter()
        .map(|path| path.split('.').next().unwrap_or(path))
        .collect();
    fields.sort_unstable();
    fields.dedup();
    for field in fields {
        let below: Vec<Str> = paths
            .iter()
            .filter_map(|path| path.strip_prefix(field)?.strip_prefix('.'))
            .map(Str::from)
            .collect();
        if let Some(found) = join(view, &record, field, &below) {
            joined.push((field.into(), found));
        }
    }
    Expanded {
        record,
        snapshot,
        joined,
    }
}

/// What a field of an object leads to.
fn join(view: &View<'_>, from: &Record, field: &str, below: &[Str]) -> Option<Joined> {
    let tables = &view.world.billing;
    if let (Record::Charge(charge), "refunds") = (from, field) {
        let mut refunds: Vec<_> = tables
            .refunds
            .by_key("charge", &charge.id)
            .cloned()
            .collect();
        refunds.sort_by(|a, b| (b.created, &b.id).cmp(&(a.created, &a.id)));
        let items = refunds
            .into_iter()
            .map(|refund| expand(view, Record::Refund(refund), below))
            .collect();
        return Some(Joined::Many(items));
    }
    let (collection, id) = leads_to(from, field)?;
    let record = record(tables, collection, &id)?;
    Some(Joined::One(Box::new(expand(view, record, below))))
}

fn leads_to(from: &Record, field: &str) -> Option<(&'static str, Str)> {
    let found = match (from, field) {
        (Record::Charge(row), "customer") => ("customers", row.customer.clone()?),
        (Record::Charge(row), "payment_intent") => ("payment_intents", row.payment_intent.clone()?),
        (Record::Charge(row), "invoice") => ("invoices", row.invoice.clone()?),
        (Record::Charge(row), "balance_transaction") => {
            ("balance_transactions", row.balance_transaction.clone()?)
        }
        (Record::PaymentIntent(row), "customer") => ("customers", row.customer.clone()?),
        (Record::PaymentIntent(row), "latest_charge") => ("charges", row.latest_charge.clone()?),
        (Record::PaymentIntent(row), "invoice") => ("invoices", row.invoice.clone()?),
        (Record::Invoice(row), "customer") => ("customers", row.customer.clone()),
        (Record::Invoice(row), "charge") => ("charges", row.charge.clone()?),
        (Record::Invoice(row), "payment_intent") => {
            ("payment_intents", row.payment_intent.clone()?)
        }
        (Record::InvoicePayment(row), "invoice") => ("invoices", row.invoice.clone()),
        (Record::Refund(row), "charge") => ("charges", row.charge.clone()),
        (Record::Refund(row), "payment_intent") => ("payment_intents", row.payment_intent.clone()?),
        (Record::Refund(row), "balance_transaction") => {
            ("balance_transactions", row.balance_transaction.clone()?)
        }
        (Record::Dispute(row), "charge") => ("charges", row.charge.clone()),
        (Record::Dispute(row), "payment_intent") => {
            ("payment_intents", row.payment_intent.clone()?)
        }
        (Record::CreditNote(row), "invoice") => ("invoices", row.invoice.clone()),
        (Record::CreditNote(row), "customer") => ("customers", row.customer.clone()),
        (Record::BalanceTransaction(row), "source") => match &*row.kind {
            "refund" => ("refunds", row.source.clone()),
            _ => ("charges", row.source.clone()),
        },
        (Record::Product(row), "default_price") => ("prices", row.default_price.clone()?),
        (Record::Price(row), "product") => ("products", row.product.clone()),
        _ => return None,
    };
    Some(found)
}
