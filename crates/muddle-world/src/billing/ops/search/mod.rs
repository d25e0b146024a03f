//! Search: the vendor's query language over customers, charges and payment intents, by an index that lags.
//!
//! A query that pins an indexed field down looks only at that field's rows; any other walks the table newest first
//! and stops when the page is full.

mod fields;
mod query;

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;

use self::fields::{Searchable, fits, holds, meets};
use self::query::{Comparison, Operand, Query};
use super::{Said, page_rows};
use crate::billing::{Refusal, Reply, Search, Searched};
use crate::row::Str;
use crate::table::{Seen, Table};
use crate::view::View;

/// The vendor's index is never further behind than this, milliseconds.
const LAG_MS_MAX: i64 = 60_000;

/// `GET /v1/…/search`.
pub fn search(view: &View<'_>, of: Searched, search: &Search, expand: &[Str]) -> Said {
    let tables = &view.world.billing;
    let count = expand.iter().any(|path| &**path == "total_count");
    match of {
        Searched::Customers => page(view, &tables.customers, search, count),
        Searched::Charges => page(view, &tables.charges, search, count),
        Searched::PaymentIntents => page(view, &tables.payment_intents, search, count),
    }
}

fn page<R: Searchable>(view: &View<'_>, table: &Table<R>, search: &Search, count: bool) -> Said {
    let limit = page_rows(search.limit)?;
    let query = read::<R>(&search.query)?;
    let after = search.page.as_deref().map(place_of).transpose()?;
    let as_of = view.cutoff(lag_ms(view));
    let seen = table.seen(as_of);
    let here = |row: &Arc<R>| (row.created(), row.id().clone());
    let hit = |row: &&Arc<R>| holds_true(&query, &***row);
    let behind = |row: &&Arc<R>| after.as_ref().is_none_or(|place| here(row) < *place);
    let (mut found, total): (Vec<&Arc<R>>, Option<u64>) = match by_index(&seen, &query) {
        Some(rows) => {
            let mut rows: Vec<_> = rows.into_iter().filter(hit).collect();
            let total = rows.len() as u64;
            rows.sort_by_key(|row| std::cmp::Reverse(here(row)));
            let rows = rows.into_iter().filter(behind).take(limit + 1).collect();
            (rows, Some(total))
        }
        None => {
            let rows = seen.newest_first().filter(behind).filter(hit);
            let found = rows.take(limit + 1).collect();
            let total = count.then(|| seen.newest_first().filter(hit).count() as u64);
            (found, total)
        }
    };
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next_page = found.last().filter(|_| has_more).map(|row| token(row));
    Ok(Reply::List {
        collection: R::COLLECTION.into(),
        ids: found.into_iter().map(|row| row.id().clone()).collect(),
        has_more,
        next_page,
        total: total.filter(|_| count),
        as_of,
    })
}

/// How far the index is behind: as far as this office's indexes are, within the vendor's promise.
fn lag_ms(view: &View<'_>) -> i64 {
    let profile = view.world.office.profile.get("profile");
    profile.map_or(0, |profile| profile.search_lag_ms.clamp(0, LAG_MS_MAX))
}

fn read<R: Searchable>(text: &str) -> Result<Query, Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::MissingParam {
            param: "query".into(),
        });
    }
    let query = query::parse(text).map_err(|message| Refusal::BadQuery {
        message: message.into(),
    })?;
    for clause in &query.clauses {
        let Some(holds) = holds::<R>(clause) else {
            return Err(Refusal::NotSearchable {
                field: clause.field.as_str().into(),
                of: R::COLLECTION.into(),
            });
        };
        if !fits(holds, clause.comparison) {
            let message = format!(
                "The operator is not supported for the field `{}`.",
                clause.field
            );
            return Err(Refusal::BadQuery {
                message: message.into(),
            });
        }
    }
    Ok(query)
}

fn holds_true<R: Searchable>(query: &Query, row: &R) -> bool {
    let mut clauses = query.clauses.iter();
    if query.all {
        clauses.all(|clause| meets(row, clause))
    } else {
        clauses.any(|clause| meets(row, clause))
    }
}

/// The rows of an equality that every hit must meet, if the table has an index for one.
fn by_index<'a, R: Searchable>(seen: &Seen<'a, R>, query: &Query) -> Option<Vec<&'a Arc<R>>> {
    if !query.all && query.clauses.len() > 1 {
        return None;
    }
    query.clauses.iter().find_map(|clause| {
        let Operand::Text { given, folded } = &clause.operand else {
            return None;
        };
        if clause.negated || clause.comparison != Comparison::Is {
            return None;
        }
        let named = clause.pair.as_deref().unwrap_or(&clause.field);
        let index = R::INDEXED
            .iter()
            .find(|index| index.field == named && index.of_pair == clause.pair.is_some())?;
        Some(seen.by_key(index.key, if index.folded { folded } else { given }))
    })
}

/// Names the place behind a row.
fn token<R: Searchable>(row: &Arc<R>) -> Str {
    let place = format!("{}:{}", row.created(), row.id());
    BASE64URL_NOPAD.encode(place.as_bytes()).into()
}

fn place_of(token: &str) -> Result<(i64, Str), Refusal> {
    let read = || {
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (created, id) = text.split_once(':')?;
        Some((created.parse().ok()?, Str::from(id)))
    };
    read().ok_or_else(|| Refusal::InvalidParam {
        param: "page".into(),
        message: "Invalid page token; use the `next_page` of the page before.".into(),
    })
}
