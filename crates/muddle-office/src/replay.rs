//! From stored bytes back to a desk: the fold of a log, up to its end or to any moment before.
//!
//! Called when a workspace wakes, by `replay --to`, by fork, by grading and by verify. It reads the log and decides
//! nothing: no generator, no story and no rule is asked.

use std::borrow::Cow;
use std::fmt::Display;
use std::sync::Arc;

use muddle_log::{Log, LogError, Stored, WorkspaceId};
use muddle_world::call::Call;
use muddle_world::entry::{Entry, link};
use muddle_world::gist::Gist;
use muddle_world::office;

use crate::act::Desk;
use crate::error::OfficeError;
use crate::limits::{PAGE_BYTES_MAX, PAGE_ENTRIES_MAX};
use crate::long;
use crate::opening::{self, Opened, Openings};

/// How many entries are read at once: as many as have few bytes together, judged by the page before.
pub struct Page(usize);

impl Default for Page {
    fn default() -> Self {
        Self(PAGE_ENTRIES_MAX / 32)
    }
}

impl Page {
    /// Of the next page.
    pub const fn entries(&self) -> usize {
        self.0
    }

    /// Learns from the page that was read.
    pub fn was(&mut self, page: &[Stored]) {
        let bytes: usize = page.iter().map(|stored| stored.bytes.len()).sum();
        self.0 = if bytes > PAGE_BYTES_MAX {
            (self.0 / 4).max(1)
        } else {
            (self.0 * 2).min(PAGE_ENTRIES_MAX)
        };
    }
}

/// A workspace's log as stored, checked link by link as it is read.
pub struct Reader<'a> {
    log: &'a dyn Log,
    workspace: WorkspaceId,
    seq: u64,
    hash: [u8; 32],
    size: Page,
    page: std::vec::IntoIter<Stored>,
}

impl<'a> Reader<'a> {
    /// From the first entry.
    pub fn new(log: &'a dyn Log, workspace: WorkspaceId) -> Self {
        Self {
            log,
            workspace,
            seq: 0,
            hash: [0; 32],
            size: Page::default(),
            page: Vec::new().into_iter(),
        }
    }

    /// The next entry, its chain checked; none at the end.
    pub fn read_next(&mut self) -> Result<Option<(Stored, Entry)>, OfficeError> {
        let Some(stored) = self.next_stored()? else {
            return Ok(None);
        };
        let entry = self.decode(&stored, |whole| serde_json::from_str(whole))?;
        Ok(Some((stored, entry)))
    }

    /// The next entry as stored, its chain checked; none at the end.
    pub fn next_stored(&mut self) -> Result<Option<Stored>, OfficeError> {
        let Some(stored) = self.take()? else {
            return Ok(None);
        };
        let (workspace, seq) = (self.workspace, self.seq + 1);
        if stored.seq != seq {
            return Err(damaged(
                workspace,
                seq,
                format!("the log goes on with entry {}", stored.seq),
            ));
        }
        if link(&self.hash, &stored.bytes) != stored.hash {
            return Err(damaged(
                workspace,
                seq,
                "its hash does not continue the chain".to_owned(),
            ));
        }
        (self.seq, self.hash) = (seq, stored.hash);
        Ok(Some(stored))
    }

    /// What `read` makes of an entry's text, long values put back.
    pub fn decode<T>(
        &self,
        stored: &Stored,
        read: impl FnOnce(&str) -> serde_json::Result<T>,
    ) -> Result<T, OfficeError> {
        self.read_text(stored, self.whole(stored, long::lengthen)?, read)
    }

    /// As [`Self::decode`], for whoever only folds: the request as it came over the wire is not put back.
    fn decode_for_fold<T>(
        &self,
        stored: &Stored,
        read: impl FnOnce(&str) -> serde_json::Result<T>,
    ) -> Result<T, OfficeError> {
        self.read_text(stored, self.whole(stored, long::lengthen_for_fold)?, read)
    }

    fn read_text<T>(
        &self,
        stored: &Stored,
        whole: Cow<'_, [u8]>,
        read: impl FnOnce(&str) -> serde_json::Result<T>,
    ) -> Result<T, OfficeError> {
        let unreadable = |error: &dyn Display| {
            let what = format!("it cannot be read: {error}");
            damaged(self.workspace, stored.seq, what)
        };
        let text = std::str::from_utf8(&whole).map_err(|error| unreadable(&error))?;
        read(text).map_err(|error| unreadable(&error))
    }

    fn take(&mut self) -> Result<Option<Stored>, OfficeError> {
        if let Some(stored) = self.page.next() {
            return Ok(Some(stored));
        }
        let from = self.seq + 1;
        let page = match self.log.read(self.workspace, from, self.size.entries()) {
            // Somewhere in the page; up to there each entry is read by itself.
            Err(LogError::Corrupt { .. }) => self.log.read(self.workspace, from, 1),
            other => other,
        };
        let page = page.map_err(|error| match error {
            LogError::Corrupt { .. } => {
                let what = "it cannot be read from the database".to_owned();
                damaged(self.workspace, from, what)
            }
            other => other.into(),
        })?;
        self.size.was(&page);
        self.page = page.into_iter();
        Ok(self.page.next())
    }

    fn whole<'s>(
        &self,
        stored: &'s Stored,
        lengthen: impl FnOnce(&[u8], &mut dyn FnMut(&str) -> Option<Vec<u8>>) -> Option<Vec<u8>>,
    ) -> Result<Cow<'s, [u8]>, OfficeError> {
        if !long::is_shortened(&stored.bytes) {
            return Ok(Cow::Borrowed(&stored.bytes));
        }
        let mut failed = None;
        let whole = lengthen(
            &stored.bytes,
            &mut |digest| match opening::read(self.log, digest) {
                Ok(raw) => Some(raw),
                Err(error) => {
                    failed = Some(error);
                    None
                }
            },
        );
        whole.map(Cow::Owned).ok_or_else(|| {
            let what = failed.map_or_else(
                || "a value it names is gone".to_owned(),
                |error| error.to_string(),
            );
            damaged(self.workspace, stored.seq, what)
        })
    }
}

/// Says what is wrong, and where.
pub fn damaged(workspace: WorkspaceId, seq: u64, what: String) -> OfficeError {
    OfficeError::Damaged {
        workspace: workspace.to_string(),
        seq,
        what,
    }
}

/// What a workspace was opened with, from its first entry.
pub fn opening_of(entry: &Entry) -> Option<&office::Opening> {
    opening_in(&entry.core.call)
}

/// What a workspace is opened with by this call.
pub fn opening_in(call: &Call) -> Option<&office::Opening> {
    match call {
        Call::Office(office::Call::Open(opening)) => Some(opening),
        _ => None,
    }
}

/// The opening that a workspace's first entry names.
pub fn opened(
    log: &dyn Log,
    openings: &Openings,
    workspace: WorkspaceId,
) -> Result<Arc<Opened>, OfficeError> {
    let first = Reader::new(log, workspace).read_next()?;
    let (_, entry) = first.ok_or_else(|| OfficeError::NoWorkspace(workspace.to_string()))?;
    let opening = opening_of(&entry).ok_or_else(|| {
        damaged(
            workspace,
            1,
            "the first entry opens no workspace".to_owned(),
        )
    })?;
    let digests =
        [&opening.opening, &opening.truth, &opening.scenario_blob].map(|digest| digest.to_string());
    openings.get(log, &digests, opening.start)
}

/// Folds a log up to entry `to`, or to its end.
pub fn fold(
    log: &dyn Log,
    openings: &Openings,
    workspace: WorkspaceId,
    to: Option<u64>,
) -> Result<(Desk, Arc<Opened>), OfficeError> {
    let opened = opened(log, openings, workspace)?;
    let mut desk = Desk::new(opened.world.clone(), opened.story.clone());
    let mut reader = Reader::new(log, workspace);
    while to.is_none_or(|to| desk.world.seq < to) {
        let Some(stored) = reader.next_stored()? else {
            break;
        };
        let folded =
            reader.decode_for_fold(&stored, |whole| Ok(desk.world.fold(&Gist::read(whole)?)))?;
        folded.map_err(|error| damaged(workspace, stored.seq, error.to_string()))?;
        desk.hash = stored.hash;
        desk.count(&stored.bytes);
    }
    Ok((desk, opened))
}
