//! From entries and their long values to what the log's writer takes.
//!
//! Called by `workspace` and at an opening. Packing a value of megabytes takes long: such callers leave their worker thread
//! to others.

use muddle_log::{Append, Audience, Blob, Head, Stored, WorkspaceId};

/// What goes to the log's writer.
pub(crate) fn append(
    workspace: WorkspaceId,
    expected: Head,
    written: Vec<crate::act::Written>,
) -> Append {
    let mut append = Append {
        workspace,
        expected,
        entries: Vec::with_capacity(written.len()),
        blobs: Vec::new(),
    };
    for entry in written {
        // Each goes as it is packed: they may be many megabytes.
        let packed = entry
            .blobs
            .into_iter()
            .map(|raw| Blob::pack(&raw, Audience::All));
        append.blobs.extend(packed);
        append.entries.push(Stored {
            seq: entry.seq,
            hash: entry.hash,
            bytes: entry.bytes,
        });
    }
    append
}
