//! Orders whose amount stands in cents.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "unit_slip"
    }

    fn about(&self) -> &'static str {
        "an order of the past holds its amount in cents as if they were units"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        for place in 0..mess.draft.orders.len() {
            if mess.is_idle(place) && mess.hit() {
                let total = mess.draft.orders[place].total();
                mess.draft.orders[place].slipped = true;
                let truth = TrueValue::Text(format!("{}.{:02}", total / 100, total % 100));
                mess.record(
                    vec![Spot::Order(place)],
                    &["properties.amount"],
                    truth,
                    Repair::Accepted,
                );
            }
        }
    }
}
