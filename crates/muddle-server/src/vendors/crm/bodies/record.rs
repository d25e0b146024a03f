//! A record as the vendor writes it: its properties, their versions, what it belongs to.
//!
//! Called by [`super`] for every record of an answer. Which properties are told follows from what was selected; nothing
//! is looked up here.

use std::borrow::Cow;
use std::collections::BTreeSet;

use muddle_world::crm::{Columns, Kind, Name, Object, Shown};
use muddle_world::time::At;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::links::Ends;
use crate::vendors::Scene;

/// A record as the vendor writes it.
pub(super) struct Record<'a> {
    pub shown: &'a Shown,
    pub kind: Kind,
    pub object: &'a Object,
    pub columns: &'a Columns,
    /// Where the rest of its associations is.
    pub base_url: &'a str,
    /// Everything that is set is told, as after a write.
    pub whole: bool,
    /// Present where the vendor says whether the record is new.
    pub fresh: Option<()>,
}

impl<'a> Record<'a> {
    pub fn new(scene: &Scene<'a>, shown: &'a Shown, columns: &'a Columns, whole: bool) -> Self {
        let (kind, object) = shown
            .record
            .object()
            .expect("what is shown is a record of one of the types");
        Self {
            shown,
            kind,
            object,
            columns,
            base_url: scene.base_url,
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
        if !self.columns.versions.is_empty() {
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
            let ends = Ends {
                base_url: self.base_url,
                from: (self.kind, &object.id),
                ties: &self.shown.links,
            };
            map.serialize_entry("associations", &ends)?;
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
            columns,
            whole,
            ..
        } = self.0;
        let mut map = to.serialize_map(None)?;
        let mut names: BTreeSet<&str> = BTreeSet::new();
        if *whole {
            names.extend(kind.always());
            names.extend(object.properties.iter().map(|(name, _)| name.as_str()));
        } else {
            names.extend(columns.properties.iter().map(Name::as_str));
        }
        for name in names {
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
            columns,
            ..
        } = self.0;
        let mut map = to.serialize_map(None)?;
        let mut all = object.all_versions();
        for name in &columns.versions {
            let name = name.as_str();
            let version = |value, at: At| Version {
                value,
                timestamp: at.iso(),
                source_type: "INTEGRATION",
            };
            let changed = all.remove(name).into_iter().flatten();
            let mut versions: Vec<Version<'_>> = changed
                .map(|(value, at)| version(Cow::Owned(value.to_string()), at))
                .collect();
            if versions.is_empty() {
                let value = muddle_world::crm::read_value(*kind, object, name);
                versions.extend(value.map(|value| version(value, object.created)));
            }
            map.serialize_entry(name, &versions)?;
        }
        map.end()
    }
}
