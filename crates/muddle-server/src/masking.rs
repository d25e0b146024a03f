//! Keys where no key belongs: blanked in a request before anything reads it, so that decision and log agree.
//!
//! Called by `dispatch` for path, query, headers and body of a vendor's request and by the control API for its bodies. A
//! key is known by its format, also where it is percent-encoded, escaped as in JSON or folded as in mail. Invariant: a
//! masked text is as long as it was and still what it was: a form, JSON, a mail, base64.

mod base64;
mod format;

use std::borrow::Cow;

use bytes::Bytes;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderValue, Uri, header};

/// How deep base64 is looked into: a mail in JSON, a part in the mail, a part in that.
const BASE64_DEPTH_MAX: usize = 3;

/// Masks the keys in a request's line and headers. Its own credential must have been read before; the header that
/// carried it is never kept and stays as it is.
pub fn head(parts: &mut Parts) {
    if let Some(masked) = parts
        .uri
        .path_and_query()
        .and_then(|target| text(target.as_str()))
    {
        parts.uri = with_target(&parts.uri, &masked);
    }
    for (name, value) in &mut parts.headers {
        if name == header::AUTHORIZATION {
            continue;
        }
        if let Some(masked) = format::masked(value.as_bytes())
            && let Ok(masked) = HeaderValue::from_bytes(&masked)
        {
            *value = masked;
        }
    }
}

/// Masks the keys in a body; in that of a mail also those inside base64.
pub fn body(body: Bytes, mail: bool) -> Bytes {
    let depth = if mail { BASE64_DEPTH_MAX } else { 0 };
    base64::masked(&body, depth).map_or(body, Bytes::from)
}

/// Masks the keys in a text; the same text where there is none.
pub fn words(raw: &[u8]) -> Cow<'_, [u8]> {
    format::masked(raw).map_or(Cow::Borrowed(raw), Cow::Owned)
}

fn text(text: &str) -> Option<String> {
    // What replaces a key is ASCII, and so is every byte that it replaces.
    format::masked(text.as_bytes()).and_then(|masked| String::from_utf8(masked).ok())
}

/// The same address with another path and query. One that would not be a path is left with none: no key gets through.
fn with_target(uri: &Uri, target: &str) -> Uri {
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(
        target
            .parse()
            .unwrap_or_else(|_| PathAndQuery::from_static("/")),
    );
    Uri::from_parts(parts).unwrap_or_else(|_| Uri::from_static("/"))
}

#[cfg(test)]
mod tests;
