//! A key in every form in which clients send it.

use super::*;

#[test]
fn a_key_is_found_in_every_form() {
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, "Bearer sk_test_1".parse().unwrap());
    assert_eq!(presented(&headers, None).as_deref(), Some("sk_test_1"));
    headers.insert(
        header::AUTHORIZATION,
        "Basic c2tfdGVzdF8xOg==".parse().unwrap(),
    );
    assert_eq!(presented(&headers, None).as_deref(), Some("sk_test_1"));
    headers.clear();
    assert_eq!(
        presented(&headers, Some("alt=json&key=ya29%2E1")).as_deref(),
        Some("ya29.1")
    );
    assert_eq!(presented(&headers, Some("alt=json")), None);
}

#[test]
fn a_kept_query_holds_no_key() {
    assert_eq!(without_keys("alt=json&key=ya29.1&q=x"), "alt=json&q=x");
}
