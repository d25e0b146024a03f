//! What the oracle does with its own hands: refund, answer, note, hand off, label, put records right.
//!
//! Called by [`super`] for one deed at a time; each looks first whether it is done already, so it can be repeated.

use serde_json::json;

use super::deeds::Deed;
use super::{Errand, Oracle};
use crate::billing::Wish;
use crate::crm::{Contact, Paper, ticket};
use crate::error::CallError;
use crate::inbox::{Answer, Mail};

/// What a customer is told whose matter waits for something.
const RECEIVED: &str = "We have your mail and will come back to you about it.";

impl Oracle {
    pub(super) async fn refund(
        &mut self,
        errand: &Errand,
        charges: &[String],
        amount: i64,
    ) -> Result<(), CallError> {
        let mut rest = amount;
        for charge in charges {
            let now = self.tools.billing.charge(charge).await?;
            let made = self.tools.billing.refunds(Some(charge)).await?;
            let ours = made
                .iter()
                .filter(|one| one.matter.as_deref() == Some(&*errand.id) && one.counts());
            rest -= ours.map(|one| one.amount).sum::<i64>();
            let part = rest.min(now.left());
            if part <= 0 {
                continue;
            }
            let wish = Wish {
                charge,
                amount: part,
                reason: "requested_by_customer",
                matter: &errand.id,
                keyed: true,
            };
            self.tools.billing.refund(&wish).await?;
            self.summary.did("refunds");
            rest -= part;
        }
        Ok(())
    }

    /// The mails of a thread that the truth names by id, or by `Message-ID` before it came.
    pub(super) async fn thread(&mut self, name: &str, fresh: bool) -> Result<Vec<Mail>, CallError> {
        if !fresh && let Some(known) = self.mails.get(name).filter(|mails| !mails.is_empty()) {
            return Ok(known.clone());
        }
        let thread = if name.contains('@') {
            let found = self
                .tools
                .inbox
                .find(&format!("rfc822msgid:{}", name.trim_matches(['<', '>'])))
                .await?;
            let Some(first) = found.first() else {
                return Ok(Vec::new());
            };
            self.tools.inbox.message(first).await?.thread
        } else {
            name.to_owned()
        };
        let mails = match self.tools.inbox.thread(&thread).await {
            Err(error) if error.is_missing() => Vec::new(),
            other => other?,
        };
        self.mails.insert(name.to_owned(), mails.clone());
        Ok(mails)
    }

    pub(super) async fn first_thread(
        &mut self,
        threads: &[String],
    ) -> Result<Vec<Mail>, CallError> {
        for name in threads {
            let mails = self.thread(name, false).await?;
            if !mails.is_empty() {
                return Ok(mails);
            }
        }
        Ok(Vec::new())
    }

    pub(super) async fn reply(
        &mut self,
        errand: &mut Errand,
        threads: &[String],
        to: &str,
        says: &str,
    ) -> Result<bool, CallError> {
        let waits = errand
            .deeds
            .get(errand.next + 1)
            .is_some_and(|next| matches!(next, Deed::Answer { .. } | Deed::HandOff { .. }));
        let body = if waits {
            "Which of your orders is it about? Please tell us the order number.".to_owned()
        } else {
            format!("We have dealt with your request. {says}")
        };
        let marker = format!("{}.{}", errand.id, errand.next);
        self.write(errand, threads, to, &body, &marker).await
    }

    /// Tells whom has to wait that their mail was received; once.
    pub(super) async fn acknowledge(&mut self, errand: &mut Errand) -> Result<(), CallError> {
        let reply = errand.deeds.iter().find_map(|deed| match deed {
            Deed::Reply { threads, to, .. } => Some((threads.clone(), to.clone())),
            _ => None,
        });
        let (Some((threads, to)), false) = (reply, errand.acknowledged) else {
            return Ok(());
        };
        let marker = format!("{}.received", errand.id);
        errand.acknowledged = self.write(errand, &threads, &to, RECEIVED, &marker).await?;
        Ok(())
    }

    /// Writes in the first of the threads that is there; false if none is.
    async fn write(
        &mut self,
        errand: &mut Errand,
        threads: &[String],
        to: &str,
        body: &str,
        marker: &str,
    ) -> Result<bool, CallError> {
        let mails = self.first_thread(threads).await?;
        let Some(mail) = mails
            .iter()
            .rev()
            .find(|mail| mail.from != self.tools.inbox.address)
        else {
            return Ok(false);
        };
        let text = format!(
            "Hello,\n\n{}\n\nKind regards,\nCustomer service\n",
            body.trim()
        );
        let answer = Answer {
            to,
            thread: &mail.thread,
            subject: &format!("Re: {}", mail.subject),
            in_reply_to: &mail.message_id,
            references: &mail.references,
            text: &text,
            marker,
        };
        self.tools.inbox.send(&answer).await?;
        errand.wrote = self.tools.clock.now().await?.0.as_millisecond();
        self.summary.did("replies");
        Ok(true)
    }

    pub(super) async fn contact_ids(
        &mut self,
        contacts: &[String],
    ) -> Result<Vec<String>, CallError> {
        for name in contacts {
            let found: Option<Contact> = if name.contains('@') {
                self.tools.crm.contact_by_email(name).await?
            } else {
                self.tools.crm.contact(name).await?
            };
            if let Some(contact) = found {
                return Ok(vec![contact.id]);
            }
        }
        Ok(Vec::new())
    }

    pub(super) async fn note(
        &mut self,
        errand: &Errand,
        contacts: &[String],
        says: &str,
    ) -> Result<(), CallError> {
        let contacts = self.contact_ids(contacts).await?;
        let text = format!("Decision and reason on file for {}: {says}.", errand.id);
        let properties = crate::crm::note(&text, &self.now.0.to_string());
        self.tools
            .crm
            .put_down(Paper::Note, &contacts, properties, &text)
            .await?;
        self.summary.did("notes");
        Ok(())
    }

    pub(super) async fn hand_off(
        &mut self,
        threads: &[String],
        contacts: &[String],
        says: &str,
    ) -> Result<bool, CallError> {
        let mails = self.first_thread(threads).await?;
        let (Some(mail), Some(stage)) = (mails.first().cloned(), self.stage.clone()) else {
            return Ok(false);
        };
        let text = format!(
            "{says}. Mail: message {} in thread {}, from {}. Reason: by the rules of the desk this needs a person's decision.",
            mail.id, mail.thread, mail.from
        );
        let contacts = self.contact_ids(contacts).await?;
        self.tools
            .crm
            .put_down(
                Paper::Ticket,
                &contacts,
                ticket(&mail.subject, &text, &stage),
                &text,
            )
            .await?;
        self.summary.did("hand-offs");
        Ok(true)
    }

    pub(super) async fn label(&mut self, threads: &[String]) -> Result<bool, CallError> {
        let mails = self.first_thread(threads).await?;
        let ids: Vec<String> = mails
            .iter()
            .filter(|mail| mail.from != self.tools.inbox.address)
            .map(|mail| mail.id.clone())
            .collect();
        if ids.is_empty() {
            return Ok(false);
        }
        let label = self.done_label.clone();
        self.tools
            .inbox
            .relabel(&ids, &[&label], &["INBOX", "UNREAD"])
            .await?;
        self.summary.did("labels");
        Ok(true)
    }

    pub(super) async fn enter(&mut self, email: &str) -> Result<(), CallError> {
        let customers = self.tools.billing.customers().await?;
        let name = customers
            .iter()
            .find(|one| one.email == email)
            .map(|one| one.name.clone())
            .unwrap_or_default();
        let (first, last) = name.trim().rsplit_once(' ').unwrap_or(("", name.trim()));
        self.tools.crm.create_contact(email, first, last).await?;
        self.summary.did("contacts entered");
        Ok(())
    }

    pub(super) async fn set(
        &mut self,
        vendor: &str,
        collection: &str,
        id: &str,
        field: &str,
        value: &str,
    ) -> Result<(), CallError> {
        if vendor == "billing" {
            self.tools.billing.set_email(id, value).await?;
        } else {
            let name = field.trim_start_matches("properties.");
            self.tools
                .crm
                .set(collection, id, json!({ name: value }))
                .await?;
        }
        self.summary.did("fields put right");
        Ok(())
    }
}
