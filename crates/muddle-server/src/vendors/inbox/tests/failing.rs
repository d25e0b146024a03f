//! Errors spelled as the vendor does, its own and injected ones.

use muddle_world::call::Credential;
use muddle_world::fault::Kind;
use muddle_world::inbox::{Answer, Refusal};
use muddle_world::limits::Limited;
use muddle_world::reply;
use muddle_world::reply::Denial;
use muddle_world::time::Up;
use serde_json::Value;

use super::scene::{told, with_scene};
use crate::vendors::inbox::Inbox;
use crate::vendors::{Face, Rendered};

fn error(rendered: &Rendered) -> (u16, String, String, String) {
    let body: Value = serde_json::from_slice(&rendered.body).unwrap();
    let error = &body["error"];
    assert_eq!(error["code"], rendered.status);
    assert_eq!(error["errors"][0]["message"], error["message"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (
        rendered.status,
        text(&error["errors"][0]["reason"]),
        text(&error["status"]),
        text(&error["message"]),
    )
}

#[test]
fn errors_are_the_vendors_own() {
    let refused = |refusal| error(&told(0, reply::Answer::Inbox(Answer::Refused(refusal))).0);
    let not_found = refused(Refusal::NotFound);
    assert_eq!(
        not_found,
        (
            404,
            "notFound".into(),
            "NOT_FOUND".into(),
            "Requested entity was not found.".into()
        )
    );
    assert_eq!(refused(Refusal::LabelExists).0, 409);
    assert_eq!(
        refused(Refusal::OtherMailbox {
            user: "x@example.com".into()
        })
        .0,
        403
    );
    let denied = |status, denial| told(status, reply::Answer::Denied(denial)).0;
    let stranger = error(&denied(401, Denial::Credential(Credential::Revoked)));
    assert_eq!(
        (stranger.0, &*stranger.1, &*stranger.2),
        (401, "authError", "UNAUTHENTICATED")
    );
    let limited = Limited {
        limit: "inbox".into(),
        units: 15_000,
        window_ms: 60_000,
        opens_up: Up(61_000),
    };
    let limited = error(&denied(403, Denial::Limited(limited)));
    assert_eq!((limited.0, &*limited.1), (403, "rateLimitExceeded"));
    assert_eq!(
        limited.3,
        "User-rate limit exceeded.  Retry after 2026-09-11T20:00:00.000Z"
    );
    let lacking = denied(
        501,
        Denial::NotOffered {
            nearest: Some("list_labels".into()),
        },
    );
    assert_eq!(error(&lacking).0, 501);
    assert!(
        lacking
            .headers
            .iter()
            .any(|(name, value)| name == "x-muddle-error" && value == "not-offered")
    );
    let nobodys = denied(404, Denial::NoRoute);
    assert!(String::from_utf8_lossy(&nobodys.body).contains("The requested URL /asked was"));
    assert!(
        error(&nobodys).0 == 404
            && !nobodys
                .headers
                .iter()
                .any(|(name, _)| name == "x-muddle-error")
    );
}

#[test]
fn injected_failures_are_the_vendors_own() {
    let injected = |kind: &Kind| error(&with_scene(0, |scene| Inbox.injected(kind, scene)));
    let throttled = injected(&Kind::Throttle {
        limit: 1,
        window_ms: 60_000,
    });
    assert_eq!((throttled.0, &*throttled.1), (403, "rateLimitExceeded"));
    assert!(
        throttled
            .3
            .contains("exceeded.  Retry after 2026-09-11T20:00:00.000Z")
    );
    assert_eq!(&*injected(&Kind::QuotaExhausted).1, "dailyLimitExceeded");
    for (status, reason, name) in [
        (429, "rateLimitExceeded", "RESOURCE_EXHAUSTED"),
        (500, "backendError", "INTERNAL"),
        (503, "backendError", "UNAVAILABLE"),
        (401, "authError", "UNAUTHENTICATED"),
    ] {
        let told = injected(&Kind::Error { status, code: None });
        assert_eq!((told.0, &*told.1, &*told.2), (status, reason, name));
    }
}
