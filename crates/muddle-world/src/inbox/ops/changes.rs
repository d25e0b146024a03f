//! The history of the box, page by page.

use super::Said;
use crate::inbox::history::{Event, Happening};
use crate::inbox::{HistoryKind, Refusal, Reply, Since};
use crate::view::View;

/// Changes of a page where none are asked for, and the most that are given.
const PAGE_DEFAULT: u32 = 100;
/// See [`PAGE_DEFAULT`].
const PAGE_MAX: u32 = 500;

/// `GET /history`.
pub fn list(view: &View<'_>, since: &Since) -> Said {
    let history = &view.world.history;
    let start = match &since.page {
        None => since.start,
        Some(page) => page
            .parse()
            .map_err(|_| Refusal::invalid("Invalid pageToken"))?,
    };
    let max = match since.max.unwrap_or(PAGE_DEFAULT) {
        0 => PAGE_DEFAULT,
        max => max.min(PAGE_MAX),
    } as usize;
    // The vendor gives 404 for ids that are out of date and for those it never gave.
    if start > history.now() {
        return Err(Refusal::HistoryGone);
    }
    let events = history.since(start).ok_or(Refusal::HistoryGone)?;
    let mut wanted = events.filter(|event| is_wanted(event, since));
    let ids: Vec<u64> = wanted.by_ref().take(max).map(|event| event.id).collect();
    let more = wanted.next().is_some();
    let next = ids.last().filter(|_| more).map(|id| id.to_string().into());
    Ok(Reply::History {
        ids,
        next,
        history_id: history.now(),
    })
}

fn is_wanted(event: &Event, since: &Since) -> bool {
    let labelled = since.label.as_ref().is_none_or(|label| {
        let lost =
            matches!(&event.what, Happening::Labels { removed, .. } if removed.contains(label));
        lost || event.label_ids.contains(label)
    });
    labelled && (since.kinds.is_empty() || since.kinds.iter().any(|kind| event.is(*kind)))
}

impl Event {
    /// Whether it is, among others, a change of this kind.
    pub fn is(&self, kind: HistoryKind) -> bool {
        match (&self.what, kind) {
            (Happening::Added, HistoryKind::MessageAdded)
            | (Happening::Deleted, HistoryKind::MessageDeleted) => true,
            (Happening::Labels { added, .. }, HistoryKind::LabelAdded) => !added.is_empty(),
            (Happening::Labels { removed, .. }, HistoryKind::LabelRemoved) => !removed.is_empty(),
            _ => false,
        }
    }
}
