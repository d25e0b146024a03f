//! The one shape of all records, and what makes a collection of each type.
//!
//! Changes are told property by property (`properties.email: [before, after]`), and a record's history follows from
//! them, so that a replay finds it again.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::kind::Kind;
use super::limits::{RECORD_VERSIONS_MAX, VERSIONS_MAX};
use super::properties::{Name, Properties};
use crate::row::{FieldChange, Fielded, Fields, PatchError, Row, Str, read_field};
use crate::time::At;

/// A value that a property had, and from when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// The property.
    pub name: Name,
    /// Its value; empty where it was unset.
    pub value: Str,
    /// Since when it had it.
    pub at: At,
}

/// One record of any type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// Digits, unique within the type.
    pub id: Str,
    /// When it was made.
    pub created: At,
    /// When it was last changed.
    pub updated: At,
    /// What it says.
    pub properties: Properties,
    /// When it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<At>,
    /// The record it was merged into, whose id answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Str>,
    /// Versions of the properties that changed since creation, oldest first, the present ones included. It follows from
    /// the changes and is therefore no field of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Past>,
}

impl Object {
    /// A record that is made now.
    pub fn new(id: impl Into<Str>, at: At, properties: Properties) -> Self {
        Self {
            id: id.into(),
            created: at,
            updated: at,
            properties,
            archived: None,
            merged_into: None,
            history: Vec::new(),
        }
    }

    /// The id as a number: the order of lists.
    pub fn number(&self) -> i64 {
        self.id.parse().unwrap_or(0)
    }

    /// The versions of a property, newest first.
    pub fn versions(&self, name: &str) -> Vec<(Str, At)> {
        let found = self.all_versions().remove(name);
        found.unwrap_or_else(|| self.first_version(name).into_iter().collect())
    }

    /// The versions of every property that changed since creation, newest first.
    pub fn all_versions(&self) -> BTreeMap<&str, Vec<(Str, At)>> {
        let mut found: BTreeMap<&str, Vec<(Str, At)>> = BTreeMap::new();
        for past in self.history.iter().rev() {
            let versions = found.entry(past.name.as_str()).or_default();
            versions.push((past.value.clone(), past.at));
        }
        found
    }

    /// The version of a property that never changed.
    pub fn first_version(&self, name: &str) -> Option<(Str, At)> {
        let value = self.properties.get(name);
        value.map(|value| (value.clone(), self.created))
    }

    fn change_property(&mut self, name: &str, value: &str) {
        let was = self.properties.set(name, value);
        if !self.history.iter().any(|past| past.name.as_str() == name)
            && let Some(was) = was
        {
            self.history.push(Past {
                name: name.into(),
                value: was,
                at: self.created,
            });
        }
        self.history.push(Past {
            name: name.into(),
            value: value.into(),
            at: self.updated,
        });
        let mut versions = self
            .history
            .iter()
            .enumerate()
            .filter(|(_, past)| past.name.as_str() == name)
            .map(|(at, _)| at);
        let oldest = versions.next();
        if let (Some(oldest), true) = (oldest, versions.count() >= VERSIONS_MAX) {
            self.history.remove(oldest);
        }
        if self.history.len() > RECORD_VERSIONS_MAX {
            self.history.remove(0);
        }
    }
}

impl Fielded for Object {
    /// `updated` comes first, so that patching a property finds the time of its change already set.
    fn diff(&self, after: &Self) -> Fields {
        let mut fields = Fields::default();
        fields.note("id", &self.id, &after.id);
        fields.note("created", &self.created, &after.created);
        fields.note("updated", &self.updated, &after.updated);
        fields.note("archived", &self.archived, &after.archived);
        fields.note("merged_into", &self.merged_into, &after.merged_into);
        let text =
            |value: Option<&Str>| value.map_or(Value::Null, |value| Value::from(value.to_string()));
        let mut note = |name: &Name, before: Option<&Str>, now: Option<&Str>| {
            if before != now {
                fields.0.push(FieldChange {
                    name: format!("properties.{}", name.as_str()).into(),
                    before: text(before),
                    after: text(now),
                });
            }
        };
        for (name, value) in self.properties.iter() {
            note(name, Some(value), after.properties.get(name.as_str()));
        }
        for (name, value) in after.properties.iter() {
            if self.properties.get(name.as_str()).is_none() {
                note(name, None, Some(value));
            }
        }
        fields
    }

    fn patch(&mut self, field: &str, value: &Value) -> Result<(), PatchError> {
        if let Some(name) = field.strip_prefix("properties.") {
            let value: Option<Str> = read_field(field, value)?;
            self.change_property(name, value.as_deref().unwrap_or(""));
            return Ok(());
        }
        match field {
            "id" => self.id = read_field(field, value)?,
            "created" => self.created = read_field(field, value)?,
            "updated" => self.updated = read_field(field, value)?,
            "archived" => self.archived = read_field(field, value)?,
            "merged_into" => self.merged_into = read_field(field, value)?,
            _ => {
                return Err(PatchError {
                    field: field.to_owned(),
                    why: "no such field".to_owned(),
                });
            }
        }
        Ok(())
    }
}

/// A type of record as a type, so that each has a collection of its own.
pub trait Typed: Clone + std::fmt::Debug + PartialEq + Send + Sync + 'static {
    /// Which.
    const KIND: Kind;
}

/// An [`Object`] of one type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent, bound = "")]
pub struct Of<T> {
    object: Object,
    #[serde(skip)]
    of: PhantomData<T>,
}

impl<T> From<Object> for Of<T> {
    fn from(object: Object) -> Self {
        Self {
            object,
            of: PhantomData,
        }
    }
}

impl<T> Deref for Of<T> {
    type Target = Object;
    fn deref(&self) -> &Object {
        &self.object
    }
}

impl<T> Fielded for Of<T> {
    fn diff(&self, after: &Self) -> Fields {
        self.object.diff(&after.object)
    }
    fn patch(&mut self, field: &str, value: &Value) -> Result<(), PatchError> {
        self.object.patch(field, value)
    }
}

impl<T: Typed> Row for Of<T> {
    const COLLECTION: &'static str = T::KIND.name();

    fn id(&self) -> &Str {
        &self.object.id
    }

    /// The number of the id: the vendor lists in that order.
    fn created(&self) -> i64 {
        self.object.number()
    }

    /// Living records by their built-in keys, and by every property that the account made up.
    fn keys(&self, visit: &mut dyn FnMut(&'static str, &str)) {
        if self.archived.is_some() {
            return;
        }
        let properties = &self.properties;
        let mut each = |key: &'static str, value: Option<&Str>| {
            for one in value
                .iter()
                .flat_map(|value| value.split(';'))
                .filter(|one| !one.is_empty())
            {
                visit(key, &one.to_lowercase());
            }
        };
        match T::KIND {
            Kind::Contacts => {
                each("email", properties.get("email"));
                each("email", properties.get("hs_additional_emails"));
            }
            Kind::Companies => each("domain", properties.get("domain")),
            _ => {}
        }
        for (name, value) in properties.iter() {
            if let Name::Own(name) = name {
                visit("own", &own_key(name, value));
            }
        }
    }
}

/// The index's spelling of a made-up property's value.
pub fn own_key(name: &str, value: &str) -> String {
    format!("{name}={}", value.to_lowercase())
}
