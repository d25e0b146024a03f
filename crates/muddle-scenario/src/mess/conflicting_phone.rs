//! Telephone numbers that differ between CRM and billing.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "conflicting_phone"
    }

    fn about(&self) -> &'static str {
        "CRM and billing hold different telephone numbers"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        for place in 0..mess.draft.payers.len() {
            let Some(was) = mess.draft.payers[place].phone.clone() else {
                continue;
            };
            if mess.hit() {
                let tail = mess.dice.below(10_000);
                let kept: String = was
                    .chars()
                    .take(was.chars().count().saturating_sub(4))
                    .collect();
                mess.draft.payers[place].phone = Some(format!("{kept}{tail:04}"));
                mess.record(
                    vec![Spot::Payer(place)],
                    &["phone"],
                    TrueValue::Text(was),
                    Repair::Accepted,
                );
            }
        }
    }
}
