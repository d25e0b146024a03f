//! The live workspace: the order of things, the clock's reading, parked calls, credentials, sleep, register, verify.
//!
//! Reading order: [`act`] (one call, start to end; the only place that knows the order), [`workspace`] (the queue in
//! front of it and the durability behind it), [`office`] (all workspaces), [`open`] and [`opening`] (how one begins),
//! [`replay`], [`verify`], [`ends`], [`witness`] and [`proof`] (how it comes back and is proved), [`modes`], [`attempts`], [`mail`], [`waits`] and [`seal`] (who may what, and how it ends), [`register`] and [`keys`] (what is not one workspace's, and
//! who holds what), [`timers`], [`load`] and [`room`] (what goes on at once and stays in memory),
//! [`source`] (the one file that reads clock and entropy).
//!
//! Invariant: nothing leaves this crate before the entry it rests on is durable; nothing here knows HTTP.

pub mod act;
pub mod admission;
pub mod attempts;
pub mod ends;
pub mod error;
pub mod keys;
pub mod limits;
pub mod load;
pub mod long;
pub mod mail;
pub mod modes;
pub mod office;
pub mod open;
pub mod opening;
mod people;
pub mod proof;
pub mod register;
pub mod replay;
pub mod room;
pub mod rules;
pub mod seal;
pub mod source;
pub mod timers;
pub mod verify;
pub mod waits;
pub mod witness;
pub mod workspace;

pub use error::OfficeError;
pub use muddle_log::{Stored, WorkspaceId};
pub use office::{Config, Office};
pub use room::Limits;
pub use workspace::{Heard, Workspace};
