//! The draft written out as the records of each vendor and of the office.

pub mod billing;
pub mod crm;
pub mod events;
pub mod latency;
pub mod office;
