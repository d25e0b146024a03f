//! What must hold whatever is asked of the billing desk, in whatever order.
//!
//! A small desk takes calls through idempotency, rules and fold as `office::act` would.

mod desk;
mod keys;
mod lists;
mod past;
mod property;
