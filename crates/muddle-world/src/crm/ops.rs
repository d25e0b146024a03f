//! What each operation decides.
use super::{Answer, Call, Reply};
use crate::fault::Verdict;
use crate::reply::Decision;
use crate::view::View;

/// Decides one call.
pub fn decide(_view: &View<'_>, call: &Call, _verdict: Option<&Verdict>) -> Decision {
    match *call {}
}

/// Looks up what a reply names.
pub fn resolve(_view: &View<'_>, call: &Call, _reply: &Reply) -> Answer {
    match *call {}
}
