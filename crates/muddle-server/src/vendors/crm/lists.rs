//! Lists of a request, each with a maximum: what is over is counted while it is read and never kept.
//!
//! Used by [`super::given`] and by the parsers of queries. Invariant: memory follows from the maximum, not from the body.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::marker::PhantomData;

use muddle_world::call::{Problem, ProblemKind};
use muddle_world::crm::Values;
use muddle_world::crm::limits::{NAMES_MAX, VALUES_MAX};
use muddle_world::row::Str;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::given::{Scalar, problem};

/// A list of at most `MAX` items.
#[derive(Debug)]
pub struct Few<T, const MAX: usize> {
    kept: Vec<T>,
    count: usize,
}

impl<T, const MAX: usize> Default for Few<T, MAX> {
    fn default() -> Self {
        Self {
            kept: Vec::new(),
            count: 0,
        }
    }
}

impl<T, const MAX: usize> Few<T, MAX> {
    /// The items, if they are not too many.
    pub fn within(self, what: &str) -> Result<Vec<T>, Problem> {
        let count = self.count;
        if count > MAX {
            let message = format!("{what} can have {MAX} items, but {count} were sent");
            return Err(problem(ProblemKind::InvalidParam, Some(what), message));
        }
        Ok(self.kept)
    }

    /// The inputs of a batch, if they are not too many.
    pub fn inputs(self) -> Result<Vec<T>, Problem> {
        let count = self.count;
        if count > MAX {
            let message = format!(
                "The maximum number of inputs supported in a batch request is {MAX}, but {count} were sent"
            );
            return Err(problem(ProblemKind::InvalidParam, Some("inputs"), message));
        }
        Ok(self.kept)
    }
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for Few<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items<T, const MAX: usize>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for Items<T, MAX> {
            type Value = Few<T, MAX>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Few<T, MAX>, A::Error> {
                let mut few = Few::default();
                while few.kept.len() < MAX {
                    match seq.next_element()? {
                        Some(item) => few.kept.push(item),
                        None => break,
                    }
                }
                few.count = few.kept.len();
                while few.count >= MAX && seq.next_element::<IgnoredAny>()?.is_some() {
                    few.count += 1;
                }
                Ok(few)
            }
        }
        deserializer.deserialize_seq(Items(PhantomData))
    }
}

/// Names of properties, each once, in the order in which they came.
#[derive(Debug, Default)]
pub struct Names {
    kept: Vec<Str>,
    seen: BTreeSet<Str>,
    over: bool,
}

impl Names {
    /// Adds a name that is not there yet.
    pub fn add(&mut self, name: &str) {
        if name.is_empty() || self.seen.contains(name) {
            return;
        }
        if self.kept.len() == NAMES_MAX {
            self.over = true;
            return;
        }
        let name = Str::from(name);
        self.seen.insert(name.clone());
        self.kept.push(name);
    }

    /// The names, if they are not too many.
    pub fn within(self, what: &str) -> Result<Vec<Str>, Problem> {
        if self.over {
            let message =
                format!("{what} can have {NAMES_MAX} different names, but more were sent");
            return Err(problem(ProblemKind::InvalidParam, Some(what), message));
        }
        Ok(self.kept)
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Names;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of property names")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Names, A::Error> {
                let mut names = Names::default();
                while let Some(name) = seq.next_element::<String>()? {
                    names.add(&name);
                }
                Ok(names)
            }
        }
        deserializer.deserialize_seq(Each)
    }
}

/// Values of properties by name.
#[derive(Debug, Default)]
pub struct Fields {
    kept: BTreeMap<Str, Scalar>,
    over: bool,
}

impl Fields {
    /// The values, if they are not too many.
    pub fn within(self) -> Result<Values, Problem> {
        if self.over {
            let message = format!("properties can have {VALUES_MAX} names, but more were sent");
            return Err(problem(
                ProblemKind::InvalidParam,
                Some("properties"),
                message,
            ));
        }
        let kept = self.kept.into_iter();
        Ok(kept.map(|(name, value)| (name, value.0)).collect())
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Fields;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of values by property name")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Fields::default();
                while let Some(name) = map.next_key::<Str>()? {
                    if fields.kept.len() < VALUES_MAX || fields.kept.contains_key(&name) {
                        fields.kept.insert(name, map.next_value()?);
                    } else {
                        map.next_value::<IgnoredAny>()?;
                        fields.over = true;
                    }
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(Each)
    }
}
