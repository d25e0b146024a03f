//! Charges that name another order.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Named, Place, Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "wrong_order_number"
    }

    fn about(&self) -> &'static str {
        "a charge names an order that it did not pay"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        let idle: Vec<Place> = (0..mess.draft.charges.len())
            .filter(|&place| mess.is_idle(mess.draft.charges[place].order))
            .collect();
        for &place in &idle {
            if mess.hit() {
                let order = mess.draft.charges[place].order;
                let other = mess.draft.charges[*mess.dice.pick(&idle)].order;
                if other != order {
                    mess.draft.charges[place].named = Named::Wrong(other);
                    mess.record(
                        vec![Spot::Charge(place)],
                        &["metadata.order"],
                        TrueValue::Number(order),
                        Repair::Accepted,
                    );
                }
            }
        }
    }
}
