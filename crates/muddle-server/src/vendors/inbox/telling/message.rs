//! A message in each of its formats: whole, headers, raw, or nothing but its name and labels.
//!
//! Called by [`super`] wherever an answer shows a message. Long parts are named by an attachment's id.

use std::collections::BTreeSet;

use data_encoding::BASE64URL;
use muddle_world::inbox::mime::Part;
use muddle_world::inbox::{Format, Message, Showing, Shown, attachment_id};
use muddle_world::row::Str;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MessageBody<'a> {
    pub id: &'a Str,
    pub thread_id: &'a Str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub label_ids: &'a [Str],
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub about: Option<AboutBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<PartBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AboutBody {
    snippet: String,
    size_estimate: u64,
    history_id: String,
    internal_date: String,
}

/// A message that was made or changed: what it is, and its labels.
pub(super) fn brief(message: &Message) -> MessageBody<'_> {
    MessageBody {
        id: &message.id,
        thread_id: &message.thread_id,
        label_ids: &message.label_ids,
        about: None,
        payload: None,
        raw: None,
    }
}

pub(super) fn message(shown: &Shown) -> MessageBody<'_> {
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
pub(super) struct PartBody {
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
pub(super) struct HeaderBody {
    name: String,
    value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BodyBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment_id: Option<String>,
    pub size: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
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
    let names = showing.headers.iter().map(|name| name.to_ascii_lowercase());
    let names: BTreeSet<String> = names.collect();
    let mut kept = from.headers;
    kept.retain(|(name, _)| names.is_empty() || names.contains(&name.to_ascii_lowercase()));
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
pub(super) fn escaped(text: &str) -> String {
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
