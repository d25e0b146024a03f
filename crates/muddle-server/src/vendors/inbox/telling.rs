//! Answers as the vendor spells them: JSON with ids and times as text, and nothing where there is nothing.

use data_encoding::BASE64URL;
use muddle_world::inbox::history::{Event, Happening};
use muddle_world::inbox::mime::Part;
use muddle_world::inbox::{
    Answer, Format, HistoryKind, LabelShown, Message, Showing, Shown, attachment_id,
};
use muddle_world::row::Str;
use serde::Serialize;

/// The body of an answer.
pub fn body(answer: &Answer) -> Vec<u8> {
    match answer {
        Answer::Profile {
            address,
            messages,
            threads,
            history_id,
        } => bytes(&ProfileBody {
            email_address: address,
            messages_total: *messages,
            threads_total: *threads,
            history_id: history_id.to_string(),
        }),
        Answer::Labels(labels) => bytes(&LabelsBody {
            labels: labels.iter().map(label).collect(),
        }),
        Answer::Label(shown) => bytes(&label(shown)),
        Answer::Messages { .. } | Answer::Threads { .. } | Answer::Drafts { .. } => page(answer),
        Answer::Message(shown) => bytes(&message(shown)),
        Answer::Changed(changed) => bytes(&brief(changed)),
        Answer::Attachment(content) => bytes(&BodyBody {
            attachment_id: None,
            size: content.len(),
            data: Some(BASE64URL.encode(content)),
        }),
        Answer::Thread {
            id,
            history_id,
            messages,
        } => bytes(&ThreadBody {
            id,
            history_id: Some(history_id.to_string()),
            messages: messages.iter().map(message).collect(),
        }),
        Answer::ChangedThread { id, messages } => bytes(&ThreadBody {
            id,
            history_id: None,
            messages: messages.iter().map(|changed| brief(changed)).collect(),
        }),
        Answer::Draft { id, message: shown } => bytes(&DraftBody {
            id,
            message: message(shown),
        }),
        Answer::ChangedDraft { id, message } => bytes(&DraftBody {
            id,
            message: brief(message),
        }),
        Answer::History {
            events,
            kinds,
            next,
            history_id,
        } => bytes(&HistoryBody {
            history: events.iter().map(|event| record(event, kinds)).collect(),
            next_page_token: next.as_ref(),
            history_id: history_id.to_string(),
        }),
        Answer::Done | Answer::Refused(_) => Vec::new(),
    }
}

/// A body as bytes. These structs hold only what JSON can write.
pub fn bytes<T: Serialize>(body: &T) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1_024);
    serde_json::to_writer(&mut bytes, body).expect("answers hold only what JSON can write");
    bytes
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

fn page(answer: &Answer) -> Vec<u8> {
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
    bytes(&page)
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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageBody<'a> {
    id: &'a Str,
    thread_id: &'a Str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    label_ids: &'a [Str],
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    about: Option<AboutBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<PartBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AboutBody {
    snippet: String,
    size_estimate: u64,
    history_id: String,
    internal_date: String,
}

/// A message that was made or changed: what it is, and its labels.
fn brief(message: &Message) -> MessageBody<'_> {
    MessageBody {
        id: &message.id,
        thread_id: &message.thread_id,
        label_ids: &message.label_ids,
        about: None,
        payload: None,
        raw: None,
    }
}

fn message(shown: &Shown) -> MessageBody<'_> {
    let message = &*shown.message;
    let format = shown.showing.format;
    let payload = match format {
        Format::Full => Some(part(&message.id, message.parts())),
        Format::Metadata => Some(headers_only(message.parts(), &shown.showing)),
        Format::Raw | Format::Minimal => None,
    };
    MessageBody {
        about: Some(AboutBody {
            snippet: escaped(&message.snippet),
            size_estimate: message.size,
            history_id: shown.history_id.to_string(),
            internal_date: message.at.0.to_string(),
        }),
        payload,
        raw: (format == Format::Raw).then(|| BASE64URL.encode(&message.raw_bytes())),
        ..brief(message)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PartBody {
    part_id: String,
    mime_type: String,
    filename: String,
    headers: Vec<HeaderBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<BodyBody>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<PartBody>,
}

#[derive(Serialize)]
struct HeaderBody {
    name: String,
    value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BodyBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment_id: Option<String>,
    size: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<String>,
}

fn part(message: &str, from: Part) -> PartBody {
    let attachment_id = from.attached.then(|| attachment_id(message, &from));
    let here = !from.attached && !from.body.is_empty();
    PartBody {
        body: Some(BodyBody {
            attachment_id,
            size: from.body.len(),
            data: here.then(|| BASE64URL.encode(&from.body)),
        }),
        part_id: from.id,
        mime_type: from.mime_type,
        filename: from.filename,
        headers: headers(from.headers),
        parts: from
            .parts
            .into_iter()
            .map(|inner| part(message, inner))
            .collect(),
    }
}

fn headers_only(from: Part, showing: &Showing) -> PartBody {
    let wanted = |name: &str| {
        let mut names = showing.headers.iter();
        showing.headers.is_empty() || names.any(|wanted| wanted.eq_ignore_ascii_case(name))
    };
    let mut kept = from.headers;
    kept.retain(|(name, _)| wanted(name));
    PartBody {
        part_id: from.id,
        mime_type: from.mime_type,
        filename: from.filename,
        headers: headers(kept),
        body: None,
        parts: Vec::new(),
    }
}

fn headers(from: Vec<(String, String)>) -> Vec<HeaderBody> {
    from.into_iter()
        .map(|(name, value)| HeaderBody { name, value })
        .collect()
}

/// The vendor tells snippets as HTML.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HistoryBody<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    history: Vec<EventBody<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<&'a Str>,
    history_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventBody<'a> {
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
struct TouchedBody<'a> {
    message: MessageBody<'a>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    label_ids: &'a [Str],
}

fn record<'a>(event: &'a Event, kinds: &[HistoryKind]) -> EventBody<'a> {
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
