//! Charges that do not name their order.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Named, Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "missing_order_number"
    }

    fn about(&self) -> &'static str {
        "a charge lost the number of its order"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        for place in 0..mess.draft.charges.len() {
            if mess.hit() {
                let order = mess.draft.charges[place].order;
                mess.draft.charges[place].named = Named::Missing;
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
