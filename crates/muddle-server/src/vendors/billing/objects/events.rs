//! Events: what happened to an object, by whose request, and what it was like before.
//!
//! The object is spelled as any other; what an update changed is read off the two spellings, before and after.

use muddle_world::billing::{Event, Past};
use serde::Serialize;
use serde::ser::SerializeMap;
use serde_json::{Map, Value};

use super::{Object, fields};
use crate::vendors::billing::{API_VERSION, request_id};

#[derive(Serialize)]
struct Data<'a> {
    object: Snapshot<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_attributes: Option<Map<String, Value>>,
}

/// What the object looked like, or its name alone where that is not known any more.
#[derive(Serialize)]
#[serde(untagged)]
enum Snapshot<'a> {
    Known(Object<'a>),
    Named { id: &'a str },
}

#[derive(Serialize)]
struct Request<'a> {
    id: Option<String>,
    idempotency_key: Option<&'a str>,
}

pub fn event<M: SerializeMap>(
    map: &mut M,
    row: &Event,
    object: Object<'_>,
) -> Result<(), M::Error> {
    let past = object.around.past.as_deref();
    let snapshot = match past {
        Some(past) => Snapshot::Known(Object::from(&past.object)),
        None => Snapshot::Named { id: &row.object },
    };
    let request = past.and_then(|past| past.request);
    fields!(map;
        "id": row.id,
        "object": "event",
        "api_version": API_VERSION,
        "created": row.created.seconds(),
        "data": Data {
            object: snapshot,
            previous_attributes: past.and_then(previous),
        },
        "livemode": false,
        "pending_webhooks": 0,
        "request": Request {
            id: request.map(|request| request_id(&format!("{request:016x}"))),
            idempotency_key: row.idempotency_key.as_deref(),
        },
        "type": row.kind,
    );
    Ok(())
}

/// The attributes that an update changed, as they were before.
fn previous(past: &Past) -> Option<Map<String, Value>> {
    let before = serde_json::to_value(Object::from(past.before.as_ref()?)).ok()?;
    let after = serde_json::to_value(Object::from(&past.object)).ok()?;
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => Some(changed(before, &after)),
        _ => None,
    }
}

/// Of `before`, what is otherwise in `after`; of a hash its changed keys alone, null where they are new.
fn changed(before: Map<String, Value>, after: &Map<String, Value>) -> Map<String, Value> {
    let new = after.keys().filter(|key| !before.contains_key(*key));
    let mut found: Map<String, Value> = new.map(|key| (key.clone(), Value::Null)).collect();
    for (key, was) in before {
        let is = after.get(&key);
        if Some(&was) == is {
            continue;
        }
        let was = match (was, is) {
            // One level: an attribute of a resource is a hash of plain values.
            (Value::Object(was), Some(Value::Object(is))) => {
                let new = is.keys().filter(|key| !was.contains_key(*key));
                let new: Vec<_> = new.map(|key| (key.clone(), Value::Null)).collect();
                let was = was
                    .into_iter()
                    .filter(|(key, was)| is.get(key) != Some(was));
                Value::Object(was.chain(new).collect())
            }
            (was, _) => was,
        };
        found.insert(key, was);
    }
    found
}
