//! The keys that a workspace begins with.
//!
//! Made by [`super::open`] and [`super::fork`]. Invariant: the register is given their digests alone; who opened the workspace is
//! told them once.

use muddle_world::vendor::Vendor;

use crate::register::{KeyRow, Scope, key_row};
use crate::source;

/// Keys, told once.
#[derive(Clone, Debug)]
pub struct Keys {
    /// One per vendor.
    pub vendors: Vec<(Vendor, String)>,
    /// The candidate's token.
    pub candidate: String,
    /// The interviewer's token.
    pub interviewer: String,
    /// The grader's token.
    pub grader: String,
}

impl Keys {
    /// Keys that nobody had before.
    pub(super) fn drawn() -> Self {
        Self {
            vendors: Vendor::CANDIDATES
                .map(|vendor| (vendor, source::vendor_key(vendor)))
                .to_vec(),
            candidate: source::token("candidate"),
            interviewer: source::token("interviewer"),
            grader: source::token("grader"),
        }
    }

    /// As the register keeps them.
    pub(super) fn rows(&self) -> Vec<KeyRow> {
        let vendors = self
            .vendors
            .iter()
            .map(|(vendor, key)| (key, Scope::Vendor(*vendor)));
        let roles = [
            (&self.candidate, Scope::Candidate),
            (&self.interviewer, Scope::Interviewer),
            (&self.grader, Scope::Grader),
        ];
        vendors
            .chain(roles)
            .enumerate()
            .map(|(i, (key, scope))| key_row(key, i + 1, scope))
            .collect()
    }
}
