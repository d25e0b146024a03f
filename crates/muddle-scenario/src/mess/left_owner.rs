//! Contacts owned by somebody who has left.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "left_owner"
    }

    fn about(&self) -> &'static str {
        "the owner has left the company"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        let Some(left) = mess.desk.shop.agents.iter().position(|staff| staff.left) else {
            return;
        };
        for place in 0..mess.draft.contacts.len() {
            if mess.hit() {
                mess.draft.contacts[place].owner = Some(left);
                mess.record(
                    vec![Spot::Contact(place)],
                    &["hubspot_owner_id"],
                    TrueValue::Nothing,
                    Repair::Accepted,
                );
            }
        }
    }
}
