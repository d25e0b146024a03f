//! What of a request's wire is kept beside its call: evidence that no rule reads.
//!
//! Called by `dispatch`. Headers are kept by an allow-list, and a credential in the query is left out.

use std::collections::BTreeMap;

use bytes::Bytes;
use data_encoding::BASE64;
use http::{HeaderMap, HeaderName, Method, Uri, header};
use muddle_world::call::{Origin, Text};
use muddle_world::row::Str;

use crate::credential;

/// Headers that entries keep.
static KEPT: [HeaderName; 6] = [
    header::CONTENT_TYPE,
    header::ACCEPT,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("stripe-version"),
    HeaderName::from_static("x-http-method-override"),
    HeaderName::from_static("x-stainless-retry-count"),
];

/// The origin of a request.
pub fn of(method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Origin {
    let mut kept = BTreeMap::new();
    for name in &KEPT {
        if let Some(value) = headers.get(name).and_then(|value| value.to_str().ok()) {
            kept.insert(name.as_str().into(), value.into());
        }
    }
    Origin {
        protocol: "http".into(),
        method: method.as_str().into(),
        path: Text::Here(uri.path().into()),
        query: uri
            .query()
            .map(|query| Text::Here(credential::without_keys(query).into())),
        headers: kept,
        body: (!body.is_empty()).then(|| Text::Here(text(body))),
    }
}

fn text(body: &Bytes) -> Str {
    match std::str::from_utf8(body) {
        Ok(text) => text.into(),
        Err(_) => format!("base64:{}", BASE64.encode(body)).into(),
    }
}
