//! The mailbox's rules, on small worlds.

mod mail;
