//! Proves a log: the chain first, then every decision again from its inputs.
//!
//! Called by `muddle verify` and by tests. The inputs of a log, fed in the order of `seq` to a fresh desk with the same
//! opening, must give the same cores byte for byte; the first entry that differs is named.

use muddle_log::{Log, Stored, WorkspaceId};
use muddle_world::call::Input;
use muddle_world::effect::{Change, Effect, Record};
use muddle_world::entry::{Around, Entry};
use muddle_world::office;
use muddle_world::vendor::Vendor;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::act::Desk;
use crate::error::OfficeError;
use crate::opening::Openings;
use crate::replay::{self, Reader, damaged};
use crate::rules;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// Every link and every decision holds.
    Whole {
        /// Entries seen.
        entries: u64,
    },
    /// The chain holds; these rules cannot decide it again.
    NotRedecidable {
        /// Entries seen.
        entries: u64,
        /// Which module has another number: (module, then, now).
        module: (String, u32, u32),
    },
    /// The chain is broken or a value is gone.
    Broken {
        /// The first entry concerned.
        seq: u64,
        /// What is wrong.
        what: String,
    },
    /// The chain holds, but this entry would be decided otherwise.
    Differs {
        /// The first entry that differs.
        seq: u64,
        /// The stored core.
        stored: String,
        /// What it would be.
        decided: String,
    },
}

#[derive(Deserialize)]
struct Parts<'a> {
    #[serde(borrow)]
    core: &'a RawValue,
}

/// Verifies one workspace. Blocks.
pub fn verify(log: &dyn Log, workspace: WorkspaceId) -> Result<Verified, OfficeError> {
    match chain_and_decisions(log, workspace) {
        Err(OfficeError::Damaged { seq, what, .. }) => Ok(Verified::Broken { seq, what }),
        other => other,
    }
}

fn chain_and_decisions(log: &dyn Log, workspace: WorkspaceId) -> Result<Verified, OfficeError> {
    let opened =
        replay::opened(log, &Openings::default(), workspace).map_err(|error| match error {
            OfficeError::NoWorkspace(_) | OfficeError::Damaged { .. } => error,
            other => damaged(workspace, 1, other.to_string()),
        })?;
    let mut again = Again {
        desk: Desk::new(opened.world.clone(), opened.story.clone()),
        group: Vec::new(),
    };
    let mut reader = Reader::new(log, workspace);
    let (mut entries, mut differs, mut module) = (0, None, None);
    while let Some((stored, entry)) = reader.read_next()? {
        entries += 1;
        if entries == 1 {
            module = replay::opening_of(&entry).and_then(|opening| rules::mismatch(&opening.rules));
        }
        if module.is_none() && differs.is_none() {
            differs = again.take(stored, entry)?;
        }
    }
    if module.is_none() && differs.is_none() {
        differs = again.finish()?;
    }
    Ok(match (differs, module) {
        (Some(differs), _) => differs,
        (None, Some(module)) => Verified::NotRedecidable { entries, module },
        (None, None) => Verified::Whole { entries },
    })
}

/// Decides a log again, group by group: a group is what came due, then the call that found it due.
struct Again {
    desk: Desk,
    group: Vec<(Stored, Entry)>,
}

impl Again {
    fn take(&mut self, stored: Stored, entry: Entry) -> Result<Option<Verified>, OfficeError> {
        let derived = self.came_due(&entry);
        self.group.push((stored, entry));
        if derived { Ok(None) } else { self.finish() }
    }

    /// Whether an entry follows from the time alone.
    fn came_due(&self, entry: &Entry) -> bool {
        let core = &entry.core;
        if let Some(parked) = self.parked(entry) {
            return parked.resume_up.is_some_and(|due| core.up >= due);
        }
        let from_agenda = |effect: &Effect| {
            matches!(
                &effect.change,
                Change::Removed(Record::Office(office::Record::AgendaItem(_)))
            )
        };
        core.vendor != Vendor::Office && core.effects.iter().any(from_agenda)
    }

    fn parked(&self, entry: &Entry) -> Option<&office::Parked> {
        let about = entry
            .core
            .about
            .filter(|_| entry.core.vendor != Vendor::Office)?;
        self.desk
            .world
            .office
            .parked
            .get(&about.to_string())
            .map(|parked| &**parked)
    }

    /// Feeds the group's last entry, or only its time, and compares what comes out.
    fn finish(&mut self) -> Result<Option<Verified>, OfficeError> {
        let group = std::mem::take(&mut self.group);
        let Some((_, last)) = group.last() else {
            return Ok(None);
        };
        let acted = if self.came_due(last) {
            self.desk.tick(last.core.up)
        } else if let Some(seq) = self.parked(last).map(|parked| parked.seq) {
            self.desk.resume(seq, last.core.up)
        } else {
            let core = last.core.clone();
            let input = Input {
                actor: core.actor,
                origin: core.origin,
                call: core.call,
                up: core.up,
            };
            self.desk.act(input, Around::default())
        };
        let (written, failed) = match acted {
            Ok(acted) => (acted.written, None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        for (i, (stored, entry)) in group.iter().enumerate() {
            let decided = match written.get(i) {
                Some(written) => core(&written.bytes)?.to_owned(),
                None => failed.clone().unwrap_or_default(),
            };
            let stored = core(&stored.bytes)?;
            if decided != stored {
                return Ok(Some(Verified::Differs {
                    seq: entry.core.seq,
                    stored: stored.to_owned(),
                    decided,
                }));
            }
        }
        Ok(written.get(group.len()).map(|extra| Verified::Differs {
            seq: extra.seq,
            stored: String::new(),
            decided: String::from_utf8_lossy(&extra.bytes).into_owned(),
        }))
    }
}

fn core(bytes: &[u8]) -> Result<&str, OfficeError> {
    let parts: Parts<'_> = serde_json::from_slice(bytes)
        .map_err(|error| OfficeError::Invalid(format!("an entry is no JSON: {error}")))?;
    Ok(parts.core.get())
}
