//! How each vendor says no, as the pilots read it.

use serde_json::json;

use super::*;

#[test]
fn each_vendor_says_no_in_its_own_form() {
    let stripe = json!({"error": {"type": "invalid_request_error", "code": "charge_disputed", "message": "no"}});
    let hubspot =
        json!({"status": "error", "category": "CONFLICT", "message": "Contact already exists."});
    let gmail = json!({"error": {"code": 403, "message": "slow", "errors": [{"reason": "rateLimitExceeded"}]}});
    assert_eq!(complaint(&stripe).0, "charge_disputed");
    assert_eq!(complaint(&hubspot).0, "CONFLICT");
    assert_eq!(
        complaint(&gmail),
        ("rateLimitExceeded".to_owned(), "slow".to_owned())
    );
}

#[test]
fn a_request_for_patience_is_understood() {
    let mut headers = HeaderMap::new();
    assert_eq!(asked_pause(&headers), None);
    headers.insert(
        "retry-after",
        reqwest::header::HeaderValue::from_static("3"),
    );
    assert_eq!(asked_pause(&headers), Some(3_000));
}
