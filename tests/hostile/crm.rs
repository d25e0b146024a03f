//! The CRM's JSON bodies.

use http::Method;
use muddle_world::vendor::Vendor;
use serde_json::json;

use crate::lab::{Lab, Request, on_a_small_stack};

fn search(body: impl Into<bytes::Bytes>) -> Request {
    let path = "/crm/v3/objects/contacts/search";
    Request::new(Vendor::Crm, Method::POST, path).body("application/json", body)
}

#[test]
fn a_search_for_many_properties_costs_what_its_length_does() {
    Lab::open().grows_with_its_input("properties of a search", 2_000, |n| {
        let names: Vec<String> = (0..n).map(|i| format!("p{i}")).collect();
        search(json!({"limit": 100, "properties": names}).to_string())
    });
}

#[test]
fn deep_json_needs_no_deep_stack() {
    let lab = Lab::open();
    on_a_small_stack(move || {
        lab.parse(&search(format!(
            "{{\"filterGroups\":{}",
            "[".repeat(100_000)
        )));
    });
}
