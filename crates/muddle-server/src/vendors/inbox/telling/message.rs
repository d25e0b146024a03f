//! A message in each of its formats: whole, headers, raw, or nothing but its name and labels.
//!
//! Called by [`super`] wherever an answer shows a message. Long parts are named by an attachment's id.

use std::collections::BTreeSet;

use data_encoding::BASE64URL;
use muddle_world::inbox::mime::Part;
use muddle_world::inbox::{Format, Message, Showing, Shown, attachment_id};
use muddle_world::row::Str;
use serde::Serialize;
use serde_json::value::RawValue;

use super::bytes;
use crate::vendors::raw_json;

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
    pub payload: Option<Box<RawValue>>,
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
        Format::Full => Some(whole(&message.id, &message.parts())),
        Format::Metadata => Some(headers_only(&message.outline(), &shown.showing)),
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

/// A part without those in it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PartBody<'a> {
    part_id: &'a str,
    mime_type: &'a str,
    filename: &'a str,
    headers: Vec<HeaderBody<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<BodyBody>,
}

#[derive(Serialize)]
struct HeaderBody<'a> {
    name: &'a str,
    value: &'a str,
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

/// A part with all that lie in it, written without recursion: mail is deep if its sender likes.
fn whole(message: &str, root: &Part) -> Box<RawValue> {
    let mut json = Vec::with_capacity(1_024);
    let mut ahead = vec![Ahead::Part(root)];
    while let Some(next) = ahead.pop() {
        match next {
            Ahead::Text(text) => json.extend_from_slice(text),
            Ahead::Part(part) if part.parts.is_empty() => {
                json.extend(bytes(&shallow(message, part)));
            }
            Ahead::Part(part) => {
                json.extend(bytes(&shallow(message, part)));
                json.pop();
                json.extend_from_slice(b",\"parts\":[");
                ahead.push(Ahead::Text(b"]}"));
                for (n, inner) in part.parts.iter().enumerate().rev() {
                    ahead.push(Ahead::Part(inner));
                    if n > 0 {
                        ahead.push(Ahead::Text(b","));
                    }
                }
            }
        }
    }
    raw_json(json)
}

/// What is still to be written.
enum Ahead<'a> {
    Part(&'a Part),
    Text(&'static [u8]),
}

fn shallow<'a>(message: &str, part: &'a Part) -> PartBody<'a> {
    let here = !part.attached && !part.body.is_empty();
    PartBody {
        part_id: &part.id,
        mime_type: &part.mime_type,
        filename: &part.filename,
        headers: headers(part, |_| true),
        body: Some(BodyBody {
            attachment_id: part.attached.then(|| attachment_id(message, part)),
            size: part.body.len(),
            data: here.then(|| BASE64URL.encode(&part.body)),
        }),
    }
}

fn headers_only(outline: &Part, showing: &Showing) -> Box<RawValue> {
    let names = showing.headers.iter().map(|name| name.to_ascii_lowercase());
    let names: BTreeSet<String> = names.collect();
    let wanted = |name: &str| names.is_empty() || names.contains(&name.to_ascii_lowercase());
    raw_json(bytes(&PartBody {
        part_id: &outline.id,
        mime_type: &outline.mime_type,
        filename: &outline.filename,
        headers: headers(outline, wanted),
        body: None,
    }))
}

fn headers(part: &Part, wanted: impl Fn(&str) -> bool) -> Vec<HeaderBody<'_>> {
    let kept = part.headers.iter().filter(|(name, _)| wanted(name));
    kept.map(|(name, value)| HeaderBody { name, value })
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
