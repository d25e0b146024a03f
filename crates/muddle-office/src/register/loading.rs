//! How the register is read back, and what can still be said where it is damaged.
//!
//! Called by [`super::Register::load`] alone. Events are folded whose bytes the chain still vouches for: those before the damage and those behind it
//! that continue from a stored hash. One that it does not vouch for is left out, and what it said is not known: it may have taken a key back or
//! sealed an office. So a damaged register vouches for no key and takes no event, which is for `super` and its callers to keep.

use std::fmt;

use muddle_log::{Hash, Head, Log, LogError, Seen, Stored, WorkspaceId};
use muddle_world::entry::link;

use super::event::Line;
use super::folded::Folded;
use crate::ends::{Ending, Ends};
use crate::error::OfficeError;

/// Entries read at once.
const READ_MAX: usize = 4_096;

/// Why the register cannot be trusted as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage(String);

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the register is damaged: {}", self.0)
    }
}

pub(super) struct Loaded {
    pub folded: Folded,
    pub head: Head,
    pub damage: Option<Damage>,
}

/// Reads the register.
pub(super) fn load(log: &dyn Log, seen: Option<Seen>) -> Result<Loaded, OfficeError> {
    let heads = log.heads()?;
    let row = heads.get(&WorkspaceId::REGISTER).copied();
    let row = row.unwrap_or(Head::EMPTY);
    let receipt = None;
    let mut chain = Chain {
        folded: Folded::default(),
        ending: Ending::new(&Ends { receipt, seen }),
        end: Head::EMPTY,
        doubt: None,
        damage: None,
    };
    while let Some(page) = page(log, chain.end.seq + 1, row.seq, &mut chain.damage)? {
        for stored in page {
            chain.take(stored);
        }
    }
    let Chain {
        mut folded,
        end,
        mut damage,
        ..
    } = chain.finish(row);
    // A stop between a workspace's first entry and its event leaves a number in the log that no event names.
    let highest = heads.keys().next_back().map_or(0, |id| id.0);
    folded.next_id = folded.next_id.max(highest + 1);
    if end.seq == 0 && !heads.is_empty() {
        note(
            &mut damage,
            "it is empty, and there are workspaces".to_owned(),
        );
    }
    if damage.is_some() {
        let ids = heads.keys().map(|id| id.0);
        folded.name_orphans(ids.filter(|id| *id != WorkspaceId::REGISTER.0));
    }
    Ok(Loaded {
        folded,
        head: end,
        damage: damage.map(Damage),
    })
}

/// Keeps what was found first.
fn note(damage: &mut Option<String>, what: String) {
    damage.get_or_insert(what);
}

/// The next entries, none at the end. Where a row cannot be read those around it are read one by one.
fn page(
    log: &dyn Log,
    from: u64,
    last: u64,
    damage: &mut Option<String>,
) -> Result<Option<Vec<Stored>>, OfficeError> {
    match log.read(WorkspaceId::REGISTER, from, READ_MAX) {
        Ok(page) if page.is_empty() => return Ok(None),
        Ok(page) => return Ok(Some(page)),
        Err(LogError::Corrupt { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let mut readable = Vec::new();
    for seq in from..=last {
        match log.read(WorkspaceId::REGISTER, seq, 1) {
            Ok(one) => readable.extend(one.into_iter().filter(|stored| stored.seq == seq)),
            Err(LogError::Corrupt { .. }) => note(damage, format!("entry {seq} cannot be read")),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some(readable).filter(|readable| !readable.is_empty()))
}

/// The walk over the events.
struct Chain {
    folded: Folded,
    ending: Ending,
    /// The last entry, whether or not it was taken.
    end: Head,
    /// The last entry, where its bytes and its hash do not fit: its hash by its bytes. Either may be what is spoilt.
    doubt: Option<(Stored, Hash)>,
    damage: Option<String>,
}

impl Chain {
    fn take(&mut self, stored: Stored) {
        let wanted = self.end.seq + 1;
        let fits = |from: &Hash| link(from, &stored.bytes) == stored.hash;
        let doubt = self.doubt.take();
        let vouched = match &doubt {
            Some((_, by_bytes)) if fits(by_bytes) => true,
            _ => fits(&self.end.hash),
        };
        if let Some((doubted, by_bytes)) = doubt
            && link(&by_bytes, &stored.bytes) == stored.hash
        {
            // Only the hash beside it is spoilt: the next entry vouches for its bytes.
            self.fold(&doubted);
        }
        if stored.seq != wanted {
            let what = format!("entry {wanted} is missing before entry {}", stored.seq);
            note(&mut self.damage, what);
        }
        if vouched && stored.seq == wanted {
            self.fold(&stored);
        } else {
            let what = format!("entry {}: its hash does not continue the chain", stored.seq);
            note(&mut self.damage, what);
            let by_bytes = link(&self.end.hash, &stored.bytes);
            self.doubt = Some((stored.clone(), by_bytes));
        }
        self.ending.pass(&stored);
        self.end = stored.head();
    }

    fn fold(&mut self, stored: &Stored) {
        match serde_json::from_slice::<Line>(&stored.bytes) {
            Ok(line) => self.folded.fold(&line.core.event),
            Err(error) => {
                let what = format!("entry {} cannot be read: {error}", stored.seq);
                note(&mut self.damage, what);
            }
        }
    }

    /// Compares the end with the head row and the witness.
    fn finish(mut self, row: Head) -> Self {
        if let Some((doubted, by_bytes)) = self.doubt.take()
            && row.seq == doubted.seq
            && row.hash == by_bytes
        {
            self.fold(&doubted);
        }
        let nothing = Ends::default();
        let ending = std::mem::replace(&mut self.ending, Ending::new(&nothing));
        if let Some(wrong) = ending.judge(row) {
            note(&mut self.damage, wrong.sentence());
        }
        self
    }
}
