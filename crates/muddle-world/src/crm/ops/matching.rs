//! Whether a record matches a search: conditions prepared once, then held against many records.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::super::call::{Filter, Operator};
use crate::crm::limits::{FILTER_VALUES_MAX, VALUE_BYTES_MAX};
use crate::crm::object::{Object, own_key};
use crate::crm::refusal::Refusal;
use crate::crm::state::{Association, Tables};
use crate::crm::token::Pattern;
use crate::crm::validate::{Definition, definition};
use crate::crm::value::{self, Sortable, compare, sortable};
use crate::crm::{Kind, ValueType};
use crate::row::Str;

/// One condition, prepared.
pub struct Condition {
    of: Kind,
    on: On,
    test: Test,
}

enum On {
    Property {
        name: Str,
        kind: ValueType,
    },
    /// The record's associations to a type.
    Link(Kind),
}

enum Test {
    /// Set or unset.
    Set(bool),
    /// Among the values, or not.
    Among {
        values: BTreeSet<Sortable>,
        wanted: bool,
    },
    /// Beside one value.
    Beside {
        value: Sortable,
        holds: fn(Ordering) -> bool,
    },
    /// Between two, both included.
    Between(Sortable, Sortable),
    /// A word matches, or none does.
    Token { pattern: Pattern, wanted: bool },
}

/// An equality that an index answers: its name and the values.
pub type Indexed = (&'static str, Vec<String>);

/// Prepares a condition, or says what is wrong with it.
pub fn prepare(tables: &Tables, of: Kind, filter: &Filter) -> Result<Condition, Refusal> {
    let given = filter
        .value
        .iter()
        .chain(&filter.high)
        .chain(&filter.values);
    if given.into_iter().any(|value| value.len() > VALUE_BYTES_MAX) {
        return Err(Refusal::bad(format!(
            "A value of a filter can have {VALUE_BYTES_MAX} bytes"
        )));
    }
    let on = match filter.property.strip_prefix("associations.") {
        Some(to) => On::Link(Kind::spelled(to).ok_or_else(|| unknown(&filter.property))?),
        None => On::Property {
            name: filter.property.clone(),
            kind: definition(tables, of, &filter.property)
                .ok_or_else(|| unknown(&filter.property))?
                .value_type(),
        },
    };
    let kind = match &on {
        On::Property { kind, .. } => *kind,
        On::Link(_) => ValueType::String,
    };
    let test = test(filter, kind)?;
    Ok(Condition { of, on, test })
}

/// What a filter demands of a value of this type.
fn test(filter: &Filter, kind: ValueType) -> Result<Test, Refusal> {
    let value = || {
        filter.value.as_deref().ok_or_else(|| {
            let operator = filter.operator;
            Refusal::bad(format!(
                "The operator {operator:?} of {} needs a value",
                filter.property
            ))
        })
    };
    let beside = |holds: fn(Ordering) -> bool| -> Result<Test, Refusal> {
        let value = sortable(kind, value()?);
        Ok(Test::Beside { value, holds })
    };
    let among = |values: &[Str], wanted| Test::Among {
        values: values.iter().map(|value| sortable(kind, value)).collect(),
        wanted,
    };
    Ok(match filter.operator {
        Operator::Eq => among(&[value()?.into()], true),
        Operator::Neq => among(&[value()?.into()], false),
        Operator::In | Operator::NotIn if filter.values.is_empty() => {
            return Err(Refusal::bad(format!("{} needs values", filter.property)));
        }
        Operator::In | Operator::NotIn if filter.values.len() > FILTER_VALUES_MAX => {
            return Err(Refusal::bad(format!(
                "{:?} takes at most {FILTER_VALUES_MAX} values, but {} were sent",
                filter.operator,
                filter.values.len()
            )));
        }
        Operator::In => among(&filter.values, true),
        Operator::NotIn => among(&filter.values, false),
        Operator::Lt => beside(Ordering::is_lt)?,
        Operator::Lte => beside(Ordering::is_le)?,
        Operator::Gt => beside(Ordering::is_gt)?,
        Operator::Gte => beside(Ordering::is_ge)?,
        Operator::Between => {
            let high = filter.high.as_deref().ok_or_else(|| {
                Refusal::bad(format!("BETWEEN on {} needs a highValue", filter.property))
            })?;
            Test::Between(sortable(kind, value()?), sortable(kind, high))
        }
        Operator::HasProperty => Test::Set(true),
        Operator::NotHasProperty => Test::Set(false),
        Operator::ContainsToken | Operator::NotContainsToken => Test::Token {
            pattern: Pattern::new(value()?),
            wanted: filter.operator == Operator::ContainsToken,
        },
    })
}

fn unknown(property: &str) -> Refusal {
    Refusal::bad(format!(
        "There was a problem with the request: property {property} does not exist"
    ))
}

impl Condition {
    /// Whether the record matches.
    pub fn holds(&self, tables: &Tables, object: &Object) -> bool {
        match &self.on {
            On::Property { name, kind } => {
                let value = value::read(self.of, object, name);
                self.test.holds(*kind, value.as_deref())
            }
            On::Link(to) => {
                let mut ids = ends(tables, (self.of, &object.id), *to);
                match &self.test {
                    Test::Set(wanted) => ids.next().is_some() == *wanted,
                    Test::Among {
                        wanted: false,
                        values,
                    } => !ids.any(|id| values.contains(&Sortable::Text(id.to_string()))),
                    test => ids.any(|id| test.holds(ValueType::String, Some(id))),
                }
            }
        }
    }

    /// The index that finds everything this condition can hold for; none if only a scan does.
    pub fn indexed(&self, tables: &Tables) -> Option<Indexed> {
        let (
            On::Property { name, .. },
            Test::Among {
                values,
                wanted: true,
            },
        ) = (&self.on, &self.test)
        else {
            return None;
        };
        let texts = values.iter().map(|value| match value {
            Sortable::Text(text) => Some(text.clone()),
            Sortable::Number(number) => {
                (&**name == "hs_object_id").then(|| (number / 1_000_000_000).to_string())
            }
        });
        let texts: Vec<String> = texts.collect::<Option<_>>()?;
        match (&**name, self.of) {
            ("hs_object_id", _) => Some(("id", texts)),
            ("email", Kind::Contacts) => Some(("email", texts)),
            ("domain", Kind::Companies) => Some(("domain", texts)),
            _ => match definition(tables, self.of, name)? {
                Definition::Own(own) => {
                    let keys = texts.iter().map(|text| own_key(&own.name, text));
                    Some(("own", keys.collect()))
                }
                Definition::Builtin(_) => None,
            },
        }
    }
}

/// Ids of the records of a type that one belongs to.
fn ends<'a>(tables: &'a Tables, from: (Kind, &str), to: Kind) -> std::vec::IntoIter<&'a Str> {
    let pair = Association::pair_of(from, to);
    tables
        .associations
        .under(&pair)
        .map(|row| &row.to_id)
        .collect::<Vec<_>>()
        .into_iter()
}

impl Test {
    fn holds(&self, kind: ValueType, value: Option<&str>) -> bool {
        match self {
            Self::Set(wanted) => value.is_some() == *wanted,
            Self::Among { values, wanted } => {
                let is = |value: &str| values.contains(&sortable(kind, value));
                let found = value.is_some_and(|value| {
                    is(value) || (kind == ValueType::Enumeration && value.split(';').any(is))
                });
                found == *wanted
            }
            Self::Beside { value: than, holds } => value
                .and_then(|value| compare(kind, value, than))
                .is_some_and(holds),
            Self::Between(low, high) => value.is_some_and(|value| {
                compare(kind, value, low).is_some_and(Ordering::is_ge)
                    && compare(kind, value, high).is_some_and(Ordering::is_le)
            }),
            Self::Token { pattern, wanted } => {
                value.is_some_and(|value| pattern.is_in(value)) == *wanted
            }
        }
    }
}
