//! Routes, and records told in every spelling and from both sides.

use std::collections::BTreeSet;

use muddle_world::crm::OPERATIONS;
use serde_json::{Value, json};

use super::desk::Desk;
use crate::vendors::Face;
use crate::vendors::crm::Crm;

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
    let properties = json!({"subject": "Broken", "hs_pipeline_stage": "1"});
    let body = json!({"properties": properties, "associations": link});
    let (status, ticket) = desk.call("POST", "/crm/v3/objects/tickets", &body);
    assert_eq!(
        (status, &ticket["properties"]["hs_pipeline"]),
        (201, &json!("0"))
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
