//! What a hostile or careless caller can send: deep input on a small stack, and work that must grow with its input.
//!
//! Each vendor has a file of its own; [`lab`] takes a request through parse, act and render in this process and counts
//! what it cost. A new parser or operation that reads a list, a text or a tree adds its row there.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod billing;
mod crm;
mod inbox;
mod lab;
