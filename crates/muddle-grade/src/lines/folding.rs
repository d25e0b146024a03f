//! Reads in a row as one line with a count.
//!
//! Used by whoever shows lines live. Pure: it keeps the run of reads that is under way and nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Operations that a folded line names.
const NAMED_MAX: usize = 4;

/// A line as it goes to whoever watches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The entry; whoever comes back names the last they had.
    pub seq: u64,
    /// Office date.
    pub day: String,
    /// Office time of day.
    pub time: String,
    /// Who.
    pub actor: String,
    /// What was asked.
    pub operation: String,
    /// The line.
    pub text: String,
    /// A read that went well: of many in a row one line is enough.
    pub quiet: bool,
}

/// The run of reads under way.
#[derive(Default)]
pub struct Folding {
    run: Vec<Shown>,
    day: String,
}

impl Folding {
    /// The lines to print once this one has come: none while a run of reads goes on.
    pub fn push(&mut self, line: Shown) -> Vec<String> {
        let goes_on = line.quiet
            && self
                .run
                .last()
                .is_none_or(|last| last.actor == line.actor && last.day == line.day);
        let mut out = if goes_on { Vec::new() } else { self.flush() };
        if line.quiet {
            self.run.push(line);
        } else {
            out.extend(self.dated(line.day));
            out.push(line.text);
        }
        out
    }

    /// The run so far, as one line; a new one begins.
    pub fn flush(&mut self) -> Vec<String> {
        let run = std::mem::take(&mut self.run);
        let Some(first) = run.first() else {
            return Vec::new();
        };
        let mut out: Vec<String> = self.dated(first.day.clone()).into_iter().collect();
        if run.len() == 1 {
            out.push(first.text.clone());
            return out;
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for line in &run {
            *counts.entry(&line.operation).or_default() += 1;
        }
        let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
        counts.sort_by_key(|(name, count)| (usize::MAX - count, *name));
        let shown = counts.iter().take(NAMED_MAX);
        let mut named: Vec<String> = shown
            .map(|(name, count)| format!("{name} {count}"))
            .collect();
        if counts.len() > NAMED_MAX {
            named.push("…".to_owned());
        }
        out.push(format!(
            "{} {} {} reads: {}",
            first.time,
            first.actor,
            run.len(),
            named.join(", ")
        ));
        out
    }

    /// The date, where it is another than that of the line before.
    fn dated(&mut self, day: String) -> Option<String> {
        if day == self.day {
            return None;
        }
        self.day.clone_from(&day);
        Some(day)
    }
}
