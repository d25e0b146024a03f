//! The CRM's wire face against its rules: a request in, the vendor's bytes out, without a server between.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method};
use muddle_world::call::{Actor, ActorKind, Call};
use muddle_world::chance::Seed;
use muddle_world::crm::{OPERATIONS, Owner, Pipeline, Record, Stage};
use muddle_world::entry::{Core, Fate, Outcome, VERSION};
use muddle_world::fault;
use muddle_world::reply::{Answer, Denial, Reply, resolve};
use muddle_world::time::{At, Up};
use muddle_world::vendor::Vendor;
use muddle_world::view::View;
use muddle_world::world::World;
use serde_json::{Value, json};

use super::Crm;
use crate::vendors::matching::{Matched, Matching};
use crate::vendors::{Face, RateUse, Rendered, Scene, Wire};

const NOW: At = At(1_795_226_400_000);

struct Desk {
    world: World,
    routes: Matching,
    headers: HeaderMap,
}

fn scene<'a>(status: u16, operation: Option<&'a str>, headers: &'a HeaderMap) -> Scene<'a> {
    Scene {
        method: &Method::GET,
        path: "/asked",
        status,
        request_id: "00000000000000a1",
        original_request_id: None,
        at: NOW,
        up: Up(50),
        base_url: "http://127.0.0.1:4600",
        address: "help@kettles.example",
        headers,
        operation,
        idempotency_key: None,
        rate: Some(RateUse {
            units: 190,
            used: 3,
            window_ms: 10_000,
            opens_up: Up(10_000),
        }),
    }
}

impl Desk {
    fn open() -> Self {
        let mut world = World::empty(Arc::new(Seed::from_number(9)), NOW);
        world.crm.load(&Record::from(Pipeline {
            id: "0".into(),
            object_type: muddle_world::crm::Kind::Tickets,
            label: "Support".into(),
            display_order: 0,
            stages: vec![Stage {
                id: "1".into(),
                label: "New".into(),
                display_order: 0,
                closed: false,
                probability_percent: None,
            }],
            created: NOW,
            updated: NOW,
        }));
        world.crm.load(&Record::from(Owner {
            id: "71".into(),
            email: "Mo@kettles.example".into(),
            first_name: "Mo".into(),
            last_name: "Reed".into(),
            user_id: Some(7),
            created: NOW,
            updated: NOW,
            archived: None,
        }));
        Self {
            world,
            routes: Matching::new(&Crm),
            headers: HeaderMap::new(),
        }
    }

    fn parse(&self, method: &str, target: &str, body: &[u8]) -> Call {
        let method: Method = method.parse().unwrap();
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        let body = Bytes::copy_from_slice(body);
        let wire = Wire {
            method: &method,
            path,
            query,
            headers: &self.headers,
            body: &body,
        };
        match self.routes.find(&method, path) {
            Matched::Offered(route, params) => match (route.parse)(&wire, &params) {
                Ok(call) => {
                    if let Call::Crm(call) = &call {
                        assert_eq!(call.operation(), route.operation, "{target}");
                    }
                    call
                }
                Err(problem) => Call::Malformed {
                    vendor: Vendor::Crm,
                    operation: Some(route.operation.into()),
                    problem,
                },
            },
            Matched::NotOffered(_) | Matched::Unknown => Call::Unrouted {
                vendor: Vendor::Crm,
                exists: matches!(self.routes.find(&method, path), Matched::NotOffered(_)),
                nearest: None,
            },
        }
    }

    fn call(&mut self, method: &str, target: &str, body: &Value) -> (u16, Value) {
        let bytes = if body.is_null() {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        let call = self.parse(method, target, &bytes);
        let Call::Crm(asked) = &call else {
            panic!("{target}: {call:?}")
        };
        let operation = asked.operation();
        let view = View {
            world: &self.world,
            at: NOW,
            up: Up(50),
            seq: self.world.seq + 1,
        };
        let decision = World::decide(&view, &call, None);
        let core = Core {
            v: VERSION,
            seq: self.world.seq + 1,
            up: Up(50),
            at: NOW,
            actor: Actor::inside(ActorKind::Candidate, "test"),
            origin: None,
            vendor: Vendor::Crm,
            operation: Some(operation.into()),
            subject: call.subject(),
            call: call.clone(),
            matched: Vec::new(),
            verdict: None,
            effects: decision.effects.into_vec(),
            reply: Some(decision.reply.clone()),
            status: Some(decision.status),
            outcome: Outcome::Ok,
            applied: true,
            answer: Some(Fate::Sent),
            idempotency_key: None,
            about: None,
        };
        self.world.apply(&core).unwrap();
        let reply: &Reply = &decision.reply;
        let view = View {
            world: &self.world,
            at: NOW,
            up: Up(50),
            seq: self.world.seq,
        };
        let answer = resolve(&view, &call, reply);
        let rendered = Crm.render(
            &answer,
            &scene(decision.status, Some(operation), &self.headers),
        );
        (rendered.status, body_of(&rendered))
    }
}

fn body_of(rendered: &Rendered) -> Value {
    if rendered.body.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(&rendered.body).unwrap()
}

fn header<'a>(rendered: &'a Rendered, name: &str) -> Option<&'a str> {
    let found = rendered.headers.iter().find(|(header, _)| header == name);
    found.and_then(|(_, value)| value.to_str().ok())
}

#[test]
fn every_operation_has_a_route_and_every_route_an_operation() {
    let routed: BTreeSet<&str> = Crm.routes().iter().map(|route| route.operation).collect();
    let offered = OPERATIONS.iter().filter(|operation| operation.offered);
    let offered: BTreeSet<&str> = offered.map(|operation| operation.name).collect();
    assert_eq!(routed, offered);
}

#[test]
fn a_contact_lives_in_every_spelling() {
    let mut desk = Desk::open();
    let body = json!({"properties": {"email": "Ann@Example.com", "numemployees": 20}});
    let (status, made) = desk.call("POST", "/crm/v3/objects/contacts", &body);
    assert_eq!(status, 201);
    assert_eq!(made["properties"]["email"], "ann@example.com");
    assert_eq!(made["properties"]["numemployees"], "20");
    assert_eq!(made["createdAt"], "2026-11-21T02:00:00.000Z");
    let id = made["id"].as_str().unwrap().to_owned();
    for base in [
        "/crm/v3/objects/contacts",
        "/crm/v3/objects/0-1",
        "/crm/objects/2026-09-beta/contact",
    ] {
        let (status, read) = desk.call(
            "GET",
            &format!("{base}/{id}?properties=phone,email"),
            &Value::Null,
        );
        assert_eq!((status, &read["properties"]["phone"]), (200, &Value::Null));
        assert_eq!(read["properties"]["email"], "ann@example.com");
    }
    let (status, refused) = desk.call("POST", "/crm/v3/objects/contacts", &body);
    assert_eq!(status, 409);
    assert_eq!(
        refused["message"],
        format!("Contact already exists. Existing ID: {id}")
    );
    assert_eq!(refused["category"], "CONFLICT");
    let target = "/crm/v3/objects/contacts/ann%40example.com?idProperty=email";
    let (status, changed) = desk.call("PATCH", target, &json!({"properties": {"lastname": "Lee"}}));
    assert_eq!(
        (status, &changed["properties"]["lastname"]),
        (200, &json!("Lee"))
    );
    for _ in 0..2 {
        let gone = desk.call(
            "DELETE",
            &format!("/crm/v3/objects/contacts/{id}"),
            &Value::Null,
        );
        assert_eq!(gone, (204, Value::Null));
    }
}

#[test]
fn what_belongs_together_is_told_from_both_sides() {
    let mut desk = Desk::open();
    let (_, contact) = desk.call(
        "POST",
        "/crm/v3/objects/contacts",
        &json!({"properties": {"firstname": "Bo"}}),
    );
    let id = contact["id"].as_str().unwrap();
    let link = json!([{"to": {"id": id}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 16}]}]);
    let body = json!({"properties": {"subject": "Broken"}, "associations": link});
    let (status, ticket) = desk.call("POST", "/crm/v3/objects/tickets", &body);
    assert_eq!(
        (status, &ticket["properties"]["hs_pipeline_stage"]),
        (201, &json!("1"))
    );
    let (_, listed) = desk.call(
        "GET",
        &format!("/crm/v4/objects/contacts/{id}/associations/tickets"),
        &Value::Null,
    );
    assert_eq!(listed["results"][0]["toObjectId"], ticket["id"]);
    assert_eq!(listed["results"][0]["associationTypes"][0]["typeId"], 15);
    let ticket = ticket["id"].as_str().unwrap();
    let (_, read) = desk.call(
        "GET",
        &format!("/crm/v3/objects/tickets/{ticket}?associations=contacts"),
        &Value::Null,
    );
    assert_eq!(
        read["associations"]["contacts"]["results"],
        json!([{"id": id, "type": "ticket_to_contact"}])
    );
    let inputs = json!({"inputs": [{"id": id}, {"id": "999"}]});
    let (status, batch) = desk.call(
        "POST",
        "/crm/v3/associations/contacts/tickets/batch/read",
        &inputs,
    );
    assert_eq!(
        (status, &batch["results"][0]["to"][0]["id"]),
        (207, &json!(ticket))
    );
    let (status, labels) = desk.call(
        "GET",
        "/crm/v4/associations/contacts/companies/labels",
        &Value::Null,
    );
    assert_eq!(
        (status, labels["results"].as_array().unwrap().len()),
        (200, 2)
    );
}

#[test]
fn searches_properties_owners_and_pipelines_answer() {
    let mut desk = Desk::open();
    desk.call(
        "POST",
        "/crm/v3/objects/companies",
        &json!({"properties": {"name": "Kettles", "domain": "kettles.example"}}),
    );
    let search = json!({"filterGroups": [{"filters": [{"propertyName": "domain", "operator": "EQ", "value": "KETTLES.example"}]}], "sorts": ["-name"]});
    let (status, found) = desk.call("POST", "/crm/v3/objects/companies/search", &search);
    assert_eq!((status, &found["total"]), (200, &json!(1)));
    let new = json!({"name": "tier", "label": "Tier", "type": "string", "fieldType": "text", "groupName": "companyinformation"});
    assert_eq!(
        desk.call("POST", "/crm/v3/properties/companies", &new).0,
        201
    );
    assert_eq!(
        desk.call("POST", "/crm/v3/properties/companies", &new).0,
        409
    );
    let (_, all) = desk.call("GET", "/crm/v3/properties/companies", &Value::Null);
    assert!(
        all["results"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["name"] == "tier")
    );
    let (_, owners) = desk.call(
        "GET",
        "/crm/v3/owners?email=mo@kettles.example",
        &Value::Null,
    );
    assert_eq!(owners["results"][0]["id"], "71");
    let (_, stages) = desk.call("GET", "/crm/v3/pipelines/tickets/0/stages", &Value::Null);
    assert_eq!(stages["results"][0]["label"], "New");
}

#[test]
fn garbage_and_strange_paths_are_told_apart() {
    let desk = Desk::open();
    for body in [
        &b"{"[..],
        b"[]",
        b"\"text\"",
        b"{\"properties\": 5}",
        b"",
        b"\xff\xfe",
    ] {
        let call = desk.parse("POST", "/crm/v3/objects/contacts", body);
        assert!(matches!(call, Call::Malformed { .. }), "{call:?}");
    }
    for (path, exists) in [
        ("/crm/v3/objects/spaceships", false),
        ("/crm/v3/objects/calls", true),
        ("/crm/v3/lists/1", true),
        ("/crm/v3/nonsense/5", false),
        ("/crm/objects/lately/contacts", false),
    ] {
        match desk.parse("GET", path, b"") {
            Call::Unrouted { exists: told, .. } => assert_eq!(told, exists, "{path}"),
            other => panic!("{path}: {other:?}"),
        }
    }
}

#[test]
fn refusals_before_the_rules_speak_the_dialect() {
    let headers = HeaderMap::new();
    let scene = scene(501, None, &headers);
    let answer = Answer::Denied(Denial::NotOffered {
        nearest: Some("list_contacts".into()),
    });
    let rendered = Crm.render(&answer, &scene);
    assert_eq!(
        (rendered.status, header(&rendered, "x-muddle-error")),
        (501, Some("not-offered"))
    );
    assert_eq!(body_of(&rendered)["status"], "error");
    let slow = fault::Kind::Throttle {
        limit: 1,
        window_ms: 1_000,
    };
    let rendered = Crm.injected(&slow, &scene);
    assert_eq!(
        (rendered.status, &body_of(&rendered)["policyName"]),
        (429, &json!("TEN_SECONDLY_ROLLING"))
    );
    assert_eq!(
        header(&rendered, "x-hubspot-ratelimit-remaining"),
        Some("187")
    );
    let rendered = Crm.injected(&fault::Kind::QuotaExhausted, &scene);
    assert_eq!(body_of(&rendered)["policyName"], "DAILY");
    assert_eq!(
        body_of(&rendered)["correlationId"].as_str().unwrap().len(),
        36
    );
}
