//! Harness of the integration tests.
//!
//! [`desk`] is a whole office as its people have it: a server, a workspace opened through its API, a client.
//! [`small`] is an office laid straight into a log, for the tests that are about the log itself.
//! [`patience`] waits for what must come.

pub mod desk;
pub mod patience;
pub mod small;
