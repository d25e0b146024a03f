//! Pure core of Muddle: an office as a value, each vendor's rules, faults as verdicts, and the entry they all leave.
//!
//! Reading order: [`time`], [`chance`], [`row`] and [`table`] (what a world is made of); [`vendor`] and [`call`] (what
//! comes in); [`view`], then one vendor's folder, say [`billing`] (what is decided); [`effect`], [`reply`] and [`entry`]
//! (what is kept); [`fault`], [`limits`], [`streaks`] and [`clock`] (what gets in the way); [`gist`] and [`world`]
//! (the fold).
//!
//! Invariant: nothing here does IO, awaits, reads a clock, draws entropy, iterates a hash map, computes with floats or
//! knows how a vendor spells JSON.

pub mod billing;
pub mod call;
pub mod chance;
pub mod clock;
pub mod crm;
pub mod effect;
pub mod entry;
pub mod fault;
pub mod gist;
pub mod inbox;
pub mod limits;
pub mod office;
pub mod reply;
pub mod row;
pub mod streaks;
pub mod table;
pub mod time;
pub mod vendor;
pub mod view;
pub mod world;
