//! Mail without a plain body.
//!
//! Called by `mess::spoil`. Answers that quote and mail in an old character set are plain text and stay so.

use super::{Mess, Operator};
use crate::generate::{Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "html_only"
    }

    fn about(&self) -> &'static str {
        "a mail is HTML and nothing else"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        for thread in 0..mess.draft.threads.len() {
            for place in 0..mess.draft.threads[thread].mails.len() {
                let mail = &mess.draft.threads[thread].mails[place];
                let plain = mail.form.quotes || mail.form.latin1;
                if plain || !mail.is_a_customers() || !mess.hit() {
                    continue;
                }
                mess.draft.threads[thread].mails[place].form.html_only = true;
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
