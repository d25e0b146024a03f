//! Which records belong together, and in which ways.
//!
//! Called by [`super`] for calls about associations, and for those of a record that is shown. Deleted records belong to
//! nobody.

use std::borrow::Cow;
use std::sync::Arc;

use super::super::call::{Call, Links};
use super::super::object::Object;
use super::super::state::{Association, Category, LinkType, Tables, with_table};
use super::super::{Kind, Reply, links};
use super::{Answer, Label, Linked, Way};
use crate::view::View;

/// The living records of a type that one belongs to, in order of id: the first of them, and whether there are more.
pub(super) fn ways(tables: &Tables, from: (Kind, &str), to: Kind, most: usize) -> (Vec<Way>, bool) {
    let pair = Association::pair_of(from, to);
    let rows = tables.associations.under(&pair);
    let mut found: Vec<(i64, &Arc<Association>)> = rows
        .filter(|row| is_living(tables, to, &row.to_id))
        .map(|row| (row.to_id.parse().unwrap_or(0), row))
        .collect();
    found.sort_by_key(|(number, _)| *number);
    let more = found.len() > most;
    found.truncate(most);
    let ways = found.into_iter().map(|(_, row)| way(tables, row)).collect();
    (ways, more)
}

fn is_living(tables: &Tables, of: Kind, id: &str) -> bool {
    with_table!(tables, of, table => {
        let object: Option<&Object> = table.get(id).map(|row| -> &Object { row });
        object.is_some_and(|object| object.archived.is_none())
    })
}

fn way(tables: &Tables, row: &Association) -> Way {
    let label = |way: &LinkType| label(tables, row.from_type, row.to_type, *way);
    Way {
        to: row.to_id.clone(),
        labels: row.types.iter().map(label).collect(),
    }
}

fn label(tables: &Tables, from: Kind, to: Kind, way: LinkType) -> Label {
    let built_in = links::between(from, to)
        .find(|link| links::is_built_in(way) && link.type_id == way.type_id);
    if let Some(link) = built_in {
        return Label {
            way,
            label: link.label.map(Cow::Borrowed),
            name: Cow::Borrowed(link.name),
        };
    }
    let id = format!("{from}/{to}/{}", way.type_id);
    let own = tables.association_labels.get(&id);
    Label {
        way,
        label: own.map(|own| Cow::Owned(own.label.to_string())),
        name: Cow::Owned(own.map_or_else(String::new, |own| own.name.to_string())),
    }
}

pub(super) fn linked(view: &View<'_>, call: &Call, reply: &Reply) -> Option<Answer> {
    let Call::Links {
        from,
        to,
        ask,
        by_name,
    } = call
    else {
        return None;
    };
    let tables = &view.world.crm;
    if matches!(ask, Links::Labels) {
        return Some(Answer::Labels(labels(tables, *from, *to)));
    }
    let Reply::Links { ids, after, errors } = reply else {
        return None;
    };
    let rows = || ids.iter().filter_map(|id| tables.associations.get(id));
    if let Links::List { .. } = ask {
        return Some(Answer::Ways {
            items: rows().map(|row| way(tables, row)).collect(),
            after: after.clone(),
        });
    }
    let item = |row: &Arc<Association>| Linked {
        from: row.from_id.clone(),
        to: way(tables, row),
    };
    Some(Answer::Linked {
        from: *from,
        to: *to,
        items: rows().map(item).collect(),
        errors: errors.clone(),
        by_name: *by_name,
    })
}

fn labels(tables: &Tables, from: Kind, to: Kind) -> Vec<Label> {
    let mut ways: Vec<LinkType> = links::between(from, to)
        .map(|link| links::built_in(link.type_id))
        .collect();
    ways.sort_unstable();
    ways.dedup();
    let own = tables.association_labels.rows();
    let own = own.filter(|row| row.from_type == from && row.to_type == to);
    ways.extend(own.map(|row| LinkType {
        category: Category::UserDefined,
        type_id: row.type_id,
    }));
    ways.into_iter()
        .map(|way| label(tables, from, to, way))
        .collect()
}
