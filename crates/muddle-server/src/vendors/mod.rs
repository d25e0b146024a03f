//! The vendors' wire faces: what a request means, and how an answer is spelled.
//!
//! Called by `router` for every vendor route. A face is a pure table: routes with their parsers, and renderers; it
//! decides no rule, waits for nothing and keeps nothing. One file per vendor, named as its folder in the world.

pub mod billing;
pub mod crm;
pub mod inbox;
mod matching;
mod nearness;

pub use matching::percent_decoded;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use matching::{Matched, Matching};
use muddle_world::call::{Call, Problem, ProblemKind};
use muddle_world::fault::Kind;
use muddle_world::reply::Answer;
use muddle_world::time::{At, Up};
use muddle_world::vendor::Vendor;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::state::ANSWER_BYTES_MAX;

/// A request as it came over the wire, credentials aside.
#[derive(Debug)]
pub struct Wire<'a> {
    /// Its method, `X-HTTP-Method-Override` already followed.
    pub method: &'a Method,
    /// Its path as sent, trailing and doubled slashes removed.
    pub path: &'a str,
    /// Its query as sent.
    pub query: Option<&'a str>,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its body, within the limit.
    pub body: &'a Bytes,
}

/// Values of the route's `{name}` segments, percent-decoded.
#[derive(Debug, Default)]
pub struct Params(Vec<(&'static str, String)>);

impl Params {
    /// The value of a segment; none where the route has no such name.
    pub fn get(&self, name: &str) -> Option<&String> {
        let found = self.0.iter().find(|(other, _)| *other == name);
        found.map(|(_, value)| value)
    }
}

/// One route of a vendor.
pub struct Route {
    /// Method.
    pub method: Method,
    /// Path with `{name}` segments, as in `/v1/charges/{id}/refunds`.
    pub path: &'static str,
    /// The operation it stands for; each is in the vendor's `OPERATIONS`.
    pub operation: &'static str,
    /// From wire to call.
    pub parse: fn(&Wire<'_>, &Params) -> Result<Call, Problem>,
}

/// What a renderer may know of the moment, beside the answer.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The request's method.
    pub method: &'a Method,
    /// The request's path as sent.
    pub path: &'a str,
    /// The request's query as sent; of a GET that came as a POST, the form in its body.
    pub query: Option<&'a str>,
    /// The status that the rules gave.
    pub status: u16,
    /// The request's id: equal for equal logs, unlike any other request's.
    pub request_id: &'a str,
    /// For the first answer to an idempotency key given again: the id of the request that was answered first.
    pub original_request_id: Option<&'a str>,
    /// Office time of the answer.
    pub at: At,
    /// Time since opening.
    pub up: Up,
    /// Scheme and authority by which the caller reaches this server, for absolute links.
    pub base_url: &'a str,
    /// The mailbox's address.
    pub address: &'a str,
    /// The request's headers, for those that are echoed.
    pub headers: &'a HeaderMap,
    /// The operation, if the route named one.
    pub operation: Option<&'a str>,
    /// The caller's idempotency key.
    pub idempotency_key: Option<&'a str>,
    /// The rate limit that the call counted against: (limit, used so far, opens again at).
    pub rate: Option<RateUse>,
}

/// Use of a vendor's own rate limit.
#[derive(Clone, Copy, Debug)]
pub struct RateUse {
    /// Units per window.
    pub units: u64,
    /// Units used in this window, this call included.
    pub used: u64,
    /// Length of the window.
    pub window_ms: i64,
    /// When the next one opens.
    pub opens_up: Up,
}

/// An answer, spelled.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// HTTP status.
    pub status: u16,
    /// Headers beside Content-Length and Date, which the server adds.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Body; empty for a 204.
    pub body: Bytes,
}

/// A vendor's dialect.
pub trait Face: Send + Sync {
    /// Whose.
    fn vendor(&self) -> Vendor;

    /// Its routes: the one list for this vendor.
    fn routes(&self) -> Vec<Route>;

    /// Spells an answer, refusals and `Answer::Denied` included. `Answer`s of other vendors never come here.
    fn render(&self, answer: &Answer, scene: &Scene<'_>) -> Rendered;

    /// Spells an injected failure (`error`, `throttle`, `quota_exhausted`); the others have no body of their own.
    fn injected(&self, fault: &Kind, scene: &Scene<'_>) -> Rendered;
}

/// All faces with their routes matched.
pub struct Faces {
    faces: Vec<(Box<dyn Face>, Matching)>,
}

impl Default for Faces {
    fn default() -> Self {
        Self::new()
    }
}

impl Faces {
    /// The faces of every vendor that candidates call.
    pub fn new() -> Self {
        let faces: [Box<dyn Face>; 3] = [
            Box::new(billing::Billing),
            Box::new(crm::Crm),
            Box::new(inbox::Inbox),
        ];
        let faces = faces.into_iter().map(|face| {
            let matching = Matching::new(&*face);
            (face, matching)
        });
        Self {
            faces: faces.collect(),
        }
    }

    /// The face of a vendor.
    ///
    /// # Panics
    /// If asked for `office`, which has no dialect.
    pub fn face(&self, vendor: Vendor) -> &dyn Face {
        &*self.find(vendor).0
    }

    fn find(&self, vendor: Vendor) -> &(Box<dyn Face>, Matching) {
        let found = self.faces.iter().find(|(face, _)| face.vendor() == vendor);
        found.expect("every vendor that candidates call has a face")
    }

    /// What a request asks of a vendor: a call, garbage, or a path that no operation answers.
    pub fn parse(&self, vendor: Vendor, wire: &Wire<'_>) -> Call {
        match self.find(vendor).1.find(wire.method, wire.path) {
            Matched::Offered(route, params) => {
                (route.parse)(wire, &params).unwrap_or_else(|problem| Call::Malformed {
                    vendor,
                    operation: Some(route.operation.into()),
                    problem,
                })
            }
            Matched::NotOffered(nearest) => Call::Unrouted {
                vendor,
                exists: true,
                nearest: nearest.map(Into::into),
            },
            Matched::Unknown => Call::Unrouted {
                vendor,
                exists: false,
                nearest: None,
            },
        }
    }

    /// A request whose body is longer than we read, as the vendor sees it.
    pub fn too_large(&self, vendor: Vendor, method: &Method, path: &str, limit: usize) -> Call {
        let message = format!("The request body is larger than the limit of {limit} bytes.");
        self.over(vendor, method, path, ProblemKind::BodyTooLarge, message)
    }

    /// A request whose path and query are longer than the vendor's servers read.
    pub fn url_too_long(&self, vendor: Vendor, method: &Method, path: &str, limit: usize) -> Call {
        let message = format!("The request's URL is longer than the limit of {limit} bytes.");
        self.over(vendor, method, path, ProblemKind::UrlTooLong, message)
    }

    fn over(
        &self,
        vendor: Vendor,
        method: &Method,
        path: &str,
        kind: ProblemKind,
        message: String,
    ) -> Call {
        let operation = match self.find(vendor).1.find(method, path) {
            Matched::Offered(route, _) => Some(route.operation.into()),
            Matched::NotOffered(_) | Matched::Unknown => None,
        };
        let problem = Problem {
            kind,
            param: None,
            message: message.into(),
        };
        Call::Malformed {
            vendor,
            operation,
            problem,
        }
    }
}

/// A piece of a body that is written already. Of one that is longer than any answer only its length matters.
///
/// # Panics
/// Never for what [`json_bytes`] wrote.
fn raw_json(json: Vec<u8>) -> Box<RawValue> {
    let text = if json.len() > ANSWER_BYTES_MAX {
        format!("\"{}\"", "x".repeat(ANSWER_BYTES_MAX))
    } else {
        String::from_utf8(json).expect("JSON is UTF-8")
    };
    RawValue::from_string(text).expect("a piece of a body is JSON")
}

/// A body as its face spells it; `room` bytes are set aside at once. Of one that is longer than any answer may be only
/// the beginning is spelled, which is longer too: it is never sent.
///
/// # Panics
/// Never for the bodies of the faces: no map in them has keys other than text, and memory takes every byte.
fn json_bytes(room: usize, body: &impl Serialize) -> Vec<u8> {
    let mut answer = Answering(Vec::with_capacity(room));
    let spelled = serde_json::to_writer(&mut answer, body);
    assert!(
        spelled.is_ok() || answer.0.len() > ANSWER_BYTES_MAX,
        "bodies hold only what JSON can write"
    );
    answer.0
}

/// The bytes of an answer while it is spelled; it takes nothing more once it is too long.
struct Answering(Vec<u8>);

impl std::io::Write for Answering {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        if self.0.len() > ANSWER_BYTES_MAX {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_an_answer_stops_soon_after_the_limit() {
        let piece = "x".repeat(1 << 20);
        let bytes = json_bytes(0, &vec![&piece; 500]);
        assert!(bytes.len() > ANSWER_BYTES_MAX && bytes.len() < ANSWER_BYTES_MAX + (2 << 20));
        assert_eq!(json_bytes(8, &["short"]), b"[\"short\"]");
    }
}
