//! The mailbox's rules, on small worlds.

mod desk;
mod life;
mod limits;
mod mail;
mod property;
mod search;
mod threading;
