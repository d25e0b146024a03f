//! Harness of the integration tests.
//!
//! [`small`] is an office laid straight into a log, for the tests that are about the log itself.

pub mod small;
