//! A small desk, and the way of a request through this face.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method};
use muddle_world::billing::{Card, Charge, ChargeStatus, Customer, PaymentIntent};
use muddle_world::call::{Call, Problem};
use muddle_world::chance::Seed;
use muddle_world::effect::Record;
use muddle_world::reply;
use muddle_world::reply::{Answer, Denial};
use muddle_world::time::{At, Up};
use muddle_world::view::View;
use muddle_world::world::World;
use serde_json::Value;

use crate::vendors::billing::Billing;
use crate::vendors::matching::{Matched, Matching};
use crate::vendors::{Face, Params, Rendered, Scene, Wire};

pub const NOW: At = At(1_790_000_000_000);

pub fn desk() -> World {
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

pub fn parse(method: Method, path: &str, query: &str, body: &str) -> Result<Call, Problem> {
    let (parse, params) = find(&method, path);
    let wire = Wire {
        method: &method,
        path,
        query: Some(query),
        headers: &HeaderMap::new(),
        body: &Bytes::from(body.to_owned()),
    };
    parse(&wire, &params)
}

type Parse = fn(&Wire<'_>, &Params) -> Result<Call, Problem>;

/// The parser of a path.
fn find(method: &Method, path: &str) -> (Parse, Params) {
    match Matching::new(&Billing).find(method, path) {
        Matched::Offered(route, params) => (route.parse, params),
        Matched::NotOffered(_) | Matched::Unknown => panic!("no route for {method} {path}"),
    }
}

pub fn scene<'a>(status: u16, headers: &'a HeaderMap) -> Scene<'a> {
    Scene {
        method: &Method::GET,
        path: "/asked",
        query: None,
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
pub fn ask(world: &World, method: Method, path: &str, query: &str, body: &str) -> (u16, Value) {
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

pub fn read(rendered: &Rendered) -> Value {
    serde_json::from_slice(&rendered.body).unwrap()
}

pub fn header<'a>(rendered: &'a Rendered, name: &str) -> Option<&'a str> {
    let found = rendered.headers.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.to_str().unwrap())
}
