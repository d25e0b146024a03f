//! Which properties an answer shows of each record, and how many bytes of it that makes.
//!
//! Made from what was selected, by the rules to keep answers within [`ANSWER_BYTES_MAX`], and when a reply is resolved.
//! Invariant: every name is that of a property which the type has; the vendor leaves others out.
//!
//! [`ANSWER_BYTES_MAX`]: super::limits::ANSWER_BYTES_MAX

use std::collections::BTreeSet;

use super::call::Select;
use super::kind::Kind;
use super::object::Object;
use super::properties::Name;
use super::state::Tables;
use super::validate::definition;

/// Bytes that a version takes beside its value: its time, its source and their names.
const VERSION_BYTES: usize = 80;

/// The properties that an answer shows of each record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Those shown with their value, in order of name.
    pub properties: Vec<Name>,
    /// Those shown with all their versions, in the order they were asked for.
    pub versions: Vec<Name>,
}

impl Columns {
    /// What was selected, as far as the type has it, with what always comes along.
    pub fn new(tables: &Tables, of: Kind, select: &Select) -> Self {
        let mut names: BTreeSet<&str> = of.always().into_iter().collect();
        if select.properties.is_empty() && select.history.is_empty() {
            names.extend(of.defaults());
        } else {
            names.extend(select.properties.iter().map(|name| &**name));
        }
        let defined = |name: &&str| definition(tables, of, name).is_some();
        let mut seen = BTreeSet::new();
        let versions = select.history.iter().map(|name| &**name);
        Self {
            properties: names.into_iter().filter(defined).map(Name::from).collect(),
            versions: versions
                .filter(|name| seen.insert(*name))
                .filter(defined)
                .map(Name::from)
                .collect(),
        }
    }

    /// Bytes of names and values that are shown of this record.
    pub fn bytes(&self, object: &Object) -> usize {
        let values = self.properties.iter().map(|name| {
            let value = object.properties.get(name.as_str());
            name.as_str().len() + value.map_or(0, |value| value.len())
        });
        let versioned: BTreeSet<&str> = self.versions.iter().map(Name::as_str).collect();
        let versions = object
            .history
            .iter()
            .filter(|past| versioned.contains(past.name.as_str()));
        let first = self.versions.iter().map(|name| {
            let value = object.properties.get(name.as_str());
            name.as_str().len() + value.map_or(0, |value| value.len())
        });
        values.sum::<usize>()
            + first.sum::<usize>()
            + versions
                .map(|past| past.value.len() + VERSION_BYTES)
                .sum::<usize>()
    }
}
