//! A small CRM that takes calls through rules and fold, and what is asked of it.

use std::sync::Arc;

use crate::call::{Actor, ActorKind};
use crate::chance::Seed;
use crate::crm::*;
use crate::entry::{Around, Core, Entry, Fate, Outcome, VERSION};
use crate::office::Profile;
use crate::reply::Decision;
use crate::time::{At, Up};
use crate::vendor::Vendor;
use crate::view::View;
use crate::world::World;

pub const LAG_MS: i64 = 5_000;

/// An office with a CRM, and a twin that is built from the written entries alone.
pub struct Desk {
    pub world: World,
    pub twin: World,
    pub up: i64,
}

impl Desk {
    pub fn open() -> Self {
        let mut world = World::empty(Arc::new(Seed::from_number(5)), At(1_700_000_000_000));
        world.office.profile.load(Arc::new(Profile {
            id: "profile".into(),
            company: "Kettles Ltd".into(),
            address: "help@kettles.example".into(),
            search_lag_ms: LAG_MS,
            story_ends: At(1_800_000_000_000),
        }));
        world.crm.load(&Record::from(Pipeline {
            id: "support".into(),
            object_type: Kind::Tickets,
            label: "Support".into(),
            display_order: 0,
            stages: ["new", "person", "closed"]
                .map(|id| Stage {
                    id: id.into(),
                    label: id.into(),
                    display_order: 0,
                    closed: id == "closed",
                    probability_percent: None,
                })
                .into(),
            created: At(0),
            updated: At(0),
        }));
        Self {
            twin: world.clone(),
            world,
            up: 0,
        }
    }

    pub fn view(&self) -> View<'_> {
        View {
            world: &self.world,
            at: At(1_700_000_000_000 + self.up),
            up: Up(self.up),
            seq: self.world.seq + 1,
        }
    }

    pub fn call(&mut self, call: Call) -> (u16, Reply) {
        self.up += 50;
        let Decision {
            effects,
            reply,
            status,
            ok,
        } = decide(&self.view(), &call, None);
        let core = Core {
            v: VERSION,
            seq: self.world.seq + 1,
            up: Up(self.up),
            at: self.view().at,
            paused: false,
            actor: Actor::inside(ActorKind::Candidate, "test"),
            origin: None,
            vendor: Vendor::Crm,
            operation: Some(call.operation().into()),
            subject: Some(call.subject().into()),
            call: crate::call::Call::Crm(call),
            matched: Vec::new(),
            verdict: None,
            effects: effects.into_vec(),
            reply: Some(reply.clone()),
            status: Some(status),
            outcome: if ok { Outcome::Ok } else { Outcome::Refused },
            applied: ok,
            answer: Some(Fate::Sent),
            idempotency_key: None,
            about: None,
        };
        let entry = Entry {
            core,
            around: Around::default(),
        };
        let read = Entry::read(&entry.bytes()).unwrap();
        assert_eq!(read, entry);
        self.world.apply(&entry.core).unwrap();
        self.twin.apply(&read.core).unwrap();
        let crate::reply::Reply::Crm(reply) = reply else {
            panic!("the CRM answers for itself")
        };
        (status, reply)
    }

    pub fn objects(&mut self, of: Kind, ask: Objects) -> (u16, Reply) {
        let select = Select::default();
        self.call(Call::Objects { of, ask, select })
    }

    pub fn create(&mut self, of: Kind, pairs: &[(&str, &str)]) -> Str {
        let (status, reply) = self.objects(of, Objects::Create(object(pairs)));
        assert_eq!(status, 201, "{reply:?}");
        id_of(&reply)
    }

    pub fn note_on(&mut self, contact: &str) -> (u16, Reply) {
        let mut new = object(&[
            ("hs_timestamp", "1700000000000"),
            ("hs_note_body", "Called."),
        ]);
        new.links.push(NewLink {
            to: contact.into(),
            types: vec![built_in(202)],
        });
        self.objects(Kind::Notes, Objects::Create(new))
    }

    pub fn merge(&mut self, primary: &str, loser: &str) -> (u16, Reply) {
        let (primary, loser) = (primary.into(), loser.into());
        self.objects(Kind::Contacts, Objects::Merge { primary, loser })
    }

    pub fn search(&mut self, property: &str, operator: Operator, value: &str) -> Vec<Str> {
        let filter = Filter {
            property: property.into(),
            operator,
            value: Some(value.into()),
            high: None,
            values: Vec::new(),
        };
        let search = Search {
            groups: vec![vec![filter]],
            ..Search::default()
        };
        match self.objects(Kind::Contacts, Objects::Search(search)) {
            (200, Reply::Page { ids, .. }) => ids,
            other => panic!("{other:?}"),
        }
    }

    pub fn notes_of(&self, contact: &str) -> Vec<Str> {
        let pair = Association::pair_of((Kind::Contacts, contact), Kind::Notes);
        let rows = self.world.crm.associations.under(&pair);
        rows.map(|row| row.to_id.clone()).collect()
    }

    pub fn survivor(&self, contact: &str) -> Str {
        let mut row = self.world.crm.contacts.get(contact).unwrap();
        while let Some(next) = &row.merged_into {
            row = self.world.crm.contacts.get(next).unwrap();
        }
        row.id.clone()
    }
}

pub fn object(pairs: &[(&str, &str)]) -> NewObject {
    NewObject {
        properties: pairs
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect(),
        links: Vec::new(),
        trace: None,
    }
}

pub fn key(id: &str) -> Key {
    Key {
        id: id.into(),
        by: None,
    }
}

pub fn edit(key: Key, pairs: &[(&str, &str)]) -> Edit {
    Edit {
        key,
        properties: object(pairs).properties,
        trace: None,
    }
}

pub fn id_of(reply: &Reply) -> Str {
    match reply {
        Reply::One { id, .. } => id.clone(),
        other => panic!("{other:?}"),
    }
}
