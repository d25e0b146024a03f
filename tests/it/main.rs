//! Integration tests, one binary. In reading order:
//!
//! - [`tidy`]: the house's own rules.
//! - [`determinism`]: the same inputs give the same entries.
//! - [`replay`]: a log is proved, replayed to any moment, and copied.
//! - [`recovery`]: nothing leaves that is not in the log, whatever the store does.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod determinism;
mod recovery;
mod replay;
mod tidy;
