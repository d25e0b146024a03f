//! One mail weighed: what it tells with the mails before it, what the records and billing say, what is dared.
//!
//! Called by the worker for each mail that it has not decided on; the decision itself is [`super::decide`]'s, the steps
//! that follow are [`super::steps`]'s.

use super::decide::{Case, Decision};
use super::identify::identify;
use super::steps::Plan;
use super::{Job, QUESTIONS_MAX, Scope, Worker};
use crate::error::CallError;
use crate::habit::Habit;
use crate::inbox::Mail;
use crate::reading::{Matter, Reading, read};

impl Worker {
    /// Decides on a mail and turns the decision into steps.
    pub(super) async fn plan(
        &mut self,
        job: &Job,
        mail: &Mail,
        given_up: bool,
    ) -> Result<Plan, CallError> {
        let reading = self.read_all(job, mail);
        let about = identify(&self.ledger, &self.rules, mail, &reading);
        let case = Case {
            reading: &reading,
            about: &about,
            ledger: &self.ledger,
            rules: &self.rules,
            today: self.now.day(),
            without: self.tools.without,
        };
        let colleague = self.colleague_answered(job, mail);
        let decision = match case.before_billing() {
            _ if given_up => Decision::HandOff {
                why: "we asked which order is meant and got no answer".to_owned(),
                missing: "the order number",
            },
            _ if colleague
                && !matches!(
                    reading.matter,
                    Matter::Refund | Matter::Twice | Matter::Shipping
                ) =>
            {
                Decision::Leave("a colleague has answered")
            }
            Some(Decision::Ask)
                if job
                    .question
                    .is_some_and(|question| question.times >= QUESTIONS_MAX) =>
            {
                Decision::HandOff {
                    why: "the customer's answers do not say which order is meant".to_owned(),
                    missing: "the order number",
                }
            }
            Some(decision) => decision,
            None => self.with_billing(&case, mail).await?,
        };
        let decision = match self.dare(decision) {
            Decision::Explain(_) if colleague => Decision::Leave("a colleague has answered"),
            decision => decision,
        };
        tracing::debug!(subject = mail.subject, from = mail.from, matter = ?reading.matter, order = ?about.order, ?decision, "decided");
        Ok(self.steps(decision, mail, &reading, &about, job.question))
    }

    /// What an automation of this scope leaves to people.
    fn dare(&self, decision: Decision) -> Decision {
        let plain = match &decision {
            Decision::Refund(payment) => payment.plain,
            Decision::Leave(_) | Decision::HandOff { .. } => true,
            _ => false,
        };
        if self.scope == Scope::All || plain {
            return decision;
        }
        Decision::HandOff {
            why: "not a plain refund of a whole order, which is all that is automated".to_owned(),
            missing: "a person's decision",
        }
    }

    /// Checks an order in billing as it stands now.
    async fn with_billing(&self, case: &Case<'_>, mail: &Mail) -> Result<Decision, CallError> {
        let Some(order) = case
            .about
            .order
            .as_ref()
            .and_then(|number| self.ledger.orders.get(number))
        else {
            return Ok(Decision::Ask);
        };
        let looks = self.tools.without.keeps(Habit::DuplicateSearch);
        if looks
            && self
                .settled
                .get(&order.number.to_uppercase())
                .is_some_and(|thread| *thread != mail.thread)
        {
            return Ok(Decision::Leave(
                "the same request was settled in another thread",
            ));
        }
        let evidence = self.evidence(&order.number.to_uppercase()).await?;
        Ok(case.after_billing(order, &evidence))
    }

    /// The mail, with what earlier mails of the thread told where it tells nothing itself.
    fn read_all(&self, job: &Job, mail: &Mail) -> Reading {
        let desk = &self.tools.inbox.address;
        let mut reading = read(mail);
        if job.question.is_none() && reading.matter != Matter::TakenBack {
            return reading;
        }
        for earlier in job
            .mails
            .iter()
            .rev()
            .filter(|earlier| earlier.id != mail.id && earlier.from != *desk)
        {
            let told = read(earlier);
            if told.matter < Matter::Courier && reading.matter != Matter::TakenBack {
                reading.matter = told.matter;
                reading.defect |= told.defect;
                reading.mind |= told.mind;
                reading.whole |= told.whole;
                reading.clauses.extend(told.clauses);
            }
            if reading.orders.is_empty() {
                reading.orders = told.orders;
            }
        }
        reading
    }

    /// A colleague has answered this thread after the customer's first mail.
    fn colleague_answered(&self, job: &Job, mail: &Mail) -> bool {
        job.question.is_none()
            && job
                .mails
                .iter()
                .any(|one| self.is_ours(one) && one.at < mail.at)
    }
}
