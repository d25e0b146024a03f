//! Contacts and customers that somebody made to try the form.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Contact, Spot, TrueValue};
use crate::truth::Repair;

/// Records per thousandth of the rate.
const MOST: u64 = 12;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "test_data"
    }

    fn about(&self) -> &'static str {
        "test records were left in"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        for nth in 0..MOST {
            if !mess.hit() {
                continue;
            }
            let (first, last) = *mess.dice.pick(&[
                ("Test", "Test"),
                ("asdf", "asdf"),
                ("Foo", "Bar"),
                ("Max", "Mustermann"),
            ]);
            let created = mess
                .calendar
                .start
                .plus(-mess.dice.between(30, 600) * 86_400_000);
            mess.draft.contacts.push(Contact {
                soul: None,
                properties: vec![
                    ("email", format!("test{}@example.com", 10 + nth * 7)),
                    ("firstname", first.to_owned()),
                    ("lastname", last.to_owned()),
                    ("phone", "000".to_owned()),
                ],
                company: None,
                orders: Vec::new(),
                owner: None,
                created,
            });
            let spot = Spot::Contact(mess.draft.contacts.len() - 1);
            mess.record(vec![spot], &[], TrueValue::Nothing, Repair::Accepted);
        }
    }
}
