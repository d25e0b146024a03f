//! The in-memory database that checks run on.
//!
//! [`schema`] says what it holds.

mod schema;

#[cfg(test)]
mod tests;
