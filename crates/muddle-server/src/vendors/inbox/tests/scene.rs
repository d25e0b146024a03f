//! What the tests of this face ask with, and what they are told.

use bytes::Bytes;
use http::{HeaderMap, Method};
use muddle_world::call::{Call, ProblemKind};
use muddle_world::inbox::Request;
use muddle_world::reply;
use muddle_world::time::{At, Up};
use muddle_world::vendor::Vendor;
use serde_json::Value;

use crate::vendors::inbox::Inbox;
use crate::vendors::matching::{Matched, Matching};
use crate::vendors::{Face, Rendered, Scene, Wire};

pub fn ask(method: Method, path: &str, query: Option<&str>, body: &Value) -> Call {
    ask_with(method, path, query, body, HeaderMap::new())
}

pub fn ask_with(
    method: Method,
    path: &str,
    query: Option<&str>,
    body: &Value,
    headers: HeaderMap,
) -> Call {
    let body = match body {
        Value::Null => Bytes::new(),
        Value::String(text) => Bytes::from(text.clone()),
        body => Bytes::from(body.to_string()),
    };
    let matching = Matching::new(&Inbox);
    let Matched::Offered(route, params) = matching.find(&method, path) else {
        panic!("{method} {path} is offered")
    };
    let wire = Wire {
        method: &method,
        path,
        query,
        headers: &headers,
        body: &body,
    };
    let operation = Some(route.operation.into());
    let call = (route.parse)(&wire, &params);
    call.unwrap_or_else(|problem| Call::Malformed {
        vendor: Vendor::Inbox,
        operation,
        problem,
    })
}

pub fn request(method: Method, path: &str, query: Option<&str>, body: &Value) -> Request {
    match ask(method, path, query, body) {
        Call::Inbox(call) => call.request,
        other => panic!("{other:?}"),
    }
}

pub fn problem(method: Method, path: &str, query: Option<&str>, body: &Value) -> ProblemKind {
    match ask(method, path, query, body) {
        Call::Malformed { problem, .. } => problem.kind,
        other => panic!("{other:?}"),
    }
}

pub fn with_scene<T>(status: u16, use_it: impl FnOnce(&Scene<'_>) -> T) -> T {
    use_it(&Scene {
        method: &Method::GET,
        path: "/asked",
        query: None,
        status,
        request_id: "0000000000000001",
        original_request_id: None,
        at: At::parse("2026-09-11T19:59:00Z").unwrap(),
        up: Up(1_000),
        base_url: "http://127.0.0.1:4600",
        address: "desk@example.com",
        headers: &HeaderMap::new(),
        operation: None,
        idempotency_key: None,
        rate: None,
    })
}

pub fn told(status: u16, answer: reply::Answer) -> (Rendered, Value) {
    let rendered = with_scene(status, |scene| Inbox.render(&answer, scene));
    let body = serde_json::from_slice(&rendered.body).unwrap_or(Value::Null);
    (rendered, body)
}

pub const ME: &str = "/gmail/v1/users/me";
