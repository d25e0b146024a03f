//! Lists from their first page to their last by the links in them, and what of a record each page shows.

use std::collections::BTreeSet;

use muddle_world::crm::{Owner, Record};
use serde_json::{Value, json};

use super::desk::{Desk, NOW};

/// Every type of record by name and number.
const TYPES: [(&str, &str); 7] = [
    ("contacts", "0-1"),
    ("companies", "0-2"),
    ("deals", "0-3"),
    ("tickets", "0-5"),
    ("line_items", "0-8"),
    ("notes", "0-46"),
    ("tasks", "0-27"),
];

/// What a new record of the type cannot be without.
fn needed(name: &str) -> Value {
    match name {
        "deals" => json!({"dealstage": "1"}),
        "tickets" => json!({"hs_pipeline_stage": "1"}),
        "notes" | "tasks" => json!({"hs_timestamp": "0"}),
        _ => json!({}),
    }
}

/// Follows the links of a list and gives everything in it; every page but the last is full.
fn all(desk: &mut Desk, first: &str, limit: usize) -> Vec<Value> {
    let mut found = Vec::new();
    let mut target = first.to_owned();
    loop {
        let (status, page) = desk.call("GET", &target, &Value::Null);
        assert_eq!(status, 200, "{target}: {page}");
        let results = page["results"].as_array().unwrap();
        found.extend(results.iter().cloned());
        let next = &page["paging"]["next"];
        let Some(link) = next["link"].as_str() else {
            assert!(page.get("paging").is_none() && results.len() <= limit);
            return found;
        };
        assert_eq!(results.len(), limit, "{target}");
        let link = link.strip_prefix("http://127.0.0.1:4600").unwrap();
        let after = format!("after={}", next["after"].as_str().unwrap());
        assert!(link.contains(&after), "{link}");
        target = link.to_owned();
    }
}

fn ids(records: &[Value]) -> Vec<String> {
    let id = |record: &Value| record["id"].as_str().unwrap().to_owned();
    records.iter().map(id).collect()
}

#[test]
fn every_list_of_records_is_whole_by_its_links_with_what_was_asked() {
    for (name, number) in TYPES {
        let mut desk = Desk::open();
        let path = format!("/crm/v3/objects/{name}");
        let mut made = Vec::new();
        for _ in 0..9 {
            let body = json!({"properties": needed(name)});
            let (status, record) = desk.call("POST", &path, &body);
            assert_eq!(status, 201, "{record}");
            made.push(record["id"].as_str().unwrap().to_owned());
        }
        let (gone, living) = made.split_at(5);
        for id in gone {
            desk.call("DELETE", &format!("{path}/{id}"), &Value::Null);
        }
        for base in [
            path.clone(),
            format!("/crm/v3/objects/{number}"),
            format!("/crm/objects/2026-03/{name}"),
        ] {
            for (archived, expected) in [("true", gone), ("false", living)] {
                let query = format!(
                    "after=0&limit=2&properties=hs_object_id,hubspot_owner_id&archived={archived}&associations=notes"
                );
                let found = all(&mut desk, &format!("{base}?{query}"), 2);
                assert_eq!(ids(&found), expected, "{base} {archived}");
                let columns: BTreeSet<&str> = found
                    .iter()
                    .flat_map(|record| record["properties"].as_object().unwrap().keys())
                    .map(String::as_str)
                    .collect();
                assert!(columns.contains("hs_object_id"), "{columns:?}");
            }
        }
    }
}

#[test]
fn lists_of_owners_and_of_associations_are_whole_by_their_links() {
    let mut desk = Desk::open();
    for id in 72..78 {
        desk.world.crm.load(&Record::from(Owner {
            id: id.to_string().into(),
            email: "lee@kettles.example".into(),
            first_name: "Lee".into(),
            last_name: "Reed".into(),
            user_id: None,
            created: NOW,
            updated: NOW,
            archived: (id > 74).then_some(NOW),
        }));
    }
    let gone = all(&mut desk, "/crm/v3/owners?archived=true&limit=1", 1);
    assert_eq!(ids(&gone), ["75", "76", "77"]);
    let one = all(
        &mut desk,
        "/crm/v3/owners?limit=2&email=lee@kettles.example",
        2,
    );
    assert_eq!(ids(&one), ["72", "73", "74"]);

    let (_, contact) = desk.call(
        "POST",
        "/crm/v3/objects/contacts",
        &json!({"properties": {}}),
    );
    let contact = contact["id"].as_str().unwrap();
    let link = json!([{"to": {"id": contact}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 202}]}]);
    let note = json!({"properties": needed("notes"), "associations": link});
    let inputs: Vec<&Value> = std::iter::repeat_n(&note, 100).collect();
    for _ in 0..2 {
        let path = "/crm/v3/objects/notes/batch/create";
        assert_eq!(desk.call("POST", path, &json!({"inputs": inputs})).0, 201);
    }
    let path = format!("/crm/v4/objects/contacts/{contact}/associations/notes");
    assert_eq!(all(&mut desk, &format!("{path}?limit=8"), 8).len(), 200);

    let path = format!("/crm/v3/objects/contacts/{contact}?associations=notes");
    let (_, shown) = desk.call("GET", &path, &Value::Null);
    let notes = &shown["associations"]["notes"];
    let first = notes["results"].as_array().unwrap().len();
    let link = notes["paging"]["next"]["link"].as_str().unwrap();
    let rest = link.strip_prefix("http://127.0.0.1:4600").unwrap();
    assert_eq!(first + all(&mut desk, rest, 500).len(), 200);
}

#[test]
fn a_link_has_no_key_in_it_and_a_search_has_no_link() {
    let mut desk = Desk::open();
    for _ in 0..2 {
        desk.call(
            "POST",
            "/crm/v3/objects/companies",
            &json!({"properties": {}}),
        );
    }
    let target = "/crm/v3/objects/companies?hapikey=secret&limit=1&%61fter=1";
    let (_, page) = desk.call("GET", target, &Value::Null);
    let after = page["paging"]["next"]["after"].as_str().unwrap();
    let link = page["paging"]["next"]["link"].as_str().unwrap();
    let expected = "http://127.0.0.1:4600/crm/v3/objects/companies?limit=1&after=";
    assert_eq!(link, format!("{expected}{after}"));
    let path = "/crm/v3/objects/companies/search";
    let (_, page) = desk.call("POST", path, &json!({"limit": 1}));
    assert_eq!(page["paging"], json!({"next": {"after": "1"}}));
}

#[test]
fn properties_that_nobody_has_are_left_out_and_empty_ones_are_null() {
    let mut desk = Desk::open();
    let path = "/crm/v3/objects/contacts";
    let (_, made) = desk.call("POST", path, &json!({"properties": {"firstname": "Bo"}}));
    let id = made["id"].as_str().unwrap();
    let names = ["nonsense", "phone", "phone", "hs_lastmodifieddate"];
    let inputs = json!([{"id": id}]);
    let read = json!({"inputs": inputs, "properties": names, "propertiesWithHistory": names});
    let listed = names.join(",");
    for (method, target, body) in [
        (
            "POST",
            format!("{path}/search"),
            json!({"properties": names}),
        ),
        ("POST", format!("{path}/batch/read"), read),
        ("GET", format!("{path}?properties={listed}"), Value::Null),
        (
            "GET",
            format!("{path}/{id}?properties={listed}&propertiesWithHistory={listed}"),
            Value::Null,
        ),
    ] {
        let (_, answer) = desk.call(method, &target, &body);
        let record = answer["results"].get(0).unwrap_or(&answer);
        let properties = record["properties"].as_object().unwrap();
        let shown: Vec<&str> = properties.keys().map(String::as_str).collect();
        let expected = [
            "createdate",
            "hs_lastmodifieddate",
            "hs_object_id",
            "lastmodifieddate",
            "phone",
        ];
        assert_eq!(shown, expected, "{target}");
        assert_eq!(properties["phone"], Value::Null);
        if let Some(versions) = record.get("propertiesWithHistory") {
            assert_eq!(versions["phone"], json!([]));
            assert_eq!(versions.as_object().unwrap().len(), 2);
        }
    }
}

#[test]
fn a_page_ends_early_where_its_records_are_large_and_is_whole_by_its_links() {
    let mut desk = Desk::open();
    let text = "x".repeat(65_536);
    let one = json!({"properties": {"hs_timestamp": "0", "hs_note_body": text}});
    let inputs: Vec<&Value> = std::iter::repeat_n(&one, 50).collect();
    for _ in 0..2 {
        let path = "/crm/v3/objects/notes/batch/create";
        assert_eq!(desk.call("POST", path, &json!({"inputs": inputs})).0, 201);
    }
    let mut target = "/crm/v3/objects/notes?limit=100&properties=hs_note_body".to_owned();
    let (mut pages, mut found) = (0, 0);
    loop {
        let (_, page) = desk.call("GET", &target, &Value::Null);
        assert!(page.to_string().len() < 5 << 20);
        pages += 1;
        found += page["results"].as_array().unwrap().len();
        match page["paging"]["next"]["link"].as_str() {
            Some(link) => target = link.trim_start_matches("http://127.0.0.1:4600").to_owned(),
            None => break,
        }
    }
    assert_eq!((pages, found), (2, 100));
    let ids: Vec<Value> = desk
        .world
        .crm
        .notes
        .rows()
        .map(|row| json!({"id": &*row.id}))
        .collect();
    let read = json!({"inputs": ids, "properties": ["hs_note_body"]});
    let (status, refused) = desk.call("POST", "/crm/v3/objects/notes/batch/read", &read);
    assert_eq!(status, 400, "{refused}");
}
