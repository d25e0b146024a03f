//! Refusals of the rules in the vendor's words: of one record, and of single inputs of a batch.

use serde_json::{Value, json};

use super::desk::Desk;

#[test]
fn a_flaw_stands_as_json_in_the_sentence_and_as_a_detail_beside_it() {
    let mut desk = Desk::open();
    let new = json!({"name": "due", "label": "Due", "type": "date", "fieldType": "date", "groupName": "contactinformation"});
    desk.call("POST", "/crm/v3/properties/contacts", &new);
    let body = json!({"properties": {"due": "2026-11-20T10:00:00Z"}});
    let (status, refused) = desk.call("POST", "/crm/v3/objects/contacts", &body);
    let message = "1795168800000 is at 10:0:0.0 UTC, not midnight!";
    let flaw =
        json!([{"isValid": false, "message": message, "error": "INVALID_DATE", "name": "due"}]);
    let sentence = refused["message"].as_str().unwrap();
    let flaws = sentence
        .strip_prefix("Property values were not valid: ")
        .unwrap();
    let flaws: Value = serde_json::from_str(flaws).unwrap();
    assert_eq!((status, flaws), (400, flaw));
    assert_eq!(refused["errors"][0]["code"], "INVALID_DATE");
    assert_eq!(
        refused["errors"][0]["context"]["propertyName"],
        json!(["due"])
    );
}

#[test]
fn a_ticket_without_a_stage_is_refused_with_the_name_of_what_it_lacks() {
    let mut desk = Desk::open();
    let body = json!({"properties": {"subject": "Broken"}});
    let (status, refused) = desk.call("POST", "/crm/v3/objects/tickets", &body);
    assert_eq!(status, 400);
    assert_eq!(
        refused["message"],
        "Error creating TICKET. Some required properties were not set."
    );
    assert_eq!(
        refused["context"],
        json!({"properties": ["hs_pipeline_stage"]})
    );
    assert_eq!(refused["category"], "VALIDATION_ERROR");
}

#[test]
fn an_input_that_failed_alone_is_named_as_the_caller_named_it() {
    let mut desk = Desk::open();
    let good = json!({"objectWriteTraceId": "a", "properties": {"hs_pipeline_stage": "1"}});
    let bad = json!({"objectWriteTraceId": "b", "properties": {"missing": "1"}});
    let inputs = json!({"inputs": [good, bad]});
    let (status, done) = desk.call("POST", "/crm/v3/objects/tickets/batch/create", &inputs);
    assert_eq!(
        (status, &done["status"], &done["numErrors"]),
        (207, &json!("COMPLETE"), &json!(1))
    );
    assert_eq!(done["results"].as_array().unwrap().len(), 1);
    let error = &done["errors"][0];
    assert_eq!(error["category"], "VALIDATION_ERROR");
    assert_eq!(error["context"], json!({"objectWriteTraceId": ["b"]}));
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("PROPERTY_DOESNT_EXIST"), "{message}");

    let by_email = |email: &str, name: &str| json!({"idProperty": "email", "id": email, "properties": {name: "x"}});
    let inputs = json!({"inputs": [by_email("a@example.com", "lastname"), by_email("b@example.com", "missing")]});
    let (status, done) = desk.call("POST", "/crm/v3/objects/contacts/batch/upsert", &inputs);
    assert_eq!((status, &done["results"][0]["new"]), (207, &json!(true)));
    assert_eq!(
        done["errors"][0]["context"],
        json!({"ids": ["b@example.com"]})
    );
}

#[test]
fn an_error_repeats_only_so_much_of_what_was_sent() {
    let mut desk = Desk::open();
    let long = "x".repeat(1 << 20);
    let names: serde_json::Map<String, Value> = (0..400)
        .map(|n| (format!("{n}{}", &long[..2_000]), json!("1")))
        .collect();
    let new = json!({"properties": names});
    for (method, target, body) in [
        ("POST", "/crm/v3/objects/contacts".to_owned(), new.clone()),
        (
            "POST",
            "/crm/v3/objects/contacts/batch/create".to_owned(),
            json!({"inputs": [new, new]}),
        ),
        (
            "POST",
            "/crm/v3/objects/contacts/batch/read".to_owned(),
            json!({"inputs": [{"id": long}]}),
        ),
        (
            "GET",
            format!("/crm/v3/objects/contacts/{long}"),
            Value::Null,
        ),
    ] {
        let (_, answer) = desk.call(method, &target, &body);
        let bytes = answer.to_string().len();
        assert!(bytes < 40_000, "{method} answered {bytes} bytes");
    }
}
