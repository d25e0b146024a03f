//! Contacts entered twice, field by field, only without their address.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "exact_duplicate"
    }

    fn about(&self) -> &'static str {
        "a contact is there twice, the copy without an address"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        for place in mess.bystanders() {
            if mess.hit() {
                let mut copy = mess.draft.contacts[place].clone();
                copy.set("email", "");
                copy.orders.clear();
                copy.created = mess.later(copy.created, [1, 40]);
                mess.draft.contacts.push(copy);
                let spot = Spot::Contact(mess.draft.contacts.len() - 1);
                mess.record(
                    vec![spot],
                    &[],
                    TrueValue::Record(Spot::Contact(place)),
                    Repair::Accepted,
                );
            }
        }
    }
}
