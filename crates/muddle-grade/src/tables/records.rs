//! Rows of the billing desk at the end.

use muddle_world::vendor::Vendor;
use rusqlite::{Connection, params};

use super::{actor, word};
use crate::history::History;

/// How a dispute ends.
const CLOSED: [&str; 3] = ["won", "lost", "warning_closed"];

pub(super) fn fill(db: &Connection, history: &History) -> Result<(), rusqlite::Error> {
    let billing = &history.world.billing;
    let lower = |text: Option<&muddle_world::row::Str>| text.map(|text| text.to_lowercase());
    let mut insert = db.prepare_cached("INSERT INTO customers VALUES (?,?,?)")?;
    for row in billing.customers.oldest_first() {
        insert.execute(params![
            &*row.id,
            lower(row.email.as_ref()),
            row.name.as_deref()
        ])?;
    }
    let mut insert = db.prepare_cached("INSERT INTO charges VALUES (?,?,?,?,?,?,?,?,?,?)")?;
    for row in billing.charges.oldest_first() {
        insert.execute(params![
            &*row.id,
            row.customer.as_deref(),
            row.metadata.get("order").map(|order| &**order),
            row.amount,
            row.amount_refunded,
            &*row.currency,
            row.created.0,
            word(&row.status),
            lower(row.billing_email.as_ref()),
            &*row.card.last4,
        ])?;
    }
    let mut insert = db.prepare_cached("INSERT INTO refunds VALUES (?,?,?,?,?,?,?,?,?,?)")?;
    for row in billing.refunds.oldest_first() {
        let by = history.origin(Vendor::Billing, "refunds", &row.id);
        let status = word(&row.status);
        let counts = !matches!(status.as_deref(), Some("failed" | "canceled"));
        insert.execute(params![
            &*row.id,
            &*row.charge,
            row.amount,
            &*row.currency,
            status,
            by.seq as i64,
            row.created.0,
            actor(by.actor),
            by.told,
            counts,
        ])?;
    }
    let mut insert = db.prepare_cached("INSERT INTO disputes VALUES (?,?,?,?,?)")?;
    for row in billing.disputes.oldest_first() {
        let open = !CLOSED.contains(&&*row.status);
        insert.execute(params![
            &*row.id,
            &*row.charge,
            &*row.status,
            open,
            row.created.0
        ])?;
    }
    Ok(())
}
