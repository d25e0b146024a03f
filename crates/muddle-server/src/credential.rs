//! From a request's credential to its workspace, in every form the vendors' SDKs send one.
//!
//! Called by `dispatch` before anything is parsed. A credential is looked up by digest and never kept, logged or told.

use axum::http::{HeaderMap, header};
use data_encoding::BASE64;

use crate::vendors::percent_decoded;

/// Query parameters in which some SDK or habit sends a key.
pub const QUERY_KEYS: [&str; 4] = ["key", "access_token", "api_key", "hapikey"];

/// The key that a request carries: Bearer, Basic (the key as user), or in the query.
pub fn presented(headers: &HeaderMap, query: Option<&str>) -> Option<String> {
    let header = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    if let Some((scheme, rest)) = header.and_then(|header| header.trim().split_once(' ')) {
        let rest = rest.trim();
        if scheme.eq_ignore_ascii_case("bearer") {
            return Some(rest.to_owned());
        }
        if scheme.eq_ignore_ascii_case("basic") {
            let decoded = String::from_utf8(BASE64.decode(rest.as_bytes()).ok()?).ok()?;
            return Some(decoded.split(':').next().unwrap_or_default().to_owned());
        }
    }
    let pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .into_iter()
        .find(|(name, _)| QUERY_KEYS.contains(name))
        .map(|(_, value)| percent_decoded(value))
}

/// A query without the credentials in it.
pub fn without_keys(query: &str) -> String {
    let keeps = |pair: &&str| !QUERY_KEYS.contains(&pair.split('=').next().unwrap_or_default());
    query.split('&').filter(keeps).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests;
