//! Properties and their groups: what every account has cannot be changed, what an account made up can.

use std::collections::BTreeSet;

use super::batch::sized;
use super::room::Room;
use super::{Said, all, one};
use crate::crm::builtin::{self, ValueType};
use crate::crm::call::{GroupFields, PropertyFields, Schema};
use crate::crm::limits::{DEFINITIONS_MAX, INPUTS_MAX, LABEL_BYTES_MAX};
use crate::crm::refusal::{Refusal, Thing};
use crate::crm::state::{Choice, Property, PropertyGroup};
use crate::crm::{Kind, Reply};
use crate::effect::{self, Effects};
use crate::row::Str;
use crate::vendor::Vendor;
use crate::view::View;

/// Letters of a name.
const NAME_MAX: usize = 100;

/// Decides one call about a type's properties.
pub fn decide(view: &View<'_>, effects: &mut Effects, of: Kind, ask: &Schema) -> Said {
    match ask {
        Schema::List { archived } => Ok(all("properties", names(view, of, *archived))),
        Schema::Get { name, archived } => {
            let id = find(view, of, name, *archived)?;
            Ok(one("properties", &id))
        }
        Schema::Create(fields) => {
            let id = create(view, effects, &mut Room::of(view, of), of, fields)?;
            Ok(one("properties", &id))
        }
        Schema::Update(fields) => update(view, effects, of, fields),
        Schema::Archive { name } => {
            archive(view, effects, of, name)?;
            Ok(Reply::Done)
        }
        Schema::BatchRead(names) => read(view, of, names),
        Schema::BatchCreate(all) => {
            sized(all.len(), INPUTS_MAX)?;
            Ok(create_all(view, effects, of, all))
        }
        Schema::BatchArchive(names) => {
            sized(names.len(), INPUTS_MAX)?;
            for name in names {
                let known = find(view, of, name, false).is_ok();
                if known {
                    archive(view, effects, of, name)?;
                }
            }
            Ok(Reply::Done)
        }
        Schema::ListGroups
        | Schema::GetGroup { .. }
        | Schema::CreateGroup(_)
        | Schema::UpdateGroup(_)
        | Schema::ArchiveGroup { .. } => groups(view, effects, of, ask),
    }
}

/// Several new properties; one that cannot be made fails alone.
fn create_all(view: &View<'_>, effects: &mut Effects, of: Kind, all: &[PropertyFields]) -> Reply {
    let mut room = Room::of(view, of);
    let (mut ids, mut errors) = (Vec::with_capacity(all.len()), Vec::new());
    let mut names = BTreeSet::new();
    for fields in all {
        let made = if names.contains(&fields.name) {
            Err(defined(Thing::Property, &fields.name))
        } else {
            create(view, effects, &mut room, of, fields)
        };
        match made {
            Ok(id) => {
                names.insert(fields.name.clone());
                ids.push(id);
            }
            Err(refusal) => errors.push(refusal),
        }
    }
    batch(ids, errors)
}

fn batch(ids: Vec<Str>, errors: Vec<Refusal>) -> Reply {
    Reply::Batch {
        collection: "properties".into(),
        ids,
        fresh: Vec::new(),
        errors,
        rows: Vec::new(),
    }
}

fn id_of(of: Kind, name: &str) -> Str {
    format!("{of}/{name}").into()
}

fn names(view: &View<'_>, of: Kind, archived: bool) -> Vec<Str> {
    let built_in = builtin::properties(of).filter(|_| !archived);
    let own = view.world.crm.properties.oldest_first();
    built_in
        .map(|property| id_of(of, property.name))
        .chain(
            own.filter(|row| row.object_type == of && row.archived.is_some() == archived)
                .map(|row| row.id.clone()),
        )
        .collect()
}

fn find(view: &View<'_>, of: Kind, name: &str, archived: bool) -> Result<Str, Refusal> {
    let id = id_of(of, name);
    let own = view.world.crm.properties.get(&id);
    let there = own.is_some_and(|row| row.archived.is_some() == archived)
        || (!archived && builtin::property(of, name).is_some());
    if there {
        Ok(id)
    } else {
        Err(missing(Thing::Property, name))
    }
}

fn read(view: &View<'_>, of: Kind, names: &[Str]) -> Said {
    sized(names.len(), INPUTS_MAX)?;
    let (mut ids, mut errors) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for name in names.iter().filter(|name| seen.insert(*name)) {
        match find(view, of, name, false) {
            Ok(id) => ids.push(id),
            Err(refusal) => errors.push(refusal),
        }
    }
    Ok(batch(ids, errors))
}

fn create(
    view: &View<'_>,
    effects: &mut Effects,
    room: &mut Room,
    of: Kind,
    fields: &PropertyFields,
) -> Result<Str, Refusal> {
    let needed = |field: Option<&Str>, name: &str| {
        field
            .cloned()
            .filter(|value| !value.is_empty())
            .ok_or_else(|| Refusal::bad(format!("Property {name} is required")))
    };
    named(&fields.name)?;
    let label = needed(fields.label.as_ref(), "label")?;
    let field_type = needed(fields.field_type.as_ref(), "fieldType")?;
    let group_name = needed(fields.group_name.as_ref(), "groupName")?;
    let value_type = fields
        .value_type
        .ok_or_else(|| Refusal::bad("Property type is required"))?;
    group(view, of, &group_name)?;
    let id = id_of(of, &fields.name);
    let there = view.world.crm.properties.get(&id);
    if builtin::property(of, &fields.name).is_some()
        || there.is_some_and(|row| row.archived.is_none())
    {
        return Err(defined(Thing::Property, &fields.name));
    }
    let options = fields.options.clone().unwrap_or_default();
    choices(value_type, &options)?;
    let property = Property {
        id: id.clone(),
        object_type: of,
        name: fields.name.clone(),
        label,
        value_type,
        field_type,
        group_name,
        description: fields.description.clone().unwrap_or_else(|| "".into()),
        options,
        display_order: fields.display_order.unwrap_or(-1),
        has_unique_value: fields.has_unique_value.unwrap_or(false),
        hidden: fields.hidden.unwrap_or(false),
        form_field: fields.form_field.unwrap_or(false),
        created: view.at,
        updated: view.at,
        archived: None,
    };
    if let Some(before) = there {
        room.leave(before);
    }
    room.take(&property)?;
    match there {
        Some(before) => effects.change(Vendor::Crm, &**before, &property),
        None => effects.create(effect::Record::Crm(property.into())),
    }
    Ok(id)
}

fn update(view: &View<'_>, effects: &mut Effects, of: Kind, fields: &PropertyFields) -> Said {
    let before = own(view, of, &fields.name)?;
    let mut after = before.clone();
    let given = fields.clone();
    after.label = given.label.unwrap_or(after.label);
    after.value_type = given.value_type.unwrap_or(after.value_type);
    after.field_type = given.field_type.unwrap_or(after.field_type);
    after.group_name = given.group_name.unwrap_or(after.group_name);
    after.description = given.description.unwrap_or(after.description);
    after.options = given.options.unwrap_or(after.options);
    after.display_order = given.display_order.unwrap_or(after.display_order);
    after.hidden = given.hidden.unwrap_or(after.hidden);
    after.form_field = given.form_field.unwrap_or(after.form_field);
    group(view, of, &after.group_name)?;
    choices(after.value_type, &after.options)?;
    let mut room = Room::of(view, of);
    room.leave(before);
    room.take(&after)?;
    after.updated = view.at;
    effects.change(Vendor::Crm, before, &after);
    Ok(one("properties", &before.id))
}

fn archive(view: &View<'_>, effects: &mut Effects, of: Kind, name: &str) -> Result<(), Refusal> {
    let before = own(view, of, name)?;
    let after = Property {
        archived: Some(view.at),
        ..before.clone()
    };
    effects.change(Vendor::Crm, before, &after);
    Ok(())
}

/// A living property that the account made up; a built-in one is refused.
fn own<'a>(view: &View<'a>, of: Kind, name: &str) -> Result<&'a Property, Refusal> {
    if builtin::property(of, name).is_some() {
        let message = format!("Property {name} is defined by HubSpot and cannot be modified");
        return Err(Refusal::bad(message));
    }
    view.world
        .crm
        .properties
        .get(&id_of(of, name))
        .filter(|row| row.archived.is_none())
        .map(|row| &**row)
        .ok_or_else(|| missing(Thing::Property, name))
}

fn groups(view: &View<'_>, effects: &mut Effects, of: Kind, ask: &Schema) -> Said {
    let rows = &view.world.crm.property_groups;
    let living = |name: &str| {
        let row = rows.get(&id_of(of, name));
        row.filter(|row| row.archived.is_none())
            .ok_or_else(|| missing(Thing::Group, name))
    };
    match ask {
        Schema::CreateGroup(fields) => create_group(view, effects, of, fields),
        Schema::UpdateGroup(fields) => {
            let before = living(&fields.name)?;
            let mut after = PropertyGroup::clone(before);
            after.label = fields.label.clone().unwrap_or(after.label);
            labelled(&after.label)?;
            after.display_order = fields.display_order.unwrap_or(after.display_order);
            effects.change(Vendor::Crm, &**before, &after);
            Ok(one("property_groups", &before.id))
        }
        Schema::ArchiveGroup { name } => {
            let before = living(name)?;
            let mut after = PropertyGroup::clone(before);
            after.archived = Some(view.at);
            effects.change(Vendor::Crm, &**before, &after);
            Ok(Reply::Done)
        }
        Schema::GetGroup { name } => {
            group(view, of, name).map_err(|_| missing(Thing::Group, name))?;
            Ok(one("property_groups", &id_of(of, name)))
        }
        _ => {
            let own = rows.oldest_first();
            let own = own.filter(|row| row.object_type == of && row.archived.is_none());
            let first = id_of(of, builtin::group(of).0);
            let ids = std::iter::once(first).chain(own.map(|row| row.id.clone()));
            Ok(all("property_groups", ids.collect()))
        }
    }
}

fn create_group(view: &View<'_>, effects: &mut Effects, of: Kind, fields: &GroupFields) -> Said {
    named(&fields.name)?;
    let label = fields.label.clone().filter(|label| !label.is_empty());
    let label = label.ok_or_else(|| Refusal::bad("Group label is required"))?;
    labelled(&label)?;
    let id = id_of(of, &fields.name);
    let there = view.world.crm.property_groups.get(&id);
    if &*fields.name == builtin::group(of).0 || there.is_some_and(|row| row.archived.is_none()) {
        return Err(defined(Thing::Group, &fields.name));
    }
    let group = PropertyGroup {
        id: id.clone(),
        object_type: of,
        name: fields.name.clone(),
        label,
        display_order: fields.display_order.unwrap_or(-1),
        archived: None,
    };
    let groups = view.world.crm.property_groups.rows();
    let groups = groups.filter(|row| row.object_type == of);
    if there.is_none() && groups.count() >= DEFINITIONS_MAX {
        return Err(Refusal::bad(format!(
            "An account can have {DEFINITIONS_MAX} property groups of one type, deleted ones included"
        )));
    }
    match there {
        Some(before) => effects.change(Vendor::Crm, &**before, &group),
        None => effects.create(effect::Record::Crm(group.into())),
    }
    Ok(one("property_groups", &id))
}

/// A group that properties can be in.
fn group(view: &View<'_>, of: Kind, name: &str) -> Result<(), Refusal> {
    let own = view.world.crm.property_groups.get(&id_of(of, name));
    if name == builtin::group(of).0 || own.is_some_and(|row| row.archived.is_none()) {
        return Ok(());
    }
    Err(Refusal::bad(format!(
        "Property group {name} does not exist"
    )))
}

/// A label that is not too long.
fn labelled(label: &str) -> Result<(), Refusal> {
    if label.len() > LABEL_BYTES_MAX {
        return Err(Refusal::bad(format!(
            "A label can have {LABEL_BYTES_MAX} bytes"
        )));
    }
    Ok(())
}

/// Lower-case letters, digits and underscores, a letter first.
fn named(name: &str) -> Result<(), Refusal> {
    let fine = name.len() <= NAME_MAX
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if fine {
        return Ok(());
    }
    Err(Refusal::bad(format!(
        "Names hold lower-case letters, digits and underscores and begin with a letter: '{name}'"
    )))
}

/// An enumeration has options, each value once.
fn choices(value_type: ValueType, options: &[Choice]) -> Result<(), Refusal> {
    if value_type != ValueType::Enumeration {
        return Ok(());
    }
    let mut seen = BTreeSet::new();
    match options.iter().find(|one| !seen.insert(&one.value)) {
        Some(one) => Err(Refusal::bad(format!("Option {} is there twice", one.value))),
        None => Ok(()),
    }
}

fn missing(what: Thing, name: &str) -> Refusal {
    Refusal::NoSuch {
        what,
        name: name.into(),
    }
}

fn defined(what: Thing, name: &Str) -> Refusal {
    Refusal::Defined {
        what,
        name: name.clone(),
    }
}
