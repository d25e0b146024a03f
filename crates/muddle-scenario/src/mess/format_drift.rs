//! Telephone numbers and postcodes in every notation.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "format_drift"
    }

    fn about(&self) -> &'static str {
        "the same kind of value is written in another notation"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        for place in 0..mess.draft.contacts.len() {
            let Some(was) = mess.draft.contacts[place].get("phone").map(str::to_owned) else {
                continue;
            };
            if !mess.hit() {
                continue;
            }
            let drifted = match mess.dice.below(4) {
                0 => was
                    .chars()
                    .filter(|c| c.is_ascii_digit() || *c == '+')
                    .collect(),
                1 => was.replace([' ', '-'], "."),
                2 => was.replacen('+', "00", 1),
                _ => was.replace(' ', "\u{a0}"),
            };
            if drifted != was {
                mess.draft.contacts[place].set("phone", drifted);
                mess.record(
                    vec![Spot::Contact(place)],
                    &["phone"],
                    TrueValue::Text(was),
                    Repair::Accepted,
                );
            }
        }
    }
}
