//! Invoices: the page of an invoice's lines.

use super::{Said, missing, page_rows};
use crate::billing::{Page, Refusal, Reply};
use crate::row::Str;
use crate::view::View;

/// `GET /v1/invoices/{id}/lines`, in the invoice's own order.
pub fn lines(view: &View<'_>, id: &Str, page: &Page) -> Said {
    let invoice = view
        .world
        .billing
        .invoices
        .get(id)
        .ok_or_else(|| missing("invoice", id, "invoice"))?;
    let rows = page_rows(page.limit)?;
    let ids: Vec<&Str> = invoice.lines.iter().map(|line| &line.id).collect();
    let place = |cursor: &Str, param: &str| {
        let found = ids.iter().position(|id| *id == cursor);
        found.ok_or_else(|| missing("line_item", cursor, param))
    };
    let (from, to) = match (&page.starting_after, &page.ending_before) {
        (Some(_), Some(_)) => return Err(both_cursors()),
        (Some(cursor), None) => {
            let from = place(cursor, "starting_after")? + 1;
            (from, ids.len().min(from + rows))
        }
        (None, Some(cursor)) => {
            let to = place(cursor, "ending_before")?;
            (to.saturating_sub(rows), to)
        }
        (None, None) => (0, ids.len().min(rows)),
    };
    let has_more = match page.ending_before {
        Some(_) => from > 0,
        None => to < ids.len(),
    };
    Ok(Reply::List {
        collection: "invoice_lines".into(),
        ids: ids[from..to].iter().map(|id| (*id).clone()).collect(),
        has_more,
        next_page: None,
        total: None,
        as_of: None,
    })
}

/// A page can be behind a row or before one, not both.
pub fn both_cursors() -> Refusal {
    Refusal::InvalidParam {
        param: "ending_before".into(),
        message: "You may only specify one of these parameters: ending_before, starting_after."
            .into(),
    }
}
