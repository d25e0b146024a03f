//! Lists: newest first, narrowed, a page at a time, with the vendor's cursors.
//!
//! A list narrowed by an indexed field collects that field's rows; any other walks the table's order from the cursor
//! and stops when the page is full, so that a table of any size costs a page.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::invoices::both_cursors;
use super::matching::{Narrowed, passes};
use super::{Said, missing, page_rows};
use crate::billing::limits::{EVENT_TYPES_MAX, LISTED_IDS_MAX};
use crate::billing::{Filter, Listed, Page, Refusal, Reply};
use crate::row::Str;
use crate::table::Table;
use crate::view::View;

/// Decides a list of any collection.
pub fn list(view: &View<'_>, of: Listed, filter: &Filter, page: &Page) -> Said {
    check(of, filter)?;
    known(view, of, filter)?;
    let tables = &view.world.billing;
    match of {
        Listed::Customers => rows(&tables.customers, of, filter, page),
        Listed::Charges => rows(&tables.charges, of, filter, page),
        Listed::PaymentIntents => rows(&tables.payment_intents, of, filter, page),
        Listed::Invoices => rows(&tables.invoices, of, filter, page),
        Listed::InvoicePayments => rows(&tables.invoice_payments, of, filter, page),
        Listed::Refunds => rows(&tables.refunds, of, filter, page),
        Listed::Disputes => rows(&tables.disputes, of, filter, page),
        Listed::CreditNotes => rows(&tables.credit_notes, of, filter, page),
        Listed::Events => rows(&tables.events, of, filter, page),
        Listed::Products => rows(&tables.products, of, filter, page),
        Listed::Prices => rows(&tables.prices, of, filter, page),
    }
}

/// Words that a filter knows.
fn check(of: Listed, filter: &Filter) -> Result<(), Refusal> {
    let words: &[(&str, &[&str])] = match of {
        Listed::Invoices => &[
            (
                "status",
                &["draft", "open", "paid", "uncollectible", "void"],
            ),
            (
                "collection_method",
                &["charge_automatically", "send_invoice"],
            ),
        ],
        Listed::InvoicePayments => &[("status", &["canceled", "open", "paid"])],
        Listed::Products => &[("type", &["good", "service"])],
        Listed::Prices => &[("type", &["one_time", "recurring"])],
        _ => &[],
    };
    for (param, given, most) in [
        ("types", filter.kinds.len(), EVENT_TYPES_MAX),
        ("ids", filter.ids.len(), LISTED_IDS_MAX),
    ] {
        if given > most {
            return Err(Refusal::InvalidParam {
                param: param.into(),
                message: format!("Array too long: {param} can have up to {most} items.").into(),
            });
        }
    }
    for (field, allowed) in words {
        if let Some(value) = filter.equal.get(*field)
            && !allowed.contains(&&**value)
        {
            return Err(Refusal::NotOneOf {
                param: (*field).into(),
                allowed: allowed.iter().map(|word| (*word).into()).collect(),
            });
        }
    }
    Ok(())
}

/// A list narrowed to something that does not exist is refused. A record that others still name although it is gone
/// is a place one can look for them.
fn known(view: &View<'_>, of: Listed, filter: &Filter) -> Result<(), Refusal> {
    let tables = &view.world.billing;
    for (field, id) in &filter.equal {
        let exists = match &**field {
            "customer" => tables.customers.get(id).is_some(),
            "charge" => tables.charges.get(id).is_some(),
            "payment_intent" => tables.payment_intents.get(id).is_some(),
            "invoice" => tables.invoices.get(id).is_some(),
            _ => continue,
        };
        let named = || match of {
            Listed::Charges => named_by(&tables.charges, field, id),
            Listed::PaymentIntents => named_by(&tables.payment_intents, field, id),
            Listed::Invoices => named_by(&tables.invoices, field, id),
            Listed::InvoicePayments => named_by(&tables.invoice_payments, field, id),
            Listed::Refunds => named_by(&tables.refunds, field, id),
            Listed::Disputes => named_by(&tables.disputes, field, id),
            Listed::CreditNotes => named_by(&tables.credit_notes, field, id),
            _ => false,
        };
        if !exists && !named() {
            return Err(missing(field, id, field));
        }
    }
    Ok(())
}

fn named_by<R: Narrowed>(table: &Table<R>, field: &str, id: &Str) -> bool {
    let indexed = R::INDEXED.iter().find(|name| **name == field);
    indexed.is_some_and(|name| table.by_key(name, id).next().is_some())
}

fn rows<R: Narrowed>(table: &Table<R>, of: Listed, filter: &Filter, page: &Page) -> Said {
    let limit = page_rows(page.limit)?;
    let place = |cursor: &Option<Str>, param: &str| match cursor {
        Some(id) => match table.get(id) {
            Some(row) => Ok(Some((row.created(), row.id().clone()))),
            None => Err(missing(of.kind().noun(), id, param)),
        },
        None => Ok(None),
    };
    let after = place(&page.starting_after, "starting_after")?;
    let before = place(&page.ending_before, "ending_before")?;
    let ids: BTreeSet<&Str> = filter.ids.iter().collect();
    let wanted = |row: &&Arc<R>| passes(&***row, filter, &ids) && in_time(row.created(), filter);
    let backwards = before.is_some();
    let mut found: Vec<&Arc<R>> = match (by_index(table, filter), after, before) {
        (_, Some(_), Some(_)) => return Err(both_cursors()),
        (Some(rows), after, before) => {
            let mut rows: Vec<&Arc<R>> = rows.filter(wanted).collect();
            rows.sort_by(|a, b| (b.created(), b.id()).cmp(&(a.created(), a.id())));
            let here = |row: &Arc<R>| (row.created(), row.id().clone());
            match (after, before) {
                (Some(place), _) => rows.retain(|row| here(row) < place),
                (_, Some(place)) => {
                    rows.retain(|row| here(row) > place);
                    rows.reverse();
                }
                _ => {}
            }
            rows.truncate(limit + 1);
            rows
        }
        (None, _, Some((created, id))) => {
            let to = filter.created_to.map_or(i64::MAX, |to| to.0);
            let rows = table.newer_than(created, &id);
            let rows = rows.take_while(|row| row.created() < to).filter(wanted);
            rows.take(limit + 1).collect()
        }
        (None, after, None) => {
            let from = filter.created_from.map_or(i64::MIN, |from| from.0);
            let top = filter.created_to.map(|to| (to.0, Str::from("")));
            let (created, id) = match (after, top) {
                (Some(after), Some(top)) => after.min(top),
                (place, top) => place.or(top).unwrap_or((i64::MAX, "".into())),
            };
            let rows = table.older_than(created, &id);
            let rows = rows.take_while(|row| row.created() >= from).filter(wanted);
            rows.take(limit + 1).collect()
        }
    };
    let has_more = found.len() > limit;
    found.truncate(limit);
    if backwards {
        found.reverse();
    }
    Ok(Reply::List {
        collection: R::COLLECTION.into(),
        ids: found.into_iter().map(|row| row.id().clone()).collect(),
        has_more,
        next_page: None,
        total: None,
        as_of: None,
    })
}

/// The rows of the most telling indexed field that the filter names.
fn by_index<'a, R: Narrowed>(
    table: &'a Table<R>,
    filter: &Filter,
) -> Option<impl Iterator<Item = &'a Arc<R>>> {
    R::INDEXED.iter().find_map(|name| {
        let value = filter.equal.get(*name)?;
        // Addresses are indexed without regard to case.
        let value = if *name == "email" {
            value.to_lowercase().into()
        } else {
            value.clone()
        };
        Some(table.by_key(name, &value))
    })
}

fn in_time(created: i64, filter: &Filter) -> bool {
    filter.created_from.is_none_or(|from| created >= from.0)
        && filter.created_to.is_none_or(|to| created < to.0)
}
