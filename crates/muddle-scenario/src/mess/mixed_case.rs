//! Names in capitals, in small letters, with stray blanks.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "mixed_case"
    }

    fn about(&self) -> &'static str {
        "a name is written in capitals, in small letters or with stray blanks"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        for place in 0..mess.draft.payers.len() {
            let Some(was) = mess.draft.payers[place].name.clone() else {
                continue;
            };
            if !mess.hit() {
                continue;
            }
            let mixed = match mess.dice.below(4) {
                0 => was.to_uppercase(),
                1 => was.to_lowercase(),
                2 => format!("{was} "),
                _ => was.replacen(' ', "  ", 1),
            };
            mess.draft.payers[place].name = Some(mixed);
            mess.record(
                vec![Spot::Payer(place)],
                &["name"],
                TrueValue::Text(was),
                Repair::Accepted,
            );
        }
    }
}
