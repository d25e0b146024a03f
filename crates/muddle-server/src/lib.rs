//! HTTP faces of the vendors, control API and the socket that enacts verdicts.

pub mod enact;
pub mod socket;
