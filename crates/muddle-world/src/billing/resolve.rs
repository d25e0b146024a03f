//! From ids to records: what a reply names, with whatever the caller wants expanded.
//!
//! Called under the workspace's lock right after the call, and again when a reply is rendered from the log.

use std::sync::Arc;

use super::idempotency::KeptAnswer;
use super::limits::NESTED_ROWS_MAX;
use super::ops::{Leads, leads};
use super::{Call, Charge, Customer, Event, Invoice, Record, Refusal, Reply, Request, Tables};
use crate::row::Str;
use crate::view::View;

/// An object and what was joined into it.
#[derive(Clone, Debug, PartialEq)]
pub struct Expanded {
    /// The object.
    pub record: Record,
    /// For an event: what it tells of.
    pub past: Option<Box<Past>>,
    /// For an invoice: who owes.
    pub customer: Option<Arc<Customer>>,
    /// For an invoice: the products that its lines' prices are of, by price.
    pub products: Vec<(Str, Str)>,
    /// For a refund: what it gives back.
    pub charge: Option<Arc<Charge>>,
    /// Field by field, what takes the place of an id.
    pub joined: Vec<(Str, Joined)>,
}

/// What an event tells of.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// The object after what happened.
    pub object: Expanded,
    /// The object before it, of an event that tells of an update.
    pub before: Option<Expanded>,
    /// 64 bits that name the request that made the event, see `World::request`; none where the vendor acted by itself.
    pub request: Option<u64>,
}

/// What stands where an id would.
#[derive(Clone, Debug, PartialEq)]
pub enum Joined {
    /// The object itself.
    One(Box<Expanded>),
    /// A list of objects (`charge.refunds`): its first rows, and whether there are more.
    Many(Vec<Expanded>, bool),
}

/// A reply with its records.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// One object.
    Object(Expanded),
    /// A page.
    List {
        /// Of which collection.
        collection: Str,
        /// The object whose list it is, for a list below another object.
        under: Option<Str>,
        /// Whether a search gave it.
        searched: bool,
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
        invoice: Arc<Invoice>,
        /// The products that the lines' prices are of, by price.
        products: Vec<(Str, Str)>,
        /// Ids of the lines on this page.
        ids: Vec<Str>,
        /// Whether more follow.
        has_more: bool,
    },
    /// The first answer again.
    Replayed {
        /// The entry that gave it.
        seq: u64,
        /// Its status.
        status: u16,
        /// What was said then.
        answer: Arc<KeptAnswer>,
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
                        products: products_of(&view.world.billing, row),
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
            let under = match &call.request {
                Request::ListChargeRefunds { charge, .. } => Some(charge.clone()),
                _ => None,
            };
            Answer::List {
                collection: collection.clone(),
                under,
                searched: matches!(call.request, Request::Search { .. }),
                items,
                has_more: *has_more,
                next_page: next_page.clone(),
                total: *total,
            }
        }
        Reply::Replayed { seq } => replayed(view, call, *seq),
    }
}

/// The first answer to the call's key. It is in the store for as long as a replay can be decided.
fn replayed(view: &View<'_>, call: &Call, seq: u64) -> Answer {
    let key = call.idempotency_key.as_ref();
    match key.and_then(|key| view.world.keys.answer(key, seq)) {
        Some((status, answer)) => Answer::Replayed {
            seq,
            status,
            answer: answer.clone(),
        },
        None => Answer::Replayed {
            seq,
            status: 500,
            answer: Arc::new(KeptAnswer::Injected { code: None }),
        },
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
    let tables = &view.world.billing;
    let (mut past, mut customer, mut products, mut charge) = (None, None, Vec::new(), None);
    match &record {
        Record::Event(event) => past = self::past(view, event),
        Record::Invoice(invoice) => {
            customer = tables.customers.get(&invoice.customer).cloned();
            products = products_of(tables, invoice);
        }
        Record::Refund(refund) => charge = tables.charges.get(&refund.charge).cloned(),
        _ => {}
    }
    // What the vendor puts one object deeper is joined by its own field.
    let shell = match &record {
        Record::InvoicePayment(_) => "payment.",
        Record::CreditNote(_) => "refunds.",
        _ => "",
    };
    let paths: Vec<&str> = paths
        .iter()
        .map(|path| path.strip_prefix(shell).unwrap_or(path))
        .collect();
    let mut fields: Vec<&str> = paths
        .iter()
        .map(|path| path.split('.').next().unwrap_or(path))
        .collect();
    fields.sort_unstable();
    fields.dedup();
    let mut joined: Vec<(Str, Joined)> = Vec::new();
    for field in fields {
        let below: Vec<Str> = paths
            .iter()
            .filter_map(|path| path.strip_prefix(field)?.strip_prefix('.'))
            .map(|path| path.strip_prefix("data.").unwrap_or(path).into())
            .collect();
        if let Some(found) = join(view, &record, field, &below) {
            joined.push((field.into(), found));
        }
    }
    if let Record::Dispute(dispute) = &record {
        joined.push(("balance_transactions".into(), bookings(view, &dispute.id)));
    }
    Expanded {
        record,
        past,
        customer,
        products,
        charge,
        joined,
    }
}

/// What an event tells of: as it was kept, or as it is now where nothing was.
fn past(view: &View<'_>, event: &Event) -> Option<Box<Past>> {
    let kept = view.world.keys.snapshot(&event.id);
    let object = match kept {
        Some(kept) => kept.object.clone(),
        None => record(&view.world.billing, &event.collection, &event.object)?,
    };
    let before = kept.and_then(|kept| kept.before.clone());
    let request = kept.and_then(|kept| kept.request);
    Some(Box::new(Past {
        object: expand(view, object, &[]),
        before: before.map(|before| expand(view, before, &[])),
        request: request.map(|seq| view.world.request(seq)),
    }))
}

/// The products that an invoice's prices are of, by price.
fn products_of(tables: &Tables, invoice: &Invoice) -> Vec<(Str, Str)> {
    let prices = invoice.lines.iter().filter_map(|line| line.price.as_ref());
    prices
        .filter_map(|id| Some((id.clone(), tables.prices.get(id)?.product.clone())))
        .collect()
}

/// The bookings of a dispute, which the vendor always spells out.
fn bookings(view: &View<'_>, source: &Str) -> Joined {
    let bookings = view
        .world
        .billing
        .balance_transactions
        .by_key("source", source);
    let rows = bookings.cloned().map(Record::BalanceTransaction);
    Joined::Many(rows.map(|row| expand(view, row, &[])).collect(), false)
}

/// What a field of an object leads to.
fn join(view: &View<'_>, from: &Record, field: &str, below: &[Str]) -> Option<Joined> {
    let tables = &view.world.billing;
    let mut many: Vec<Record> = match (from, field) {
        (Record::Charge(row), "refunds") => {
            let rows = tables.refunds.by_key("charge", &row.id);
            rows.cloned().map(Record::Refund).collect()
        }
        (Record::Invoice(row), "payments") => {
            let rows = tables.invoice_payments.by_key("invoice", &row.id);
            rows.cloned().map(Record::InvoicePayment).collect()
        }
        (Record::Customer(_), "sources" | "subscriptions" | "tax_ids") => Vec::new(),
        _ => {
            let (collection, id) = leads_to(tables, from, field)?;
            let record = record(tables, collection, &id)?;
            return Some(Joined::One(Box::new(expand(view, record, below))));
        }
    };
    many.sort_by(|a, b| (created(b), b.id()).cmp(&(created(a), a.id())));
    let has_more = many.len() > NESTED_ROWS_MAX;
    let shown = many.into_iter().take(NESTED_ROWS_MAX);
    let shown = shown.map(|row| expand(view, row, below)).collect();
    Some(Joined::Many(shown, has_more))
}

fn created(record: &Record) -> i64 {
    match record {
        Record::Refund(row) => row.created.0,
        Record::InvoicePayment(row) => row.created.0,
        _ => 0,
    }
}

/// The one object that a field of a record leads to.
fn leads_to(tables: &Tables, from: &Record, field: &str) -> Option<(&'static str, Str)> {
    let id = match (from, field) {
        (Record::Charge(row), "customer") => row.customer.clone()?,
        (Record::Charge(row), "payment_intent") => row.payment_intent.clone()?,
        (Record::Charge(row), "balance_transaction") => row.balance_transaction.clone()?,
        (Record::PaymentIntent(row), "customer") => row.customer.clone()?,
        (Record::PaymentIntent(row), "latest_charge") => row.latest_charge.clone()?,
        (Record::Invoice(row), "customer") => row.customer.clone(),
        (Record::InvoicePayment(row), "invoice") => row.invoice.clone(),
        (Record::InvoicePayment(row), "payment_intent") => {
            return Some(("payment_intents", row.payment_intent.clone()));
        }
        (Record::Refund(row), "charge") => row.charge.clone(),
        (Record::Refund(row), "customer") => tables.charges.get(&row.charge)?.customer.clone()?,
        (Record::Refund(row), "payment_intent") => row.payment_intent.clone()?,
        (Record::Refund(row), "balance_transaction") => row.balance_transaction.clone()?,
        (Record::Refund(row), "failure_balance_transaction") => {
            row.failure_balance_transaction.clone()?
        }
        (Record::Dispute(row), "charge") => row.charge.clone(),
        (Record::Dispute(row), "payment_intent") => row.payment_intent.clone()?,
        (Record::CreditNote(row), "invoice") => row.invoice.clone(),
        (Record::CreditNote(row), "customer") => row.customer.clone(),
        (Record::CreditNote(row), "refund") => return Some(("refunds", row.refund.clone()?)),
        (Record::BalanceTransaction(row), "source") => {
            let collection = match &*row.kind {
                "refund" | "refund_failure" => "refunds",
                "adjustment" => "disputes",
                _ => "charges",
            };
            return Some((collection, row.source.clone()));
        }
        (Record::Product(row), "default_price") => row.default_price.clone()?,
        (Record::Price(row), "product") => row.product.clone(),
        _ => return None,
    };
    match leads(from.collection(), field)? {
        Leads::One(collection) => Some((collection, id)),
        Leads::Many(_) | Leads::Nowhere => None,
    }
}
