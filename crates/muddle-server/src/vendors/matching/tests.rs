//! Paths that look alike, and the routes they belong to.

use super::*;
use crate::vendors::billing::Billing;
use crate::vendors::crm::Crm;
use crate::vendors::inbox::Inbox;

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
    for (method, path, wanted) in [
        (
            "POST",
            "/v1/charges/ch_1/refunds/re_1",
            "near update_refund",
        ),
        ("GET", "/v1/charges/ch_1/dispute", "near get_dispute"),
        ("GET", "/v1/balance/history", "near nothing"),
        ("POST", "/v1/sources", "near nothing"),
    ] {
        let found = found(method, path);
        assert!(
            found.starts_with("not offered") && found.ends_with(wanted),
            "{method} {path}: {found}"
        );
    }
    assert_eq!(found("GET", "/v1/unicorns"), "unknown");
}

#[test]
fn no_listed_route_hides_an_offered_one() {
    let faces: [&dyn Face; 3] = [&Billing, &Crm, &Inbox];
    let mut hidden = Vec::new();
    for face in faces {
        let matching = Matching::new(face);
        for route in face.routes() {
            for kind in ["contacts", "companies", "tickets", "0-1"] {
                let path = ["{type}", "{from}", "{to}"];
                let path = path
                    .iter()
                    .fold(route.path.replace("{date}", "2026-03"), |path, name| {
                        path.replace(name, kind)
                    });
                match matching.find(&route.method, &path) {
                    Matched::Offered(..) => {}
                    _ => hidden.push(format!("{} {path}", route.method)),
                }
            }
        }
    }
    assert_eq!(hidden, [""; 0]);
}
