//! Durable append-only log of bytes per workspace, and blobs: the only state Muddle has.
//!
//! Called by the office (entries, register, blobs) and by whatever reads a log back (grading, export, replay). It calls nobody.
//! Invariant: it stores `(workspace, seq, hash, bytes)` and never looks inside; there is no JSON, no vendor and no clock here.
//!
//! In reading order:
//!
//! 1. [`stored`] – what is stored and what an append asks for: [`Head`], [`Stored`], [`Append`], [`Appended`]
//! 2. [`blob`] – values too large for an entry, by digest: [`Blob`]
//! 3. [`store`] – the trait every store answers: [`Log`]
//! 4. [`batch`] – which items of a batch may be written, the same rule for every store
//! 5. [`memory`] – the store for tests: [`Memory`]
//! 6. [`error`] – what can go wrong, a sentence each: [`LogError`]
//! 7. [`limits`] – every named maximum

mod batch;
pub mod blob;
pub mod error;
pub mod limits;
pub mod memory;
pub mod store;
pub mod stored;

pub use blob::{Audience, Blob, Digest};
pub use error::LogError;
pub use memory::Memory;
pub use store::Log;
pub use stored::{Append, Appended, Hash, Head, Stored, WireRow, WorkspaceId};
