//! Whether values may be written, and in which form they are kept.
//!
//! Called by every operation that writes properties. All flaws of a record are told at once.

use super::builtin::{self, Setting, ValueType};
use super::call::Values;
use super::draft::Draft;
use super::kind::Kind;
use super::refusal::{Flaw, Invalid, Refusal};
use super::state::{Property, Tables};
use super::value::{decimal, instant};
use crate::row::Str;

/// Characters a value may have.
pub const VALUE_MAX: usize = 65_536;

/// A property of an account: built in or made up.
#[derive(Clone, Copy, Debug)]
pub enum Definition<'a> {
    /// Every account has it.
    Builtin(&'static builtin::Builtin),
    /// This account made it up.
    Own(&'a Property),
}

impl Definition<'_> {
    /// What values look like.
    pub const fn value_type(&self) -> ValueType {
        match self {
            Self::Builtin(property) => property.kind,
            Self::Own(property) => property.value_type,
        }
    }

    /// Whether no two records may share a value.
    pub fn unique(&self) -> bool {
        match self {
            Self::Builtin(property) => property.name == "email",
            Self::Own(property) => property.has_unique_value,
        }
    }
}

/// The living property of this name.
pub fn definition<'a>(tables: &'a Tables, of: Kind, name: &str) -> Option<Definition<'a>> {
    if let Some(property) = builtin::property(of, name) {
        return Some(Definition::Builtin(property));
    }
    tables
        .properties
        .get(&format!("{of}/{name}"))
        .filter(|property| property.archived.is_none())
        .map(|property| Definition::Own(property))
}

/// The values in the form they are kept in, or everything that is wrong with them.
pub fn normal(draft: &Draft<'_>, of: Kind, values: &Values) -> Result<Values, Refusal> {
    let mut kept = Values::new();
    let mut flaws = Vec::new();
    for (name, value) in values {
        match one(draft, of, values, name, value) {
            Ok(value) => {
                kept.insert(name.clone(), value);
            }
            Err(flaw) => flaws.push(Invalid {
                property: name.clone(),
                value: value.chars().take(200).collect::<String>().into(),
                flaw,
            }),
        }
    }
    if flaws.is_empty() {
        Ok(kept)
    } else {
        Err(Refusal::Invalid { flaws })
    }
}

fn one(draft: &Draft<'_>, of: Kind, values: &Values, name: &str, value: &Str) -> Result<Str, Flaw> {
    let definition = definition(draft.tables(), of, name).ok_or(Flaw::UnknownProperty)?;
    if let Definition::Builtin(property) = definition
        && property.setting == Setting::ReadOnly
    {
        return Err(Flaw::ReadOnly);
    }
    if value.is_empty() {
        return Ok(value.clone());
    }
    if value.len() > VALUE_MAX {
        return Err(Flaw::TooLong);
    }
    match definition.value_type() {
        ValueType::String if name == "email" && of == Kind::Contacts => email(value),
        ValueType::String => Ok(value.clone()),
        ValueType::Number => decimal(value)
            .map(|_| value.clone())
            .ok_or(Flaw::InvalidNumber),
        ValueType::Datetime => instant(value)
            .map(|at| at.iso().into())
            .ok_or(Flaw::InvalidTime),
        ValueType::Date => instant(value)
            .map(|at| at.iso()[..10].into())
            .ok_or(Flaw::InvalidTime),
        ValueType::Bool => match &*value.to_ascii_lowercase() {
            "true" => Ok("true".into()),
            "false" => Ok("false".into()),
            _ => Err(Flaw::InvalidBool),
        },
        ValueType::Enumeration => chosen(draft, of, values, definition, name, value),
    }
}

/// An address in lower case: one `@`, something before it, a dotted name after it, no blanks.
fn email(value: &str) -> Result<Str, Flaw> {
    let value = value.trim().to_lowercase();
    let (name, host) = value.split_once('@').ok_or(Flaw::InvalidEmail)?;
    let host_fine = host.contains('.')
        && host.split('.').all(|label| !label.is_empty())
        && host
            .chars()
            .all(|c| c.is_alphanumeric() || c == '.' || c == '-');
    let name_fine = !name.is_empty()
        && name
            .chars()
            .all(|c| !c.is_whitespace() && !c.is_control() && !"<>()[]\\,;:\"@".contains(c));
    if host_fine && name_fine {
        Ok(value.into())
    } else {
        Err(Flaw::InvalidEmail)
    }
}

fn chosen(
    draft: &Draft<'_>,
    of: Kind,
    values: &Values,
    definition: Definition<'_>,
    name: &str,
    value: &Str,
) -> Result<Str, Flaw> {
    let allowed: Vec<Str> = match definition {
        Definition::Builtin(property) if property.options.is_empty() => {
            records(draft.tables(), of, values, name)
        }
        Definition::Builtin(property) => property.options.iter().map(|one| (*one).into()).collect(),
        Definition::Own(property) => property
            .options
            .iter()
            .map(|one| one.value.clone())
            .collect(),
    };
    let several = matches!(definition, Definition::Own(own) if &*own.field_type == "checkbox");
    let fine = if several {
        value
            .split(';')
            .all(|one| allowed.iter().any(|a| **a == *one))
    } else {
        allowed.contains(value)
    };
    if fine {
        Ok(value.clone())
    } else {
        Err(Flaw::InvalidOption { allowed })
    }
}

/// The values of an enumeration that stands for records: owners, pipelines, stages.
fn records(tables: &Tables, of: Kind, values: &Values, name: &str) -> Vec<Str> {
    if name == "hubspot_owner_id" {
        let owners = tables.owners.rows();
        return owners
            .filter(|owner| owner.archived.is_none())
            .map(|owner| owner.id.clone())
            .collect();
    }
    let pipelines = || {
        tables
            .pipelines
            .oldest_first()
            .filter(move |pipeline| pipeline.object_type == of)
    };
    match of.stage_properties() {
        Some((pipeline, _)) if pipeline == name => {
            pipelines().map(|pipeline| pipeline.id.clone()).collect()
        }
        Some((pipeline, _)) => {
            let within = values.get(pipeline).filter(|id| !id.is_empty());
            pipelines()
                .filter(|pipeline| within.is_none_or(|id| pipeline.id == *id))
                .flat_map(|pipeline| pipeline.stages.iter().map(|stage| stage.id.clone()))
                .collect()
        }
        None => Vec::new(),
    }
}

/// Puts a new record into its pipeline's first stage, where it names none.
pub fn with_stage(tables: &Tables, of: Kind, values: &mut Values) {
    let Some((pipeline_name, stage_name)) = of.stage_properties() else {
        return;
    };
    let set = |values: &Values, name: &str| values.get(name).is_some_and(|value| !value.is_empty());
    let mut pipelines = tables
        .pipelines
        .oldest_first()
        .filter(|pipeline| pipeline.object_type == of);
    let found = if set(values, pipeline_name) {
        pipelines.find(|one| Some(&one.id) == values.get(pipeline_name))
    } else if set(values, stage_name) {
        pipelines.find(|one| {
            one.stages
                .iter()
                .any(|stage| Some(&stage.id) == values.get(stage_name))
        })
    } else {
        pipelines.next()
    };
    let Some(pipeline) = found else { return };
    values.insert(pipeline_name.into(), pipeline.id.clone());
    if let (false, Some(first)) = (set(values, stage_name), pipeline.stages.first()) {
        values.insert(stage_name.into(), first.id.clone());
    }
}

/// What a new record cannot be without.
pub fn required(of: Kind, values: &Values) -> Result<(), Refusal> {
    let needed: &[&str] = match of {
        Kind::Notes | Kind::Tasks => &["hs_timestamp"],
        _ => &[],
    };
    let flaws: Vec<Invalid> = needed
        .iter()
        .filter(|name| values.get(**name).is_none_or(|value| value.is_empty()))
        .map(|name| Invalid {
            property: (*name).into(),
            value: "".into(),
            flaw: Flaw::Required,
        })
        .collect();
    if flaws.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid { flaws })
    }
}
