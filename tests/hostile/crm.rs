//! The CRM's JSON bodies and queries: lists of every kind at n and 4n, within their maxima and far over them.

use bytes::Bytes;
use http::Method;
use muddle_world::crm::limits::ANSWER_BYTES_MAX;
use muddle_world::vendor::Vendor;
use serde_json::{Value, json};

use crate::lab::{Lab, Request, on_a_small_stack};

const CONTACTS: &str = "/crm/v3/objects/contacts";
const TICKET_NOTES: &str = "/crm/v4/associations/notes/tickets";
/// Items of the smaller of two requests that are compared.
const ITEMS: usize = 2_000;

fn post(path: &str, body: impl Into<Bytes>) -> Request {
    Request::new(Vendor::Crm, Method::POST, path).body("application/json", body)
}

fn search(body: impl Into<Bytes>) -> Request {
    post("/crm/v3/objects/contacts/search", body)
}

fn get(query: &str) -> Request {
    Request::get(Vendor::Crm, &format!("{CONTACTS}?limit=100&{query}"))
}

fn names(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("p{i}")).collect()
}

fn words(n: usize) -> String {
    names(n).join(" ")
}

fn values(n: usize) -> Value {
    let values = names(n).into_iter().map(|name| (name, json!("1")));
    Value::Object(values.collect())
}

fn pairs(n: usize) -> Value {
    let id = |i: usize| json!({"id": i.to_string()});
    let pair = |i| json!({"from": id(i), "to": id(i), "types": ways(1)});
    json!({"inputs": (0..n).map(pair).collect::<Vec<_>>()})
}

fn ways(n: usize) -> Value {
    let way = |i| json!({"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": i});
    (0..n).map(way).collect()
}

fn filter(filter: &Value) -> Request {
    search(json!({"filterGroups": [{"filters": [filter]}]}).to_string())
}

fn property(options: usize) -> Value {
    let option = |i| json!({"label": format!("o{i}"), "value": format!("o{i}")});
    let options: Vec<Value> = (0..options).map(option).collect();
    json!({"name": "many", "label": "Many", "type": "enumeration", "fieldType": "select",
           "groupName": "contactinformation", "options": options})
}

/// A list or text of a request: what it is, and the request that holds so many items of it.
type List = (&'static str, fn(usize) -> Request);

/// Every list or text that a request can hold.
fn lists() -> Vec<List> {
    let mut lists = selections();
    lists.extend(searches());
    lists.extend(writes());
    lists
}

fn selections() -> Vec<List> {
    vec![
        ("properties of a search", |n| {
            search(json!({"limit": 100, "properties": names(n)}).to_string())
        }),
        ("one property of a search again and again", |n| {
            search(json!({"limit": 100, "properties": vec!["email"; n]}).to_string())
        }),
        ("properties of a batch read", |n| {
            let inputs: Vec<Value> = (0..100).map(|i| json!({"id": i.to_string()})).collect();
            let body = json!({"inputs": inputs, "properties": names(n), "propertiesWithHistory": names(n)});
            post("/crm/v3/objects/contacts/batch/read", body.to_string())
        }),
        ("properties of a list", |n| {
            get(&format!("properties={}", names(n).join(",")))
        }),
        ("properties of a list one by one", |n| {
            get(&names(n)
                .iter()
                .map(|name| format!("properties={name}&"))
                .collect::<String>())
        }),
        ("versions of a list", |n| {
            get(&format!("propertiesWithHistory={}", names(n).join(",")))
        }),
        ("associations of a list", |n| {
            get(&format!("associations={}", vec!["notes"; n].join(",")))
        }),
        ("inputs of a batch read", |n| {
            let inputs: Vec<Value> = (0..n).map(|i| json!({"id": i.to_string()})).collect();
            let body = json!({"inputs": inputs});
            post("/crm/v3/objects/contacts/batch/read", body.to_string())
        }),
        ("names of a batch of properties", |n| {
            let inputs: Vec<Value> = names(n)
                .into_iter()
                .map(|name| json!({"name": name}))
                .collect();
            let body = json!({"inputs": inputs});
            post("/crm/v3/properties/contacts/batch/read", body.to_string())
        }),
        ("records whose associations are read", |n| {
            let inputs: Vec<Value> = (0..n).map(|_| json!({"id": "1"})).collect();
            let path = format!("{TICKET_NOTES}/batch/read");
            post(&path, json!({"inputs": inputs}).to_string())
        }),
    ]
}

fn searches() -> Vec<List> {
    vec![
        ("values of a filter", |n| {
            filter(&json!({"propertyName": "email", "operator": "IN", "values": names(n)}))
        }),
        ("filters of a group", |n| {
            let one = json!({"propertyName": "email", "operator": "EQ", "value": "x"});
            search(json!({"filters": vec![one; n]}).to_string())
        }),
        ("groups of a search", |n| {
            search(json!({"filterGroups": vec![json!({"filters": []}); n]}).to_string())
        }),
        ("sorts of a search", |n| {
            search(json!({"sorts": vec!["email"; n]}).to_string())
        }),
        ("words of a query", |n| {
            search(json!({"query": words(n / 8)}).to_string())
        }),
        ("stars of a pattern", |n| {
            let pattern = "a*".repeat(n);
            filter(
                &json!({"propertyName": "email", "operator": "CONTAINS_TOKEN", "value": pattern}),
            )
        }),
        ("the text of a filter", |n| {
            filter(&json!({"propertyName": "email", "operator": "EQ", "value": "x".repeat(n)}))
        }),
    ]
}

fn writes() -> Vec<List> {
    vec![
        ("values of a record", |n| {
            post(CONTACTS, json!({"properties": values(n)}).to_string())
        }),
        ("the text of a value", |n| {
            post(
                CONTACTS,
                json!({"properties": {"message": "x".repeat(n)}}).to_string(),
            )
        }),
        ("the parts of an address", |n| {
            let email = format!("a@{}com", "a.".repeat(n));
            post(
                CONTACTS,
                json!({"properties": {"email": email}}).to_string(),
            )
        }),
        ("associations of a new record", |n| {
            let one = json!({"to": {"id": "1"}, "types": ways(1)});
            let body = json!({"properties": {}, "associations": vec![one; n]});
            post(CONTACTS, body.to_string())
        }),
        ("inputs of a batch create", |n| {
            let body = json!({"inputs": vec![json!({"properties": {}}); n]});
            post("/crm/v3/objects/contacts/batch/create", body.to_string())
        }),
        ("bad inputs of a batch upsert", |n| {
            let input =
                json!({"id": "no address", "idProperty": "email", "properties": values(n / 100)});
            let body = json!({"inputs": vec![input; 100]});
            post("/crm/v3/objects/contacts/batch/upsert", body.to_string())
        }),
        ("addresses of a batch create", |n| {
            let one = |i| json!({"properties": {"email": format!("n{i}@example.com")}});
            let inputs: Vec<Value> = (0..n / 80).map(one).collect();
            let body = json!({"inputs": inputs});
            post("/crm/v3/objects/contacts/batch/create", body.to_string())
        }),
        ("pairs of a batch", |n| {
            post(
                &format!("{TICKET_NOTES}/batch/create"),
                pairs(n).to_string(),
            )
        }),
        ("pairs of a batch that parts", |n| {
            post(
                &format!("{TICKET_NOTES}/batch/archive"),
                // Both small enough that their entries are written in one piece.
                pairs(n / 16).to_string(),
            )
        }),
        ("ends and ways of one pair", |n| {
            let ends: Vec<Value> = (0..n).map(|i| json!({"id": i.to_string()})).collect();
            let pair = json!({"from": {"id": "1"}, "to": ends, "types": ways(n)});
            let body = json!({"inputs": [pair]});
            post(&format!("{TICKET_NOTES}/batch/archive"), body.to_string())
        }),
        ("ways of one association", |n| {
            let path = "/crm/v4/objects/notes/1/associations/tickets/1";
            Request::new(Vendor::Crm, Method::PUT, path).json(&ways(n))
        }),
        ("options of a property", |n| {
            post("/crm/v3/properties/contacts", property(n / 2).to_string())
        }),
        ("properties of a batch", |n| {
            let body = json!({"inputs": vec![property(1); n]});
            post("/crm/v3/properties/contacts/batch/create", body.to_string())
        }),
    ]
}

#[test]
fn every_list_costs_what_its_length_does() {
    for (what, make) in lists() {
        Lab::open().grows_with_its_input(what, ITEMS, make);
    }
}

#[test]
fn no_list_makes_an_answer_larger_than_its_maximum() {
    for (what, make) in lists() {
        let answer = Lab::open().answer(&make(10 * ITEMS));
        let bytes = answer.body.len();
        assert!(bytes <= ANSWER_BYTES_MAX, "{what} answered {bytes} bytes");
        assert!(answer.status < 500, "{what} answered {}", answer.status);
    }
}

#[test]
fn a_million_unknown_properties_cost_no_more_than_their_bytes() {
    let lab = Lab::open();
    let request = search(json!({"limit": 100, "properties": names(1_000_000)}).to_string());
    let cost = lab.cost(&request);
    let sent = u64::try_from(request.body.len()).unwrap();
    assert!(cost.bytes < 16 * sent, "{cost:?} for {sent} bytes");
    assert_eq!(lab.answer(&request).status, 400);
}

#[test]
fn deep_json_needs_no_deep_stack() {
    let lab = Lab::open();
    on_a_small_stack(move || {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            for depth in [100, 126, 200, 100_000] {
                let deep = format!("{}1{}", open.repeat(depth), close.repeat(depth));
                for path in [
                    "/crm/v3/objects/contacts",
                    "/crm/v3/objects/contacts/search",
                    "/crm/v3/objects/contacts/merge",
                    "/crm/v3/objects/contacts/batch/read",
                    "/crm/v3/objects/contacts/batch/create",
                    "/crm/v3/objects/contacts/batch/upsert",
                    "/crm/v4/associations/notes/tickets/batch/create",
                    "/crm/v4/associations/notes/tickets/batch/read",
                    "/crm/v3/properties/contacts",
                    "/crm/v3/properties/contacts/batch/create",
                    "/crm/v3/properties/contacts/groups",
                ] {
                    for key in [
                        "",
                        "inputs",
                        "properties",
                        "filterGroups",
                        "sorts",
                        "to",
                        "options",
                        "other",
                    ] {
                        let body = match key {
                            "" => deep.clone(),
                            "to" => {
                                format!("{{\"inputs\":[{{\"from\":{{\"id\":1}},\"to\":{deep}}}]}}")
                            }
                            key => format!("{{\"{key}\":{deep}}}"),
                        };
                        lab.parse(&post(path, body));
                    }
                }
            }
        }
        let path = "/crm/v4/objects/notes/1/associations/tickets/1";
        let put = Request::new(Vendor::Crm, Method::PUT, path);
        lab.parse(&put.body("application/json", "[".repeat(100_000)));
        lab.parse(&get(&format!("properties={}", "(".repeat(100_000))));
    });
}
