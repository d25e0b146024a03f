//! Batches: an input that cannot be done fails alone, in the answer's place for it.

use super::desk::{Desk, edit, key, object};
use crate::crm::*;

type Outcome = (u16, Vec<Str>, Vec<Refusal>, Vec<Option<u32>>);

fn batch(desk: &mut Desk, ask: Objects) -> Outcome {
    match desk.objects(Kind::Contacts, ask) {
        (
            status,
            Reply::Batch {
                ids, errors, rows, ..
            },
        ) => (status, ids, errors, rows),
        (status, reply) => panic!("{status}: {reply:?}"),
    }
}

fn by_email(email: &str, pairs: &[(&str, &str)]) -> Edit {
    let by = Some("email".into());
    let id = email.into();
    edit(Key { id, by }, pairs)
}

#[test]
fn one_bad_input_of_an_upsert_fails_alone() {
    let mut desk = Desk::open();
    let there = desk.create(Kind::Contacts, &[("email", "a@example.com")]);
    let edits = vec![
        by_email("a@example.com", &[("phone", "1")]),
        by_email("b@example.com", &[("annualrevenue", "much")]),
        by_email("no address", &[]),
        by_email("c@example.com", &[("phone", "3")]),
    ];
    let (status, ids, errors, rows) = batch(&mut desk, Objects::BatchUpsert(edits));
    assert_eq!((status, ids.len(), errors.len()), (207, 2, 2));
    assert_eq!((&ids[0], rows), (&there, vec![Some(1), Some(2)]));
    assert_eq!(desk.world.crm.contacts.len(), 2);
}

#[test]
fn one_bad_input_of_an_update_fails_alone() {
    let mut desk = Desk::open();
    let there = desk.create(Kind::Contacts, &[("email", "a@example.com")]);
    let other = desk.create(Kind::Contacts, &[("email", "b@example.com")]);
    let edits = vec![
        edit(key(&there), &[("phone", "1")]),
        edit(key(&other), &[("email", "a@example.com")]),
        edit(key(&other), &[("nonsense", "1")]),
        edit(key("999"), &[("phone", "1")]),
    ];
    let (status, ids, errors, rows) = batch(&mut desk, Objects::BatchUpdate(edits));
    assert_eq!((status, ids), (207, vec![there]));
    assert_eq!(rows, [None, Some(1), Some(2)]);
    assert!(matches!(&errors[0], Refusal::NotFound { .. }));
    assert!(matches!(&errors[1], Refusal::Exists { .. }));
    assert!(matches!(&errors[2], Refusal::Invalid { .. }));
}

#[test]
fn one_bad_input_of_a_create_fails_alone_but_two_of_one_address_fail_all() {
    let mut desk = Desk::open();
    let twice = || object(&[("email", "a@example.com")]);
    let new = vec![twice(), object(&[("annualrevenue", "much")])];
    let (status, ids, errors, rows) = batch(&mut desk, Objects::BatchCreate(new));
    assert_eq!((status, ids.len(), errors.len()), (207, 1, 1));
    assert_eq!(rows, [Some(1)]);
    let conflict = vec![object(&[("email", "b@example.com")]), twice()];
    let (status, reply) = desk.objects(Kind::Contacts, Objects::BatchCreate(conflict));
    assert_eq!(status, 409, "{reply:?}");
    assert_eq!(desk.world.crm.contacts.len(), 1);
}

#[test]
fn inputs_that_the_caller_named_conflict_alone() {
    let mut desk = Desk::open();
    desk.create(Kind::Contacts, &[("email", "a@example.com")]);
    let named = |email, trace: &str| NewObject {
        trace: Some(trace.into()),
        ..object(&[("email", email)])
    };
    let new = vec![named("b@example.com", "one"), named("a@example.com", "two")];
    let (status, ids, errors, rows) = batch(&mut desk, Objects::BatchCreate(new));
    assert_eq!((status, ids.len(), rows), (207, 1, vec![Some(1)]));
    assert!(matches!(&errors[0], Refusal::Exists { .. }));
    let same = vec![named("c@example.com", "one"), named("a@example.com", "one")];
    assert_eq!(
        desk.objects(Kind::Contacts, Objects::BatchCreate(same)).0,
        409
    );
}

#[test]
fn a_key_that_is_not_unique_is_the_mistake_of_the_whole_batch() {
    let mut desk = Desk::open();
    let by = Some("city".into());
    let edits = vec![edit(
        Key {
            id: "York".into(),
            by,
        },
        &[("phone", "1")],
    )];
    assert_eq!(
        desk.objects(Kind::Contacts, Objects::BatchUpsert(edits)).0,
        400
    );
}

#[test]
fn later_inputs_of_a_batch_see_the_values_that_earlier_ones_took() {
    let mut desk = Desk::open();
    let one = desk.create(Kind::Contacts, &[("email", "a@example.com")]);
    let other = desk.create(Kind::Contacts, &[("email", "b@example.com")]);
    let swap = vec![
        edit(key(&one), &[("email", "c@example.com")]),
        edit(key(&other), &[("email", "A@example.com")]),
        edit(key(&one), &[("email", "a@example.com")]),
    ];
    let (status, ids, _, rows) = batch(&mut desk, Objects::BatchUpdate(swap));
    assert_eq!((status, ids, rows), (207, vec![one, other], vec![Some(2)]));
}

#[test]
fn one_bad_pair_of_a_batch_of_associations_fails_alone() {
    let mut desk = Desk::open();
    let one = desk.create(Kind::Contacts, &[("phone", "1")]);
    let other = desk.create(Kind::Contacts, &[("phone", "2")]);
    let pair = |to: &Str, way: u32| Pair {
        from: one.clone(),
        to: to.clone(),
        types: vec![LinkName::Typed(built_in(way))],
    };
    let pairs = || {
        let nobody: Str = "999".into();
        vec![
            pair(&other, 449),
            pair(&one, 449),
            pair(&nobody, 449),
            pair(&other, 1),
        ]
    };
    for (ask, documented) in [
        (Links::BatchCreate(pairs()), 207),
        (Links::BatchDefault(pairs()), 200),
    ] {
        let (status, reply) = desk.call(Call::Links {
            from: Kind::Contacts,
            to: Kind::Contacts,
            ask,
            by_name: false,
        });
        let Reply::Links { ids, errors, .. } = reply else {
            panic!("{reply:?}")
        };
        assert_eq!((status, ids.len(), errors.len()), (documented, 1, 3));
    }
}

#[test]
fn one_bad_property_of_a_batch_fails_alone() {
    let mut desk = Desk::open();
    let fields = |name: &str| PropertyFields {
        name: name.into(),
        label: Some("Label".into()),
        value_type: Some(ValueType::String),
        field_type: Some("text".into()),
        group_name: Some("contactinformation".into()),
        ..PropertyFields::default()
    };
    let ask = Schema::BatchCreate(vec![fields("one"), fields("Two"), fields("one")]);
    let of = Kind::Contacts;
    let (status, reply) = desk.call(Call::Schema { of, ask });
    let Reply::Batch { ids, errors, .. } = reply else {
        panic!("{reply:?}")
    };
    assert_eq!((status, ids.len(), errors.len()), (207, 1, 2));
    assert_eq!(desk.world.crm.properties.len(), 1);
}
