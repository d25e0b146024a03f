//! Garbage, strange paths, and refusals that come before the rules.

use http::HeaderMap;
use muddle_world::call::Call;
use muddle_world::fault;
use muddle_world::reply::{Answer, Denial};
use serde_json::json;

use super::desk::{Desk, body_of, header, scene};
use crate::vendors::Face;
use crate::vendors::crm::Crm;

#[test]
fn garbage_and_strange_paths_are_told_apart() {
    let desk = Desk::open();
    for body in [
        &b"{"[..],
        b"[]",
        b"\"text\"",
        b"{\"properties\": 5}",
        b"",
        b"\xff\xfe",
    ] {
        let call = desk.parse("POST", "/crm/v3/objects/contacts", body);
        assert!(matches!(call, Call::Malformed { .. }), "{call:?}");
    }
    for (path, exists) in [
        ("/crm/v3/objects/spaceships", false),
        ("/crm/v3/objects/calls", true),
        ("/crm/v3/lists/1", true),
        ("/crm/v3/nonsense/5", false),
        ("/crm/objects/lately/contacts", false),
    ] {
        match desk.parse("GET", path, b"") {
            Call::Unrouted { exists: told, .. } => assert_eq!(told, exists, "{path}"),
            other => panic!("{path}: {other:?}"),
        }
    }
}

#[test]
fn refusals_before_the_rules_speak_the_dialect() {
    let headers = HeaderMap::new();
    let scene = scene(501, None, &headers);
    let answer = Answer::Denied(Denial::NotOffered {
        nearest: Some("list_contacts".into()),
    });
    let rendered = Crm.render(&answer, &scene);
    assert_eq!(
        (rendered.status, header(&rendered, "x-muddle-error")),
        (501, Some("not-offered"))
    );
    assert_eq!(body_of(&rendered)["status"], "error");
    let slow = fault::Kind::Throttle {
        limit: 1,
        window_ms: 1_000,
    };
    let rendered = Crm.injected(&slow, &scene);
    assert_eq!(
        (rendered.status, &body_of(&rendered)["policyName"]),
        (429, &json!("TEN_SECONDLY_ROLLING"))
    );
    assert_eq!(
        header(&rendered, "x-hubspot-ratelimit-remaining"),
        Some("187")
    );
    let rendered = Crm.injected(&fault::Kind::QuotaExhausted, &scene);
    assert_eq!(body_of(&rendered)["policyName"], "DAILY");
    assert_eq!(
        body_of(&rendered)["correlationId"].as_str().unwrap().len(),
        36
    );
}
