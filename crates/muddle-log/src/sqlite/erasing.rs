//! Erasing a workspace, in pieces.
//!
//! Called by `delete` and, for what a stop interrupted, by `open`. Invariant: the first transaction takes the head row away and writes the workspace into `erasing`, so
//! from then on it is gone for readers and appends, and an erasure once begun is always finished.

use std::thread;

use rusqlite::{Connection, params};

use super::{Sqlite, blobs, translate};
use crate::blob::Digest;
use crate::error::LogError;
use crate::limits::{ERASE_ROWS, PIECE_PAUSE};
use crate::stored::WorkspaceId;

/// Blobs one transaction removes: fewer than rows, since one may be large.
const BLOBS_PER_PIECE: i64 = 16;

impl Sqlite {
    pub(super) fn erase(&self, workspace: WorkspaceId) -> Result<(), LogError> {
        let _alone = self.slow();
        let mut pen = self.pen()?;
        let begun = pen.transact(|connection| {
            let key = [workspace.0.cast_signed()];
            connection.execute("INSERT OR IGNORE INTO erasing (workspace) VALUES (?1)", key)?;
            connection.execute("DELETE FROM heads WHERE workspace = ?1", key)
        });
        begun.map_err(|e| translate::error(self.path(), e))?;
        pen.erasing.insert(workspace);
        drop(pen);
        self.erase_rest(workspace)
    }

    /// Goes on where a stop interrupted an erasure.
    pub(super) fn finish_erasing(&self) -> Result<(), LogError> {
        let _alone = self.slow();
        let mut pen = self.pen()?;
        pen.erasing = unfinished(&pen.connection)
            .map_err(|e| translate::error(self.path(), e))?
            .into_iter()
            .collect();
        let workspaces = pen.erasing.clone();
        drop(pen);
        workspaces
            .into_iter()
            .try_for_each(|workspace| self.erase_rest(workspace))
    }

    fn erase_rest(&self, workspace: WorkspaceId) -> Result<(), LogError> {
        loop {
            let mut pen = self.pen()?;
            let done = pen.transact(|connection| erase_piece(connection, workspace));
            if done.map_err(|e| translate::error(self.path(), e))? {
                pen.erasing.remove(&workspace);
                return Ok(());
            }
            drop(pen);
            thread::sleep(PIECE_PAUSE);
        }
    }
}

fn unfinished(connection: &Connection) -> rusqlite::Result<Vec<WorkspaceId>> {
    let mut statement = connection.prepare("SELECT workspace FROM erasing")?;
    let rows = statement.query_map([], |row| row.get::<_, i64>(0))?;
    rows.map(|key| key.map(|key| WorkspaceId(key.cast_unsigned())))
        .collect()
}

/// Erases some of what is left; true when nothing was.
fn erase_piece(connection: &Connection, workspace: WorkspaceId) -> rusqlite::Result<bool> {
    let key = workspace.0.cast_signed();
    let rows = params![key, ERASE_ROWS as i64];
    let mut erased = connection
        .prepare_cached(
            "DELETE FROM entries WHERE n IN (SELECT n FROM entries WHERE workspace = ?1 LIMIT ?2)",
        )?
        .execute(rows)?;
    erased += connection
        .prepare_cached(
            "DELETE FROM wire WHERE n IN (SELECT n FROM wire WHERE workspace = ?1 LIMIT ?2)",
        )?
        .execute(rows)?;
    erased += release_blobs(connection, key)?;
    if erased == 0 {
        connection.execute("DELETE FROM erasing WHERE workspace = ?1", [key])?;
    }
    Ok(erased == 0)
}

fn release_blobs(connection: &Connection, key: i64) -> rusqlite::Result<usize> {
    let mut ask =
        connection.prepare_cached("SELECT digest FROM blob_refs WHERE workspace = ?1 LIMIT ?2")?;
    let owned = ask
        .query_map([key, BLOBS_PER_PIECE], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<Digest>>>()?;
    let mut release =
        connection.prepare_cached("DELETE FROM blob_refs WHERE workspace = ?1 AND digest = ?2")?;
    let mut ask_others = connection.prepare_cached("SELECT 1 FROM blob_refs WHERE digest = ?1")?;
    for digest in &owned {
        release.execute(params![key, &digest[..]])?;
        if !ask_others.exists([digest])? {
            blobs::remove(connection, digest)?;
        }
    }
    Ok(owned.len())
}
