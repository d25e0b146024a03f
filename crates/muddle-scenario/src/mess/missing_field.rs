//! Contacts whose fields are empty or filled with nothing.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "missing_field"
    }

    fn about(&self) -> &'static str {
        "a field is empty, \"n/a\", \"-\" or 0"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        for place in 0..mess.draft.contacts.len() {
            for field in ["phone", "city", "zip", "country", "jobtitle"] {
                let Some(was) = mess.draft.contacts[place].get(field).map(str::to_owned) else {
                    continue;
                };
                if mess.hit() {
                    let nothing = *mess.dice.pick(&["", "", "n/a", "-", "0"]);
                    mess.draft.contacts[place].set(field, nothing);
                    mess.record(
                        vec![Spot::Contact(place)],
                        &[field],
                        TrueValue::Text(was),
                        Repair::Accepted,
                    );
                }
            }
        }
    }
}
