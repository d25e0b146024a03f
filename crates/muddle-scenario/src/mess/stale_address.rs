//! Contacts whose address was true half a year ago.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "stale_address"
    }

    fn about(&self) -> &'static str {
        "the CRM still has the old postal address"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        const STREETS: [&str; 6] = [
            "4 Old Station Yard",
            "117 Canal Walk",
            "Flat 2, 39 Mill Lane",
            "8 Orchard Close",
            "Gartenweg 12",
            "61 Tannery Row",
        ];
        for place in 0..mess.draft.contacts.len() {
            let Some(was) = mess.draft.contacts[place].get("address").map(str::to_owned) else {
                continue;
            };
            if mess.hit() {
                let old = *mess.dice.pick(&STREETS);
                mess.draft.contacts[place].set("address", old);
                mess.record(
                    vec![Spot::Contact(place)],
                    &["address"],
                    TrueValue::Text(was),
                    Repair::Accepted,
                );
            }
        }
    }
}
