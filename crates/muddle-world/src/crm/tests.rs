//! The CRM's promises: one contact per address, nothing lost in a merge, a lagging index, and a log that rebuilds it.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::call::{Actor, ActorKind};
use crate::chance::Seed;
use crate::entry::{Around, Core, Entry, Fate, Outcome, VERSION};
use crate::office::Profile;
use crate::reply::Decision;
use crate::time::{At, Up};
use crate::vendor::Vendor;
use crate::view::View;
use crate::world::World;

const LAG_MS: i64 = 5_000;

/// An office with a CRM, and a twin that is built from the written entries alone.
struct Desk {
    world: World,
    twin: World,
    up: i64,
}

impl Desk {
    fn open() -> Self {
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

    fn view(&self) -> View<'_> {
        View {
            world: &self.world,
            at: At(1_700_000_000_000 + self.up),
            up: Up(self.up),
            seq: self.world.seq + 1,
        }
    }

    fn call(&mut self, call: Call) -> (u16, Reply) {
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

    fn objects(&mut self, of: Kind, ask: Objects) -> (u16, Reply) {
        let select = Select::default();
        self.call(Call::Objects { of, ask, select })
    }

    fn create(&mut self, of: Kind, pairs: &[(&str, &str)]) -> Str {
        let (status, reply) = self.objects(of, Objects::Create(object(pairs)));
        assert_eq!(status, 201, "{reply:?}");
        id_of(&reply)
    }

    fn note_on(&mut self, contact: &str) -> (u16, Reply) {
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

    fn merge(&mut self, primary: &str, loser: &str) -> (u16, Reply) {
        let (primary, loser) = (primary.into(), loser.into());
        self.objects(Kind::Contacts, Objects::Merge { primary, loser })
    }

    fn search(&mut self, property: &str, operator: Operator, value: &str) -> Vec<Str> {
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

    fn notes_of(&self, contact: &str) -> Vec<Str> {
        let pair = Association::pair_of((Kind::Contacts, contact), Kind::Notes);
        let rows = self.world.crm.associations.by_key("pair", &pair);
        rows.map(|row| row.to_id.clone()).collect()
    }

    fn survivor(&self, contact: &str) -> Str {
        let mut row = self.world.crm.contacts.get(contact).unwrap();
        while let Some(next) = &row.merged_into {
            row = self.world.crm.contacts.get(next).unwrap();
        }
        row.id.clone()
    }
}

fn object(pairs: &[(&str, &str)]) -> NewObject {
    NewObject {
        properties: pairs
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect(),
        links: Vec::new(),
    }
}

fn key(id: &str) -> Key {
    Key {
        id: id.into(),
        by: None,
    }
}

fn edit(key: Key, pairs: &[(&str, &str)]) -> Edit {
    Edit {
        key,
        properties: object(pairs).properties,
    }
}

fn id_of(reply: &Reply) -> Str {
    match reply {
        Reply::One { id, .. } => id.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_contact_per_address_whatever_its_case() {
    let mut desk = Desk::open();
    let first = desk.create(Kind::Contacts, &[("email", "Ann@Example.com")]);
    let again = desk.objects(
        Kind::Contacts,
        Objects::Create(object(&[("email", "ann@EXAMPLE.com")])),
    );
    let existing = first.clone();
    assert_eq!(again, (409, Reply::Refused(Refusal::Exists { existing })));
    let other = desk.create(Kind::Contacts, &[("email", "bob@example.com")]);
    let taken = edit(key(&other), &[("email", "ANN@example.com")]);
    assert_eq!(desk.objects(Kind::Contacts, Objects::Update(taken)).0, 409);
    desk.objects(Kind::Contacts, Objects::Archive { id: first });
    desk.create(Kind::Contacts, &[("email", "ann@example.com")]);
}

#[test]
fn a_merge_keeps_what_the_loser_knew() {
    let mut desk = Desk::open();
    let kept = desk.create(
        Kind::Contacts,
        &[("email", "a@example.com"), ("city", "York")],
    );
    let gone = desk.create(
        Kind::Contacts,
        &[("email", "b@example.com"), ("city", "Hull"), ("phone", "1")],
    );
    let note = id_of(&desk.note_on(&gone).1);
    assert_eq!(desk.merge(&kept, &gone).0, 200);
    assert_eq!(desk.notes_of(&kept), [note]);
    let (_, by_loser) = desk.objects(
        Kind::Contacts,
        Objects::Get {
            key: key(&gone),
            archived: false,
        },
    );
    assert_eq!(id_of(&by_loser), kept);
    let row = desk.world.crm.contacts.get(&kept).unwrap().clone();
    let value = |name: &str| row.properties.get(name).map(|value| value.to_string());
    assert_eq!(value("city").as_deref(), Some("York"));
    assert_eq!(value("phone").as_deref(), Some("1"));
    assert_eq!(value("hs_merged_object_ids").as_deref(), Some(&*gone));
    assert_eq!(
        desk.objects(
            Kind::Contacts,
            Objects::Create(object(&[("email", "b@example.com")]))
        )
        .0,
        409
    );
    assert_eq!(
        desk.merge(&kept, &gone).0,
        400,
        "it is the same contact by now"
    );
}

#[test]
fn search_lags_and_index_and_scan_agree() {
    let mut desk = Desk::open();
    let id = desk.create(
        Kind::Contacts,
        &[("email", "ann@example.com"), ("numemployees", "20")],
    );
    assert!(
        desk.search("email", Operator::Eq, "ann@example.com")
            .is_empty()
    );
    desk.up += LAG_MS + 1;
    for (property, operator, value) in [
        ("email", Operator::Eq, "ANN@example.com"),
        ("email", Operator::ContainsToken, "*@example.com"),
        ("email", Operator::ContainsToken, "ann*"),
        ("numemployees", Operator::Lte, "20.0"),
        ("hs_object_id", Operator::Eq, &*id),
        ("createdate", Operator::Gt, "2020-01-01"),
    ] {
        assert_eq!(
            desk.search(property, operator, value),
            std::slice::from_ref(&id),
            "{property}"
        );
    }
    desk.objects(
        Kind::Contacts,
        Objects::Update(edit(key(&id), &[("email", "new@example.com")])),
    );
    assert_eq!(
        desk.search("email", Operator::Eq, "ann@example.com"),
        std::slice::from_ref(&id)
    );
    desk.up += LAG_MS + 1;
    assert!(
        desk.search("email", Operator::Eq, "ann@example.com")
            .is_empty()
    );
}

#[test]
fn a_ticket_without_a_stage_gets_the_first_and_a_note_needs_its_time() {
    let mut desk = Desk::open();
    let id = desk.create(Kind::Tickets, &[("subject", "Broken")]);
    let row = desk.world.crm.tickets.get(&id).unwrap();
    assert_eq!(
        row.properties.get("hs_pipeline_stage").map(|s| &**s),
        Some("new")
    );
    let bad = object(&[("subject", "Odd"), ("hs_pipeline_stage", "nowhere")]);
    assert_eq!(desk.objects(Kind::Tickets, Objects::Create(bad)).0, 400);
    assert_eq!(
        desk.objects(
            Kind::Notes,
            Objects::Create(object(&[("hs_note_body", "x")]))
        )
        .0,
        400
    );
}

#[test]
fn versions_are_kept_newest_first() {
    let mut desk = Desk::open();
    let id = desk.create(Kind::Contacts, &[("phone", "1")]);
    for phone in ["2", "3"] {
        desk.objects(
            Kind::Contacts,
            Objects::Update(edit(key(&id), &[("phone", phone)])),
        );
    }
    let row = desk.world.crm.contacts.get(&id).unwrap();
    let values: Vec<String> = row
        .versions("phone")
        .into_iter()
        .map(|(v, _)| v.to_string())
        .collect();
    assert_eq!(values, ["3", "2", "1"]);
}

#[test]
fn a_batch_with_misses_says_so_and_a_conflict_undoes_it() {
    let mut desk = Desk::open();
    let id = desk.create(Kind::Contacts, &[("email", "a@example.com")]);
    let keys = vec![key(&id), key("999")];
    let (status, reply) = desk.objects(
        Kind::Contacts,
        Objects::BatchRead {
            keys,
            archived: false,
        },
    );
    let Reply::Batch { ids, errors, .. } = reply else {
        panic!()
    };
    assert_eq!((status, ids, errors.len()), (207, vec![id], 1));
    let two = vec![
        object(&[("email", "c@example.com")]),
        object(&[("email", "A@example.com")]),
    ];
    assert_eq!(
        desk.objects(Kind::Contacts, Objects::BatchCreate(two)).0,
        409
    );
    let twice = vec![
        object(&[("email", "d@example.com")]),
        object(&[("email", "d@example.com")]),
    ];
    assert_eq!(
        desk.objects(Kind::Contacts, Objects::BatchCreate(twice)).0,
        409
    );
    assert_eq!(desk.world.crm.contacts.len(), 1);
}

#[test]
fn names_of_operations_are_unique() {
    let mut names: Vec<&str> = OPERATIONS.iter().map(|operation| operation.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), OPERATIONS.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is asked: addresses stay unique, every note stays with its contact, the log rebuilds the CRM.
    #[test]
    fn whatever_is_asked(steps in prop::collection::vec((0u8..7, 0usize..6, 0usize..6), 1..40)) {
        let mut desk = Desk::open();
        let mut contacts: Vec<Str> = Vec::new();
        let mut notes: Vec<(Str, Str)> = Vec::new();
        for (what, a, b) in steps {
            let email = format!("{}@example.com", ["a", "B", "b", "c", "D", "d"][b]);
            let pick = |n: usize| contacts.get(n).cloned().unwrap_or_else(|| "1".into());
            let (one, other) = (pick(a), pick(b));
            match what {
                0 | 1 => {
                    let new = object(&[("email", &email), ("city", "York")]);
                    if let (201, reply) = desk.objects(Kind::Contacts, Objects::Create(new)) {
                        contacts.push(id_of(&reply));
                    }
                }
                2 => {
                    let change = edit(key(&one), &[("email", &email), ("city", "")]);
                    desk.objects(Kind::Contacts, Objects::Update(change));
                }
                3 => {
                    if let (201, reply) = desk.note_on(&one) {
                        notes.push((one, id_of(&reply)));
                    }
                }
                4 => { desk.merge(&one, &other); }
                5 => {
                    let by = Some("email".into());
                    let upsert = edit(Key { id: email.as_str().into(), by }, &[("phone", "7")]);
                    desk.objects(Kind::Contacts, Objects::BatchUpsert(vec![upsert]));
                }
                _ => {
                    let pair = Pair { from: one, to: other, types: Vec::new() };
                    desk.call(Call::Links {
                        from: Kind::Contacts, to: Kind::Contacts, ask: Links::Default { pair }, by_name: false,
                    });
                }
            }
            for row in desk.world.crm.contacts.rows() {
                if let (None, Some(email)) = (row.archived, row.properties.get("email")) {
                    prop_assert_eq!(desk.world.crm.contacts.by_key("email", email).count(), 1);
                }
            }
            for (contact, note) in &notes {
                prop_assert!(desk.notes_of(&desk.survivor(contact)).contains(note));
            }
        }
        let (now, rebuilt): (Vec<Record>, Vec<Record>) = (desk.world.crm.records().collect(), desk.twin.crm.records().collect());
        prop_assert_eq!(now, rebuilt);
    }
}
