//! Reference automations that use only the public HTTP API.
//!
//! Each pilot is a way to work a refund desk, from doing nothing to doing everything right; together they show that the
//! grade tells them apart. Called by the binary and by tests; calls nothing but the vendors' wires and Muddle's candidate
//! routes. Only `oracle` is handed the truth. Nothing random is sent: equal offices get equal calls.
//!
//! In reading order: [`Settings`] (what a pilot is handed), `wire` (one vendor's line and the retry policy), `clock`, the
//! clients `billing`, `crm` and `inbox`, `reading` (what mail says), `rules` (what the desk says), `ledger` (what the
//! records say), `work` (the careful automation), `pilots` (the rest).

mod billing;
mod clock;
mod crm;
mod error;
mod habit;
mod inbox;
mod json;
mod ledger;
mod pilots;
mod reading;
mod rules;
mod settings;
mod tools;
mod wire;
mod work;

pub use error::{CallError, PilotError};
pub use habit::{Habit, Without};
pub use pilots::{names, run};
pub use settings::{Door, Settings};
pub use tools::Summary;

/// Names of the habits that `careful` can do without.
pub fn habits() -> Vec<&'static str> {
    Habit::ALL.into_iter().map(Habit::name).collect()
}
