//! The JSON Schema of an entry, joined from the code's own tables: operations, collections, outcomes, fault kinds.
//!
//! docs/log-format.schema.json is this value, compared here and written anew by `make docs`. What a record or a call
//! holds is each vendor's business and may grow, so there the schema names the place and leaves the inside open.

use std::fs;
use std::path::Path;

use muddle_world::call::{ActorKind, Credential};
use muddle_world::entry::{Fate, Outcome, VERSION};
use muddle_world::fault::{Kind, Position};
use muddle_world::vendor::Vendor;
use serde::Serialize;
use serde_json::{Value, json};

const VENDORS: [Vendor; 4] = [Vendor::Billing, Vendor::Crm, Vendor::Inbox, Vendor::Office];

/// The words of an enum, in the order given. `next` names the one after each, so that a new variant does not compile
/// until it stands here.
fn words<T: Copy + Serialize>(first: T, next: impl Fn(T) -> Option<T>) -> Value {
    let all = std::iter::successors(Some(first), |word| next(*word));
    json!({"enum": all.map(|word| serde_json::to_value(word).unwrap()).collect::<Vec<_>>()})
}

fn outcomes() -> Value {
    words(Outcome::Ok, |outcome| match outcome {
        Outcome::Ok => Some(Outcome::Refused),
        Outcome::Refused => Some(Outcome::Failed),
        Outcome::Failed => Some(Outcome::Indefinite),
        Outcome::Indefinite => Some(Outcome::Malformed),
        Outcome::Malformed => Some(Outcome::Parked),
        Outcome::Parked => Some(Outcome::Dropped),
        Outcome::Dropped => Some(Outcome::Broken),
        Outcome::Broken => None,
    })
}

fn fates() -> Value {
    words(Fate::Sent, |fate| match fate {
        Fate::Sent => Some(Fate::Altered),
        Fate::Altered => Some(Fate::Lost),
        Fate::Lost => None,
    })
}

fn positions() -> Value {
    words(Position::Before, |position| match position {
        Position::Before => Some(Position::After),
        Position::After => None,
    })
}

fn actor_kinds() -> Value {
    words(ActorKind::Candidate, |kind| match kind {
        ActorKind::Candidate => Some(ActorKind::Interviewer),
        ActorKind::Interviewer => Some(ActorKind::Grader),
        ActorKind::Grader => Some(ActorKind::Story),
        ActorKind::Story => Some(ActorKind::Persona),
        ActorKind::Persona => Some(ActorKind::Vendor),
        ActorKind::Vendor => Some(ActorKind::System),
        ActorKind::System => None,
    })
}

fn credentials() -> Value {
    words(Credential::Valid, |credential| match credential {
        Credential::Valid => Some(Credential::Revoked),
        Credential::Revoked => Some(Credential::Expired),
        Credential::Expired => Some(Credential::WrongVendor),
        Credential::WrongVendor => Some(Credential::WrongRole),
        Credential::WrongRole => None,
    })
}

const fn collections(vendor: Vendor) -> &'static [&'static str] {
    match vendor {
        Vendor::Billing => muddle_world::billing::Record::COLLECTIONS,
        Vendor::Crm => muddle_world::crm::Record::COLLECTIONS,
        Vendor::Inbox => muddle_world::inbox::Record::COLLECTIONS,
        Vendor::Office => muddle_world::office::Record::COLLECTIONS,
    }
}

fn object(required: &[&str], properties: Value) -> Value {
    json!({"type": "object", "required": required, "properties": properties, "additionalProperties": false})
}

/// A string, or the name of the blob that holds it.
fn text() -> Value {
    json!({"$ref": "#/$defs/text"})
}

fn integer() -> Value {
    json!({"type": "integer", "minimum": -9_007_199_254_740_992_i64, "maximum": 9_007_199_254_740_992_i64})
}

fn number_from(least: u64) -> Value {
    json!({"type": "integer", "minimum": least, "maximum": 9_007_199_254_740_992_i64})
}

fn effect(vendor: Vendor) -> Value {
    let place = || {
        json!({
            "vendor": {"const": vendor.name()},
            "collection": {"enum": collections(vendor)},
            "view": {"const": true},
        })
    };
    let with = |required: &[&str], more: Value| {
        let mut properties = place();
        properties
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        object(&[&["vendor", "collection"], required].concat(), properties)
    };
    let record =
        || json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}});
    let pair = json!({"type": "object", "minProperties": 1, "additionalProperties": {"type": "array", "minItems": 2, "maxItems": 2}});
    json!({"oneOf": [
        with(&["created"], json!({"created": record()})),
        with(&["id", "changed"], json!({"id": {"type": "string"}, "changed": pair})),
        with(&["removed"], json!({"removed": record()})),
    ]})
}

/// `{NAME: …}` for each vendor, beside what belongs to none.
fn by_vendor(others: &[Value]) -> Value {
    let mut forms: Vec<Value> = VENDORS
        .iter()
        .map(|vendor| {
            object(
                &[vendor.name()],
                json!({vendor.name(): {"type": ["object", "string"]}}),
            )
        })
        .collect();
    forms.extend(others.iter().cloned());
    json!({ "oneOf": forms })
}

fn calls() -> Value {
    let problem = json!({"type": "object", "required": ["kind", "message"], "properties": {
        "kind": {"type": "string"}, "param": {"type": "string"}, "message": {"type": "string"}}});
    let malformed = object(
        &["vendor", "problem"],
        json!({
        "vendor": {"$ref": "#/$defs/vendor"}, "operation": {"type": ["string", "null"]}, "problem": problem}),
    );
    let unrouted = object(
        &["vendor", "exists"],
        json!({
        "vendor": {"$ref": "#/$defs/vendor"}, "exists": {"type": "boolean"}, "nearest": {"type": ["string", "null"]}}),
    );
    by_vendor(&[
        object(&["malformed"], json!({ "malformed": malformed })),
        object(&["unrouted"], json!({ "unrouted": unrouted })),
    ])
}

fn core() -> Value {
    let operations: Vec<&str> = VENDORS
        .iter()
        .flat_map(|vendor| vendor.operations())
        .map(|operation| operation.name)
        .collect();
    let mut operations = operations;
    operations.sort_unstable();
    operations.dedup();
    let strings = json!({"type": "array", "items": {"type": "string"}, "minItems": 1});
    let headers = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let denied = object(
        &["denied"],
        json!({"denied": {"type": ["object", "string"]}}),
    );
    object(
        &[
            "v", "seq", "up", "at", "actor", "vendor", "call", "outcome", "applied",
        ],
        json!({
            "v": {"const": VERSION},
            "seq": number_from(1),
            "up": number_from(0),
            "at": integer(),
            "paused": {"const": true},
            "actor": object(&["kind", "credential"], json!({
                "kind": actor_kinds(), "name": {"type": "string"}, "attempt": number_from(1),
                "key": {"type": "string", "pattern": "^k[0-9]+$"}, "credential": credentials()})),
            "origin": object(&["protocol", "method", "path"], json!({
                "protocol": {"type": "string"}, "method": {"type": "string"}, "path": text(), "query": text(),
                "headers": headers, "body": text()})),
            "vendor": {"$ref": "#/$defs/vendor"},
            "operation": {"enum": operations},
            "subject": text(),
            "call": calls(),
            "matched": strings,
            "verdict": object(&["fault", "effect", "position", "draw"], json!({
                "fault": {"type": "string"},
                "effect": {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": Kind::NAMES}}},
                "position": positions(), "draw": number_from(0), "delay_ms": number_from(0)})),
            "effects": {"type": "array", "minItems": 1, "items": {"oneOf": VENDORS.map(effect)}},
            "reply": by_vendor(&[denied]),
            "status": {"type": "integer", "minimum": 100, "maximum": 599},
            "outcome": outcomes(),
            "applied": {"type": "boolean"},
            "answer": fates(),
            "idempotency_key": {"type": "string"},
            "about": number_from(1),
        }),
    )
}

/// The schema of one line of a log.
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An entry of Muddle's log",
        "description": "Generated from the code; see log-format.md for what each field means.",
        "$defs": {
            "vendor": {"enum": VENDORS.map(Vendor::name)},
            "text": {"oneOf": [
                {"type": "string"},
                object(&["$blob", "length"], json!({
                    "$blob": {"type": "string", "pattern": "^[0-9a-f]{64}$"}, "length": number_from(1)})),
            ]},
        },
        "type": "object",
        "required": ["core", "around"],
        "properties": {
            "core": core(),
            "around": object(&[], json!({
                "wall": integer(), "node": {"type": "string"}, "trace": {"type": "string"}, "user_agent": text()})),
        },
        "additionalProperties": false,
    })
}

#[test]
fn the_generated_log_schema_is_the_one_in_docs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/log-format.schema.json");
    let generated = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("MUDDLE_WRITE_GENERATED").is_some() {
        fs::write(&path, generated).unwrap();
        return;
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == generated,
        "docs/log-format.schema.json is not what the code says; run `make docs`"
    );
}
