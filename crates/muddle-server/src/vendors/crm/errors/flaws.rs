//! What is wrong with single values of a record, in the vendor's words and codes.
//!
//! Called by [`super`] for refusals of records and of inputs of a batch.

use muddle_world::crm::{Flaw, Invalid};
use muddle_world::time::{DAY, HOUR, MINUTE, SECOND};
use serde::Serialize;

use super::{Context, Detail};
use crate::vendors::json_bytes;

/// The vendor writes the flaws of a record as JSON into its sentence.
pub(super) fn not_valid(flaws: &[Invalid]) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct InSentence<'a> {
        is_valid: bool,
        message: String,
        error: &'static str,
        name: &'a str,
    }
    let flaws: Vec<InSentence<'_>> = flaws
        .iter()
        .map(|one| InSentence {
            is_valid: false,
            message: flaw(one),
            error: code(&one.flaw),
            name: &one.property,
        })
        .collect();
    let json = String::from_utf8(json_bytes(128, &flaws)).unwrap_or_default();
    format!("Property values were not valid: {json}")
}

fn flaw(invalid: &Invalid) -> String {
    let Invalid {
        property, value, ..
    } = invalid;
    match &invalid.flaw {
        Flaw::UnknownProperty => format!("Property \"{property}\" does not exist"),
        Flaw::ReadOnly => {
            format!("\"{property}\" is a read only property; its value cannot be set.")
        }
        Flaw::Required => format!("\"{property}\" is required and was not set"),
        Flaw::InvalidEmail => format!("Email address {value} is invalid (property {property})"),
        Flaw::InvalidNumber => format!("{value} was not a valid number for \"{property}\"."),
        Flaw::InvalidTime => {
            format!("{value} was not a valid long or ISO 8601 time for \"{property}\".")
        }
        Flaw::NotMidnight { at } => {
            let time = at.0.rem_euclid(DAY);
            let (hour, minute) = (time / HOUR, time % HOUR / MINUTE);
            let (second, ms) = (time % MINUTE / SECOND, time % SECOND);
            let at = at.0;
            format!("{at} is at {hour}:{minute}:{second}.{ms} UTC, not midnight!")
        }
        Flaw::InvalidBool => {
            format!("{value} was not one of the allowed options [true, false] for \"{property}\".")
        }
        Flaw::InvalidOption { allowed } => {
            format!(
                "{value} was not one of the allowed options [{}] for \"{property}\".",
                allowed.join(", ")
            )
        }
        Flaw::TooLong => format!("The value of \"{property}\" is longer than it may be."),
    }
}

const fn code(flaw: &Flaw) -> &'static str {
    match flaw {
        Flaw::UnknownProperty => "PROPERTY_DOESNT_EXIST",
        Flaw::ReadOnly => "READ_ONLY_VALUE",
        Flaw::Required => "REQUIRED_PROPERTY",
        Flaw::InvalidEmail => "INVALID_EMAIL",
        Flaw::InvalidNumber => "INVALID_NUMBER",
        Flaw::InvalidTime | Flaw::NotMidnight { .. } => "INVALID_DATE",
        Flaw::InvalidBool => "INVALID_BOOLEAN",
        Flaw::InvalidOption { .. } => "INVALID_OPTION",
        Flaw::TooLong => "PROPERTY_VALUE_TOO_LONG",
    }
}

pub(super) fn detail(invalid: &Invalid) -> Detail<'_> {
    Detail {
        message: flaw(invalid),
        code: code(&invalid.flaw),
        context: Context::Property {
            property_name: [&invalid.property],
        },
    }
}
