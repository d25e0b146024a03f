//! Records: one contact per address, merges, batches, versions, and what a ticket and a note need.

use super::desk::{Desk, edit, id_of, key, object};
use crate::crm::*;

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
fn a_new_record_names_what_its_type_cannot_be_without() {
    for (of, pairs, lacks) in [
        (
            Kind::Tickets,
            &[("subject", "Broken")][..],
            Some("hs_pipeline_stage"),
        ),
        (Kind::Deals, &[("dealname", "Order")], Some("dealstage")),
        (Kind::Notes, &[("hs_note_body", "x")], Some("hs_timestamp")),
        (
            Kind::Tasks,
            &[("hs_task_subject", "x")],
            Some("hs_timestamp"),
        ),
        (Kind::Contacts, &[("phone", "1")], None),
        (Kind::Companies, &[("phone", "1")], None),
        (Kind::LineItems, &[("name", "Kettle")], None),
    ] {
        let mut desk = Desk::open();
        let answer = desk.objects(of, Objects::Create(object(pairs)));
        let Some(name) = lacks else {
            assert_eq!(answer.0, 201, "{of}");
            continue;
        };
        let properties = vec![name.into()];
        let refusal = Refusal::Incomplete { of, properties };
        assert_eq!(answer, (400, Reply::Refused(refusal)));
    }
}

#[test]
fn a_ticket_takes_its_pipeline_from_its_stage_and_keeps_one() {
    let mut desk = Desk::open();
    let id = desk.create(Kind::Tickets, &[("hs_pipeline_stage", "person")]);
    let row = desk.world.crm.tickets.get(&id).unwrap();
    let pipeline = row
        .properties
        .get("hs_pipeline")
        .map(|pipeline| &**pipeline);
    assert_eq!(pipeline, Some("support"));
    for stage in ["nowhere", ""] {
        let change = edit(key(&id), &[("hs_pipeline_stage", stage)]);
        assert_eq!(desk.objects(Kind::Tickets, Objects::Update(change)).0, 400);
    }
    let odd = object(&[("hs_pipeline_stage", "nowhere")]);
    assert_eq!(desk.objects(Kind::Tickets, Objects::Create(odd)).0, 400);
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
