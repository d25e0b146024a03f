//! How often each rule matched and struck, and what that cost its callers: folded from the entries, never written
//! otherwise.
//!
//! Held by the world; advanced by `World::apply`; read by [`super::judge`] and by whoever lists the faults.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Kind, Position, Rule, Verdict};
use crate::entry::Fate;
use crate::gist::Gist;
use crate::row::{PatchError, Str};
use crate::table::Table;
use crate::time::Up;

/// What one rule has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Calls it matched, won or not.
    pub matched: u64,
    /// Calls it struck.
    pub struck: u64,
    /// Calls it struck and could bite.
    pub landed: u64,
    /// Of those landed: answers that never arrived, though the vendor had decided.
    pub lost_answers: u64,
    /// Of those landed: answers that arrived changed, cut or as an error, though the vendor had decided.
    pub altered_answers: u64,
    /// Of those landed: calls that failed before the vendor decided anything.
    pub failed: u64,
    /// Of those landed: calls that took longer.
    pub delayed: u64,
    #[serde(skip)]
    by_subject: BTreeMap<Str, u64>,
    #[serde(skip)]
    window: Option<(Up, u64)>,
}

impl Count {
    /// Matches of this logical call so far.
    pub fn of_subject(&self, subject: &str) -> u64 {
        self.by_subject.get(subject).copied().unwrap_or(0)
    }

    /// Matches in the window that `up` lies in.
    pub fn in_window(&self, up: Up, window_ms: i64) -> u64 {
        match self.window {
            Some((start, used)) if up.since(start) < window_ms => used,
            _ => 0,
        }
    }
}

/// Counts by rule.
#[derive(Clone, Debug, Default)]
pub struct Counters(BTreeMap<Str, Count>);

impl Counters {
    /// What the rule has done so far.
    pub fn get(&self, rule: &str) -> Option<&Count> {
        self.0.get(rule)
    }

    /// Every rule that matched advances, won or not.
    pub fn advance(&mut self, rules: &Table<Rule>, gist: &Gist<'_>) -> Result<(), PatchError> {
        for id in &*gist.matched {
            let count = self.0.entry(id.clone()).or_default();
            count.matched += 1;
            if let Some(subject) = &gist.subject {
                let subject = subject.get("subject")?.into_owned();
                *count.by_subject.entry(subject).or_default() += 1;
            }
            if let Some(Kind::Throttle { window_ms, .. }) = rules.get(id).map(|rule| &rule.fault) {
                count.window = match count.window {
                    Some((start, used)) if gist.up.since(start) < *window_ms => {
                        Some((start, used + 1))
                    }
                    _ => Some((gist.up, 1)),
                };
            }
        }
        // A verdict stands in the entry of the call that it struck, also where that call repeats another's answer; the
        // entry that continues a parked call has none.
        if let Some(verdict) = &gist.verdict {
            let count = self.0.entry(verdict.fault.clone()).or_default();
            count.struck += 1;
            if bit(gist, &verdict.effect) {
                count.land(gist, verdict);
            }
        }
        Ok(())
    }
}

impl Count {
    fn land(&mut self, gist: &Gist<'_>, verdict: &Verdict) {
        self.landed += 1;
        let what = match (&verdict.effect, verdict.position, gist.answer) {
            (Kind::Delay { .. }, ..) | (Kind::Hang { .. }, Position::Before, _) => {
                &mut self.delayed
            }
            (_, Position::Before, _) => &mut self.failed,
            (_, Position::After, Some(Fate::Lost)) => &mut self.lost_answers,
            (_, Position::After, _) => &mut self.altered_answers,
        };
        *what += 1;
    }
}

/// Whether the verdict could bite: a body-eating fault needs an answer to eat.
fn bit(gist: &Gist<'_>, effect: &Kind) -> bool {
    match effect {
        Kind::Cut { .. } | Kind::Garble { .. } => {
            gist.status != Some(204) && gist.answer != Some(Fate::Sent)
        }
        Kind::Delay { .. } => true,
        _ => gist.answer != Some(Fate::Sent) || gist.status.is_some(),
    }
}
