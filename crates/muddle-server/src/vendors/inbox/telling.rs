//! Answers as the vendor spells them: JSON with ids and times as text, and nothing where there is nothing.
//!
//! Called by the face. Pages and labels are here, messages with their parts in [`message`], the history in [`history`].

mod history;
mod message;

use data_encoding::BASE64URL;
use muddle_world::inbox::{Answer, LabelShown};
use muddle_world::row::Str;
use serde::Serialize;

use super::partial::Selection;
use crate::vendors::json_bytes;
use history::{HistoryBody, record};
use message::{BodyBody, MessageBody, brief, escaped, message};

/// The body of an answer, or those of its fields that are selected.
pub fn body(answer: &Answer, selection: Option<&Selection>) -> Vec<u8> {
    let bytes = Spelling(selection);
    match answer {
        Answer::Profile {
            address,
            messages,
            threads,
            history_id,
        } => bytes.of(&ProfileBody {
            email_address: address,
            messages_total: *messages,
            threads_total: *threads,
            history_id: history_id.to_string(),
        }),
        Answer::Labels(labels) => bytes.of(&LabelsBody {
            labels: labels.iter().map(label).collect(),
        }),
        Answer::Label(shown) => bytes.of(&label(shown)),
        Answer::Messages { .. } | Answer::Threads { .. } | Answer::Drafts { .. } => {
            page(answer, bytes)
        }
        Answer::Message(shown) => bytes.of(&message(shown)),
        Answer::Changed(changed) => bytes.of(&brief(changed)),
        Answer::Attachment(content) => bytes.of(&BodyBody {
            attachment_id: None,
            size: content.len(),
            data: Some(BASE64URL.encode(content)),
        }),
        Answer::Thread {
            id,
            history_id,
            messages,
        } => bytes.of(&ThreadBody {
            id,
            history_id: Some(history_id.to_string()),
            messages: messages.iter().map(message).collect(),
        }),
        Answer::ChangedThread { id, messages } => bytes.of(&ThreadBody {
            id,
            history_id: None,
            messages: messages.iter().map(|changed| brief(changed)).collect(),
        }),
        Answer::Draft { id, message: shown } => bytes.of(&DraftBody {
            id,
            message: message(shown),
        }),
        Answer::ChangedDraft { id, message } => bytes.of(&DraftBody {
            id,
            message: brief(message),
        }),
        Answer::History {
            events,
            kinds,
            next,
            history_id,
        } => bytes.of(&HistoryBody {
            history: events.iter().map(|event| record(event, kinds)).collect(),
            next_page_token: next.as_ref(),
            history_id: history_id.to_string(),
        }),
        Answer::Done | Answer::Refused(_) => Vec::new(),
    }
}

/// How a body becomes bytes.
#[derive(Clone, Copy)]
struct Spelling<'a>(Option<&'a Selection>);

impl Spelling<'_> {
    fn of<T: Serialize>(self, body: &T) -> Vec<u8> {
        match self.0 {
            None => bytes(body),
            Some(selection) => selection.of(&bytes(body)),
        }
    }
}

/// A body as bytes.
pub fn bytes<T: Serialize>(body: &T) -> Vec<u8> {
    json_bytes(1_024, body)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProfileBody<'a> {
    email_address: &'a Str,
    messages_total: u64,
    threads_total: u64,
    history_id: String,
}

#[derive(Serialize)]
struct LabelsBody<'a> {
    labels: Vec<LabelBody<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LabelBody<'a> {
    id: &'a Str,
    name: &'a Str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_list_visibility: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label_list_visibility: Option<&'a str>,
    r#type: &'static str,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    counts: Option<CountsBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<ColorBody<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CountsBody {
    messages_total: u64,
    messages_unread: u64,
    threads_total: u64,
    threads_unread: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ColorBody<'a> {
    text_color: &'a Str,
    background_color: &'a Str,
}

fn label(shown: &LabelShown) -> LabelBody<'_> {
    let own = shown.own.as_deref();
    let hidden = shown.id.starts_with("CATEGORY_") || &*shown.id == "CHAT";
    let system = |visibility| (own.is_none() && hidden).then_some(visibility);
    LabelBody {
        id: &shown.id,
        name: own.map_or(&shown.id, |own| &own.name),
        message_list_visibility: own
            .map(|own| &*own.message_list_visibility)
            .or(system("hide")),
        label_list_visibility: own
            .map(|own| &*own.label_list_visibility)
            .or(system("labelHide")),
        r#type: if own.is_some() { "user" } else { "system" },
        counts: shown
            .counts
            .map(|[messages, unread, threads, unread_threads]| CountsBody {
                messages_total: messages,
                messages_unread: unread,
                threads_total: threads,
                threads_unread: unread_threads,
            }),
        color: own
            .and_then(|own| own.color.as_ref())
            .map(|color| ColorBody {
                text_color: &color.text,
                background_color: &color.background,
            }),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageBody<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<Row<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    threads: Vec<ThreadRow<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    drafts: Vec<DraftRow<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<&'a Str>,
    result_size_estimate: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    id: &'a Str,
    thread_id: &'a Str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ThreadRow<'a> {
    id: &'a Str,
    snippet: String,
    history_id: String,
}

#[derive(Serialize)]
struct DraftRow<'a> {
    id: &'a Str,
    message: Row<'a>,
}

fn page(answer: &Answer, spelling: Spelling<'_>) -> Vec<u8> {
    let (Answer::Messages { next, estimate, .. }
    | Answer::Threads { next, estimate, .. }
    | Answer::Drafts { next, estimate, .. }) = answer
    else {
        return Vec::new();
    };
    let mut page = PageBody {
        messages: Vec::new(),
        threads: Vec::new(),
        drafts: Vec::new(),
        next_page_token: next.as_ref(),
        result_size_estimate: *estimate,
    };
    match answer {
        Answer::Messages { rows, .. } => {
            let rows = rows.iter().map(|(id, thread_id)| Row { id, thread_id });
            page.messages = rows.collect();
        }
        Answer::Threads { rows, .. } => {
            let rows = rows.iter().map(|(id, snippet, latest)| ThreadRow {
                id,
                snippet: escaped(snippet),
                history_id: latest.to_string(),
            });
            page.threads = rows.collect();
        }
        Answer::Drafts { rows, .. } => {
            let rows = rows.iter().map(|(id, message, thread_id)| DraftRow {
                id,
                message: Row {
                    id: message,
                    thread_id,
                },
            });
            page.drafts = rows.collect();
        }
        _ => {}
    }
    spelling.of(&page)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ThreadBody<'a> {
    id: &'a Str,
    #[serde(skip_serializing_if = "Option::is_none")]
    history_id: Option<String>,
    messages: Vec<MessageBody<'a>>,
}

#[derive(Serialize)]
struct DraftBody<'a> {
    id: &'a Str,
    message: MessageBody<'a>,
}
