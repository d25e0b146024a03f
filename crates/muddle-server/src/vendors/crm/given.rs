//! What the vendor's clients send: JSON bodies and query strings, read into plain shapes.
//!
//! Read by [`super::parse`]. Clients send numbers and booleans where the vendor keeps text; all become text here. Every
//! list has a maximum (see [`super::lists`]).

use muddle_world::call::{Problem, ProblemKind};
use muddle_world::row::Str;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, DeserializeOwned, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::lists::{Few, Fields, Names};
use crate::vendors::{Wire, percent_decoded};
use muddle_world::crm::limits::{
    FILTER_VALUES_MAX, INPUTS_MAX, NEW_LINKS_MAX, OPTIONS_MAX, PAIRS_MAX, WAYS_MAX,
};

/// Items that are read of a search's lists; the rules allow fewer.
const SEARCH_ITEMS_MAX: usize = 100;

/// Trouble with a request.
pub fn problem(kind: ProblemKind, param: Option<&str>, message: impl Into<Str>) -> Problem {
    Problem {
        kind,
        param: param.map(Into::into),
        message: message.into(),
    }
}

/// Reads the body as a JSON object or array of this shape.
pub fn body<T: DeserializeOwned>(wire: &Wire<'_>, opens_with: u8) -> Result<T, Problem> {
    let bad = |message: String| problem(ProblemKind::BadJson, None, message);
    let first = wire.body.iter().find(|byte| !byte.is_ascii_whitespace());
    if first.is_some_and(|first| *first != opens_with) {
        return Err(bad(
            "Invalid input JSON on line 1, column 1: unexpected value".to_owned(),
        ));
    }
    serde_json::from_slice(wire.body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        bad(format!(
            "Invalid input JSON on line {line}, column {column}: {error}"
        ))
    })
}

/// The query's pairs, decoded.
pub fn pairs<'q>(wire: &'q Wire<'_>) -> impl Iterator<Item = (String, String)> + 'q {
    let query = wire.query.unwrap_or("");
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decoded = |text: &str| percent_decoded(&text.replace('+', " "));
            (decoded(name), decoded(value))
        })
}

/// A value that becomes text: text, number, boolean, or nothing.
#[derive(Clone, Debug)]
pub struct Scalar(pub Str);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsText;
        impl Visitor<'_> for AsText {
            type Value = Scalar;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("text, a number, a boolean or null")
            }
            fn visit_str<E: de::Error>(self, value: &str) -> Result<Scalar, E> {
                Ok(Scalar(value.into()))
            }
            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Scalar, E> {
                Ok(Scalar(if value { "true" } else { "false" }.into()))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string().into()))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string().into()))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string().into()))
            }
            fn visit_unit<E: de::Error>(self) -> Result<Scalar, E> {
                Ok(Scalar("".into()))
            }
        }
        deserializer.deserialize_any(AsText)
    }
}

/// An id in an object of its own.
#[derive(Debug, Deserialize)]
pub struct Id {
    pub id: Scalar,
}

/// A list of inputs.
#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub struct Inputs<T, const MAX: usize> {
    pub inputs: Few<T, MAX>,
}

/// A way of belonging together.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Spec {
    pub association_category: String,
    pub association_type_id: u32,
}

/// An association of a new record.
#[derive(Deserialize)]
pub struct NewLink {
    pub to: Id,
    pub types: Few<Spec, WAYS_MAX>,
}

/// A record to make or change.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Object {
    pub id: Option<Scalar>,
    pub id_property: Option<String>,
    pub properties: Fields,
    pub associations: Option<Few<NewLink, NEW_LINKS_MAX>>,
    pub object_write_trace_id: Option<Scalar>,
}

/// Several records to read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchRead {
    pub inputs: Few<Id, INPUTS_MAX>,
    pub id_property: Option<String>,
    pub properties: Option<Names>,
    pub properties_with_history: Option<Names>,
}

/// Two to become one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Merge {
    pub primary_object_id: Scalar,
    pub object_id_to_merge: Scalar,
}

/// One condition of a search.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Filter {
    pub property_name: Str,
    pub operator: String,
    pub value: Option<Scalar>,
    pub high_value: Option<Scalar>,
    pub values: Option<Few<Scalar, FILTER_VALUES_MAX>>,
}

/// Conditions that all hold.
#[derive(Deserialize)]
pub struct FilterGroup {
    #[serde(default)]
    pub filters: Few<Filter, SEARCH_ITEMS_MAX>,
}

/// One key to sort by, long or short.
#[derive(Debug)]
pub enum Sort {
    Short(String),
    Long(LongSort),
}

/// A key to sort by with its direction.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LongSort {
    pub property_name: Str,
    pub direction: Option<String>,
}

impl<'de> Deserialize<'de> for Sort {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Sort;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the name of a property, or an object with propertyName and direction")
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<Sort, E> {
                Ok(Sort::Short(name.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Sort, A::Error> {
                LongSort::deserialize(MapAccessDeserializer::new(map)).map(Sort::Long)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// A search.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Search {
    pub filter_groups: Option<Few<FilterGroup, SEARCH_ITEMS_MAX>>,
    pub filters: Option<Few<Filter, SEARCH_ITEMS_MAX>>,
    pub query: Option<Str>,
    pub sorts: Option<Few<Sort, SEARCH_ITEMS_MAX>>,
    pub properties: Option<Names>,
    pub limit: Option<Scalar>,
    pub after: Option<Scalar>,
}

/// A pair of records with their ways, by number or by name.
#[derive(Deserialize)]
pub struct Pair {
    pub from: Id,
    pub to: OneOrMany,
    pub types: Option<Few<Spec, WAYS_MAX>>,
    #[serde(rename = "type")]
    pub name: Option<Scalar>,
}

/// One record, or several.
#[derive(Debug)]
pub enum OneOrMany {
    One(Id),
    Many(Few<Id, PAIRS_MAX>),
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = OneOrMany;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object with an id, or a list of them")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<OneOrMany, A::Error> {
                Id::deserialize(MapAccessDeserializer::new(map)).map(OneOrMany::One)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<OneOrMany, A::Error> {
                Few::deserialize(SeqAccessDeserializer::new(seq)).map(OneOrMany::Many)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// One value of an enumeration.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Choice {
    pub label: Str,
    pub value: Str,
    pub display_order: Option<i32>,
    pub hidden: Option<bool>,
    pub description: Option<Str>,
}

/// A property.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Property {
    pub name: Option<Str>,
    pub label: Option<Str>,
    #[serde(rename = "type")]
    pub value_type: Option<String>,
    pub field_type: Option<Str>,
    pub group_name: Option<Str>,
    pub description: Option<Str>,
    pub options: Option<Few<Choice, OPTIONS_MAX>>,
    pub display_order: Option<i32>,
    pub has_unique_value: Option<bool>,
    pub hidden: Option<bool>,
    pub form_field: Option<bool>,
}

/// A group of properties.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    pub name: Option<Str>,
    pub label: Option<Str>,
    pub display_order: Option<i32>,
}

/// A name in an object of its own.
#[derive(Deserialize)]
pub struct Named {
    pub name: Str,
}
