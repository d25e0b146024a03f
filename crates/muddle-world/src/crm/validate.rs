//! Whether values may be written, and in which form they are kept.
//!
//! Called by every operation that writes properties. A wrong value is refused and never put right; the flaws of a record
//! come together, up to [`FLAWS_MAX`].

use std::collections::BTreeSet;

use super::builtin::{self, Setting, ValueType};
use super::call::Values;
use super::draft::Draft;
use super::kind::Kind;
use super::limits::{FLAWS_MAX, NAMED_OPTIONS_BYTES_MAX, RECORD_BYTES_MAX, VALUE_BYTES_MAX};
use super::object::Object;
use super::refusal::{Flaw, Invalid, Refusal};
use super::state::{Property, Tables};
use super::value::{decimal, instant};
use crate::row::Str;
use crate::time::DAY;

/// Characters of a value or a name that a refusal repeats.
const REPEATED_CHARS_MAX: usize = 200;

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

/// The values in the form they are kept in, or what is wrong with them.
pub fn normal(draft: &Draft<'_>, of: Kind, values: &Values) -> Result<Values, Refusal> {
    let mut kept = Values::new();
    let mut flaws = Vec::new();
    for (name, value) in values {
        match one(draft, of, values, name, value) {
            Ok(value) => {
                kept.insert(name.clone(), value);
            }
            Err(flaw) => flaws.push(Invalid {
                property: repeated(name),
                value: repeated(value),
                flaw,
            }),
        }
        if flaws.len() == FLAWS_MAX {
            break;
        }
    }
    if flaws.is_empty() {
        Ok(kept)
    } else {
        Err(Refusal::Invalid { flaws })
    }
}

/// As much of a caller's text as a refusal repeats.
fn repeated(text: &Str) -> Str {
    match text.char_indices().nth(REPEATED_CHARS_MAX) {
        Some((end, _)) => text[..end].into(),
        None => text.clone(),
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
    if value.len() > VALUE_BYTES_MAX {
        return Err(Flaw::TooLong);
    }
    match definition.value_type() {
        ValueType::String if name == "email" && of == Kind::Contacts => email(value),
        ValueType::String => Ok(value.clone()),
        ValueType::Number => decimal(value)
            .filter(|_| !value.contains(char::is_whitespace))
            .map(|_| value.clone())
            .ok_or(Flaw::InvalidNumber),
        ValueType::Datetime => instant(value)
            .map(|at| at.iso().into())
            .ok_or(Flaw::InvalidTime),
        ValueType::Date => day(value),
        ValueType::Bool => match &**value {
            "true" | "false" => Ok(value.clone()),
            _ => Err(Flaw::InvalidBool),
        },
        ValueType::Enumeration => chosen(draft, of, values, definition, name, value),
    }
}

/// A day, which a caller may also give as the moment it begins at in UTC.
fn day(value: &str) -> Result<Str, Flaw> {
    let at = instant(value).ok_or(Flaw::InvalidTime)?;
    if at.0.rem_euclid(DAY) != 0 {
        return Err(Flaw::NotMidnight { at });
    }
    Ok(at.iso()[..10].into())
}

/// An address in lower case: one `@`, something before it, a dotted name after it, no blanks.
fn email(value: &str) -> Result<Str, Flaw> {
    let value = value.to_lowercase();
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
    let allowed: Vec<&str> = match definition {
        Definition::Builtin(property) if property.options.is_empty() => {
            records(draft.tables(), of, values, name)
        }
        Definition::Builtin(property) => property.options.to_vec(),
        Definition::Own(property) => property.options.iter().map(|one| &*one.value).collect(),
    };
    let several = matches!(definition, Definition::Own(own) if &*own.field_type == "checkbox");
    let fine = if several {
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        value.split(';').all(|one| allowed.contains(one))
    } else {
        allowed.contains(&&**value)
    };
    if fine {
        return Ok(value.clone());
    }
    let mut bytes = 0;
    let named = allowed.into_iter().take_while(|one| {
        bytes += one.len();
        bytes <= NAMED_OPTIONS_BYTES_MAX
    });
    Err(Flaw::InvalidOption {
        allowed: named.map(Str::from).collect(),
    })
}

/// The values of an enumeration that stands for records: owners, pipelines, stages.
fn records<'a>(tables: &'a Tables, of: Kind, values: &Values, name: &str) -> Vec<&'a str> {
    if name == "hubspot_owner_id" {
        let owners = tables.owners.rows();
        return owners
            .filter(|owner| owner.archived.is_none())
            .map(|owner| &*owner.id)
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
            pipelines().map(|pipeline| &*pipeline.id).collect()
        }
        Some((pipeline, _)) => {
            let within = values.get(pipeline).filter(|id| !id.is_empty());
            pipelines()
                .filter(|pipeline| within.is_none_or(|id| pipeline.id == *id))
                .flat_map(|pipeline| pipeline.stages.iter().map(|stage| &*stage.id))
                .collect()
        }
        None => Vec::new(),
    }
}

/// Puts a new record that names no pipeline into the one of its stage, or into the first.
pub fn with_pipeline(tables: &Tables, of: Kind, values: &mut Values) {
    let Some((pipeline_name, stage_name)) = of.stage_properties() else {
        return;
    };
    let set = |values: &Values, name: &str| values.get(name).is_some_and(|value| !value.is_empty());
    if set(values, pipeline_name) {
        return;
    }
    let stage = values.get(stage_name);
    let mut pipelines = tables
        .pipelines
        .oldest_first()
        .filter(|pipeline| pipeline.object_type == of);
    let found = if set(values, stage_name) {
        pipelines.find(|one| one.stages.iter().any(|other| Some(&other.id) == stage))
    } else {
        pipelines.next()
    };
    if let Some(pipeline) = found {
        values.insert(pipeline_name.into(), pipeline.id.clone());
    }
}

/// What a record of the type cannot be without. Of contacts, companies and line items the vendor only recommends some.
const fn needed(of: Kind) -> &'static [&'static str] {
    match of {
        Kind::Deals => &["dealstage"],
        Kind::Tickets => &["hs_pipeline_stage"],
        Kind::Notes | Kind::Tasks => &["hs_timestamp"],
        Kind::Contacts | Kind::Companies | Kind::LineItems => &[],
    }
}

/// Whether a new record has what its type cannot be without.
pub fn complete(of: Kind, values: &Values) -> Result<(), Refusal> {
    let unset = |name: &&&str| values.get(**name).is_none_or(|value| value.is_empty());
    let properties: Vec<Str> = needed(of)
        .iter()
        .filter(unset)
        .map(|name| (*name).into())
        .collect();
    if properties.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Incomplete { of, properties })
    }
}

/// Whether a change leaves a record what its type cannot be without.
pub fn still_complete(of: Kind, values: &Values) -> Result<(), Refusal> {
    let emptied = |name: &&&str| values.get(**name).is_some_and(|value| value.is_empty());
    let flaws: Vec<Invalid> = needed(of)
        .iter()
        .filter(emptied)
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

/// Bytes of a record's names and values.
pub fn bytes(object: &Object) -> usize {
    let properties = object.properties.iter();
    properties
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum()
}

/// Whether a record holds no more than it may.
pub fn sized(object: &Object) -> Result<(), Refusal> {
    let bytes = bytes(object);
    if bytes > RECORD_BYTES_MAX {
        return Err(Refusal::bad(format!(
            "The properties of one record hold at most {RECORD_BYTES_MAX} bytes, but would hold {bytes}"
        )));
    }
    Ok(())
}
