//! From ids to records: what a reply names, with whatever of each the caller selected.
//!
//! Called under the workspace's lock right after the call, and again when a reply is rendered from the log.

mod links;
mod schema;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::call::{Call, Objects, Pipelines, Select};
use super::limits::SHOWN_LINKS_MAX;
use super::state::{
    LinkType, Owner, Pipeline, Property, PropertyGroup, Record, Tables, with_table,
};
use super::{Columns, Kind, Refusal, Reply};
use crate::row::Str;
use crate::time::Up;
use crate::view::View;

/// One way of belonging together with what it is called.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Which.
    pub way: LinkType,
    /// What people read; none for the plain one.
    pub label: Option<Cow<'static, str>>,
    /// Its name in the older interface.
    pub name: Cow<'static, str>,
}

/// An associated record, and in which ways.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// Its id.
    pub to: Str,
    /// In which ways.
    pub labels: Vec<Label>,
}

/// A pair that belongs together.
#[derive(Clone, Debug, PartialEq)]
pub struct Linked {
    /// The one.
    pub from: Str,
    /// The other, and the ways.
    pub to: Way,
}

/// A record's associations to one type.
#[derive(Clone, Debug, PartialEq)]
pub struct Ties {
    /// The type.
    pub to: Kind,
    /// The first of them, in order of id.
    pub ways: Vec<Way>,
    /// Whether there are more than are shown.
    pub more: bool,
}

/// A record with the associations that were selected.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The record.
    pub record: Record,
    /// Its associations by type; only types of which there are some.
    pub links: Vec<Ties>,
    /// Whether an upsert made it.
    pub fresh: bool,
}

/// What failed of a batch of records.
#[derive(Clone, Debug, PartialEq)]
pub struct Failed {
    /// Why.
    pub refusal: Refusal,
    /// The id or value by which the input named its record.
    pub key: Option<Str>,
    /// The caller's own name for the input.
    pub trace: Option<Str>,
}

/// A property, and the values it can have.
#[derive(Clone, Debug, PartialEq)]
pub enum Defined {
    /// One that every account has.
    Builtin {
        /// The property.
        property: &'static str,
        /// Of which type.
        of: Kind,
        /// Values of an enumeration: what is stored and what people read.
        options: Vec<(Str, Str)>,
    },
    /// One that this account made up.
    Own(Arc<Property>),
}

/// A reply with its records.
#[derive(Clone, Debug)]
pub enum Answer {
    /// One record.
    Object(Shown, Columns, bool),
    /// A page of records.
    Objects {
        /// The records, in order.
        items: Vec<Shown>,
        /// What of each is shown.
        columns: Columns,
        /// Where the next page begins.
        after: Option<Str>,
        /// How many a search found in all.
        total: Option<u64>,
    },
    /// What became of a batch of records.
    Batch {
        /// Those that succeeded.
        items: Vec<Shown>,
        /// What of each is shown; everything where the batch wrote.
        columns: Columns,
        /// Whether the batch wrote.
        wrote: bool,
        /// Whether it was an upsert.
        upsert: bool,
        /// What failed.
        errors: Vec<Failed>,
    },
    /// Associations of one record.
    Ways {
        /// The others.
        items: Vec<Way>,
        /// Where the next page begins.
        after: Option<Str>,
    },
    /// Associations of several records or pairs.
    Linked {
        /// Seen from this type.
        from: Kind,
        /// To this type.
        to: Kind,
        /// Pair by pair.
        items: Vec<Linked>,
        /// What failed.
        errors: Vec<Refusal>,
        /// Whether ways are told by name.
        by_name: bool,
    },
    /// Ways there are.
    Labels(Vec<Label>),
    /// One property.
    Property(Defined),
    /// Properties.
    Properties(Vec<Defined>),
    /// What became of a batch of properties.
    PropertyBatch(Vec<Defined>, Vec<Refusal>),
    /// Groups of properties.
    Groups(Vec<PropertyGroup>),
    /// One group.
    Group(PropertyGroup),
    /// A page of owners.
    Owners(Vec<Arc<Owner>>, Option<Str>),
    /// One owner.
    Owner(Arc<Owner>),
    /// Pipelines.
    Pipelines(Vec<Arc<Pipeline>>),
    /// One pipeline.
    Pipeline(Arc<Pipeline>),
    /// A pipeline of which the stages are told.
    Stages(Arc<Pipeline>),
    /// A pipeline of which one stage is told.
    Stage(Arc<Pipeline>, Str),
    /// Done, and nothing to say.
    Done,
    /// The CRM says no.
    Refused(Refusal),
}

/// Looks up what a reply names.
pub fn resolve(view: &View<'_>, call: &Call, reply: &Reply) -> Answer {
    if let Reply::Refused(refusal) = reply {
        return Answer::Refused(refusal.clone());
    }
    let found = match call {
        Call::Objects { of, ask, select } => records(view, *of, ask, select, reply),
        Call::Links { .. } => links::linked(view, call, reply),
        Call::Schema { of, .. } => schema::schema(view, *of, reply),
        Call::Pipelines { ask, .. } => pipelines(view, ask, reply),
        Call::ListOwners { .. } | Call::GetOwner { .. } => owners(view, reply),
    };
    found.unwrap_or(Answer::Done)
}

fn records(
    view: &View<'_>,
    of: Kind,
    ask: &Objects,
    select: &Select,
    reply: &Reply,
) -> Option<Answer> {
    let wrote = !matches!(
        ask,
        Objects::Get { .. } | Objects::List { .. } | Objects::Search(_) | Objects::BatchRead { .. }
    );
    let many = |ids: &[Str], as_of: Option<Up>| -> Vec<Shown> {
        let records = lookup(view, of, ids, as_of);
        records
            .map(|record| shown(view, of, record, select))
            .collect()
    };
    let columns = Columns::new(&view.world.crm, of, select);
    Some(match reply {
        Reply::One { id, .. } => {
            let record = lookup(view, of, std::slice::from_ref(id), None).next()?;
            Answer::Object(shown(view, of, record, select), columns, wrote)
        }
        Reply::Page {
            ids,
            after,
            total,
            as_of,
            ..
        } => Answer::Objects {
            items: many(ids, *as_of),
            columns,
            after: after.clone(),
            total: *total,
        },
        Reply::Batch {
            ids,
            fresh,
            errors,
            rows,
            ..
        } => {
            let mut items = many(ids, None);
            let fresh: BTreeSet<&Str> = fresh.iter().collect();
            for item in &mut items {
                item.fresh = fresh.contains(item.record.id());
            }
            let rows = rows.iter().copied().chain(std::iter::repeat(None));
            let errors = errors.iter().zip(rows);
            Answer::Batch {
                items,
                columns,
                wrote,
                upsert: matches!(ask, Objects::BatchUpsert(_)),
                errors: errors
                    .map(|(refusal, row)| failed(ask, refusal, row))
                    .collect(),
            }
        }
        _ => return None,
    })
}

/// What failed, with the names that its input had.
fn failed(ask: &Objects, refusal: &Refusal, row: Option<u32>) -> Failed {
    let row = row.and_then(|row| usize::try_from(row).ok());
    let (key, trace) = match (ask, row) {
        (Objects::BatchCreate(new), Some(row)) => {
            (None, new.get(row).and_then(|one| one.trace.clone()))
        }
        (Objects::BatchUpdate(edits) | Objects::BatchUpsert(edits), Some(row)) => {
            let edit = edits.get(row);
            let key = edit.map(|edit| edit.key.id.clone());
            (key, edit.and_then(|edit| edit.trace.clone()))
        }
        _ => (None, None),
    };
    Failed {
        refusal: refusal.clone(),
        key,
        trace,
    }
}

/// Records by id, as they stand or as they stood.
fn lookup<'a>(
    view: &View<'a>,
    of: Kind,
    ids: &'a [Str],
    as_of: Option<Up>,
) -> Box<dyn Iterator<Item = Record> + 'a> {
    let tables: &'a Tables = &view.world.crm;
    with_table!(tables, of, table => match as_of {
        None => Box::new(ids.iter().filter_map(move |id| table.get(id)).map(|row| Record::from(row.clone()))),
        Some(_) => {
            let seen = table.seen(as_of);
            Box::new(ids.iter().filter_map(move |id| seen.get(id)).map(|row| Record::from(row.clone())))
        }
    })
}

fn shown(view: &View<'_>, of: Kind, record: Record, select: &Select) -> Shown {
    let tables = &view.world.crm;
    let mut found = Vec::new();
    for to in &select.associations {
        let (ways, more) = links::ways(tables, (of, record.id()), *to, SHOWN_LINKS_MAX);
        if !ways.is_empty() {
            let to = *to;
            found.push(Ties { to, ways, more });
        }
    }
    Shown {
        record,
        links: found,
        fresh: false,
    }
}

fn owners(view: &View<'_>, reply: &Reply) -> Option<Answer> {
    let owners = &view.world.crm.owners;
    Some(match reply {
        Reply::One { id, .. } => Answer::Owner(owners.get(id)?.clone()),
        Reply::Page { ids, after, .. } => {
            let found = ids.iter().filter_map(|id| owners.get(id)).cloned();
            Answer::Owners(found.collect(), after.clone())
        }
        _ => return None,
    })
}

fn pipelines(view: &View<'_>, ask: &Pipelines, reply: &Reply) -> Option<Answer> {
    let rows = &view.world.crm.pipelines;
    Some(match (ask, reply) {
        (_, Reply::Page { ids, .. }) => {
            let found = ids.iter().filter_map(|id| rows.get(id)).cloned();
            Answer::Pipelines(found.collect())
        }
        (Pipelines::Stages { .. }, Reply::One { id, .. }) => Answer::Stages(rows.get(id)?.clone()),
        (Pipelines::Stage { stage, .. }, Reply::One { id, .. }) => {
            Answer::Stage(rows.get(id)?.clone(), stage.clone())
        }
        (_, Reply::One { id, .. }) => Answer::Pipeline(rows.get(id)?.clone()),
        _ => return None,
    })
}
