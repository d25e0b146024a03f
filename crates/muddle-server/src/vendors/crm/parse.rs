//! From the wire to a call: one parser for each operation's routes.
//!
//! Types of record are read from the path; everything that is no shape but sense (a limit, an operator's value) is
//! left to the rules.

mod directory;
mod links;
mod schema;

pub use directory::{get_owner, get_pipeline, get_stage, list_owners, list_pipelines, list_stages};
pub use links::{
    batch_link, batch_link_default, batch_read_links, batch_unlink, labels, link, link_default,
    list_links, unlink,
};
pub use schema::{
    batch_archive_properties, batch_create_properties, batch_read_properties, create_group,
    create_property, delete_group, delete_property, get_group, get_property, list_groups,
    list_properties, update_group, update_property,
};

use links::way;
use muddle_world::call::{Call, Problem, ProblemKind};
use muddle_world::crm::limits::INPUTS_MAX;
use muddle_world::crm::{
    self, Edit, Key, Kind, LinkType, NewLink, NewObject, Objects, Operator, Page, Search, Select,
    Sort,
};
use muddle_world::row::Str;
use muddle_world::vendor::Vendor;
use serde::Deserialize;
use serde::de::IntoDeserializer;

use super::given::{self, body, pairs, problem};
use super::lists::{Few, Names};
use crate::vendors::{Params, Wire};

type Parsed = Result<Call, Problem>;

/// Types of record that the vendor has and we lack; paths of other types do not exist.
const OTHER_TYPES: [&str; 12] = [
    "calls",
    "emails",
    "meetings",
    "communications",
    "postal_mail",
    "products",
    "quotes",
    "feedback_submissions",
    "goal_targets",
    "leads",
    "orders",
    "carts",
];

/// Objects of a type that we do not have: not offered, or unknown to the vendor as well.
pub fn other_type(_wire: &Wire<'_>, params: &Params) -> Parsed {
    let exists = params
        .get("type")
        .is_some_and(|name| OTHER_TYPES.contains(&name.as_str()));
    Ok(unrouted(exists))
}

fn unrouted(exists: bool) -> Call {
    Call::Unrouted {
        vendor: Vendor::Crm,
        exists,
        nearest: None,
    }
}

/// Whether a path's date is one, as in `2026-03` or `2026-09-beta`. Paths without a date pass.
fn dated(params: &Params) -> bool {
    params.get("date").is_none_or(|date| {
        let date = date.strip_suffix("-beta").unwrap_or(date).as_bytes();
        let digit = |at: usize| date.get(at).is_some_and(u8::is_ascii_digit);
        date.len() == 7 && date[4] == b'-' && [0, 1, 2, 3, 5, 6].into_iter().all(digit)
    })
}

fn objects(wire: &Wire<'_>, params: &Params, select: Select, ask: Objects) -> Parsed {
    let of = wire.path.split('/').nth(4).and_then(Kind::spelled);
    match of {
        Some(of) if dated(params) => Ok(Call::Crm(crm::Call::Objects { of, ask, select })),
        _ => Ok(unrouted(false)),
    }
}

fn param(params: &Params, name: &str) -> Str {
    params.get(name).map_or("", String::as_str).into()
}

/// A query's meaning, as far as several operations share it.
#[derive(Default)]
struct Query {
    select: Select,
    page: Page,
    archived: bool,
    id_property: Option<Str>,
    email: Option<Str>,
}

fn query(wire: &Wire<'_>) -> Result<Query, Problem> {
    let mut query = Query::default();
    let (mut properties, mut history) = (Names::default(), Names::default());
    for (name, value) in pairs(wire) {
        match name.as_str() {
            "properties" => value.split(',').for_each(|one| properties.add(one)),
            "propertiesWithHistory" => value.split(',').for_each(|one| history.add(one)),
            "associations" => {
                for kind in value.split(',').filter_map(Kind::spelled) {
                    if !query.select.associations.contains(&kind) {
                        query.select.associations.push(kind);
                    }
                }
            }
            "archived" => query.archived = value.eq_ignore_ascii_case("true"),
            "idProperty" if !value.is_empty() => query.id_property = Some(value.into()),
            "email" if !value.is_empty() => query.email = Some(value.into()),
            "after" if !value.is_empty() => query.page.after = Some(value.into()),
            "limit" => query.page.limit = Some(number("limit", &value)?),
            _ => {}
        }
    }
    query.select.properties = properties.within("properties")?;
    query.select.history = history.within("propertiesWithHistory")?;
    Ok(query)
}

/// The names of a list in a body, if there is one.
fn names(given: Option<Names>, what: &str) -> Result<Vec<Str>, Problem> {
    given.map_or_else(|| Ok(Vec::new()), |names| names.within(what))
}

fn number(name: &str, value: &str) -> Result<u32, Problem> {
    value.trim().parse().map_err(|_| {
        let message = format!("{name} must be a number, but was '{value}'");
        problem(ProblemKind::InvalidParam, Some(name), message)
    })
}

pub fn get(wire: &Wire<'_>, params: &Params) -> Parsed {
    let Query {
        select,
        archived,
        id_property,
        ..
    } = query(wire)?;
    let key = Key {
        id: param(params, "id"),
        by: id_property,
    };
    objects(wire, params, select, Objects::Get { key, archived })
}

pub fn list(wire: &Wire<'_>, params: &Params) -> Parsed {
    let Query {
        select,
        page,
        archived,
        ..
    } = query(wire)?;
    objects(wire, params, select, Objects::List { page, archived })
}

pub fn create(wire: &Wire<'_>, params: &Params) -> Parsed {
    let new = new_object(body(wire, b'{')?)?;
    objects(wire, params, Select::default(), Objects::Create(new))
}

pub fn update(wire: &Wire<'_>, params: &Params) -> Parsed {
    let given: given::Object = body(wire, b'{')?;
    let key = Key {
        id: param(params, "id"),
        by: query(wire)?.id_property,
    };
    let edit = Edit {
        key,
        properties: given.properties.within()?,
        trace: None,
    };
    objects(wire, params, Select::default(), Objects::Update(edit))
}

pub fn delete(wire: &Wire<'_>, params: &Params) -> Parsed {
    let id = param(params, "id");
    objects(wire, params, Select::default(), Objects::Archive { id })
}

pub fn merge(wire: &Wire<'_>, params: &Params) -> Parsed {
    let given: given::Merge = body(wire, b'{')?;
    let ask = Objects::Merge {
        primary: given.primary_object_id.0,
        loser: given.object_id_to_merge.0,
    };
    objects(wire, params, Select::default(), ask)
}

pub fn search(wire: &Wire<'_>, params: &Params) -> Parsed {
    let given: given::Search = body(wire, b'{')?;
    let mut groups = Vec::new();
    for group in given
        .filter_groups
        .unwrap_or_default()
        .within("filterGroups")?
    {
        groups.push(filters(group.filters)?);
    }
    groups.push(filters(given.filters.unwrap_or_default())?);
    groups.retain(|group| !group.is_empty());
    let limit = given.limit.filter(|limit| !limit.0.is_empty());
    let after = given.after.filter(|after| !after.0.is_empty());
    let sorts = given.sorts.unwrap_or_default().within("sorts")?;
    let ask = Search {
        groups,
        query: given.query.filter(|query| !query.is_empty()),
        sorts: sorts.into_iter().map(sort).collect(),
        limit: limit.map(|limit| number("limit", &limit.0)).transpose()?,
        after: after.map_or(Ok(0), |after| number("after", &after.0))?,
    };
    let select = Select {
        properties: names(given.properties, "properties")?,
        ..Select::default()
    };
    objects(wire, params, select, Objects::Search(ask))
}

fn filters<const MAX: usize>(given: Few<given::Filter, MAX>) -> Result<Vec<crm::Filter>, Problem> {
    let read = |filter: given::Filter| {
        let name = filter.operator.as_str();
        let operator: Result<Operator, serde::de::value::Error> =
            Operator::deserialize(name.into_deserializer());
        let operator = operator.map_err(|_| {
            let message = format!("operator {name} is none of the vendor's");
            problem(ProblemKind::InvalidParam, Some("operator"), message)
        })?;
        Ok(crm::Filter {
            property: filter.property_name,
            operator,
            value: filter.value.map(|value| value.0),
            high: filter.high_value.map(|value| value.0),
            values: filter
                .values
                .unwrap_or_default()
                .within("values")?
                .into_iter()
                .map(|value| value.0)
                .collect(),
        })
    };
    given.within("filters")?.into_iter().map(read).collect()
}

fn sort(given: given::Sort) -> Sort {
    match given {
        given::Sort::Short(text) => match text.strip_prefix('-') {
            Some(property) => Sort {
                property: property.into(),
                descending: true,
            },
            None => Sort {
                property: text.into(),
                descending: false,
            },
        },
        given::Sort::Long(long) => Sort {
            property: long.property_name,
            descending: long
                .direction
                .is_some_and(|word| word.eq_ignore_ascii_case("DESCENDING")),
        },
    }
}

pub fn batch_read(wire: &Wire<'_>, params: &Params) -> Parsed {
    let given: given::BatchRead = body(wire, b'{')?;
    let by: Option<Str> = given.id_property.map(Into::into);
    let key = |id: given::Id| Key {
        id: id.id.0,
        by: by.clone(),
    };
    let select = Select {
        properties: names(given.properties, "properties")?,
        history: names(given.properties_with_history, "propertiesWithHistory")?,
        associations: Vec::new(),
    };
    let ask = Objects::BatchRead {
        keys: given.inputs.inputs()?.into_iter().map(key).collect(),
        archived: query(wire)?.archived,
    };
    objects(wire, params, select, ask)
}

pub fn batch_create(wire: &Wire<'_>, params: &Params) -> Parsed {
    let given: given::Inputs<given::Object, INPUTS_MAX> = body(wire, b'{')?;
    let inputs = given.inputs.inputs()?.into_iter();
    let new: Result<Vec<NewObject>, Problem> = inputs.map(new_object).collect();
    objects(wire, params, Select::default(), Objects::BatchCreate(new?))
}

pub fn batch_update(wire: &Wire<'_>, params: &Params) -> Parsed {
    let ask = Objects::BatchUpdate(edits(wire)?);
    objects(wire, params, Select::default(), ask)
}

pub fn batch_upsert(wire: &Wire<'_>, params: &Params) -> Parsed {
    let ask = Objects::BatchUpsert(edits(wire)?);
    objects(wire, params, Select::default(), ask)
}

pub fn batch_archive(wire: &Wire<'_>, params: &Params) -> Parsed {
    let given: given::Inputs<given::Id, INPUTS_MAX> = body(wire, b'{')?;
    let inputs = given.inputs.inputs()?.into_iter();
    let ids = inputs.map(|id| id.id.0).collect();
    objects(wire, params, Select::default(), Objects::BatchArchive(ids))
}

fn edits(wire: &Wire<'_>) -> Result<Vec<Edit>, Problem> {
    let given: given::Inputs<given::Object, INPUTS_MAX> = body(wire, b'{')?;
    let read = |object: given::Object| {
        let id = object.id.ok_or_else(|| {
            let message = "Some required fields were not set: [id]";
            problem(ProblemKind::MissingParam, Some("id"), message)
        })?;
        Ok(Edit {
            key: Key {
                id: id.0,
                by: object.id_property.map(Into::into),
            },
            properties: object.properties.within()?,
            trace: object.object_write_trace_id.map(|trace| trace.0),
        })
    };
    given.inputs.inputs()?.into_iter().map(read).collect()
}

fn new_object(given: given::Object) -> Result<NewObject, Problem> {
    let mut links = Vec::new();
    let given_links = given.associations.unwrap_or_default();
    for link in given_links.within("associations")? {
        let types = link.types.within("types")?.into_iter();
        let types: Result<Vec<LinkType>, Problem> = types.map(way).collect();
        links.push(NewLink {
            to: link.to.id.0,
            types: types?,
        });
    }
    Ok(NewObject {
        properties: given.properties.within()?,
        links,
        trace: given.object_write_trace_id.map(|trace| trace.0),
    })
}
