//! One record: get, list, create, update, archive.

use std::borrow::Cow;

use super::answer::{Budget, too_large, within};
use super::{Said, limit, one, page};
use crate::crm::call::{Edit, Key, NewLink, NewObject, Page, Select, Values};
use crate::crm::draft::Draft;
use crate::crm::object::Object;
use crate::crm::refusal::Refusal;
use crate::crm::state::{LinkType, with_table};
use crate::crm::{Kind, Properties, links, validate};
use crate::row::Str;

/// Records of a page: asked for at most, and if nothing is said.
const PAGE_MAX: u32 = 100;
const PAGE_USUAL: u32 = 10;

/// The record of a key, among the living or among the deleted.
pub fn find<'d>(
    draft: &'d Draft<'_>,
    of: Kind,
    key: &Key,
    archived: bool,
) -> Result<&'d Object, Refusal> {
    if archived && key.by.is_none() {
        return draft
            .raw(of, &key.id)
            .filter(|object| object.archived.is_some() && object.merged_into.is_none())
            .ok_or_else(|| Refusal::not_found(of, &key.id));
    }
    draft.find(of, key)
}

/// `GET …/{id}`.
pub fn get(draft: &Draft<'_>, of: Kind, key: &Key, archived: bool, select: &Select) -> Said {
    let object = find(draft, of, key, archived)?;
    within(&mut Budget::new(draft.tables(), of, Some(select)), [object])?;
    Ok(one(of.name(), &object.id))
}

/// `GET …`: in order of id, from behind `after`.
pub fn list(draft: &Draft<'_>, of: Kind, asked: &Page, archived: bool, select: &Select) -> Said {
    let limit = limit(asked.limit, PAGE_USUAL, PAGE_MAX)?;
    let after = match asked.after.as_deref() {
        None => 0,
        Some(after) => after
            .parse::<i64>()
            .map_err(|_| Refusal::bad(format!("after is not a place in this list: {after}")))?,
    };
    let place = asked.after.as_deref().unwrap_or("");
    let mut found: Vec<&Object> = with_table!(draft.tables(), of, table => {
        table
            .newer_than(after, place)
            .map(|row| -> &Object { row })
            .filter(|row| row.merged_into.is_none() && row.archived.is_some() == archived)
            .take(limit + 1)
            .collect()
    });
    let some = !found.is_empty();
    let more = found.len() > limit;
    found.truncate(limit);
    let shown = Budget::new(draft.tables(), of, Some(select)).page(found.iter().copied());
    if some && shown == 0 {
        return Err(too_large());
    }
    let more = more || shown < found.len();
    found.truncate(shown);
    let ids: Vec<Str> = found.iter().map(|object| object.id.clone()).collect();
    let after = ids.last().filter(|_| more).cloned();
    Ok(page(of.name(), ids, after))
}

/// `POST …`: the new record's id.
pub fn create(draft: &mut Draft<'_>, of: Kind, new: &NewObject) -> Result<Str, Refusal> {
    let mut given = new.properties.clone();
    validate::with_pipeline(draft.tables(), of, &mut given);
    let values = validate::normal(draft, of, &given)?;
    validate::complete(of, &values)?;
    unique(draft, of, &values, None)?;
    let ends = ends(draft, of, &new.links)?;
    let id = draft.mint(of);
    let properties: Properties = values
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    let object = Object::new(id.clone(), draft.view().at, properties);
    validate::sized(&object)?;
    draft.put(of, object);
    for (kind, end, ways) in ends {
        draft.join((of, &id), (kind, &end), &ways);
    }
    Ok(id)
}

/// `PATCH …/{id}`: the changed record's id.
pub fn update(draft: &mut Draft<'_>, of: Kind, edit: &Edit) -> Result<Str, Refusal> {
    let found = draft.find(of, &edit.key)?;
    let mut object = found.clone();
    let given = with_pipeline(of, &object, &edit.properties);
    let mut values = validate::normal(draft, of, &given)?;
    validate::still_complete(of, &edit.properties)?;
    values.retain(|name, _| edit.properties.contains_key(name));
    unique(draft, of, &values, Some(&object.id))?;
    let mut changed = false;
    for (name, value) in &values {
        let was = object.properties.set(name, value);
        changed |= was.as_deref().unwrap_or("") != &**value;
    }
    let id = object.id.clone();
    if changed {
        validate::sized(&object)?;
        object.updated = draft.view().at.max(object.updated);
        draft.put(of, object);
    }
    Ok(id)
}

/// A stage is checked against the pipeline that the record is in, if the change names none.
fn with_pipeline<'v>(of: Kind, object: &Object, given: &'v Values) -> Cow<'v, Values> {
    if let Some((pipeline, stage)) = of.stage_properties()
        && given.contains_key(stage)
        && !given.contains_key(pipeline)
        && let Some(current) = object.properties.get(pipeline)
    {
        let mut given = given.clone();
        given.insert(pipeline.into(), current.clone());
        return Cow::Owned(given);
    }
    Cow::Borrowed(given)
}

/// `DELETE …/{id}`: the second time nothing happens.
pub fn archive(draft: &mut Draft<'_>, of: Kind, id: &str) {
    let living = draft.raw(of, id).filter(|object| object.archived.is_none());
    if let Some(mut object) = living.cloned() {
        object.archived = Some(draft.view().at);
        draft.put(of, object);
    }
}

/// No two living records share the value of a unique property.
fn unique(draft: &Draft<'_>, of: Kind, values: &Values, own: Option<&Str>) -> Result<(), Refusal> {
    for (name, value) in values.iter().filter(|(_, value)| !value.is_empty()) {
        let unique = validate::definition(draft.tables(), of, name).is_some_and(|one| one.unique());
        if !unique || (&**name == "email" && of != Kind::Contacts) {
            continue;
        }
        let holder = draft.holder(of, name, value);
        if let Some(holder) = holder.filter(|holder| Some(&holder.id) != own) {
            let existing = holder.id.clone();
            return Err(if &**name == "email" {
                Refusal::Exists { existing }
            } else {
                Refusal::NotUnique {
                    property: name.clone(),
                    value: value.clone(),
                    existing,
                }
            });
        }
    }
    Ok(())
}

/// One end of a new record's associations: the other record, and the ways to and from it.
type End = (Kind, Str, Vec<(LinkType, LinkType)>);

fn ends(draft: &Draft<'_>, of: Kind, new: &[NewLink]) -> Result<Vec<End>, Refusal> {
    let mut ends = Vec::with_capacity(new.len());
    for link in new {
        let mut end: Option<End> = None;
        for way in &link.types {
            let (to, way, back) = links::leads(draft.tables(), of, *way).ok_or_else(|| {
                let name = way.type_id;
                Refusal::bad(format!(
                    "No association type {name} exists from {}",
                    of.singular()
                ))
            })?;
            let end = end.get_or_insert_with(|| (to, link.to.clone(), Vec::new()));
            if end.0 != to {
                return Err(Refusal::bad(
                    "The types of one association lead to several object types",
                ));
            }
            end.2.push((way, back));
        }
        let Some(mut end) = end else {
            return Err(Refusal::bad("An association needs at least one type"));
        };
        end.1 = draft
            .live(end.0, &end.1)
            .ok_or_else(|| Refusal::not_found(end.0, &end.1))?
            .id
            .clone();
        ends.push(end);
    }
    Ok(ends)
}
