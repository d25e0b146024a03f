//! From the wire to a call: one parser for each operation's routes.
//!
//! Types of record are read from the path; everything that is no shape but sense (a limit, an operator's value) is
//! left to the rules.

use muddle_world::call::{Call, Problem, ProblemKind};
use muddle_world::crm::{
    self, Category, Edit, GroupFields, Key, Kind, LinkName, LinkType, Links, NewLink, NewObject,
    Objects, Operator, Page, Pair, Pipelines, PropertyFields, Schema, Search, Select, Sort,
    ValueType, Values,
};
use muddle_world::row::Str;
use muddle_world::vendor::Vendor;
use serde::Deserialize;
use serde::de::IntoDeserializer;

use super::given::{self, body, pairs, problem};
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
    for (name, value) in pairs(wire) {
        let list = || {
            value
                .split(',')
                .filter(|one| !one.is_empty())
                .map(Str::from)
        };
        match name.as_str() {
            "properties" => query.select.properties.extend(list()),
            "propertiesWithHistory" => query.select.history.extend(list()),
            "associations" => {
                let kinds = value.split(',').filter_map(Kind::spelled);
                query.select.associations.extend(kinds);
            }
            "archived" => query.archived = value == "true",
            "idProperty" if !value.is_empty() => query.id_property = Some(value.into()),
            "email" if !value.is_empty() => query.email = Some(value.into()),
            "after" if !value.is_empty() => query.page.after = Some(value.into()),
            "limit" => query.page.limit = Some(number("limit", &value)?),
            _ => {}
        }
    }
    Ok(query)
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
        properties: values(given.properties),
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
    for group in given.filter_groups.into_iter().flatten() {
        groups.push(filters(group.filters)?);
    }
    if let Some(alone) = given.filters.filter(|filters| !filters.is_empty()) {
        groups.push(filters(alone)?);
    }
    groups.retain(|group| !group.is_empty());
    let limit = given.limit.filter(|limit| !limit.0.is_empty());
    let after = given.after.filter(|after| !after.0.is_empty());
    let ask = Search {
        groups,
        query: given.query.filter(|query| !query.is_empty()),
        sorts: given.sorts.into_iter().flatten().map(sort).collect(),
        limit: limit.map(|limit| number("limit", &limit.0)).transpose()?,
        after: after.map_or(Ok(0), |after| number("after", &after.0))?,
    };
    let select = Select {
        properties: given.properties.unwrap_or_default(),
        ..Select::default()
    };
    objects(wire, params, select, Objects::Search(ask))
}

fn filters(given: Vec<given::Filter>) -> Result<Vec<crm::Filter>, Problem> {
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
                .into_iter()
                .flatten()
                .map(|value| value.0)
                .collect(),
        })
    };
    given.into_iter().map(read).collect()
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
        given::Sort::Long {
            property_name,
            direction,
        } => Sort {
            property: property_name,
            descending: direction.is_some_and(|word| word.eq_ignore_ascii_case("DESCENDING")),
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
        properties: given.properties.unwrap_or_default(),
        history: given.properties_with_history.unwrap_or_default(),
        associations: Vec::new(),
    };
    let ask = Objects::BatchRead {
        keys: given.inputs.into_iter().map(key).collect(),
        archived: query(wire)?.archived,
    };
    objects(wire, params, select, ask)
}

pub fn batch_create(wire: &Wire<'_>, params: &Params) -> Parsed {
    let given: given::Inputs<given::Object> = body(wire, b'{')?;
    let new: Result<Vec<NewObject>, Problem> = given.inputs.into_iter().map(new_object).collect();
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
    let given: given::Inputs<given::Id> = body(wire, b'{')?;
    let ids = given.inputs.into_iter().map(|id| id.id.0).collect();
    objects(wire, params, Select::default(), Objects::BatchArchive(ids))
}

fn edits(wire: &Wire<'_>) -> Result<Vec<Edit>, Problem> {
    let given: given::Inputs<given::Object> = body(wire, b'{')?;
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
            properties: values(object.properties),
        })
    };
    given.inputs.into_iter().map(read).collect()
}

fn new_object(given: given::Object) -> Result<NewObject, Problem> {
    let mut links = Vec::new();
    for link in given.associations.into_iter().flatten() {
        let types: Result<Vec<LinkType>, Problem> = link.types.into_iter().map(way).collect();
        links.push(NewLink {
            to: link.to.id.0,
            types: types?,
        });
    }
    Ok(NewObject {
        properties: values(given.properties),
        links,
    })
}

fn values(given: std::collections::BTreeMap<Str, given::Scalar>) -> Values {
    given
        .into_iter()
        .map(|(name, value)| (name, value.0))
        .collect()
}

fn way(spec: given::Spec) -> Result<LinkType, Problem> {
    let category = match spec.association_category.as_str() {
        "HUBSPOT_DEFINED" => Category::HubspotDefined,
        "USER_DEFINED" | "INTEGRATOR_DEFINED" => Category::UserDefined,
        other => {
            let message = format!("associationCategory {other} is none of the vendor's");
            return Err(problem(
                ProblemKind::InvalidParam,
                Some("associationCategory"),
                message,
            ));
        }
    };
    Ok(LinkType {
        category,
        type_id: spec.association_type_id,
    })
}

/// A call about associations from `{from}` to `{to}`.
fn links(params: &Params, ask: Links, by_name: bool) -> Parsed {
    let kind = |name: &str| params.get(name).and_then(|text| Kind::spelled(text));
    match (kind("from"), kind("to")) {
        (Some(from), Some(to)) if dated(params) => Ok(Call::Crm(crm::Call::Links {
            from,
            to,
            ask,
            by_name,
        })),
        _ => Ok(unrouted(false)),
    }
}

fn pair(params: &Params, types: Vec<LinkName>) -> Pair {
    Pair {
        from: param(params, "id"),
        to: param(params, "other"),
        types,
    }
}

pub fn list_links(wire: &Wire<'_>, params: &Params) -> Parsed {
    let ask = Links::List {
        id: param(params, "id"),
        page: query(wire)?.page,
    };
    links(params, ask, false)
}

pub fn link_default(_wire: &Wire<'_>, params: &Params) -> Parsed {
    let pair = pair(params, Vec::new());
    links(params, Links::Default { pair }, false)
}

pub fn link(wire: &Wire<'_>, params: &Params) -> Parsed {
    let given: Vec<given::Spec> = body(wire, b'[')?;
    let types: Result<Vec<LinkType>, Problem> = given.into_iter().map(way).collect();
    let pair = pair(params, types?.into_iter().map(LinkName::Typed).collect());
    links(params, Links::Create { pair }, false)
}

pub fn unlink(_wire: &Wire<'_>, params: &Params) -> Parsed {
    let pair = pair(params, Vec::new());
    links(params, Links::Archive { pair }, false)
}

/// The older interface names ways, the newer numbers them.
fn by_name(wire: &Wire<'_>) -> bool {
    wire.path.starts_with("/crm/v3/")
}

pub fn batch_read_links(wire: &Wire<'_>, params: &Params) -> Parsed {
    let given: given::Inputs<given::Id> = body(wire, b'{')?;
    let ids = given.inputs.into_iter().map(|id| id.id.0).collect();
    links(params, Links::BatchRead(ids), by_name(wire))
}

pub fn batch_link(wire: &Wire<'_>, params: &Params) -> Parsed {
    links(
        params,
        Links::BatchCreate(given_pairs(wire)?),
        by_name(wire),
    )
}

pub fn batch_link_default(wire: &Wire<'_>, params: &Params) -> Parsed {
    links(params, Links::BatchDefault(given_pairs(wire)?), false)
}

pub fn batch_unlink(wire: &Wire<'_>, params: &Params) -> Parsed {
    links(
        params,
        Links::BatchArchive(given_pairs(wire)?),
        by_name(wire),
    )
}

pub fn labels(_wire: &Wire<'_>, params: &Params) -> Parsed {
    links(params, Links::Labels, false)
}

fn given_pairs(wire: &Wire<'_>) -> Result<Vec<Pair>, Problem> {
    let given: given::Inputs<given::Pair> = body(wire, b'{')?;
    let mut pairs = Vec::new();
    for one in given.inputs {
        let mut types = Vec::new();
        for spec in one.types.into_iter().flatten() {
            types.push(LinkName::Typed(way(spec)?));
        }
        types.extend(one.name.map(|name| LinkName::Named(name.0)));
        let ends = match one.to {
            given::OneOrMany::One(id) => vec![id],
            given::OneOrMany::Many(ids) => ids,
        };
        pairs.extend(ends.into_iter().map(|end| Pair {
            from: one.from.id.0.clone(),
            to: end.id.0,
            types: types.clone(),
        }));
    }
    Ok(pairs)
}

fn schema(params: &Params, ask: Schema) -> Parsed {
    match params.get("type").and_then(|text| Kind::spelled(text)) {
        Some(of) if dated(params) => Ok(Call::Crm(crm::Call::Schema { of, ask })),
        _ => Ok(unrouted(false)),
    }
}

pub fn list_properties(wire: &Wire<'_>, params: &Params) -> Parsed {
    let archived = query(wire)?.archived;
    schema(params, Schema::List { archived })
}

pub fn get_property(wire: &Wire<'_>, params: &Params) -> Parsed {
    let ask = Schema::Get {
        name: param(params, "name"),
        archived: query(wire)?.archived,
    };
    schema(params, ask)
}

pub fn create_property(wire: &Wire<'_>, params: &Params) -> Parsed {
    let fields = fields(body(wire, b'{')?)?;
    schema(params, Schema::Create(fields))
}

pub fn update_property(wire: &Wire<'_>, params: &Params) -> Parsed {
    let mut fields = fields(body(wire, b'{')?)?;
    fields.name = param(params, "name");
    schema(params, Schema::Update(fields))
}

pub fn delete_property(_wire: &Wire<'_>, params: &Params) -> Parsed {
    let name = param(params, "name");
    schema(params, Schema::Archive { name })
}

pub fn batch_create_properties(wire: &Wire<'_>, params: &Params) -> Parsed {
    let given: given::Inputs<given::Property> = body(wire, b'{')?;
    let all: Result<Vec<PropertyFields>, Problem> = given.inputs.into_iter().map(fields).collect();
    schema(params, Schema::BatchCreate(all?))
}

pub fn batch_read_properties(wire: &Wire<'_>, params: &Params) -> Parsed {
    schema(params, Schema::BatchRead(names(wire)?))
}

pub fn batch_archive_properties(wire: &Wire<'_>, params: &Params) -> Parsed {
    schema(params, Schema::BatchArchive(names(wire)?))
}

fn names(wire: &Wire<'_>) -> Result<Vec<Str>, Problem> {
    let given: given::Inputs<given::Named> = body(wire, b'{')?;
    Ok(given.inputs.into_iter().map(|one| one.name).collect())
}

fn fields(given: given::Property) -> Result<PropertyFields, Problem> {
    let value_type = match given.value_type.as_deref() {
        None => None,
        Some(name) => Some(ValueType::named(name).ok_or_else(|| {
            let message = format!("type {name} is none of the vendor's");
            problem(ProblemKind::InvalidParam, Some("type"), message)
        })?),
    };
    let choice = |(place, one): (usize, given::Choice)| crm::Choice {
        value: one.value,
        label: one.label,
        display_order: one
            .display_order
            .unwrap_or_else(|| i32::try_from(place).unwrap_or(-1)),
        hidden: one.hidden.unwrap_or(false),
        description: one.description,
    };
    let options = given
        .options
        .map(|all| all.into_iter().enumerate().map(choice).collect());
    Ok(PropertyFields {
        name: given.name.unwrap_or_else(|| "".into()),
        label: given.label,
        value_type,
        field_type: given.field_type,
        group_name: given.group_name,
        description: given.description,
        options,
        display_order: given.display_order,
        has_unique_value: given.has_unique_value,
        hidden: given.hidden,
        form_field: given.form_field,
    })
}

pub fn list_groups(_wire: &Wire<'_>, params: &Params) -> Parsed {
    schema(params, Schema::ListGroups)
}

pub fn get_group(_wire: &Wire<'_>, params: &Params) -> Parsed {
    let name = param(params, "name");
    schema(params, Schema::GetGroup { name })
}

pub fn create_group(wire: &Wire<'_>, params: &Params) -> Parsed {
    let given: given::Group = body(wire, b'{')?;
    let name = given.name.clone().unwrap_or_else(|| "".into());
    schema(params, Schema::CreateGroup(group(name, given)))
}

pub fn update_group(wire: &Wire<'_>, params: &Params) -> Parsed {
    let given: given::Group = body(wire, b'{')?;
    let name = param(params, "name");
    schema(params, Schema::UpdateGroup(group(name, given)))
}

pub fn delete_group(_wire: &Wire<'_>, params: &Params) -> Parsed {
    let name = param(params, "name");
    schema(params, Schema::ArchiveGroup { name })
}

fn group(name: Str, given: given::Group) -> GroupFields {
    GroupFields {
        name,
        label: given.label,
        display_order: given.display_order,
    }
}

pub fn list_owners(wire: &Wire<'_>, params: &Params) -> Parsed {
    if !dated(params) {
        return Ok(unrouted(false));
    }
    let query = query(wire)?;
    Ok(Call::Crm(crm::Call::ListOwners {
        email: query.email,
        page: query.page,
        archived: query.archived,
    }))
}

pub fn get_owner(_wire: &Wire<'_>, params: &Params) -> Parsed {
    if !dated(params) {
        return Ok(unrouted(false));
    }
    let id = param(params, "id");
    Ok(Call::Crm(crm::Call::GetOwner { id }))
}

fn pipelines(params: &Params, ask: Pipelines) -> Parsed {
    match params.get("type").and_then(|text| Kind::spelled(text)) {
        Some(of) if dated(params) => Ok(Call::Crm(crm::Call::Pipelines { of, ask })),
        _ => Ok(unrouted(false)),
    }
}

pub fn list_pipelines(_wire: &Wire<'_>, params: &Params) -> Parsed {
    pipelines(params, Pipelines::List)
}

pub fn get_pipeline(_wire: &Wire<'_>, params: &Params) -> Parsed {
    let id = param(params, "id");
    pipelines(params, Pipelines::Get { id })
}

pub fn list_stages(_wire: &Wire<'_>, params: &Params) -> Parsed {
    let id = param(params, "id");
    pipelines(params, Pipelines::Stages { id })
}

pub fn get_stage(_wire: &Wire<'_>, params: &Params) -> Parsed {
    let ask = Pipelines::Stage {
        id: param(params, "id"),
        stage: param(params, "stage"),
    };
    pipelines(params, ask)
}
