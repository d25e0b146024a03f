//! A request as its vendor's face is given it: method, path and body, put right where clients may write them in two ways.
//!
//! Made by [`super::dispatch`]; calls the face to read it. Invariant: the path has no doubled slashes, a body over the
//! limit is not here at all, and a request whose key nobody issued is answered without a workspace, so without an entry.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, Uri, header};
use muddle_office::limits::LARGE_BYTES_MIN;
use muddle_world::call::{Call, Credential};
use muddle_world::reply::{Answer, Denial};
use muddle_world::time::{At, Up};
use muddle_world::vendor::Vendor;

use super::body::Body;
use crate::state::{Server, URL_BYTES_MAX};
use crate::vendors::{Rendered, Scene, Wire};

/// Header that overrides a POST's method when a URI would be too long.
static METHOD_OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

/// Header by which a proxy says how it was called.
static FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// A path without doubled and trailing slashes.
fn tidy(path: &str) -> Cow<'_, str> {
    if !path.contains("//") && !path.ends_with('/') {
        return Cow::Borrowed(path);
    }
    let parts = path.split('/').filter(|part| !part.is_empty());
    Cow::Owned(parts.fold(String::new(), |path, part| path + "/" + part))
}

/// Scheme and authority for links in answers: those that the operator gave, or the host that the caller named with the
/// scheme that a proxy says it was called by; our own listener speaks plain HTTP.
fn base_url(headers: &HeaderMap, public_url: Option<&str>) -> String {
    if let Some(url) = public_url {
        return url.trim_end_matches('/').to_owned();
    }
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let forwarded = text(&FORWARDED_PROTO).and_then(|schemes| schemes.split(',').next());
    let https = forwarded.is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https"));
    let scheme = if https { "https" } else { "http" };
    format!("{scheme}://{}", text(&header::HOST).unwrap_or("127.0.0.1"))
}

/// A request with its body, as a face sees it.
pub(super) struct Asked<'a> {
    pub(super) vendor: Vendor,
    pub(super) method: Method,
    pub(super) uri: &'a Uri,
    pub(super) path: Cow<'a, str>,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: Bytes,
    too_large: Option<usize>,
    pub(super) base_url: String,
}

impl<'a> Asked<'a> {
    pub(super) fn new(
        vendor: Vendor,
        method: &Method,
        uri: &'a Uri,
        headers: &'a HeaderMap,
        body: Body,
        limit: usize,
        public_url: Option<&str>,
    ) -> Self {
        let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let overridden = text(&METHOD_OVERRIDE)
            .filter(|_| method == Method::POST)
            .and_then(|name| name.parse().ok());
        let (body, too_large) = match body {
            Body::Whole(bytes) => (bytes, None),
            Body::TooLarge => (Bytes::new(), Some(limit)),
        };
        let path = tidy(uri.path());
        let base_url = base_url(headers, public_url);
        Self {
            vendor,
            method: overridden.unwrap_or_else(|| method.clone()),
            uri,
            path,
            headers,
            body,
            too_large,
            base_url,
        }
    }

    /// The query; of a GET that came as a POST, the form in its body.
    pub(super) fn query(&self) -> Option<&str> {
        let from_body = self.headers.contains_key(&METHOD_OVERRIDE) && self.method == Method::GET;
        match self.uri.query() {
            None if from_body => std::str::from_utf8(&self.body).ok(),
            query => query,
        }
    }

    /// Whether it takes longer to read than a worker thread may be kept.
    pub(super) fn is_large(&self) -> bool {
        self.body.len() > LARGE_BYTES_MIN
    }

    /// Lets go of the body; call and origin have what they need of it. The query of a GET that came as a POST stays.
    pub(super) fn forget_body(&mut self) {
        if !self.headers.contains_key(&METHOD_OVERRIDE) {
            self.body = Bytes::new();
        }
    }

    pub(super) fn parse(&self, server: &Server) -> Call {
        let url_bytes = self
            .uri
            .path_and_query()
            .map_or(0, |url| url.as_str().len());
        if url_bytes > URL_BYTES_MAX {
            return server
                .faces
                .url_too_long(self.vendor, &self.method, &self.path, URL_BYTES_MAX);
        }
        if let Some(limit) = self.too_large {
            return server
                .faces
                .too_large(self.vendor, &self.method, &self.path, limit);
        }
        let wire = Wire {
            method: &self.method,
            path: &self.path,
            query: self.query(),
            headers: self.headers,
            body: &self.body,
        };
        server.faces.parse(self.vendor, &wire)
    }

    /// The vendor's own 401 for a key that nobody issued: no workspace, so no entry.
    pub(super) fn refuse_stranger(&self, server: &Server) -> Rendered {
        server.strangers.count();
        let scene = Scene {
            method: &self.method,
            path: self.uri.path(),
            query: self.query(),
            status: 401,
            request_id: "0000000000000000",
            original_request_id: None,
            at: At(0),
            up: Up(0),
            base_url: &self.base_url,
            address: "",
            headers: self.headers,
            operation: None,
            idempotency_key: None,
            rate: None,
        };
        let answer = Answer::Denied(Denial::Credential(Credential::Revoked));
        server.faces.face(self.vendor).render(&answer, &scene)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_begin_with_what_the_caller_reaches_us_by() {
        let mut headers = HeaderMap::new();
        assert_eq!(base_url(&headers, None), "http://127.0.0.1");
        headers.insert(header::HOST, "desk.example:4600".parse().unwrap());
        assert_eq!(base_url(&headers, None), "http://desk.example:4600");
        for (forwarded, scheme) in [
            ("https", "https"),
            ("https, http", "https"),
            ("gopher", "http"),
        ] {
            headers.insert(&FORWARDED_PROTO, forwarded.parse().unwrap());
            let expected = format!("{scheme}://desk.example:4600");
            assert_eq!(base_url(&headers, None), expected, "{forwarded}");
        }
        let public = Some("https://muddle.example/");
        assert_eq!(base_url(&headers, public), "https://muddle.example");
    }
}
