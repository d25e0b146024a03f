//! What each operation of the billing desk decides. One file per noun.
//!
//! Called by `World::decide` after idempotency let the call through. Reads name ids and copy nothing; writes note an
//! event for whatever they change. A refusal carries no effects.

mod credit_notes;
mod customers;
mod disputes;
mod expansion;
mod invoices;
mod lists;
mod matching;
mod metadata;
mod refunds;
mod search;
mod settling;

pub use expansion::{Leads, leads};

use super::limits::{PAGE_ROWS, PAGE_ROWS_MAX};
use super::resolve;
use super::{Call, Event, Kind, Record, Refusal, Reply, Request};
use crate::effect::{self, Effects};
use crate::fault::Verdict;
use crate::reply::{self, Decision};
use crate::row::Str;
use crate::vendor::Vendor;
use crate::view::View;

/// What one operation says: its reply, or why not.
type Said = Result<Reply, Refusal>;

/// Decides one call. No verdict of this desk changes what is decided: all of them are enacted.
pub fn decide(view: &View<'_>, call: &Call, _verdict: Option<&Verdict>) -> Decision {
    let mut effects = Effects::default();
    match expansion::check(call).and_then(|()| ask(view, &mut effects, call)) {
        Ok(reply) => Decision {
            effects,
            reply: reply::Reply::Billing(reply),
            status: 200,
            ok: true,
        },
        Err(refusal) => Decision {
            effects: Effects::default(),
            status: refusal.status(),
            ok: false,
            reply: reply::Reply::Billing(Reply::Refused(refusal)),
        },
    }
}

fn ask(view: &View<'_>, effects: &mut Effects, call: &Call) -> Said {
    let key = call.idempotency_key.as_ref();
    match &call.request {
        Request::Get { kind, id, under } => get(view, *kind, id, under.as_ref()),
        Request::List { of, filter, page } => lists::list(view, *of, filter, page),
        Request::Search { of, search } => search::search(view, *of, search, &call.expand),
        Request::ListInvoiceLines { invoice, page } => invoices::lines(view, invoice, page),
        Request::ListChargeRefunds { charge, page } => refunds::of_charge(view, charge, page),
        Request::CreateCustomer(fields) => customers::create(view, effects, fields, key),
        Request::UpdateCustomer { id, fields } => customers::update(view, effects, id, fields, key),
        Request::CreateRefund(new) => refunds::create(view, effects, new, key),
        Request::UpdateRefund {
            id,
            metadata,
            clear_metadata,
        } => refunds::update(view, effects, id, metadata, *clear_metadata, key),
        Request::CancelRefund { id } => settling::cancel(view, effects, id, key),
        Request::CreateCreditNote(new) => credit_notes::create(view, effects, new, key),
        Request::SettleRefund {
            id,
            status,
            failure_reason,
        } => settling::settle(view, effects, id, *status, failure_reason.as_ref()),
        Request::OpenDispute { charge, reason } => disputes::open(view, effects, charge, reason),
    }
}

/// One object by id; a refund that is asked for below a charge has to be that charge's.
fn get(view: &View<'_>, kind: Kind, id: &Str, under: Option<&Str>) -> Said {
    let tables = &view.world.billing;
    if let Some(charge) = under
        && tables.charges.get(charge).is_none()
    {
        return Err(missing("charge", charge, "charge"));
    }
    let here = |record: &Record| match (record, under) {
        (Record::Refund(row), Some(charge)) => row.charge == *charge,
        _ => true,
    };
    match resolve::record(tables, kind.collection(), id).filter(here) {
        Some(_) => Ok(object(kind.collection(), id)),
        None => Err(missing(kind.noun(), id, "id")),
    }
}

/// The reply that names one object.
fn object(collection: &str, id: &Str) -> Reply {
    Reply::Object {
        collection: collection.into(),
        id: id.clone(),
    }
}

/// The refusal that says there is no such object.
fn missing(what: &str, id: &str, param: &str) -> Refusal {
    Refusal::Missing {
        what: what.into(),
        id: id.into(),
        param: param.into(),
    }
}

/// Creates a record of this desk.
fn put(effects: &mut Effects, record: impl Into<Record>) {
    effects.create(effect::Record::Billing(record.into()));
}

/// Records that something happened to an object of the desk.
fn note(
    view: &View<'_>,
    effects: &mut Effects,
    kind: &str,
    collection: &str,
    object: &Str,
    key: Option<&Str>,
) {
    let id = view.mint(effects, Vendor::Billing, "events", "evt_3", 23);
    put(
        effects,
        Event {
            id,
            created: view.at,
            kind: kind.into(),
            collection: collection.into(),
            object: object.clone(),
            idempotency_key: key.cloned(),
        },
    );
}

/// How many rows a page has.
fn page_rows(limit: Option<u32>) -> Result<usize, Refusal> {
    let limit = limit.unwrap_or(PAGE_ROWS);
    if (1..=PAGE_ROWS_MAX).contains(&limit) {
        return Ok(limit as usize);
    }
    Err(Refusal::OutOfRange {
        param: "limit".into(),
        least: 1,
        most: PAGE_ROWS_MAX.into(),
        given: limit.into(),
    })
}
