//! What a record is: a typed row that can say how it differs from its next version.
//!
//! Every vendor's `state.rs` declares its rows with [`row!`] and its tables with [`tables!`]. A difference is a list
//! of fields with both values, because that is what the log keeps; patching a row with that list gives the next
//! version back. There is no other way to change a row.

use std::sync::Arc;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// Shared immutable text: ids and other short values that many records name.
pub type Str = Arc<str>;

/// One record of a collection.
pub trait Row:
    Fielded + Clone + PartialEq + Serialize + serde::de::DeserializeOwned + Send + Sync + 'static
{
    /// The collection's name in the log, as in `refunds`.
    const COLLECTION: &'static str;

    /// Unique within the collection.
    fn id(&self) -> &Str;

    /// What lists are ordered by (newest first), then by id.
    fn created(&self) -> i64 {
        0
    }

    /// The equalities that an index answers: (index name, value), text already lowered where the vendor ignores case.
    fn keys(&self, _visit: &mut dyn FnMut(&'static str, &str)) {}
}

/// A struct whose fields can be compared and replaced by name; [`row!`] writes it.
pub trait Fielded {
    /// The fields in which `after` differs.
    fn diff(&self, after: &Self) -> Fields;

    /// Sets one field. An unknown name or a value of the wrong type is an error: the log does not fit this version.
    fn patch(&mut self, field: &str, value: &Value) -> Result<(), PatchError>;
}

/// The log holds a field that this version of the row cannot take.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the log changes field `{field}`, which this version cannot read: {why}")]
pub struct PatchError {
    /// Name of the field.
    pub field: String,
    /// What was wrong with it.
    pub why: String,
}

/// One field of a changed record, before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// Field name; a dotted path where a field is itself a map of values (`properties.email`).
    pub name: Str,
    /// The value before; null where there was none.
    pub before: Value,
    /// The value after.
    pub after: Value,
}

/// The fields of one change; written as `{name: [before, after]}`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields(pub Vec<FieldChange>);

impl Fields {
    /// Notes a field if its value changed.
    pub fn note<T: Serialize + PartialEq>(&mut self, name: &str, before: &T, after: &T) {
        if before != after {
            self.0.push(FieldChange {
                name: name.into(),
                before: plain(before),
                after: plain(after),
            });
        }
    }
}

/// A value as the log writes it. Rows hold only types whose serialisation cannot fail (no maps with non-text keys).
fn plain<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

/// Reads a field's logged value back; used by [`row!`].
pub fn read_field<T: serde::de::DeserializeOwned>(
    field: &str,
    value: &Value,
) -> Result<T, PatchError> {
    T::deserialize(value).map_err(|error| PatchError {
        field: field.to_owned(),
        why: error.to_string(),
    })
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for change in &self.0 {
            map.serialize_entry(&*change.name, &(&change.before, &change.after))?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Changes;
        impl<'de> Visitor<'de> for Changes {
            type Value = Fields;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of [before, after] by field")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Fields::default();
                while let Some((name, (before, after))) = map.next_entry::<Str, (Value, Value)>()? {
                    fields.0.push(FieldChange {
                        name,
                        before,
                        after,
                    });
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(Changes)
    }
}

/// Declares a row's struct together with its [`Fielded`].
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* pub struct $Name:ident { $($(#[$fmeta:meta])* pub $field:ident: $Ty:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $Name { $($(#[$fmeta])* pub $field: $Ty,)* }

        impl $crate::row::Fielded for $Name {
            fn diff(&self, after: &Self) -> $crate::row::Fields {
                let mut fields = $crate::row::Fields::default();
                $(fields.note(stringify!($field), &self.$field, &after.$field);)*
                fields
            }
            fn patch(&mut self, field: &str, value: &serde_json::Value) -> Result<(), $crate::row::PatchError> {
                match field {
                    $(stringify!($field) => self.$field = $crate::row::read_field(field, value)?,)*
                    _ => return Err($crate::row::PatchError { field: field.to_owned(), why: "no such field".to_owned() }),
                }
                Ok(())
            }
        }
    };
}

/// Implements [`Row`] for rows that nothing but their id is looked up by: collection, and age where they have one.
#[macro_export]
macro_rules! rows {
    ($($Row:ident in $name:literal $(created $created:expr)?;)*) => {
        $(impl $crate::row::Row for $Row {
            const COLLECTION: &'static str = $name;
            fn id(&self) -> &$crate::row::Str { &self.id }
            $(fn created(&self) -> i64 { let created: fn(&Self) -> i64 = $created; created(self) })?
        })*
    };
}

#[cfg(test)]
mod tests;
