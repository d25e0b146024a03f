//! Integration tests, one binary. In reading order:
//!
//! - [`tidy`]: the house's own rules.

mod tidy;
