//! Free pairs of a record: how they are changed, and how many and how long they may be.

use std::collections::BTreeMap;

use crate::billing::limits::{
    METADATA_NAME_CHARS_MAX, METADATA_PAIRS_MAX, METADATA_VALUE_CHARS_MAX,
};
use crate::billing::{Metadata, Refusal};
use crate::row::Str;

/// The pairs after setting and removing those given. `clear` removes all that were there before.
pub fn changed(
    before: &Metadata,
    given: &BTreeMap<Str, Option<Str>>,
    clear: bool,
) -> Result<Metadata, Refusal> {
    let mut after = if clear {
        Metadata::new()
    } else {
        before.clone()
    };
    for (name, value) in given {
        match value {
            Some(value) => {
                check(name, value)?;
                after.insert(name.clone(), value.clone());
            }
            None => {
                after.remove(name);
            }
        }
    }
    if after.len() > METADATA_PAIRS_MAX {
        let message = format!("Metadata can have up to {METADATA_PAIRS_MAX} keys");
        return Err(invalid("metadata".into(), message));
    }
    Ok(after)
}

fn check(name: &Str, value: &Str) -> Result<(), Refusal> {
    if name.is_empty()
        || name.chars().count() > METADATA_NAME_CHARS_MAX
        || name.contains(['[', ']'])
    {
        let message = format!(
            "Metadata keys can have 1 to {METADATA_NAME_CHARS_MAX} characters and no square brackets. Invalid key: {name}"
        );
        return Err(invalid("metadata".into(), message));
    }
    let length = value.chars().count();
    if length > METADATA_VALUE_CHARS_MAX {
        let message = format!(
            "Metadata values can have up to {METADATA_VALUE_CHARS_MAX} characters, but you passed in a value that is {length} characters."
        );
        return Err(invalid(format!("metadata[{name}]"), message));
    }
    Ok(())
}

fn invalid(param: String, message: String) -> Refusal {
    Refusal::InvalidParam {
        param: param.into(),
        message: message.into(),
    }
}
