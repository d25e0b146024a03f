//! Answers that stand above all that went before.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "top_posting"
    }

    fn about(&self) -> &'static str {
        "an answer quotes the whole mail below"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        for thread in 0..mess.draft.threads.len() {
            for place in 0..mess.draft.threads[thread].mails.len() {
                let mail = &mess.draft.threads[thread].mails[place];
                if place == 0 || mail.is_ours() || !mess.hit() {
                    continue;
                }
                mess.draft.threads[thread].mails[place].form.quotes = true;
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
