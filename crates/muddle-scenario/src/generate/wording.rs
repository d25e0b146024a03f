//! Puts mail into words, once orders have numbers.
//!
//! Called after the mess, in the order of the threads; what was said before decides what is still fresh. Words come from
//! `letters` alone, except those that a scenario's author wrote by hand.

use muddle_world::chance::{Dice, Seed};

use super::calendar::Calendar;
use super::draft::{Draft, Place, Soul};
use super::mail::{Hand, Mail, Matter, Told};
use crate::file::Desk;
use crate::letters::{Agent, Amount, Facts, Letter, Mailbag, Shop, Voice, Writer, resend};
use crate::people::products;

/// Who puts things into words.
pub struct Wording<'a> {
    calendar: &'a Calendar,
    shop: Shop,
    bag: Mailbag,
    dice: Dice,
}

/// The shop as letters see it.
pub fn shop(desk: &Desk) -> Shop {
    let agent = |(place, staff): (usize, &crate::file::Staff)| Agent {
        name: staff.name.clone(),
        email: staff.email.clone(),
        voice: if place % 2 == 0 {
            Voice::Warm
        } else {
            Voice::Brisk
        },
    };
    let manager = &desk.shop.manager;
    Shop {
        name: desk.shop.name.clone(),
        email: desk.shop.address.clone(),
        agents: desk.shop.agents.iter().enumerate().map(agent).collect(),
        manager: Agent {
            name: manager.name.clone(),
            email: manager.email.clone(),
            voice: Voice::Manager,
        },
    }
}

impl<'a> Wording<'a> {
    /// Nothing was said yet.
    pub fn new(seed: &Seed, desk: &Desk, calendar: &'a Calendar) -> Self {
        Self {
            calendar,
            shop: shop(desk),
            bag: Mailbag::new(),
            dice: seed.dice(&["wording"]),
        }
    }

    /// Words for every mail of the draft.
    pub fn all(&mut self, draft: &mut Draft) {
        for thread in 0..draft.threads.len() {
            for mail in 0..draft.threads[thread].mails.len() {
                let letter = self.mail(draft, thread, mail);
                draft.threads[thread].mails[mail].letter = Some(letter);
            }
        }
    }

    fn mail(&mut self, draft: &Draft, thread: Place, place: Place) -> Letter {
        let mail = &draft.threads[thread].mails[place];
        match &mail.matter {
            Matter::Letter(intent) => {
                let Some(soul) = soul_of(draft, mail) else {
                    return blank();
                };
                self.letter(draft, soul, *intent, &mail.told)
            }
            Matter::Reply(reply) => {
                let customer = draft.threads[thread]
                    .mails
                    .iter()
                    .find_map(|mail| soul_of(draft, mail));
                let (Hand::Agent(agent), Some(customer)) = (&mail.hand, customer) else {
                    return blank();
                };
                let agent = self.shop.agents[*agent].clone();
                let facts = facts(draft, &mail.told, self.calendar);
                self.bag.reply(
                    &mut self.dice,
                    &agent,
                    &customer.person,
                    *reply,
                    &facts,
                    &self.shop,
                )
            }
            Matter::Notice(notice) => {
                let facts = facts(draft, &mail.told, self.calendar);
                self.bag.notice(&mut self.dice, *notice, &facts, &self.shop)
            }
            Matter::Again(thread, place) => match &draft.threads[*thread].mails[*place].letter {
                Some(first) => resend(&mut self.dice, first),
                None => blank(),
            },
            Matter::Raw { subject, text } => raw(draft, mail, subject, text),
        }
    }

    /// A customer's letter.
    pub fn letter(
        &mut self,
        draft: &Draft,
        soul: &Soul,
        intent: crate::letters::Intent,
        told: &Told,
    ) -> Letter {
        let writer = Writer {
            person: &soul.person,
            tone: soul.tone,
            language: soul.language,
        };
        let facts = facts(draft, told, self.calendar);
        self.bag
            .compose(&mut self.dice, &writer, intent, &facts, &self.shop)
    }
}

fn soul_of<'d>(draft: &'d Draft, mail: &Mail) -> Option<&'d Soul> {
    match &mail.hand {
        Hand::Soul { soul, .. } => Some(&draft.souls[*soul]),
        _ => None,
    }
}

fn blank() -> Letter {
    Letter {
        subject: String::new(),
        body: String::new(),
        signature: String::new(),
        html: None,
        attachments: Vec::new(),
    }
}

fn facts(draft: &Draft, told: &Told, calendar: &Calendar) -> Facts {
    let shelf = products();
    Facts {
        order: told
            .order
            .map(|order| draft.orders[order].number.to_string()),
        amount: told.amount.map(|(minor, currency)| Amount {
            minor,
            currency: currency.to_owned(),
        }),
        items: told
            .items
            .iter()
            .map(|&item| shelf[item].name.clone())
            .collect(),
        ordered_on: told.ordered.map(|day| calendar.date(day)),
        delivered_on: told.delivered.map(|day| calendar.date(day)),
        charged_on: told.charged.map(|day| calendar.date(day)),
        last4: told.last4.as_ref().map(ToString::to_string),
        other: told.other.iter().cloned().collect(),
    }
}

/// Words by hand, with order, amount, item and name filled in.
fn raw(draft: &Draft, mail: &Mail, subject: &str, text: &str) -> Letter {
    let number = mail
        .told
        .order
        .map(|order| draft.orders[order].number.to_string())
        .unwrap_or_default();
    let amount = mail
        .told
        .amount
        .map(|(minor, _)| format!("{}.{:02}", minor / 100, minor % 100))
        .unwrap_or_default();
    let item = mail
        .told
        .items
        .first()
        .map(|&item| products()[item].name.as_str())
        .unwrap_or_default();
    let name = soul_of(draft, mail)
        .map(|soul| soul.person.full())
        .unwrap_or_default();
    let values = [
        ("order", number.as_str()),
        ("amount", &amount),
        ("item", item),
        ("name", &name),
    ];
    Letter {
        subject: crate::policy::fill(subject, &values),
        body: crate::policy::fill(text, &values),
        ..blank()
    }
}
