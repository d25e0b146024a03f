//! From decision to steps: what is to be done, in which order, in which words.
//!
//! Called by the worker; carried out by [`super::carry_out`]. Money first, then the customer is told, then it is noted:
//! nobody is told of money that did not move.

use super::decide::{Decision, Payment};
use super::identify::About;
use super::{Question, Worker, words};
use crate::crm::Contact;
use crate::error::CallError;
use crate::habit::Habit;
use crate::inbox::Mail;
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
    pub(super) mail: Mail,
    pub(super) about: About,
    /// Which mail of ours in the thread this is.
    pub(super) times: u32,
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
        let mut text = words::hand_off(mail, about, &self.charge_ids(about), why, missing);
        text.push_str(&self.twice(about));
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
        let note = words::refunded_note(payment);
        steps.push(Step::Note(note + &self.twice(about)));
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

    /// Says so where the CRM has a person more than once, whatever is decided on the money.
    fn twice(&self, about: &About) -> String {
        let doubles = self.doubles(about);
        if doubles.len() < 2 {
            return String::new();
        }
        let ids: Vec<&str> = doubles.iter().map(|one| one.id.as_str()).collect();
        format!(
            " The CRM holds contacts {} for this person.",
            ids.join(" and ")
        )
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
}

const fn done() -> Step {
    Step::Label {
        add: DONE,
        leave_inbox: false,
    }
}
