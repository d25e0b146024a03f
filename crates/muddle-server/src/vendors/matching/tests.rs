//! Paths that look alike, and the routes they belong to.

use super::*;
use crate::vendors::billing::Billing;

fn found(method: &str, path: &str) -> String {
    match Matching::new(&Billing).find(&method.parse().unwrap(), path) {
        Matched::Offered(route, params) => {
            format!("{} of {:?}", route.operation, params.get("id"))
        }
        Matched::NotOffered(nearest) => {
            format!("not offered, near {}", nearest.unwrap_or("nothing"))
        }
        Matched::Unknown => "unknown".to_owned(),
    }
}

#[test]
fn literal_segments_win_over_names() {
    assert_eq!(
        found("GET", "/v1/customers/search"),
        "search_customers of None"
    );
    assert_eq!(
        found("GET", "/v1/customers/cus_%31"),
        r#"get_customer of Some("cus_1")"#
    );
    assert!(found("GET", "/v1/invoices/search").starts_with("not offered"));
}

#[test]
fn what_the_vendor_has_and_we_lack_is_told_from_what_nobody_has() {
    assert_eq!(
        found("POST", "/v1/subscriptions"),
        "not offered, near nothing"
    );
    assert_eq!(
        found("GET", "/v1/charges/ch_1/refunds/re_1"),
        "not offered, near get_refund"
    );
    assert_eq!(found("GET", "/v1/unicorns"), "unknown");
}
