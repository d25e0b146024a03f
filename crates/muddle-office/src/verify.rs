//! Proves a log: its chain and its end first, then every decision again from its inputs.
//!
//! Called by [`crate::proof`] for `muddle verify`, and by tests. The inputs of a log, fed in the order of `seq` to a fresh desk with the same
//! opening, must give the same cores byte for byte; the first entry that differs is named.

use muddle_log::{Log, Stored, WorkspaceId};
use muddle_world::call::{Actor, Call, Input, Origin};
use muddle_world::entry::Around;
use muddle_world::office;
use muddle_world::row::Row;
use muddle_world::time::Up;
use muddle_world::vendor::Vendor;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::act::{ActError, Acted, Desk};
use crate::ends::{Ending, Ends};
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
    /// The chain holds, and entries after its last one are gone.
    Missing {
        /// The first that is gone.
        from: u64,
        /// The last that somebody saw.
        to: u64,
        /// Who did.
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

impl Verified {
    /// Entries seen, where the chain holds to its end.
    pub const fn entries(&self) -> Option<u64> {
        match self {
            Self::Whole { entries } | Self::NotRedecidable { entries, .. } => Some(*entries),
            Self::Broken { .. } | Self::Missing { .. } | Self::Differs { .. } => None,
        }
    }

    /// The same for people.
    pub fn sentence(&self) -> String {
        match self {
            Self::Whole { entries } => {
                format!("{entries} entries: the chain is whole and every decision holds")
            }
            Self::NotRedecidable {
                entries,
                module: (module, then, now),
            } => format!(
                "{entries} entries: the chain is whole; not re-decidable, since the rules of {module} were number {then} then and are {now} now"
            ),
            Self::Broken { seq, what } => format!("entry {seq}: {what}"),
            Self::Missing { from, to, what } if from == to => {
                format!("entry {from} is missing: {what}")
            }
            Self::Missing { from, to, what } => {
                format!("entries {from} to {to} are missing: {what}")
            }
            Self::Differs { seq, .. } => format!("entry {seq} would be decided otherwise"),
        }
    }
}

#[derive(Deserialize)]
struct Parts<'a> {
    #[serde(borrow)]
    core: &'a RawValue,
}

/// What went into an entry; what came of it is decided again, and only compared.
#[derive(Deserialize)]
struct Asked {
    core: AskedCore,
}

#[derive(Deserialize)]
struct AskedCore {
    up: Up,
    #[serde(default)]
    paused: bool,
    actor: Actor,
    #[serde(default)]
    origin: Option<Origin>,
    vendor: Vendor,
    call: Call,
    #[serde(default)]
    effects: Vec<Touched>,
    #[serde(default)]
    about: Option<u64>,
}

/// As much of an effect as tells whether it takes an item off the agenda.
#[derive(Deserialize)]
struct Touched {
    vendor: Vendor,
    collection: String,
    #[serde(default)]
    removed: Option<IgnoredAny>,
}

/// Verifies one workspace by what its log itself holds: entries and head row. Blocks.
pub fn verify(log: &dyn Log, workspace: WorkspaceId) -> Result<Verified, OfficeError> {
    verify_to(log, workspace, &Ends::default())
}

/// Verifies one workspace, its end by all that says where it is. Blocks.
pub fn verify_to(
    log: &dyn Log,
    workspace: WorkspaceId,
    ends: &Ends,
) -> Result<Verified, OfficeError> {
    match chain_and_decisions(log, workspace, ends) {
        Err(OfficeError::Damaged { seq, what, .. }) => Ok(Verified::Broken { seq, what }),
        other => other,
    }
}

/// What is wrong with a workspace's chain or its end; no decision is made again. Blocks.
pub fn chain(
    log: &dyn Log,
    workspace: WorkspaceId,
    ends: &Ends,
) -> Result<Option<Verified>, OfficeError> {
    match walk(log, workspace, ends, |_, _| Ok(())) {
        Err(OfficeError::Damaged { seq, what, .. }) => Ok(Some(Verified::Broken { seq, what })),
        other => other,
    }
}

/// Hands every entry to `each`, link by link, and compares the end with all that says where it is.
fn walk(
    log: &dyn Log,
    workspace: WorkspaceId,
    ends: &Ends,
    mut each: impl FnMut(&Reader<'_>, Stored) -> Result<(), OfficeError>,
) -> Result<Option<Verified>, OfficeError> {
    let mut reader = Reader::new(log, workspace);
    let mut ending = Ending::new(ends);
    let mut tried = None;
    loop {
        if let Some(stored) = reader.next_stored()? {
            ending.pass(&stored);
            each(&reader, stored)?;
            continue;
        }
        let row = log.head(workspace)?;
        // An entry and its head row are committed together: what the row names and a second look does not find is gone.
        let end = ending.end();
        if row.seq <= end.seq || tried == Some(end) {
            return Ok(ending.judge(row));
        }
        tried = Some(end);
    }
}

fn chain_and_decisions(
    log: &dyn Log,
    workspace: WorkspaceId,
    ends: &Ends,
) -> Result<Verified, OfficeError> {
    let opened = match replay::opened(log, &Openings::default(), workspace) {
        Ok(opened) => opened,
        Err(error @ OfficeError::NoWorkspace(_)) => {
            return walk(log, workspace, ends, |_, _| Ok(()))?.ok_or(error);
        }
        Err(error @ OfficeError::Damaged { .. }) => return Err(error),
        Err(other) => return Err(damaged(workspace, 1, other.to_string())),
    };
    let mut again = Again {
        desk: Desk::new(opened.world.clone(), opened.story.clone()),
        group: Vec::new(),
        due_up: Up(0),
    };
    let (mut entries, mut differs, mut module) = (0, None, None);
    let end = walk(log, workspace, ends, |reader, stored| {
        let Asked { core } = reader.decode(&stored, |whole| serde_json::from_str(whole))?;
        entries += 1;
        if entries == 1 {
            let opening = replay::opening_in(&core.call);
            module = opening.and_then(|opening| rules::mismatch(&opening.rules));
        }
        if module.is_none() && differs.is_none() {
            differs = again.take(stored, core)?;
        }
        Ok(())
    })?;
    if let Some(wrong) = end {
        return Ok(wrong);
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
    group: Vec<Stored>,
    /// When the last of the group came due.
    due_up: Up,
}

impl Again {
    fn take(&mut self, stored: Stored, asked: AskedCore) -> Result<Option<Verified>, OfficeError> {
        self.group.push(stored);
        if self.came_due(&asked) {
            self.due_up = asked.up;
            return Ok(None);
        }
        let acted = if let Some(seq) = self.parked(&asked).map(|parked| parked.seq) {
            self.desk.resume(seq, asked.up)
        } else {
            let input = Input {
                actor: asked.actor,
                origin: asked.origin,
                call: asked.call,
                up: asked.up,
                paused: asked.paused,
            };
            self.desk.act(input, Around::default())
        };
        self.compare(acted)
    }

    /// What came due at the end, with no call after it.
    fn finish(&mut self) -> Result<Option<Verified>, OfficeError> {
        if self.group.is_empty() {
            return Ok(None);
        }
        let acted = self.desk.tick(self.due_up);
        self.compare(acted)
    }

    /// Whether an entry follows from the time alone.
    fn came_due(&self, asked: &AskedCore) -> bool {
        if let Some(parked) = self.parked(asked) {
            return parked.resume_up.is_some_and(|due| asked.up >= due);
        }
        let from_agenda = |touched: &Touched| {
            touched.removed.is_some()
                && touched.vendor == Vendor::Office
                && touched.collection == <office::AgendaItem as Row>::COLLECTION
        };
        asked.vendor != Vendor::Office && asked.effects.iter().any(from_agenda)
    }

    fn parked(&self, asked: &AskedCore) -> Option<&office::Parked> {
        let about = asked.about.filter(|_| asked.vendor != Vendor::Office)?;
        self.desk
            .world
            .office
            .parked
            .get(&about.to_string())
            .map(|parked| &**parked)
    }

    /// Compares the group with what was decided in its place.
    fn compare(&mut self, acted: Result<Acted, ActError>) -> Result<Option<Verified>, OfficeError> {
        let (written, failed) = match acted {
            Ok(acted) => (acted.written, None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        for (i, stored) in self.group.iter().enumerate() {
            let again = written.get(i).map(|written| &*written.bytes);
            if again.is_some_and(|again| begins_alike(again, &stored.bytes)) {
                continue;
            }
            let decided = match again {
                Some(again) => core(again)?.to_owned(),
                None => failed.clone().unwrap_or_default(),
            };
            let (seq, stored) = (stored.seq, core(&stored.bytes)?);
            if decided != stored {
                return Ok(Some(Verified::Differs {
                    seq,
                    stored: stored.to_owned(),
                    decided,
                }));
            }
        }
        let extra = written.get(self.group.len());
        let differs = extra.map(|extra| Verified::Differs {
            seq: extra.seq,
            stored: String::new(),
            decided: String::from_utf8_lossy(&extra.bytes).into_owned(),
        });
        self.group.clear();
        Ok(differs)
    }
}

/// Whether an entry decided here, which has nothing around it, is the stored one up to where the circumstances begin.
/// Where this says no the cores are compared themselves: an entry with long values is written in another order.
fn begins_alike(decided: &[u8], stored: &[u8]) -> bool {
    let core = decided.strip_suffix(br#""around":{}}"#);
    core.is_some_and(|core| stored.starts_with(core))
}

fn core(bytes: &[u8]) -> Result<&str, OfficeError> {
    let parts: Parts<'_> = serde_json::from_slice(bytes)
        .map_err(|error| OfficeError::Invalid(format!("an entry is no JSON: {error}")))?;
    Ok(parts.core.get())
}
