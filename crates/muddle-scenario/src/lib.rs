//! Scenario file and seed to opening world, ground truth, story and people.
//!
//! Reading order: [`people`] (who exists) and [`letters`] (what they write), then [`truth`] (what is known to graders
//! alone) with its [`rubric`].
//!
//! Invariant: the same scenario, seed and epoch give the same bytes on every machine; nothing here reads a clock or
//! draws entropy, and no text a candidate can see holds an answer.

pub mod letters;
pub mod people;
pub mod rubric;
pub mod truth;

pub use rubric::Rubric;
pub use truth::Truth;
