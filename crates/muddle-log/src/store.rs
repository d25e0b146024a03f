//! The trait every store answers.
//!
//! Called by the writer (appends, wire) and the office (reads, blobs, delete); implemented by `Memory` and `Sqlite`.
//! Invariant: the arbiter is a compare-and-set on the workspace's head, not a key on `(workspace, seq)`: a key alone would let the tail of a
//! batch land behind a stranger's entry. Calls block; async callers go through the writer or a blocking thread.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::blob::{Blob, Digest};
use crate::error::LogError;
use crate::stored::{Append, Appended, Head, Stored, WireRow, WorkspaceId};

/// A durable log of bytes per workspace, with blobs and the wire stream beside it.
pub trait Log: Send + Sync + 'static {
    /// Appends a batch in one transaction and answers once per item, in the batch's order.
    ///
    /// Several items of one workspace are taken in order, each expecting the head the one before leaves. Once an item of a workspace is lost or
    /// failed, so are its later ones in the batch; other workspaces are not touched.
    fn append(&self, batch: &[Append]) -> Vec<Appended>;

    /// Up to `limit` entries from seq `from` on, in order.
    fn read(
        &self,
        workspace: WorkspaceId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<Stored>, LogError>;

    /// The heads of all workspaces that have entries.
    fn heads(&self) -> Result<BTreeMap<WorkspaceId, Head>, LogError>;

    /// One workspace's head; [`Head::EMPTY`] when it has no entries.
    fn head(&self, workspace: WorkspaceId) -> Result<Head, LogError>;

    /// Stores large blobs ahead of the append that names them, in pieces between group commits. Nobody owns them until an
    /// [`Append`] carries them, and they may not be durable before it is. On an error some of them may be stored.
    fn put_blobs(&self, blobs: &[Blob]) -> Result<(), LogError>;

    /// Makes `to` an owner of every blob that `from` owns, before entries are copied that name them. Durable with the next
    /// append.
    fn share_blobs(&self, from: WorkspaceId, to: WorkspaceId) -> Result<(), LogError>;

    /// The blob with this digest.
    fn blob(&self, digest: &Digest) -> Result<Option<Blob>, LogError>;

    /// Writes wire rows, all or none. They are not durable before the next append is: nothing may rest on them.
    fn append_wire(&self, rows: &[WireRow]) -> Result<(), LogError>;

    /// Up to `limit` wire rows from seq `from` on, in the order of `seq`.
    fn read_wire(
        &self,
        workspace: WorkspaceId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<WireRow>, LogError>;

    /// Erases a workspace: head, entries, wire rows, and the blobs no other workspace owns. The workspace is gone for readers at once.
    fn delete(&self, workspace: WorkspaceId) -> Result<(), LogError>;
}

impl<L: Log + ?Sized> Log for Arc<L> {
    fn append(&self, batch: &[Append]) -> Vec<Appended> {
        (**self).append(batch)
    }

    fn read(
        &self,
        workspace: WorkspaceId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<Stored>, LogError> {
        (**self).read(workspace, from, limit)
    }

    fn heads(&self) -> Result<BTreeMap<WorkspaceId, Head>, LogError> {
        (**self).heads()
    }

    fn head(&self, workspace: WorkspaceId) -> Result<Head, LogError> {
        (**self).head(workspace)
    }

    fn put_blobs(&self, blobs: &[Blob]) -> Result<(), LogError> {
        (**self).put_blobs(blobs)
    }

    fn share_blobs(&self, from: WorkspaceId, to: WorkspaceId) -> Result<(), LogError> {
        (**self).share_blobs(from, to)
    }

    fn blob(&self, digest: &Digest) -> Result<Option<Blob>, LogError> {
        (**self).blob(digest)
    }

    fn append_wire(&self, rows: &[WireRow]) -> Result<(), LogError> {
        (**self).append_wire(rows)
    }

    fn read_wire(
        &self,
        workspace: WorkspaceId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<WireRow>, LogError> {
        (**self).read_wire(workspace, from, limit)
    }

    fn delete(&self, workspace: WorkspaceId) -> Result<(), LogError> {
        (**self).delete(workspace)
    }
}
