//! Routes and operations, objects and lists in their envelopes.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};
use muddle_world::billing;
use muddle_world::billing::OPERATIONS;
use muddle_world::call::Call;
use serde_json::{Value, json};

use super::desk::{ask, desk, parse};
use crate::vendors::billing::Billing;
use crate::vendors::{Face, Wire};

#[test]
fn each_offered_operation_has_one_route_and_each_route_an_operation() {
    let offered: BTreeSet<&str> = OPERATIONS
        .iter()
        .filter(|operation| operation.offered)
        .map(|operation| operation.name)
        .collect();
    let routes = Billing.routes();
    let routed: BTreeSet<&str> = routes.iter().map(|route| route.operation).collect();
    assert_eq!(offered, routed);
    let older = routes
        .iter()
        .filter(|route| route.path.starts_with("/v1/charges/{id}/refund"));
    assert_eq!(
        routes.len(),
        routed.len() + older.count() - 1,
        "no operation has two routes but those that a charge's older ones stand for"
    );
}

#[test]
fn each_route_parses_into_its_operation() {
    for route in Billing.routes() {
        let path = route
            .path
            .replace("{id}", "xx_1")
            .replace("{refund}", "re_1");
        let (query, body) = match route.operation {
            search if search.starts_with("search_") => ("query=created>0", ""),
            "create_credit_note" => ("", "invoice=in_1&amount=5"),
            _ => ("", ""),
        };
        let call = parse(route.method.clone(), &path, query, body).unwrap();
        assert_eq!(call.operation().as_deref(), Some(route.operation));
    }
}

#[test]
fn a_charge_with_its_customer_in_place() {
    let world = desk();
    let (status, charge) = ask(
        &world,
        Method::GET,
        "/v1/charges/ch_1",
        "expand[]=customer",
        "",
    );
    assert_eq!(status, 200);
    assert_eq!(charge["object"], "charge");
    assert_eq!(charge["customer"]["email"], "Ann@example.com");
    assert_eq!(charge["amount_captured"], 2_145);
    assert_eq!(charge["refunded"], false);
    assert_eq!(charge["payment_method_details"]["card"]["last4"], "4242");
    assert_eq!(charge.get("refunds"), None, "absent unless expanded");
    let (_, charge) = ask(
        &world,
        Method::GET,
        "/v1/charges/ch_1",
        "expand[0]=refunds",
        "",
    );
    assert_eq!(
        charge["refunds"],
        json!({"object": "list", "data": [], "has_more": false, "url": "/v1/charges/ch_1/refunds"})
    );
}

#[test]
fn lists_and_searches_have_their_envelopes() {
    let world = desk();
    let (_, page) = ask(
        &world,
        Method::GET,
        "/v1/charges",
        "customer=cus_1&limit=1",
        "",
    );
    assert_eq!(page["object"], "list");
    assert_eq!(page["url"], "/v1/charges");
    assert_eq!(page["data"][0]["id"], "ch_1");
    let query = "query=metadata['order']:'a-1' AND amount>2000";
    let (_, page) = ask(&world, Method::GET, "/v1/charges/search", query, "");
    assert_eq!(page["object"], "search_result");
    assert_eq!(page["url"], "/v1/charges/search");
    assert_eq!(page["next_page"], Value::Null);
    assert_eq!(page["data"][0]["id"], "ch_1");
    let (_, page) = ask(&world, Method::GET, "/v1/charges/ch_1/refunds", "", "");
    assert_eq!(page["url"], "/v1/charges/ch_1/refunds");
}

#[test]
fn the_key_and_expansions_come_with_any_call() {
    let mut headers = HeaderMap::new();
    headers.insert("idempotency-key", HeaderValue::from_static("k-1"));
    let wire = Wire {
        method: &Method::POST,
        path: "/v1/refunds",
        query: None,
        headers: &headers,
        body: &Bytes::from_static(b"charge=ch_1&expand[0]=charge&metadata[a]=&metadata[b]=x+y"),
    };
    let Ok(Call::Billing(call)) = crate::vendors::billing::parse::create_refund(&wire) else {
        panic!("the form parses")
    };
    assert_eq!(call.idempotency_key.as_deref(), Some("k-1"));
    assert_eq!(call.expand, ["charge".into()]);
    let billing::Request::CreateRefund(new) = call.request else {
        panic!("a refund is asked for")
    };
    assert_eq!(new.metadata["b"].as_deref(), Some("x y"));
    assert_eq!(new.metadata["a"], None);
}
