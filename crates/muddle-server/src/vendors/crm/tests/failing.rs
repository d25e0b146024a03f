//! Garbage, strange paths, and refusals that come before the rules.

use http::HeaderMap;
use muddle_world::call::Call;
use muddle_world::fault;
use muddle_world::limits::Limited;
use muddle_world::reply::{Answer, Denial};
use muddle_world::time::Up;

use super::desk::{Desk, body_of, header, scene};
use crate::vendors::crm::Crm;
use crate::vendors::{Face, Rendered, Scene};

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
    let rendered = Crm.injected(&fault::Kind::QuotaExhausted, &scene);
    assert_eq!(body_of(&rendered)["policyName"], "DAILY");
    assert_eq!(
        body_of(&rendered)["correlationId"].as_str().unwrap().len(),
        36
    );
}

/// What a 429 says of the limit that refused: policy, most, left, interval, and the same of the day.
fn account(rendered: &Rendered) -> (String, [Option<&str>; 5]) {
    let body = body_of(rendered);
    let headers = [
        "x-hubspot-ratelimit-max",
        "x-hubspot-ratelimit-remaining",
        "x-hubspot-ratelimit-interval-milliseconds",
        "x-hubspot-ratelimit-daily",
        "x-hubspot-ratelimit-daily-remaining",
    ];
    assert_eq!(rendered.status, 429);
    let policy = body["policyName"].as_str().unwrap().to_owned();
    let named = body["message"].as_str().unwrap().to_uppercase();
    assert!(named.contains(&policy), "{named}");
    (policy, headers.map(|name| header(rendered, name)))
}

#[test]
fn a_429_reports_the_limit_that_refused_whether_or_not_one_is_counted() {
    let headers = HeaderMap::new();
    let counted = scene(429, Some("list_contacts"), &headers);
    let uncounted = Scene {
        rate: None,
        ..counted
    };
    let throttle = |limit, window_ms| fault::Kind::Throttle { limit, window_ms };
    let error = fault::Kind::Error {
        status: 429,
        code: None,
    };
    let day = "86400000".parse().unwrap();
    for scene in [counted, uncounted] {
        for (kind, policy, expected) in [
            (
                throttle(4, 1_000),
                "SECONDLY",
                ["4", "0", "1000", "625000", "624996"],
            ),
            (
                throttle(9, 10_000),
                "TEN_SECONDLY_ROLLING",
                ["9", "0", "10000", "625000", "624991"],
            ),
            (throttle(9, day), "DAILY", ["190", "190", "10000", "9", "0"]),
            (
                fault::Kind::QuotaExhausted,
                "DAILY",
                ["190", "190", "10000", "625000", "0"],
            ),
            (
                error.clone(),
                "TEN_SECONDLY_ROLLING",
                ["190", "0", "10000", "625000", "624810"],
            ),
        ] {
            let rendered = Crm.injected(&kind, &scene);
            let (named, headers) = account(&rendered);
            assert_eq!((&*named, headers), (policy, expected.map(Some)), "{kind:?}");
        }
    }
    let own = Denial::Limited(Limited {
        limit: "crm".into(),
        units: 190,
        window_ms: 10_000,
        opens_up: Up(1),
    });
    let rendered = Crm.render(&Answer::Denied(own), &counted);
    let (policy, headers) = account(&rendered);
    assert_eq!((&*policy, headers[1]), ("TEN_SECONDLY_ROLLING", Some("0")));
}

#[test]
fn a_search_that_is_too_fast_reports_no_limit_but_its_policy() {
    let headers = HeaderMap::new();
    let scene = scene(429, Some("search_contacts"), &headers);
    let throttle = fault::Kind::Throttle {
        limit: 5,
        window_ms: 1_000,
    };
    let own = Denial::Limited(Limited {
        limit: "crm_search".into(),
        units: 5,
        window_ms: 1_000,
        opens_up: Up(1),
    });
    for rendered in [
        Crm.injected(&throttle, &scene),
        Crm.render(&Answer::Denied(own), &scene),
    ] {
        assert_eq!(account(&rendered), ("SECONDLY".to_owned(), [None; 5]));
    }
}
