//! Mail whose sender has the wrong time.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "clock_skew"
    }

    fn about(&self) -> &'static str {
        "the date in a mail is off by up to a day"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        for thread in 0..mess.draft.threads.len() {
            for place in 0..mess.draft.threads[thread].mails.len() {
                let mail = &mess.draft.threads[thread].mails[place];
                if mail.is_ours() || !mess.hit() {
                    continue;
                }
                let skew = mess.dice.between(-1_440, 1_440);
                mess.draft.threads[thread].mails[place].form.skew_min = skew;
                mess.record(
                    vec![Spot::Mail(thread, place)],
                    &["raw"],
                    TrueValue::Nothing,
                    Repair::Forbidden,
                );
            }
        }
    }
}
