//! From decision to steps, and each step carried out once.
//!
//! Called by the worker. Money first, then the customer is told, then it is noted: nobody is told of money that did not
//! move. Each step can be repeated: refunds carry a key, mails a `Message-ID`, papers a marker.

use serde_json::json;

use super::decide::{Decision, Payment};
use super::identify::About;
use super::{Question, Worker, words};
use crate::billing::Wish;
use crate::crm::{Contact, Paper};
use crate::error::CallError;
use crate::habit::Habit;
use crate::inbox::{Answer, Mail};
use crate::reading::Reading;
use crate::rules::{Survivor, System};

/// Labels: what is with a person by a ticket, and what is done.
const HANDED_OVER: &str = "Handed over";
const DONE: &str = "Done";

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Refund {
        charge: String,
        amount: i64,
        payment: Payment,
    },
    /// Nothing more to pay in this complaint.
    Settled(String),
    CreateContact {
        email: String,
        name: String,
    },
    Merge {
        survivor: String,
        loser: String,
    },
    FixContactAddress {
        contact: String,
        email: String,
    },
    FixCustomerAddress {
        customer: String,
        email: String,
    },
    Reply(String),
    Note(String),
    Ticket(String),
    Label {
        add: &'static str,
        leave_inbox: bool,
    },
}

/// What is to be done about one mail.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
    pub(super) next: usize,
    pub(super) asks: bool,
    pub(super) hands_off: bool,
    mail: Mail,
    about: About,
    /// Which mail of ours in the thread this is.
    times: u32,
}

impl Plan {
    /// Nothing was done yet.
    pub(super) const fn is_untouched(&self) -> bool {
        self.next == 0
    }
}

impl Worker {
    /// The steps of a decision.
    pub(super) fn steps(
        &self,
        decision: Decision,
        mail: &Mail,
        reading: &Reading,
        about: &About,
        question: Option<Question>,
    ) -> Plan {
        let asks = decision == Decision::Ask;
        let hands_off = matches!(decision, Decision::HandOff { .. });
        let times = question.map_or(0, |question| question.times);
        let steps = match decision {
            Decision::Leave(why) => self.left(about, why),
            Decision::Route(label) => self.routed(label, about),
            Decision::HandOff { why, missing } => self.handed_off(mail, about, &why, missing),
            Decision::Deny(why) => self.denied(about, &why),
            Decision::Explain(refunds) => self.explained(about, &refunds),
            Decision::Ask => vec![Step::Reply(words::question(times))],
            Decision::Refund(payment) => self.refunded(&payment, mail, reading, about),
        };
        Plan {
            steps,
            next: 0,
            asks,
            hands_off,
            mail: mail.clone(),
            about: about.clone(),
            times,
        }
    }

    fn left(&self, about: &About, why: &str) -> Vec<Step> {
        let mut steps = Vec::new();
        if about.order.is_some() && about.contact().is_some() {
            let (order, charge, _, _) = self.money_in_question(about);
            steps.push(Step::Note(words::left_note(&order, &charge, why)));
        }
        steps.push(done());
        steps
    }

    fn routed(&self, label: &'static str, about: &About) -> Vec<Step> {
        let mut steps = Vec::new();
        if about.from_file {
            steps.push(Step::Reply(words::received()));
        }
        steps.push(Step::Label {
            add: label,
            leave_inbox: true,
        });
        steps
    }

    fn handed_off(&self, mail: &Mail, about: &About, why: &str, missing: &str) -> Vec<Step> {
        let text = words::hand_off(mail, about, &self.charge_ids(about), why, missing);
        let mut steps = vec![Step::Ticket(text.clone())];
        if about.contact().is_some() {
            steps.push(Step::Note(format!(
                "Decision: handed to a person, nothing was paid. {text}"
            )));
        }
        steps.push(Step::Label {
            add: HANDED_OVER,
            leave_inbox: true,
        });
        steps
    }

    fn charge_ids(&self, about: &About) -> Vec<String> {
        let numbers = about.order.iter();
        numbers
            .flat_map(|number| self.ledger.charges_of(number))
            .map(|charge| charge.id.clone())
            .collect()
    }

    /// Order, first charge, amount and currency, for texts.
    fn money_in_question(&self, about: &About) -> (String, String, i64, String) {
        let number = about.order.clone().unwrap_or_default();
        let charges = self.ledger.charges_of(&number);
        let first = charges.first();
        (
            number.clone(),
            first.map(|charge| charge.id.clone()).unwrap_or_default(),
            charges.iter().map(|charge| charge.amount).sum(),
            first
                .map(|charge| charge.currency.clone())
                .unwrap_or_default(),
        )
    }

    fn denied(&self, about: &About, why: &str) -> Vec<Step> {
        let (order, charge, amount, currency) = self.money_in_question(about);
        vec![
            Step::Reply(words::denied(&order, why)),
            Step::Note(words::denied_note(&order, &charge, amount, &currency, why)),
            done(),
        ]
    }

    fn explained(&self, about: &About, refunds: &[crate::billing::Refund]) -> Vec<Step> {
        let (order, charge, _, currency) = self.money_in_question(about);
        vec![
            Step::Reply(words::explained(&order, refunds, &currency)),
            Step::Note(words::explained_note(&order, &charge, refunds, &currency)),
            done(),
        ]
    }

    fn refunded(
        &self,
        payment: &Payment,
        mail: &Mail,
        reading: &Reading,
        about: &About,
    ) -> Vec<Step> {
        let mut steps = self.put_right(mail, about);
        for (charge, amount) in &payment.parts {
            steps.push(Step::Refund {
                charge: charge.clone(),
                amount: *amount,
                payment: payment.clone(),
            });
        }
        steps.push(Step::Settled(payment.order.clone()));
        steps.push(Step::Reply(words::refunded(payment, reading.card)));
        let doubles = self.doubles(about);
        let mut note = words::refunded_note(payment);
        if doubles.len() > 1 {
            let ids: Vec<&str> = doubles.iter().map(|one| one.id.as_str()).collect();
            note.push_str(&format!(
                " The CRM holds contacts {} for this person.",
                ids.join(" and ")
            ));
        }
        steps.push(Step::Note(note));
        steps.push(done());
        steps
    }

    /// Mends the person's records where the rules say how.
    fn put_right(&self, mail: &Mail, about: &About) -> Vec<Step> {
        let mut steps = Vec::new();
        let Some(on_file) = &about.on_file else {
            return steps;
        };
        if about.person.contacts.is_empty() {
            let customer = about
                .person
                .customers
                .first()
                .and_then(|id| self.ledger.customers.get(id));
            let name = customer
                .map(|one| one.name.clone())
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| mail.name.clone());
            steps.push(Step::CreateContact {
                email: on_file.clone(),
                name,
            });
        }
        let doubles = self.doubles(about);
        if doubles.len() > 1
            && let Some(survivor) = self.survivor(&doubles)
        {
            let losers = doubles.iter().filter(|one| one.id != survivor);
            steps.extend(losers.map(|one| Step::Merge {
                survivor: survivor.clone(),
                loser: one.id.clone(),
            }));
        } else if about.from_file && *on_file == mail.from {
            steps.extend(self.address_step(on_file, about));
        }
        steps
    }

    /// The system that is not trusted gets the address of the one that is.
    fn address_step(&self, email: &str, about: &About) -> Option<Step> {
        let contact = about
            .person
            .contacts
            .iter()
            .filter_map(|id| self.ledger.contacts.get(id))
            .next();
        let customer = about
            .person
            .customers
            .iter()
            .filter_map(|id| self.ledger.customers.get(id))
            .next();
        match (self.rules.email, contact, customer) {
            (System::Billing, Some(contact), Some(customer))
                if customer.email == email && !contact.emails.iter().any(|one| one == email) =>
            {
                Some(Step::FixContactAddress {
                    contact: contact.id.clone(),
                    email: email.to_owned(),
                })
            }
            (System::Crm, Some(contact), Some(customer))
                if customer.email != email && contact.emails.iter().any(|one| one == email) =>
            {
                Some(Step::FixCustomerAddress {
                    customer: customer.id.clone(),
                    email: email.to_owned(),
                })
            }
            _ => None,
        }
    }

    /// The contacts of one person, if the CRM has them more than once.
    fn doubles(&self, about: &About) -> Vec<&Contact> {
        let Some(contact) = about.contact().and_then(|id| self.ledger.contacts.get(id)) else {
            return Vec::new();
        };
        if !self.tools.without.keeps(Habit::DuplicateSearch) {
            return vec![contact];
        }
        let mut all = vec![contact];
        all.extend(self.ledger.doubles_of(contact));
        all
    }

    fn survivor(&self, doubles: &[&Contact]) -> Option<String> {
        let chosen = match self.rules.survivor {
            Survivor::Oldest => doubles.iter().min_by_key(|one| (&one.created, &one.id)),
            Survivor::Newest => doubles.iter().max_by_key(|one| (&one.created, &one.id)),
            Survivor::MostOrders => {
                let most = doubles.iter().map(|one| one.deals.len()).max()?;
                let mut leaders = doubles.iter().filter(|one| one.deals.len() == most);
                leaders.next().filter(|_| leaders.next().is_none())
            }
        };
        chosen.map(|one| one.id.clone())
    }

    /// What is done instead when billing says no.
    pub(super) fn refused(&self, plan: &Plan, error: &CallError) -> Plan {
        let why = format!("billing refused the refund: {error}");
        Plan {
            steps: self.handed_off(&plan.mail, &plan.about, &why, "a person's decision"),
            next: 0,
            asks: false,
            hands_off: true,
            ..plan.clone()
        }
    }

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
            Paper::Note => json!({ "hs_note_body": text, "hs_timestamp": self.now.0.to_string() }),
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

const fn done() -> Step {
    Step::Label {
        add: DONE,
        leave_inbox: false,
    }
}
