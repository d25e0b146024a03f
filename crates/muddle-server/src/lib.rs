//! HTTP faces of the vendors, control API and the socket that enacts verdicts.
//!
//! Reading order: [`router`] (the one list of routes), [`dispatch`] (a vendor request, start to end), [`credential`], [`masking`] and [`strangers`] (keys where none belongs, and keys of nobody),
//! [`vendors`] (the dialects), [`enact`] and [`socket`] (how a client comes to feel a fault), [`wire`] (what the socket
//! really did), [`control`] (our own API), [`ours`] (our own failures), [`state`], [`baseline`] (what to measure against).
//!
//! Invariant: no business rule is decided here, and nothing of ours looks like a vendor's.

pub mod baseline;
pub mod control;
pub mod credential;
pub mod dispatch;
pub mod enact;
mod masking;
mod origin;
pub mod ours;
pub mod router;
pub mod socket;
pub mod state;
mod strangers;
pub mod vendors;
pub mod wire;

pub use router::doors;
pub use state::Server;
