//! Facts that stand in a note and in no field.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Note, Piece, Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "hidden_fact"
    }

    fn about(&self) -> &'static str {
        "a new telephone number stands in a note only"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        for place in 0..mess.draft.contacts.len() {
            let Some(phone) = mess.draft.contacts[place].get("phone").map(str::to_owned) else {
                continue;
            };
            if !mess.hit() {
                continue;
            }
            let (before, after) = *mess.dice.pick(&[
                ("Called in. Best reached on ", " after six."),
                ("says use ", " from now on"),
                ("New mobile ", ", old one is dead."),
                ("Rang about delivery slot, left number ", ""),
            ]);
            let text = vec![Piece::Text(format!("{before}{phone}{after}"))];
            let at = mess
                .calendar
                .start
                .plus(-mess.dice.between(20, 400) * 86_400_000);
            mess.draft.notes.push(Note {
                contacts: vec![place],
                text,
                at,
                owner: mess.draft.contacts[place].owner,
            });
            mess.draft.contacts[place].set("phone", "");
            mess.record(
                vec![Spot::Contact(place)],
                &["phone"],
                TrueValue::Text(phone),
                Repair::Accepted,
            );
        }
    }
}
