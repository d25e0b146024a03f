//! Properties and groups, built in and made up, with the values that an enumeration can have.
//!
//! Called by [`super`] for calls about the schema.

use super::super::builtin::{self, Builtin};
use super::super::state::{PropertyGroup, Tables};
use super::super::{Kind, Reply};
use super::{Answer, Defined};
use crate::row::Str;
use crate::view::View;

pub(super) fn schema(view: &View<'_>, of: Kind, reply: &Reply) -> Option<Answer> {
    let tables = &view.world.crm;
    let properties = |ids: &[Str]| {
        ids.iter()
            .filter_map(|id| defined(tables, of, id))
            .collect()
    };
    let groups = |ids: &[Str]| ids.iter().filter_map(|id| group(tables, of, id)).collect();
    Some(match reply {
        Reply::One { collection, id } if &**collection == "properties" => {
            Answer::Property(defined(tables, of, id)?)
        }
        Reply::One { id, .. } => Answer::Group(group(tables, of, id)?),
        Reply::Page {
            collection, ids, ..
        } if &**collection == "properties" => Answer::Properties(properties(ids)),
        Reply::Page { ids, .. } => Answer::Groups(groups(ids)),
        Reply::Batch { ids, errors, .. } => Answer::PropertyBatch(properties(ids), errors.clone()),
        _ => return None,
    })
}

fn defined(tables: &Tables, of: Kind, id: &str) -> Option<Defined> {
    if let Some(own) = tables.properties.get(id) {
        return Some(Defined::Own(own.clone()));
    }
    let name = id.rsplit('/').next()?;
    let property: &'static Builtin = builtin::property(of, name)?;
    Some(Defined::Builtin {
        property: property.name,
        of,
        options: options(tables, of, property),
    })
}

/// The values of a built-in enumeration, those that are records included.
fn options(tables: &Tables, of: Kind, property: &Builtin) -> Vec<(Str, Str)> {
    let fixed = property.options.iter();
    let mut found: Vec<(Str, Str)> = fixed.map(|one| ((*one).into(), (*one).into())).collect();
    let pipelines = || {
        let rows = tables.pipelines.oldest_first();
        rows.filter(move |row| row.object_type == of)
    };
    match of.stage_properties() {
        Some((pipeline, _)) if pipeline == property.name => {
            found.extend(pipelines().map(|row| (row.id.clone(), row.label.clone())));
        }
        Some((_, stage)) if stage == property.name => {
            let stages = pipelines().flat_map(|row| &row.stages);
            found.extend(stages.map(|stage| (stage.id.clone(), stage.label.clone())));
        }
        _ => {}
    }
    found
}

fn group(tables: &Tables, of: Kind, id: &str) -> Option<PropertyGroup> {
    if let Some(own) = tables.property_groups.get(id) {
        return Some(PropertyGroup::clone(own));
    }
    let (name, label) = builtin::group(of);
    (id.rsplit('/').next() == Some(name)).then(|| PropertyGroup {
        id: id.into(),
        object_type: of,
        name: name.into(),
        label: label.into(),
        display_order: 0,
        archived: None,
    })
}
