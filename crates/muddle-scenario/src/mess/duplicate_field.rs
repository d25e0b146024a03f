//! Two properties for one fact, filled differently.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "duplicate_field"
    }

    fn about(&self) -> &'static str {
        "phone and mobile phone are meant to be the same and are not"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        for place in 0..mess.draft.contacts.len() {
            let Some(phone) = mess.draft.contacts[place].get("phone").map(str::to_owned) else {
                continue;
            };
            if mess.hit() {
                let mut digits: Vec<char> = phone.chars().collect();
                if let Some(last) = digits.last_mut() {
                    *last = char::from(b'0' + mess.dice.below(10) as u8);
                }
                let other: String = digits.into_iter().collect();
                mess.draft.contacts[place].set("mobilephone", other);
                mess.record(
                    vec![Spot::Contact(place)],
                    &["phone", "mobilephone"],
                    TrueValue::Text(phone),
                    Repair::Accepted,
                );
            }
        }
    }
}
