//! Notes that hang on somebody else.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "note_on_wrong_record"
    }

    fn about(&self) -> &'static str {
        "a note hangs on another contact"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        let others = mess.bystanders();
        if others.is_empty() {
            return;
        }
        for place in 0..mess.draft.notes.len() {
            if !mess.hit() {
                continue;
            }
            let right = mess.draft.notes[place].contacts.first().copied();
            let other = *mess.dice.pick(&others);
            if let Some(right) = right.filter(|right| *right != other) {
                mess.draft.notes[place].contacts = vec![other];
                let truth = TrueValue::Record(Spot::Contact(right));
                mess.record(
                    vec![Spot::Note(place), Spot::Contact(other)],
                    &["associations"],
                    truth,
                    Repair::Accepted,
                );
            }
        }
    }
}
