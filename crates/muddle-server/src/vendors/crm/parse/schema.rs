//! Calls about properties and their groups.

use muddle_world::call::{Call, Problem, ProblemKind};
use muddle_world::crm::limits::INPUTS_MAX;
use muddle_world::crm::{self, GroupFields, Kind, PropertyFields, Schema, ValueType};
use muddle_world::row::Str;

use super::super::given::{self, body, problem};
use super::{Parsed, dated, param, query, unrouted};
use crate::vendors::{Params, Wire};

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
    let given: given::Inputs<given::Property, INPUTS_MAX> = body(wire, b'{')?;
    let inputs = given.inputs.inputs()?.into_iter();
    let all: Result<Vec<PropertyFields>, Problem> = inputs.map(fields).collect();
    schema(params, Schema::BatchCreate(all?))
}

pub fn batch_read_properties(wire: &Wire<'_>, params: &Params) -> Parsed {
    schema(params, Schema::BatchRead(names(wire)?))
}

pub fn batch_archive_properties(wire: &Wire<'_>, params: &Params) -> Parsed {
    schema(params, Schema::BatchArchive(names(wire)?))
}

fn names(wire: &Wire<'_>) -> Result<Vec<Str>, Problem> {
    let given: given::Inputs<given::Named, INPUTS_MAX> = body(wire, b'{')?;
    let inputs = given.inputs.inputs()?.into_iter();
    Ok(inputs.map(|one| one.name).collect())
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
    let options = given.options.map(|all| all.within("options"));
    let options = options
        .transpose()?
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
