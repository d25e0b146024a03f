//! Search: groups of conditions, free text, order and offset, over an index that lags.
//!
//! Reads the table as it stood some moments ago. Where each group holds an equality that an index answers, only those
//! records are looked at; otherwise all are.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::answer::{Budget, too_large};
use super::matching::{Condition, Indexed, prepare};
use super::{Said, limit};
use crate::crm::call::{Search, Select, Sort};
use crate::crm::limits::{
    ALL_FILTERS_MAX, FILTERS_MAX, GROUPS_MAX, QUERY_CHARS_MAX, RESULTS_MAX, SORTS_MAX,
};
use crate::crm::object::{Object, Of, Typed};
use crate::crm::refusal::Refusal;
use crate::crm::state::{Tables, with_table};
use crate::crm::validate::definition;
use crate::crm::value::{self, Sortable, lowered, sortable};
use crate::crm::{Kind, Reply};
use crate::row::Str;
use crate::table::Seen;
use crate::view::View;

/// Results of a page: asked for at most, and if nothing is said.
const PAGE_MAX: u32 = 200;
const PAGE_USUAL: u32 = 10;

/// `POST …/search`.
pub fn search(view: &View<'_>, of: Kind, asked: &Search, select: &Select) -> Said {
    let limit = limit(asked.limit, PAGE_USUAL, PAGE_MAX)?;
    let after = asked.after as usize;
    if after + limit > RESULTS_MAX {
        let message =
            format!("Paging through more than {RESULTS_MAX} search results is not possible");
        return Err(Refusal::bad(message));
    }
    let tables = &view.world.crm;
    let wanted = Wanted::prepare(tables, of, asked)?;
    let profile = view.world.office.profile.get("profile");
    let cutoff = view.cutoff(profile.map_or(0, |profile| profile.search_lag_ms));
    let mut found: Vec<&Object> = with_table!(tables, of, table => {
        wanted.find(tables, &table.seen(cutoff))
    });
    sort(tables, of, &asked.sorts, &mut found)?;
    let total = found.len();
    let mut page: Vec<&Object> = found.into_iter().skip(after).take(limit).collect();
    let shown = Budget::new(tables, of, Some(select)).page(page.iter().copied());
    if shown == 0 && !page.is_empty() {
        return Err(too_large());
    }
    page.truncate(shown);
    let ids: Vec<Str> = page.iter().map(|object| object.id.clone()).collect();
    let next = after + ids.len();
    let more = next < total && next < RESULTS_MAX && !ids.is_empty();
    Ok(Reply::Page {
        collection: of.name().into(),
        ids,
        after: more.then(|| next.to_string().into()),
        total: Some(total as u64),
        as_of: cutoff,
    })
}

/// What is looked for.
struct Wanted {
    of: Kind,
    groups: Vec<Vec<Condition>>,
    words: BTreeSet<String>,
    indexed: Option<Vec<Indexed>>,
}

impl Wanted {
    fn prepare(tables: &Tables, of: Kind, asked: &Search) -> Result<Self, Refusal> {
        let count: usize = asked.groups.iter().map(Vec::len).sum();
        let longest = asked.groups.iter().map(Vec::len).max().unwrap_or(0);
        if asked.groups.len() > GROUPS_MAX || longest > FILTERS_MAX || count > ALL_FILTERS_MAX {
            return Err(Refusal::bad(format!(
                "A search can have {GROUPS_MAX} filterGroups of {FILTERS_MAX} filters, {ALL_FILTERS_MAX} filters in all"
            )));
        }
        let query = asked.query.as_deref().unwrap_or("");
        if query.chars().count() > QUERY_CHARS_MAX {
            let message = format!("A query can have {QUERY_CHARS_MAX} characters");
            return Err(Refusal::bad(message));
        }
        if asked.sorts.len() > SORTS_MAX {
            let message = format!("A search can have {SORTS_MAX} sorts");
            return Err(Refusal::bad(message));
        }
        let mut groups = Vec::with_capacity(asked.groups.len());
        for group in &asked.groups {
            let conditions = group.iter().map(|filter| prepare(tables, of, filter));
            groups.push(conditions.collect::<Result<Vec<_>, _>>()?);
        }
        let indexed = groups.iter().map(|group| {
            let mut found = group
                .iter()
                .filter_map(|condition| condition.indexed(tables));
            found.next()
        });
        let indexed = indexed.collect::<Option<Vec<_>>>();
        let words: BTreeSet<String> = query
            .to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        Ok(Self {
            of,
            indexed: indexed.filter(|found| !found.is_empty()),
            groups,
            words,
        })
    }

    /// Every match, in order of id.
    fn find<'a, T: Typed>(&self, tables: &Tables, seen: &Seen<'a, Of<T>>) -> Vec<&'a Object> {
        let Some(indexed) = &self.indexed else {
            let mut found: Vec<&Object> = seen
                .newest_first()
                .map(|row| -> &Object { row })
                .filter(|object| self.matches(tables, object))
                .collect();
            found.reverse();
            return found;
        };
        let mut found = BTreeMap::new();
        for (index, values) in indexed {
            for value in values {
                let rows = match *index {
                    "id" => seen.get(value).into_iter().collect(),
                    index => seen.by_key(index, value),
                };
                let objects = rows.into_iter().map(|row| -> &Object { row });
                found.extend(objects.map(|object| (object.number(), object)));
            }
        }
        found
            .into_values()
            .filter(|object| self.matches(tables, object))
            .collect()
    }

    fn matches(&self, tables: &Tables, object: &Object) -> bool {
        let holds = |group: &Vec<Condition>| group.iter().all(|one| one.holds(tables, object));
        object.archived.is_none()
            && (self.groups.is_empty() || self.groups.iter().any(holds))
            && (self.words.is_empty() || self.reads(object))
    }

    /// Whether every word of the query begins some word of the searched properties.
    fn reads(&self, object: &Object) -> bool {
        let searched = self.of.searched();
        let texts = searched
            .iter()
            .filter_map(|name| object.properties.get(name));
        let text: String = texts.flat_map(|text| lowered(text).chain([' '])).collect();
        let mut tokens: Vec<&str> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|token| !token.is_empty())
            .collect();
        tokens.sort_unstable();
        // What begins with a word stands in order right behind where the word itself would.
        self.words.iter().all(|word| {
            let at = tokens.partition_point(|token| *token < word.as_str());
            tokens.get(at).is_some_and(|token| token.starts_with(word))
        })
    }
}

/// In the asked order, records without a value last; then in order of id, as they came.
fn sort(tables: &Tables, of: Kind, sorts: &[Sort], found: &mut [&Object]) -> Result<(), Refusal> {
    for sort in sorts.iter().rev() {
        let Some(definition) = definition(tables, of, &sort.property) else {
            let message = format!("Cannot sort by {}: no such property", sort.property);
            return Err(Refusal::bad(message));
        };
        let kind = definition.value_type();
        let key = |object: &&Object| -> Option<Sortable> {
            value::read(of, object, &sort.property).map(|value| sortable(kind, &value))
        };
        let order = |a: &Option<Sortable>, b: &Option<Sortable>| match (a, b) {
            (Some(a), Some(b)) if sort.descending => b.cmp(a),
            (Some(a), Some(b)) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        let mut keyed: Vec<(Option<Sortable>, &Object)> =
            found.iter().map(|object| (key(object), *object)).collect();
        keyed.sort_by(|(a, _), (b, _)| order(a, b));
        for (place, (_, object)) in found.iter_mut().zip(keyed) {
            *place = object;
        }
    }
    Ok(())
}
