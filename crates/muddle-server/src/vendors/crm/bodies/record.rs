//! A record as the vendor writes it: its properties, their versions, what it belongs to.
//!
//! Called by [`super`] for every record of an answer. Which properties are told follows from what was selected; nothing
//! is looked up here.

use std::borrow::Cow;

use muddle_world::crm::{Kind, Object, Select, Shown};
use muddle_world::time::At;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::links::Ends;

/// A record as the vendor writes it.
pub(super) struct Record<'a> {
    pub shown: &'a Shown,
    pub kind: Kind,
    pub object: &'a Object,
    pub select: &'a Select,
    /// Everything that is set is told, as after a write.
    pub whole: bool,
    /// Present where the vendor says whether the record is new.
    pub fresh: Option<()>,
}

impl<'a> Record<'a> {
    pub fn new(shown: &'a Shown, select: &'a Select, whole: bool) -> Self {
        let (kind, object) = shown
            .record
            .object()
            .expect("what is shown is a record of one of the types");
        Self {
            shown,
            kind,
            object,
            select,
            whole,
            fresh: None,
        }
    }
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let object = self.object;
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("id", &object.id)?;
        map.serialize_entry("properties", &Values(self))?;
        if !self.select.history.is_empty() {
            map.serialize_entry("propertiesWithHistory", &Histories(self))?;
        }
        map.serialize_entry("createdAt", &object.created.iso())?;
        map.serialize_entry("updatedAt", &object.updated.iso())?;
        map.serialize_entry("archived", &object.archived.is_some())?;
        if let Some(at) = object.archived {
            map.serialize_entry("archivedAt", &at.iso())?;
        }
        if self.fresh.is_some() {
            map.serialize_entry("new", &self.shown.fresh)?;
        }
        if !self.shown.links.is_empty() {
            map.serialize_entry("associations", &Ends(&self.shown.links))?;
        }
        map.end()
    }
}

/// The properties of a record, in order of name.
struct Values<'a>(&'a Record<'a>);

impl Serialize for Values<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Record {
            kind,
            object,
            select,
            whole,
            ..
        } = self.0;
        let mut map = to.serialize_map(None)?;
        let mut told: Vec<&str> = kind.always().to_vec();
        if *whole {
            told.extend(object.properties.iter().map(|(name, _)| name.as_str()));
        } else if select.properties.is_empty() && select.history.is_empty() {
            told.extend(kind.defaults());
        } else {
            told.extend(select.properties.iter().map(|name| &**name));
        }
        told.sort_unstable();
        told.dedup();
        for name in told {
            let value = muddle_world::crm::read_value(*kind, object, name);
            map.serialize_entry(name, &value)?;
        }
        map.end()
    }
}

/// Versions of the properties that were asked for so, newest first.
struct Histories<'a>(&'a Record<'a>);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Version<'a> {
    value: Cow<'a, str>,
    timestamp: String,
    source_type: &'static str,
}

impl Serialize for Histories<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Record {
            kind,
            object,
            select,
            ..
        } = self.0;
        let mut map = to.serialize_map(None)?;
        for name in &select.history {
            let version = |value, at: At| Version {
                value,
                timestamp: at.iso(),
                source_type: "INTEGRATION",
            };
            let mut versions: Vec<Version<'_>> = object
                .versions(name)
                .into_iter()
                .map(|(value, at)| version(Cow::Owned(value.to_string()), at))
                .collect();
            if versions.is_empty() && kind.always().contains(&&**name) {
                let value = muddle_world::crm::read_value(*kind, object, name);
                versions.extend(value.map(|value| version(value, object.created)));
            }
            map.serialize_entry(name, &versions)?;
        }
        map.end()
    }
}
