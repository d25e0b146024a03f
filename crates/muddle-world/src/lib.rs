//! Pure core of Muddle.
pub mod chance;
