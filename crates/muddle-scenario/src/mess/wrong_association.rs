//! Orders filed under somebody else.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "wrong_association"
    }

    fn about(&self) -> &'static str {
        "an order of the past is filed under another contact"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        let others = mess.bystanders();
        if others.is_empty() {
            return;
        }
        for place in 0..mess.draft.contacts.len() {
            let orders = mess.draft.contacts[place].orders.clone();
            for order in orders {
                if !mess.is_idle(order) || !mess.hit() {
                    continue;
                }
                let other = *mess.dice.pick(&others);
                if other != place {
                    mess.draft.contacts[place]
                        .orders
                        .retain(|one| *one != order);
                    mess.draft.contacts[other].orders.push(order);
                    let truth = TrueValue::Record(Spot::Contact(place));
                    mess.record(
                        vec![Spot::Order(order), Spot::Contact(other)],
                        &["associations"],
                        truth,
                        Repair::Accepted,
                    );
                }
            }
        }
    }
}
