//! What a record says of itself: property names and values, small in memory and in order of name.
//!
//! Values are always text, as the vendor keeps them. Built-in names are constants shared by every record; only names
//! that an account made up are stored.

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::builtin;
use crate::row::Str;

/// The name of a property.
#[derive(Clone, Debug)]
pub enum Name {
    /// One that every account has.
    Known(&'static str),
    /// One that this account made up.
    Own(Str),
}

impl Name {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(name) => name,
            Self::Own(name) => name,
        }
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        builtin::known(name).map_or_else(|| Self::Own(name.into()), Self::Known)
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Name {}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Name;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the name of a property")
            }
            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Name, E> {
                Ok(Name::from(name))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// Names and values, each name once, in order of name; written as `{name: value}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Properties(Vec<(Name, Str)>);

impl Properties {
    /// The value of a property; none where it is unset.
    pub fn get(&self, name: &str) -> Option<&Str> {
        self.place(name).ok().map(|at| &self.0[at].1)
    }

    /// Sets a property; an empty value unsets it. Gives back what it was.
    pub fn set(&mut self, name: &str, value: &str) -> Option<Str> {
        match (self.place(name), value.is_empty()) {
            (Ok(at), true) => Some(self.0.remove(at).1),
            (Ok(at), false) if &*self.0[at].1 == value => Some(self.0[at].1.clone()),
            (Ok(at), false) => Some(std::mem::replace(&mut self.0[at].1, value.into())),
            (Err(_), true) => None,
            (Err(at), false) => {
                self.0.insert(at, (Name::from(name), value.into()));
                None
            }
        }
    }

    /// All that are set, in order of name.
    pub fn iter(&self) -> impl Iterator<Item = (&Name, &Str)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(one, _)| one.as_str().cmp(name))
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Properties {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(pairs: I) -> Self {
        let mut properties = Self::default();
        for (name, value) in pairs {
            properties.set(name, value);
        }
        properties.0.shrink_to_fit();
        properties
    }
}

impl Serialize for Properties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Properties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Properties;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of text by property name")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Properties, A::Error> {
                let mut properties = Properties::default();
                while let Some((name, value)) = map.next_entry::<Name, Str>()? {
                    match properties.place(name.as_str()) {
                        Ok(at) => properties.0[at].1 = value,
                        Err(at) => properties.0.insert(at, (name, value)),
                    }
                }
                properties.0.shrink_to_fit();
                Ok(properties)
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}
