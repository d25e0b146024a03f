//! Integration tests, one binary. In reading order:
//!
//! - [`tidy`]: the house's own rules.
//! - [`openapi`]: the control API is described as it is.
//! - [`control`]: who may do what over it, and what they learn where they may not.
//! - [`doors`]: what newcomers try there, and what they are told.
//! - [`keys`]: keys taken back, and keys past their end.
//! - [`exams`]: what an exam takes and refuses, and who waits at its end.
//! - [`secrets`]: keys where no key belongs.
//! - [`pausing`]: real time under a clock that follows the calls.
//! - [`determinism`]: the same inputs give the same entries.
//! - [`replay`]: a log is proved, replayed to any moment, and copied.
//! - [`recovery`]: nothing leaves that is not in the log, whatever the store does.
//! - [`damage`]: what was cut off or spoilt is named, and what is whole can be read.
//! - [`marks`]: what a caller names like a mark of the log's own.
//! - [`mishaps`]: what goes wrong once does not go wrong for good.
//! - [`burden`]: what one candidate's load costs the others, and the limits that say so.
//! - [`schema`] and [`golden`]: the log's format, described and kept.

#![expect(
    clippy::too_many_lines,
    reason = "a test tells one story from start to end"
)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod burden;
mod control;
mod damage;
mod determinism;
mod doors;
mod exams;
mod golden;
mod keys;
mod marks;
mod mishaps;
mod openapi;
mod pausing;
mod recovery;
mod replay;
mod schema;
mod secrets;
mod tidy;
