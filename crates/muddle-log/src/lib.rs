//! Durable append-only log of bytes per workspace, and blobs: the only state Muddle has.
//!
//! Called by the office (entries, register, blobs) and by whatever reads a log back (grading, export, replay). It calls nobody.
//! Invariant: it stores `(workspace, seq, hash, bytes)` and never looks inside; there is no JSON, no vendor and no date here.
//!
//! In reading order:
//!
//! 1. [`stored`] – what is stored and what an append asks for: [`Head`], [`Stored`], [`Append`], [`Appended`]
//! 2. [`blob`] – values too large for an entry, by digest: [`Blob`]
//! 3. [`store`] – the trait every store answers: [`Log`]
//! 4. [`batch`] – which items of a batch may be written, the same rule for every store
//! 5. [`memory`] – the store for tests: [`Memory`]
//! 6. [`sqlite`] – the store for everything else: [`Sqlite`]
//! 7. [`writer`] – group commit in front of any of them: [`Writer`]
//! 8. [`witness`] – how far each log had come, in a file beside the database: [`Witness`]
//! 9. [`private`] – files that are for their owner only
//! 10. [`error`] – what can go wrong, a sentence each: [`LogError`]
//! 11. [`faulty`] – a store that fails when a test says so: [`Faulty`]
//! 12. [`conformance`] – what every store must do, as a test to run over it
//! 13. [`limits`] – every named maximum

mod batch;
pub mod blob;
pub mod conformance;
pub mod error;
pub mod faulty;
pub mod limits;
pub mod memory;
pub mod private;
pub mod sqlite;
pub mod store;
pub mod stored;
pub mod witness;
pub mod writer;

pub use blob::{Audience, Blob, Digest, Packer};
pub use error::LogError;
pub use faulty::{Fate, Faults, Faulty};
pub use memory::Memory;
pub use sqlite::{Copied, Sqlite, backup};
pub use store::Log;
pub use stored::{Append, Appended, Hash, Head, Stored, WireRow, WorkspaceId};
pub use witness::{Flaw, Seen, Witness, Witnessed};
pub use writer::{Closed, Permit, Ticket, Writer, WriterLimits};
