//! The lines of a workspace's log, from any entry on, with what they need to know of the entries before.
//!
//! Called by [`super::log`], [`super::watch`] and [`super::status`]. Which words a line has is muddle-grade's to say.

use std::sync::Arc;

use muddle_grade::lines::{Line, Lines};
use muddle_office::{Office, OfficeError, Stored, WorkspaceId, long};

use super::follow::decoded;

/// Entries before the first line that are looked at for names and retries.
const BEFORE_MAX: u64 = 20_000;
/// Entries read at once.
const PAGE: usize = 512;

/// Bytes of entries, long values included, that are in memory at once; a longer entry is there alone.
const PIECE_BYTES_MAX: u64 = 8 << 20;

/// A page in pieces, each with as many entries as may be in memory at once.
fn in_pieces(page: Vec<Stored>) -> Vec<Vec<Stored>> {
    let (mut pieces, mut bytes) = (vec![Vec::new()], 0);
    for stored in page {
        let own = stored.bytes.len() as u64 + long::named(&stored.bytes).stored;
        if bytes > 0 && bytes + own > PIECE_BYTES_MAX {
            pieces.push(Vec::new());
            bytes = 0;
        }
        bytes += own;
        if let Some(last) = pieces.last_mut() {
            last.push(stored);
        }
    }
    pieces
}

/// Makes the lines of one log.
pub struct Teller {
    office: Arc<Office>,
    id: WorkspaceId,
    lines: Lines,
}

impl Teller {
    /// Knows nothing but the opening.
    pub async fn new(office: &Arc<Office>, id: WorkspaceId) -> Result<Self, OfficeError> {
        let opened = office.opened(id).await?;
        Ok(Self {
            office: office.clone(),
            id,
            lines: Lines::new(&opened.records),
        })
    }

    /// For the lines from entry `from` on.
    pub async fn before(
        office: &Arc<Office>,
        id: WorkspaceId,
        from: u64,
    ) -> Result<Self, OfficeError> {
        let mut teller = Self::new(office, id).await?;
        let mut next = from.saturating_sub(BEFORE_MAX).max(1);
        while next < from {
            let (log, limit) = (office.log().clone(), PAGE.min((from - next) as usize));
            let page = super::blocking(move || Ok(log.read(id, next, limit)?)).await?;
            let Some(last) = page.last() else {
                break;
            };
            next = last.seq + 1;
            teller.lines(page).await?;
        }
        Ok(teller)
    }

    /// The lines of the next entries.
    pub async fn lines(&mut self, page: Vec<Stored>) -> Result<Vec<Line>, OfficeError> {
        let mut lines = Vec::with_capacity(page.len());
        for few in in_pieces(page) {
            let entries = decoded(&self.office, self.id, few).await?;
            lines.extend(entries.iter().map(|entry| self.lines.line(&entry.core)));
        }
        Ok(lines)
    }
}
