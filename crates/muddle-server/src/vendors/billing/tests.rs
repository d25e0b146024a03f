//! The billing face end to end without a socket: a request parsed, decided on a small desk, and spelled.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};
use muddle_world::billing::{
    self, Card, Charge, ChargeStatus, Customer, OPERATIONS, PaymentIntent,
};
use muddle_world::call::{Call, Credential, Problem};
use muddle_world::chance::Seed;
use muddle_world::effect::Record;
use muddle_world::fault::Kind;
use muddle_world::reply::{self, Answer, Denial};
use muddle_world::time::{At, Up};
use muddle_world::view::View;
use muddle_world::world::World;
use serde_json::{Value, json};

use super::Billing;
use crate::vendors::matching::{Matched, Matching};
use crate::vendors::{Face, Params, Rendered, Scene, Wire};

const NOW: At = At(1_790_000_000_000);

fn desk() -> World {
    let mut world = World::empty(Arc::new(Seed::from_number(7)), NOW);
    let card = Card {
        brand: "visa".into(),
        last4: "4242".into(),
        exp_month: 4,
        exp_year: 2030,
        fingerprint: "f1".into(),
    };
    let customer = Customer {
        id: "cus_1".into(),
        created: NOW,
        email: Some("Ann@example.com".into()),
        name: Some("Ann Søe".into()),
        phone: None,
        description: None,
        address: None,
        balance: 0,
        metadata: [("k".into(), "v".into())].into(),
    };
    let charge = Charge {
        id: "ch_1".into(),
        created: NOW,
        amount: 2_145,
        amount_refunded: 0,
        currency: "usd".into(),
        customer: Some("cus_1".into()),
        payment_intent: Some("pi_1".into()),
        invoice: None,
        description: None,
        billing_name: Some("Ann Søe".into()),
        billing_email: None,
        card,
        status: ChargeStatus::Succeeded,
        disputed: false,
        balance_transaction: None,
        metadata: [("order".into(), "A-1".into())].into(),
    };
    let intent = PaymentIntent {
        id: "pi_1".into(),
        created: NOW,
        amount: 2_145,
        currency: "usd".into(),
        customer: Some("cus_1".into()),
        latest_charge: Some("ch_1".into()),
        invoice: None,
        description: None,
        status: "succeeded".into(),
        metadata: Default::default(),
    };
    world.load(&Record::Billing(customer.into()));
    world.load(&Record::Billing(charge.into()));
    world.load(&Record::Billing(intent.into()));
    world
}

fn parse(method: Method, path: &str, query: &str, body: &str) -> Result<Call, Problem> {
    let (operation, params) = find(&method, path);
    let wire = Wire {
        method: &method,
        path,
        query: Some(query),
        headers: &HeaderMap::new(),
        body: &Bytes::from(body.to_owned()),
    };
    let routes = Billing.routes();
    let route = routes.iter().find(|route| route.operation == operation);
    (route.unwrap().parse)(&wire, &params)
}

/// The operation of a path.
fn find(method: &Method, path: &str) -> (&'static str, Params) {
    match Matching::new(&Billing).find(method, path) {
        Matched::Offered(route, params) => (route.operation, params),
        Matched::NotOffered(_) | Matched::Unknown => panic!("no route for {method} {path}"),
    }
}

fn scene<'a>(status: u16, headers: &'a HeaderMap) -> Scene<'a> {
    Scene {
        method: &Method::GET,
        path: "/asked",
        status,
        request_id: "0001",
        original_request_id: None,
        at: NOW,
        up: Up(0),
        base_url: "http://127.0.0.1:4600",
        address: "desk@example.com",
        headers,
        operation: None,
        idempotency_key: None,
        rate: None,
    }
}

/// Parses, decides and spells. What a write would change is not applied.
fn ask(world: &World, method: Method, path: &str, query: &str, body: &str) -> (u16, Value) {
    let headers = HeaderMap::new();
    let answer = match parse(method, path, query, body) {
        Err(problem) => Answer::Denied(Denial::Malformed(problem)),
        Ok(call) => {
            let view = View {
                world,
                at: NOW,
                up: Up(0),
                seq: 1,
            };
            let decision = World::decide(&view, &call, None);
            reply::resolve(&view, &call, &decision.reply)
        }
    };
    let rendered = Billing.render(&answer, &scene(200, &headers));
    (rendered.status, read(&rendered))
}

fn read(rendered: &Rendered) -> Value {
    serde_json::from_slice(&rendered.body).unwrap()
}

fn header<'a>(rendered: &'a Rendered, name: &str) -> Option<&'a str> {
    let found = rendered.headers.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.to_str().unwrap())
}

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
    assert_eq!(routes.len(), routed.len(), "no operation has two routes");
}

#[test]
fn each_route_parses_into_its_operation() {
    for route in Billing.routes() {
        let path = route.path.replace("{id}", "xx_1");
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
    let Ok(Call::Billing(call)) = super::parse::create_refund(&wire) else {
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
