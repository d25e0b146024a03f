//! Values: what each type of property takes, in which form it is kept, and what the CRM computes.

use super::desk::{Desk, LAG_MS, id_of, object};
use crate::crm::*;
use crate::time::At;

/// A property of contacts of this type.
fn define(desk: &mut Desk, name: &str, value_type: ValueType, options: &[&str]) {
    let choice = |value: &&str| Choice {
        value: (*value).into(),
        label: (*value).into(),
        display_order: 0,
        hidden: false,
        description: None,
    };
    let fields = PropertyFields {
        name: name.into(),
        label: Some(name.into()),
        value_type: Some(value_type),
        field_type: Some("text".into()),
        group_name: Some("contactinformation".into()),
        options: Some(options.iter().map(choice).collect()),
        ..PropertyFields::default()
    };
    let (of, ask) = (Kind::Contacts, Schema::Create(fields));
    assert_eq!(desk.call(Call::Schema { of, ask }).0, 201, "{name}");
}

fn desk() -> Desk {
    let mut desk = Desk::open();
    for (name, value_type) in [
        ("a_date", ValueType::Date),
        ("a_time", ValueType::Datetime),
        ("a_number", ValueType::Number),
        ("a_bool", ValueType::Bool),
    ] {
        define(&mut desk, name, value_type, &[]);
    }
    define(
        &mut desk,
        "a_choice",
        ValueType::Enumeration,
        &["red", "blue"],
    );
    desk
}

#[test]
fn a_value_is_kept_in_one_form() {
    let mut desk = desk();
    for (name, value, kept) in [
        ("a_date", "2026-11-20", "2026-11-20"),
        ("a_date", "1795132800000", "2026-11-20"),
        ("a_date", "2026-11-20T00:00:00Z", "2026-11-20"),
        ("a_time", "1795168800000", "2026-11-20T10:00:00.000Z"),
        (
            "a_time",
            "2026-11-20T11:00:00+01:00",
            "2026-11-20T10:00:00.000Z",
        ),
        ("a_number", "-12.50", "-12.50"),
        ("a_bool", "true", "true"),
        ("a_choice", "red", "red"),
        ("email", "Ann@Example.com", "ann@example.com"),
    ] {
        let id = desk.create(Kind::Contacts, &[(name, value)]);
        let row = desk.world.crm.contacts.get(&id).unwrap();
        assert_eq!(row.properties.get(name).map(|kept| &**kept), Some(kept));
        desk.objects(Kind::Contacts, Objects::Archive { id });
    }
}

#[test]
fn a_wrong_value_is_refused_and_never_put_right() {
    let mut desk = desk();
    let midnight = |at| Flaw::NotMidnight { at: At(at) };
    let colours = || Flaw::InvalidOption {
        allowed: vec!["red".into(), "blue".into()],
    };
    for (name, value, flaw) in [
        (
            "a_date",
            "2026-11-20T10:00:00Z",
            midnight(1_795_168_800_000),
        ),
        ("a_date", "1795168800000", midnight(1_795_168_800_000)),
        ("a_date", "1570233600", midnight(1_570_233_600)),
        ("a_date", "2026-11-20T10:00", Flaw::InvalidTime),
        ("a_date", "20/11/2026", Flaw::InvalidTime),
        ("a_date", "2026-02-30", Flaw::InvalidTime),
        ("a_date", " 2026-11-20", Flaw::InvalidTime),
        ("a_time", "2026-11-20T10:00:00", Flaw::InvalidTime),
        ("a_time", "99999999999999999", Flaw::InvalidTime),
        ("a_time", "+5", Flaw::InvalidTime),
        ("a_number", " 5 ", Flaw::InvalidNumber),
        ("a_number", "1,5", Flaw::InvalidNumber),
        ("a_bool", "True", Flaw::InvalidBool),
        ("a_bool", "1", Flaw::InvalidBool),
        ("a_choice", "Red", colours()),
        ("a_choice", "red ", colours()),
        ("email", " ann@example.com", Flaw::InvalidEmail),
        (
            "hubspot_owner_id",
            "1",
            Flaw::InvalidOption { allowed: vec![] },
        ),
        ("hs_object_id", "1", Flaw::ReadOnly),
        ("hs_lastmodifieddate", "1", Flaw::ReadOnly),
    ] {
        let (status, reply) =
            desk.objects(Kind::Contacts, Objects::Create(object(&[(name, value)])));
        let flaws = vec![Invalid {
            property: name.into(),
            value: value.into(),
            flaw,
        }];
        assert_eq!(
            (status, reply),
            (400, Reply::Refused(Refusal::Invalid { flaws }))
        );
    }
    assert!(desk.world.crm.contacts.is_empty());
}

#[test]
fn what_the_crm_computes_can_be_found_and_sorted_by_in_every_type() {
    for of in Kind::ALL {
        let mut desk = Desk::open();
        desk.world.crm.load(&Record::from(Pipeline {
            object_type: Kind::Deals,
            id: "orders".into(),
            ..Pipeline::clone(desk.world.crm.pipelines.get("support").unwrap())
        }));
        desk.twin = desk.world.clone();
        let stage = of.stage_properties().map(|(_, stage)| (stage, "new"));
        let time = matches!(of, Kind::Notes | Kind::Tasks).then_some(("hs_timestamp", "0"));
        let pairs: Vec<(&str, &str)> = stage.into_iter().chain(time).collect();
        let ids: Vec<Str> = (0..3).map(|_| desk.create(of, &pairs)).collect();
        desk.up += LAG_MS + 1;
        for property in ["hs_object_id", "hs_createdate", "hs_lastmodifieddate"]
            .into_iter()
            .chain(of.always())
        {
            let filter = |operator, value: Option<&str>| Filter {
                property: property.into(),
                operator,
                value: value.map(Into::into),
                high: None,
                values: Vec::new(),
            };
            let sort = Sort {
                property: property.into(),
                descending: true,
            };
            let search = Search {
                groups: vec![vec![
                    filter(Operator::HasProperty, None),
                    filter(Operator::Gt, Some("0")),
                ]],
                sorts: vec![sort],
                ..Search::default()
            };
            let (status, reply) = desk.objects(of, Objects::Search(search));
            let Reply::Page { ids: found, .. } = reply else {
                panic!("{of} by {property}: {reply:?}")
            };
            let newest_first: Vec<Str> = ids.iter().rev().cloned().collect();
            assert_eq!((status, found), (200, newest_first), "{of} by {property}");
        }
    }
}

#[test]
fn a_record_and_its_memory_have_maxima() {
    let mut desk = Desk::open();
    let long = "x".repeat(limits::VALUE_BYTES_MAX);
    let names = ["address", "city", "company", "country"];
    let too_much: Vec<(&str, &str)> = names.iter().map(|name| (*name, long.as_str())).collect();
    let new = Objects::Create(object(&too_much));
    assert_eq!(desk.objects(Kind::Contacts, new).0, 400);
    let (_, reply) = desk.objects(Kind::Contacts, Objects::Create(object(&too_much[..3])));
    let id = id_of(&reply);
    let unknown: Vec<String> = (0..500).map(|n| format!("unknown_{n}")).collect();
    let unknown: Vec<(&str, &str)> = unknown.iter().map(|name| (name.as_str(), "1")).collect();
    let (status, reply) = desk.objects(Kind::Contacts, Objects::Create(object(&unknown)));
    let Reply::Refused(Refusal::Invalid { flaws }) = reply else {
        panic!("{reply:?}")
    };
    assert_eq!((status, flaws.len()), (400, limits::FLAWS_MAX));
    assert!(desk.world.crm.contacts.get(&id).is_some());
}
