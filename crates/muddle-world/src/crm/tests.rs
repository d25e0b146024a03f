//! The CRM's promises: one contact per address, nothing lost in a merge, a lagging index, and a log that rebuilds it.

mod batches;
mod desk;
mod property;
mod records;
mod search;
mod values;
