//! Appending: a batch of entries in one transaction, and rows of the wire stream.
//!
//! Called by the store with the writing connection in hand. Invariant: `Committed` is answered only after a COMMIT that succeeded, or after the head
//! row shows that one took effect although it reported an error.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, params};

use super::reading::{head, seq_of};
use super::{Pen, blobs, sheets, translate};
use crate::batch::{self, Barred, Intent, Plan};
use crate::error::LogError;
use crate::stored::{Append, Appended, WireRow};

/// Why a transaction stopped.
enum Stop {
    /// At one item, because of what its workspace's rows hold.
    Item(usize),
    /// As a whole.
    Whole(rusqlite::Error),
}

/// Appends the batch; an item that cannot be written is barred, with its workspace's later ones, and the rest is done again.
pub(super) fn append(pen: &Pen, path: &Path, batch: &[Append]) -> Vec<Appended> {
    let being_erased = |&workspace| (workspace, (0, Arc::new(LogError::Erasing { workspace })));
    let mut barred: Barred = pen.erasing.iter().map(being_erased).collect();
    loop {
        let begun = pen.run("BEGIN IMMEDIATE");
        let plan = match begun.and_then(|()| {
            batch::plan(batch, &barred, |workspace| head(&pen.connection, workspace))
        }) {
            Ok(plan) => plan,
            Err(e) => return refuse(batch, end(pen, path, e)),
        };
        match write(&pen.connection, batch, &plan)
            .and_then(|()| pen.run("COMMIT").map_err(Stop::Whole))
        {
            Ok(()) => return batch::committed(plan.intents),
            Err(Stop::Item(index)) => {
                let workspace = batch[index].workspace;
                if let Err(e) = pen.abandon() {
                    return refuse(batch, translate::error(path, e));
                }
                barred.insert(
                    workspace,
                    (index, Arc::new(LogError::PastHead { workspace })),
                );
            }
            Err(Stop::Whole(e)) => {
                let why = Arc::new(end(pen, path, e));
                tracing::error!(%why, items = batch.len(), "a group commit failed");
                let mut answers = batch::failed(plan.intents, &why);
                batch::settle(batch, &mut answers, |workspace| {
                    head(&pen.connection, workspace)
                });
                return answers;
            }
        }
    }
}

/// Fails every item for one reason.
pub(super) fn refuse(batch: &[Append], why: LogError) -> Vec<Appended> {
    let why = Arc::new(why);
    batch
        .iter()
        .map(|_| Appended::Failed(Arc::clone(&why)))
        .collect()
}

/// Ends a transaction that failed. What made it fail is what gets told, also when ending it fails too.
fn end(pen: &Pen, path: &Path, why: rusqlite::Error) -> LogError {
    if let Err(e) = pen.abandon() {
        tracing::error!(error = %e, "a failed transaction could not be rolled back");
    }
    translate::error(path, why)
}

fn write(connection: &Connection, batch: &[Append], plan: &Plan) -> Result<(), Stop> {
    let mut insert = connection
        .prepare_cached("INSERT INTO entries (workspace, seq, hash, body) VALUES (?1, ?2, ?3, ?4)")
        .map_err(Stop::Whole)?;
    for (index, (item, intent)) in batch.iter().zip(&plan.intents).enumerate() {
        if !matches!(intent, Intent::Write) {
            continue;
        }
        let workspace = item.workspace.0.cast_signed();
        for entry in &item.entries {
            let row = params![
                workspace,
                seq_of(entry.seq),
                &entry.hash[..],
                &entry.bytes[..]
            ];
            insert.execute(row).map_err(|e| {
                if translate::is_constraint(&e) {
                    Stop::Item(index)
                } else {
                    Stop::Whole(e)
                }
            })?;
        }
        for blob in &item.blobs {
            blobs::own(connection, item.workspace, blob).map_err(Stop::Whole)?;
        }
    }
    set_heads(connection, plan).map_err(Stop::Whole)
}

fn set_heads(connection: &Connection, plan: &Plan) -> rusqlite::Result<()> {
    let mut set = connection.prepare_cached(
        "INSERT INTO heads (workspace, seq, hash) VALUES (?1, ?2, ?3)
         ON CONFLICT (workspace) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
    )?;
    for (workspace, head) in &plan.heads {
        set.execute(params![
            workspace.0.cast_signed(),
            seq_of(head.seq),
            &head.hash[..]
        ])?;
    }
    Ok(())
}

/// Writes wire rows without waiting for the disk: the next commit of entries takes them along.
pub(super) fn append_wire(pen: &mut Pen, rows: &[WireRow]) -> rusqlite::Result<()> {
    pen.relax()?;
    let written = pen.transact(|connection| {
        sheets::of(rows)
            .iter()
            .try_for_each(|sheet| sheets::put(connection, sheet))
    });
    pen.durable()?;
    written
}
