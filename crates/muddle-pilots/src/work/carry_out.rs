//! Each step carried out once.
//!
//! Called by the worker with what [`super::steps`] made. Each step can be repeated: refunds carry a key, mails a
//! `Message-ID`, papers a marker.

use serde_json::json;

use super::Worker;
use super::decide::Payment;
use super::steps::{Plan, Step};
use crate::billing::Wish;
use crate::crm::Paper;
use crate::error::CallError;
use crate::habit::Habit;
use crate::inbox::Answer;

impl Worker {
    /// Carries one step out.
    pub(super) async fn step(
        &mut self,
        thread: &str,
        plan: &mut Plan,
        step: &Step,
    ) -> Result<(), CallError> {
        match step {
            Step::Refund {
                charge,
                amount,
                payment,
            } => self.pay(charge, *amount, payment).await,
            Step::Settled(order) => {
                self.settled.insert(order.clone(), thread.to_owned());
                Ok(())
            }
            Step::CreateContact { email, name } => self.enter(plan, email, name).await,
            Step::Merge { survivor, loser } => self.merge(plan, survivor, loser).await,
            Step::FixContactAddress { contact, email } => {
                self.tools
                    .crm
                    .set("contacts", contact, json!({ "email": email }))
                    .await?;
                self.summary.did("addresses put right");
                Ok(())
            }
            Step::FixCustomerAddress { customer, email } => {
                self.tools.billing.set_email(customer, email).await?;
                self.summary.did("addresses put right");
                Ok(())
            }
            Step::Reply(text) => self.reply(plan, text).await,
            Step::Note(text) => {
                let text = format!("{text} Mail: {}.", plan.mail.id);
                self.put_down(plan, Paper::Note, &text).await
            }
            Step::Ticket(text) => self.put_down(plan, Paper::Ticket, text).await,
            Step::Label { add, leave_inbox } => self.label(plan, add, *leave_inbox).await,
        }
    }

    async fn pay(&mut self, charge: &str, amount: i64, payment: &Payment) -> Result<(), CallError> {
        let wish = Wish {
            charge,
            amount,
            reason: payment.reason,
            matter: &payment.order,
            keyed: self.tools.without.keeps(Habit::IdempotencyKeys),
        };
        self.tools.billing.refund(&wish).await?;
        self.summary.did("refunds");
        Ok(())
    }

    async fn enter(&mut self, plan: &mut Plan, email: &str, name: &str) -> Result<(), CallError> {
        let there = if self.tools.without.keeps(Habit::DuplicateSearch) {
            self.tools.crm.contact_by_email(email).await?
        } else {
            None
        };
        let id = match there {
            Some(contact) => contact.id,
            None => {
                let (first, last) = name.trim().rsplit_once(' ').unwrap_or(("", name.trim()));
                self.summary.did("contacts entered");
                self.tools.crm.create_contact(email, first, last).await?
            }
        };
        plan.about.person.contacts = vec![id];
        Ok(())
    }

    async fn merge(
        &mut self,
        plan: &mut Plan,
        survivor: &str,
        loser: &str,
    ) -> Result<(), CallError> {
        let lives = self.tools.crm.merge(survivor, loser).await?;
        plan.about.person.contacts = vec![lives.clone()];
        let gone = self.ledger.contacts.remove(loser);
        if let (Some(gone), Some(contact)) = (gone, self.ledger.contacts.get_mut(survivor)) {
            contact.emails.extend(gone.emails);
            contact.deals.extend(gone.deals);
            contact.id = lives;
        }
        self.summary.did("contacts merged");
        Ok(())
    }

    async fn reply(&mut self, plan: &Plan, text: &str) -> Result<(), CallError> {
        let to = plan
            .about
            .on_file
            .clone()
            .unwrap_or_else(|| plan.mail.from.clone());
        let subject = &plan.mail.subject;
        let subject = if subject.to_lowercase().starts_with("re:") {
            subject.clone()
        } else {
            format!("Re: {subject}")
        };
        let answer = Answer {
            to: &to,
            thread: &plan.mail.thread,
            subject: &subject,
            in_reply_to: &plan.mail.message_id,
            references: &plan.mail.references,
            text,
            marker: &format!("{}.{}.{}", plan.mail.thread, plan.mail.id, plan.times),
        };
        self.tools.inbox.send(&answer).await?;
        self.summary
            .did(if plan.asks { "questions" } else { "replies" });
        Ok(())
    }

    async fn put_down(&mut self, plan: &Plan, paper: Paper, text: &str) -> Result<(), CallError> {
        let properties = match paper {
            Paper::Note => crate::crm::note(text, &self.now.0.to_string()),
            Paper::Ticket => {
                let Some(stage) = &self.stage else {
                    // Without the stage, the label and the note are the hand-off.
                    return Ok(());
                };
                crate::crm::ticket(&plan.mail.subject, text, stage)
            }
        };
        let contacts: Vec<String> = plan.about.contact().into_iter().cloned().collect();
        self.tools
            .crm
            .put_down(paper, &contacts, properties, text)
            .await?;
        self.summary.did(if paper == Paper::Note {
            "notes"
        } else {
            "hand-offs"
        });
        Ok(())
    }

    async fn label(&mut self, plan: &Plan, add: &str, leave_inbox: bool) -> Result<(), CallError> {
        let id = self.tools.inbox.label(add).await?;
        let remove: &[&str] = if leave_inbox {
            &["UNREAD"]
        } else {
            &["UNREAD", "INBOX"]
        };
        self.tools
            .inbox
            .relabel(std::slice::from_ref(&plan.mail.id), &[&id], remove)
            .await?;
        self.summary.did("labels");
        Ok(())
    }
}
