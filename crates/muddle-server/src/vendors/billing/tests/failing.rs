//! Errors: the vendor's codes, its words for money, and our own failures told apart.

use http::{HeaderMap, HeaderValue, Method};
use muddle_world::call::Credential;
use muddle_world::fault::Kind;
use muddle_world::reply::{Answer, Denial};
use serde_json::json;

use super::desk::{ask, desk, header, read, scene};
use crate::vendors::billing::Billing;
use crate::vendors::{Face, Scene};

#[test]
fn a_refund_that_is_too_high_is_told_in_money() {
    let (status, body) = ask(
        &desk(),
        Method::POST,
        "/v1/refunds",
        "",
        "charge=ch_1&amount=2500",
    );
    assert_eq!(status, 400);
    assert_eq!(
        body,
        json!({"error": {
            "message": "Refund amount ($25.00) is greater than unrefunded amount on charge ($21.45)",
            "param": "amount",
            "type": "invalid_request_error"
        }})
    );
}

#[test]
fn errors_have_the_vendors_codes() {
    let world = desk();
    let cases = [
        (
            "/v1/refunds",
            "charge=ch_2",
            404,
            "resource_missing",
            "charge",
        ),
        (
            "/v1/refunds",
            "colour=red",
            400,
            "parameter_unknown",
            "colour",
        ),
        (
            "/v1/refunds",
            "charge=ch_1&amount=ten",
            400,
            "parameter_invalid_integer",
            "amount",
        ),
        (
            "/v1/refunds",
            "charge=ch_1&amount=0",
            400,
            "parameter_invalid_integer",
            "amount",
        ),
        (
            "/v1/refunds",
            "charge=",
            400,
            "parameter_invalid_empty",
            "charge",
        ),
        (
            "/v1/customers",
            "address[planet]=mars",
            400,
            "parameter_unknown",
            "address[planet]",
        ),
        (
            "/v1/customers",
            "email=nobody",
            400,
            "email_invalid",
            "email",
        ),
        (
            "/v1/credit_notes",
            "amount=5",
            400,
            "parameter_missing",
            "invoice",
        ),
    ];
    for (path, form, status, code, param) in cases {
        let (given, body) = ask(&world, Method::POST, path, "", form);
        let error = &body["error"];
        assert_eq!(
            (given, error["code"].as_str(), error["param"].as_str()),
            (status, Some(code), Some(param)),
            "{form}: {body}"
        );
    }
}

#[test]
fn reads_that_ask_for_nonsense_are_refused() {
    let world = desk();
    for (path, query) in [
        ("/v1/charges", "limit=0"),
        ("/v1/charges", "limit=101"),
        ("/v1/charges", "limit=-1"),
        ("/v1/charges", "starting_after=ch_nowhere"),
        ("/v1/charges", "expand[]=customer"),
        ("/v1/charges/ch_1", "expand[]=amount"),
        ("/v1/customers/search", "query=colour:'red'"),
        ("/v1/customers/search", ""),
        ("/v1/invoices", "status=half-paid"),
    ] {
        let (status, body) = ask(&world, Method::GET, path, query, "");
        assert!(status >= 400, "{path}?{query}: {body}");
        assert_eq!(body["error"]["type"], "invalid_request_error");
    }
}

#[test]
fn a_bad_key_is_never_echoed_whole() {
    let mut headers = HeaderMap::new();
    let key = "sk_test_0123456789abcdefghijWXYZ";
    let value = HeaderValue::from_str(&format!("Bearer {key}")).unwrap();
    headers.insert("authorization", value);
    let denied = Answer::Denied(Denial::Credential(Credential::Revoked));
    let rendered = Billing.render(&denied, &scene(401, &headers));
    let body = read(&rendered).to_string();
    assert_eq!(rendered.status, 401);
    assert!(
        body.contains("sk_test_****") && body.contains("WXYZ"),
        "{body}"
    );
    assert!(!body.contains("0123"), "{body}");
}

#[test]
fn a_path_that_nobody_has_is_named_with_its_method() {
    let headers = HeaderMap::new();
    let asked = Scene {
        method: &Method::DELETE,
        path: "/v1/foo/",
        ..scene(404, &headers)
    };
    let rendered = Billing.render(&Answer::Denied(Denial::NoRoute), &asked);
    let message = read(&rendered)["error"]["message"].clone();
    let begins = "Unrecognized request URL (DELETE: /v1/foo/). If you are trying to list";
    assert!(message.as_str().unwrap().starts_with(begins), "{message}");
    assert_eq!(rendered.status, 404);
}

#[test]
fn our_own_failures_say_so_and_injected_ones_do_not() {
    let headers = HeaderMap::new();
    let scene = scene(200, &headers);
    let gap = Denial::NotOffered {
        nearest: Some("list_charges".into()),
    };
    for (denial, status, code) in [(gap, 501, "not-offered"), (Denial::Full, 507, "full")] {
        let rendered = Billing.render(&Answer::Denied(denial), &scene);
        assert_eq!(rendered.status, status);
        assert_eq!(header(&rendered, "x-muddle-error"), Some(code));
        assert_eq!(header(&rendered, "stripe-should-retry"), Some("false"));
    }
    let fault = Kind::Error {
        status: 500,
        code: None,
    };
    let rendered = Billing.injected(&fault, &scene);
    assert_eq!(read(&rendered)["error"]["type"], "api_error");
    assert_eq!(header(&rendered, "x-muddle-error"), None);
    assert_eq!(header(&rendered, "request-id"), Some("req_0001"));
    let rendered = Billing.injected(&Kind::QuotaExhausted, &scene);
    assert_eq!(rendered.status, 429);
    assert_eq!(read(&rendered)["error"]["code"], "rate_limit");
    assert!(header(&rendered, "stripe-rate-limited-reason").is_some());
    assert_eq!(header(&rendered, "retry-after"), None);
}
