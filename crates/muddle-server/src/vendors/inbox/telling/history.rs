//! What happened in the mailbox, event by event.
//!
//! Called by [`super`]. An event tells only the kinds that were asked for.

use muddle_world::inbox::HistoryKind;
use muddle_world::inbox::history::{Event, Happening};
use muddle_world::row::Str;
use serde::Serialize;

use super::Row;
use super::message::MessageBody;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HistoryBody<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<EventBody<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<&'a Str>,
    pub history_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EventBody<'a> {
    id: String,
    messages: [Row<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    messages_added: Option<[TouchedBody<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages_deleted: Option<[TouchedBody<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels_added: Option<[TouchedBody<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels_removed: Option<[TouchedBody<'a>; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TouchedBody<'a> {
    message: MessageBody<'a>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    label_ids: &'a [Str],
}

pub(super) fn record<'a>(event: &'a Event, kinds: &[HistoryKind]) -> EventBody<'a> {
    let (added, removed): (&[Str], &[Str]) = match &event.what {
        Happening::Labels { added, removed } => (added, removed),
        Happening::Added | Happening::Deleted => (&[], &[]),
    };
    let told = |kind: HistoryKind, label_ids: &'a [Str]| {
        let wanted = kinds.is_empty() || kinds.contains(&kind);
        (wanted && event.is(kind)).then(|| {
            [TouchedBody {
                message: MessageBody {
                    id: &event.message,
                    thread_id: &event.thread,
                    label_ids: &event.label_ids,
                    about: None,
                    payload: None,
                    raw: None,
                },
                label_ids,
            }]
        })
    };
    EventBody {
        id: event.id.to_string(),
        messages: [Row {
            id: &event.message,
            thread_id: &event.thread,
        }],
        messages_added: told(HistoryKind::MessageAdded, &[]),
        messages_deleted: told(HistoryKind::MessageDeleted, &[]),
        labels_added: told(HistoryKind::LabelAdded, added),
        labels_removed: told(HistoryKind::LabelRemoved, removed),
    }
}
