//! Associations: of one record, of a pair, of a batch.

use std::collections::BTreeSet;

use super::batch::sized;
use super::{Said, limit};
use crate::crm::call::{LinkName, Links, Page, Pair};
use crate::crm::draft::Draft;
use crate::crm::limits::{ANSWER_LINKS_MAX, LINK_READS_MAX, PAIRS_MAX};
use crate::crm::refusal::Refusal;
use crate::crm::state::{Association, Category, LinkType};
use crate::crm::{Kind, Reply, links};
use crate::row::Str;

/// Associations of a page: asked for at most, and if nothing is said.
const PAGE_MAX: u32 = 500;

/// Decides one call about associations.
pub fn decide(draft: &mut Draft<'_>, from: Kind, to: Kind, ask: &Links) -> Said {
    match ask {
        Links::List { id, page } => list(draft, from, to, id, page),
        Links::Default { pair } => {
            let plain = Pair {
                types: Vec::new(),
                ..pair.clone()
            };
            join(draft, from, to, &plain).map(|id| told(vec![id], Vec::new()))
        }
        Links::Create { pair } => {
            if pair.types.is_empty() {
                return Err(Refusal::bad("At least one association type is needed"));
            }
            join(draft, from, to, pair).map(|id| told(vec![id], Vec::new()))
        }
        Links::Archive { pair } => {
            part(draft, from, to, pair);
            Ok(Reply::Done)
        }
        Links::BatchRead(ids) => read(draft, from, to, ids),
        Links::BatchCreate(pairs) | Links::BatchDefault(pairs) => {
            sized(pairs.len(), PAIRS_MAX)?;
            let (mut ids, mut errors) = (Vec::new(), Vec::new());
            for pair in pairs {
                match join(draft, from, to, pair) {
                    Ok(id) => ids.push(id),
                    Err(refusal) => errors.push(refusal),
                }
            }
            Ok(told(ids, errors))
        }
        Links::BatchArchive(pairs) => {
            sized(pairs.len(), PAIRS_MAX)?;
            for pair in pairs {
                part(draft, from, to, pair);
            }
            Ok(Reply::Done)
        }
        Links::Labels => Ok(Reply::Done),
    }
}

const fn told(ids: Vec<Str>, errors: Vec<Refusal>) -> Reply {
    Reply::Links {
        ids,
        after: None,
        errors,
    }
}

/// Associations of a record to living records of a type, in order of their ids.
fn living(draft: &Draft<'_>, from: (Kind, &str), to: Kind) -> Vec<(i64, Str)> {
    let pair = Association::pair_of(from, to);
    let mut found: Vec<(i64, Str)> = draft
        .tables()
        .associations
        .under(&pair)
        .filter(|row| draft.live(to, &row.to_id).is_some())
        .map(|row| (row.to_id.parse().unwrap_or(0), row.id.clone()))
        .collect();
    found.sort_unstable();
    found
}

fn list(draft: &Draft<'_>, from: Kind, to: Kind, id: &str, page: &Page) -> Said {
    let limit = limit(page.limit, PAGE_MAX, PAGE_MAX)?;
    let missing = || Refusal::not_found(from, id);
    let id = draft.live(from, id).ok_or_else(missing)?.id.clone();
    let after: i64 = match page.after.as_deref() {
        None => 0,
        Some(after) => after
            .parse()
            .map_err(|_| Refusal::bad(format!("after is not a place in this list: {after}")))?,
    };
    let found = living(draft, (from, &id), to);
    let mut left: Vec<(i64, Str)> = found
        .into_iter()
        .filter(|(number, _)| *number > after)
        .collect();
    let more = left.len() > limit;
    left.truncate(limit);
    let next = left
        .last()
        .filter(|_| more)
        .map(|(number, _)| number.to_string().into());
    Ok(Reply::Links {
        ids: left.into_iter().map(|(_, id)| id).collect(),
        after: next,
        errors: Vec::new(),
    })
}

fn read(draft: &Draft<'_>, from: Kind, to: Kind, ids: &[Str]) -> Said {
    sized(ids.len(), LINK_READS_MAX)?;
    let (mut links, mut missing) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for id in ids {
        match draft.live(from, id) {
            Some(object) if !seen.insert(&object.id) => {}
            Some(object) => {
                let found = living(draft, (from, &object.id), to);
                links.extend(found.into_iter().map(|(_, id)| id));
            }
            None => missing.push(id.clone()),
        }
        if links.len() > ANSWER_LINKS_MAX {
            return Err(Refusal::bad(format!(
                "The answer would hold more than {ANSWER_LINKS_MAX} associations; ask for fewer records"
            )));
        }
    }
    let errors = if missing.is_empty() {
        Vec::new()
    } else {
        vec![Refusal::NotFound {
            of: from,
            ids: missing,
        }]
    };
    Ok(told(links, errors))
}

/// Joins a pair; gives the id of the association seen from its first record.
fn join(draft: &mut Draft<'_>, from: Kind, to: Kind, pair: &Pair) -> Result<Str, Refusal> {
    let id = |kind: Kind, id: &Str| -> Result<Str, Refusal> {
        let found = draft.live(kind, id);
        found
            .map(|object| object.id.clone())
            .ok_or_else(|| Refusal::not_found(kind, id))
    };
    let (one, other) = (id(from, &pair.from)?, id(to, &pair.to)?);
    if from == to && one == other {
        return Err(Refusal::bad("An object cannot be associated with itself"));
    }
    let mut ways = Vec::with_capacity(pair.types.len());
    for name in &pair.types {
        ways.push(way(draft, from, to, name)?);
    }
    if ways.is_empty() {
        let plain = links::defaults(from, to).ok_or_else(|| no_link(from, to, "default"))?;
        ways.push(plain);
    }
    draft.join((from, &one), (to, &other), &ways);
    Ok(Association::id_of((from, &one), (to, &other)))
}

fn way(
    draft: &Draft<'_>,
    from: Kind,
    to: Kind,
    name: &LinkName,
) -> Result<(LinkType, LinkType), Refusal> {
    match name {
        LinkName::Typed(way) => links::leads(draft.tables(), from, *way)
            .filter(|(end, ..)| *end == to)
            .map(|(_, way, back)| (way, back))
            .ok_or_else(|| no_link(from, to, &way.type_id.to_string())),
        LinkName::Named(name) => {
            let found = links::named(from, to, name).map(|link| link.type_id);
            let number = found.or_else(|| name.parse().ok());
            let typed = number.map(|type_id| LinkType {
                category: Category::HubspotDefined,
                type_id,
            });
            let typed = typed.ok_or_else(|| no_link(from, to, name))?;
            way(draft, from, to, &LinkName::Typed(typed))
        }
    }
}

fn no_link(from: Kind, to: Kind, link: &str) -> Refusal {
    Refusal::NoLink {
        from,
        to,
        link: link.into(),
    }
}

fn part(draft: &mut Draft<'_>, from: Kind, to: Kind, pair: &Pair) {
    let id = |kind: Kind, id: &Str| {
        draft
            .live(kind, id)
            .map_or_else(|| id.clone(), |o| o.id.clone())
    };
    let (one, other) = (id(from, &pair.from), id(to, &pair.to));
    draft.part((from, &one), (to, &other));
}
