//! Notes that were pasted twice, once changed in one word.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Piece, Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "note_twice"
    }

    fn about(&self) -> &'static str {
        "a note stands twice on the same record"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        for place in 0..mess.draft.notes.len() {
            if mess.hit() {
                let mut copy = mess.draft.notes[place].clone();
                copy.at = copy.at.plus(mess.dice.between(1, 50) * 60_000);
                if mess.dice.percent(50) {
                    copy.text.push(Piece::Text(" (see above)".to_owned()));
                }
                mess.draft.notes.push(copy);
                let spot = Spot::Note(mess.draft.notes.len() - 1);
                mess.record(
                    vec![spot],
                    &[],
                    TrueValue::Record(Spot::Note(place)),
                    Repair::Accepted,
                );
            }
        }
    }
}
