//! A small CRM, and the way of a request through this face.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method};
use muddle_world::call::{Actor, ActorKind, Call};
use muddle_world::chance::Seed;
use muddle_world::crm::{Owner, Pipeline, Record, Stage};
use muddle_world::entry::{Core, Fate, Outcome, VERSION};
use muddle_world::reply::{Reply, resolve};
use muddle_world::time::{At, Up};
use muddle_world::vendor::Vendor;
use muddle_world::view::View;
use muddle_world::world::World;
use serde_json::Value;

use crate::vendors::crm::Crm;
use crate::vendors::matching::{Matched, Matching};
use crate::vendors::{Face, RateUse, Rendered, Scene, Wire};

pub const NOW: At = At(1_795_226_400_000);

pub struct Desk {
    pub world: World,
    pub routes: Matching,
    pub headers: HeaderMap,
}

pub fn scene<'a>(status: u16, operation: Option<&'a str>, headers: &'a HeaderMap) -> Scene<'a> {
    Scene {
        method: &Method::GET,
        path: "/asked",
        query: None,
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
    pub fn open() -> Self {
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
        world.crm.load(&Record::from(Pipeline {
            id: "orders".into(),
            object_type: muddle_world::crm::Kind::Deals,
            ..Pipeline::clone(world.crm.pipelines.get("0").unwrap())
        }));
        Self {
            world,
            routes: Matching::new(&Crm),
            headers: HeaderMap::new(),
        }
    }

    pub fn parse(&self, method: &str, target: &str, body: &[u8]) -> Call {
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

    pub fn call(&mut self, method: &str, target: &str, body: &Value) -> (u16, Value) {
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
            paused: false,
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
        let (path, query) = target.split_once('?').unzip();
        let asked = Scene {
            path: path.unwrap_or(target),
            query,
            ..scene(decision.status, Some(operation), &self.headers)
        };
        let rendered = Crm.render(&answer, &asked);
        (rendered.status, body_of(&rendered))
    }
}

pub fn body_of(rendered: &Rendered) -> Value {
    if rendered.body.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(&rendered.body).unwrap()
}

pub fn header<'a>(rendered: &'a Rendered, name: &str) -> Option<&'a str> {
    let found = rendered.headers.iter().find(|(header, _)| header == name);
    found.and_then(|(_, value)| value.to_str().ok())
}
