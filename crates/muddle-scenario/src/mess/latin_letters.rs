//! Mail in an old character set.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "latin_letters"
    }

    fn about(&self) -> &'static str {
        "a mail is in Latin-1"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        for thread in 0..mess.draft.threads.len() {
            for place in 0..mess.draft.threads[thread].mails.len() {
                let mail = &mess.draft.threads[thread].mails[place];
                if mail.is_ours() || !mess.hit() {
                    continue;
                }
                mess.draft.threads[thread].mails[place].form.latin1 = true;
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
