//! Scenario file and seed to opening world, ground truth, story and people.
//!
//! Reading order: [`file`] (what a scenario says), [`people`] (who exists) and [`letters`] (what they write),
//! `generate` with `policy` and [`mess`] (how an office is made), [`truth`] (what is known to graders alone) with its
//! [`rubric`], and `react` (what people do while it runs).
//!
//! Invariant: the same scenario, seed and epoch give the same bytes on every machine; nothing here reads a clock or
//! draws entropy, and no text a candidate can see holds an answer.

pub mod file;
mod generate;
pub mod letters;
pub mod mess;
pub mod people;
mod policy;
mod react;
pub mod rubric;
pub mod truth;

pub use file::{Problem, Problems, Scenario, load, schema, shipped, shipped_names};
pub use generate::{Generated, NEEDS_A_PERSON, Options, cases_max, generate};
pub use react::{Heard, PEOPLE_RULES, heard, react};
pub use rubric::Rubric;
pub use truth::Truth;
