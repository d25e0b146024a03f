//! The wire stream on disk: rows are kept by the sheet, one for all that a workspace has in a batch.
//!
//! Called by `appending` and by the store's reading side. A row of its own for each answer cost as much as the entry it
//! is about. Invariants: a line is a seq, a space and the row's JSON; where a seq is on two sheets, the later sheet counts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rusqlite::{Connection, params};

use super::reading::seq_of;
use crate::stored::{WireRow, WorkspaceId};

/// Wire rows of one workspace, as they lie in the table.
pub(super) struct Sheet {
    workspace: WorkspaceId,
    first: u64,
    last: u64,
    lines: String,
}

/// Sorts rows into sheets, one per workspace.
pub(super) fn of(rows: &[WireRow]) -> Vec<Sheet> {
    let mut sheets: BTreeMap<WorkspaceId, Sheet> = BTreeMap::new();
    for row in rows {
        let sheet = sheets.entry(row.workspace).or_insert_with(|| Sheet {
            workspace: row.workspace,
            first: row.seq,
            last: row.seq,
            lines: String::new(),
        });
        sheet.first = sheet.first.min(row.seq);
        sheet.last = sheet.last.max(row.seq);
        // Writing to a string cannot fail.
        let _ = writeln!(sheet.lines, "{} {}", row.seq, row.json);
    }
    sheets.into_values().collect()
}

/// Writes a sheet; that of a workspace without entries is let go.
pub(super) fn put(connection: &Connection, sheet: &Sheet) -> rusqlite::Result<()> {
    let mut put = connection.prepare_cached(
        "INSERT INTO wire (workspace, first, last, lines) SELECT ?1, ?2, ?3, ?4 FROM heads WHERE workspace = ?1",
    )?;
    put.execute(params![
        sheet.workspace.0.cast_signed(),
        seq_of(sheet.first),
        seq_of(sheet.last),
        sheet.lines
    ])?;
    Ok(())
}

/// Up to `limit` rows from seq `from` on, in the order of `seq`.
pub(super) fn read(
    connection: &Connection,
    workspace: WorkspaceId,
    from: u64,
    limit: usize,
) -> rusqlite::Result<Vec<WireRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT first, n, lines FROM wire
         WHERE workspace = ?1 AND last >= ?2 AND EXISTS (SELECT 1 FROM heads WHERE workspace = ?1) ORDER BY first, n",
    )?;
    let mut sheets = statement.query(params![workspace.0.cast_signed(), seq_of(from)])?;
    // By seq, the number of the sheet it stands on and its JSON.
    let mut found: BTreeMap<u64, (i64, String)> = BTreeMap::new();
    while let Some(sheet) = sheets.next()? {
        let first = sheet.get::<_, i64>(0)?.cast_unsigned();
        let later = |(&seq, _): (&u64, _)| seq < first;
        if found.len() >= limit && found.iter().nth(limit.saturating_sub(1)).is_none_or(later) {
            // What follows begins after the last row that is wanted.
            break;
        }
        let n: i64 = sheet.get(1)?;
        for (seq, json) in sheet.get_ref(2)?.as_str()?.lines().filter_map(line) {
            let known = found.get(&seq).is_some_and(|(other, _)| *other > n);
            if seq >= from && !known {
                found.insert(seq, (n, json.to_owned()));
            }
        }
    }
    let rows = found.into_iter().take(limit);
    Ok(rows
        .map(|(seq, (_, json))| WireRow {
            workspace,
            seq,
            json,
        })
        .collect())
}

fn line(line: &str) -> Option<(u64, &str)> {
    let (seq, json) = line.split_once(' ')?;
    Some((seq.parse().ok()?, json))
}
