//! An office on the drawing board: people, orders, money and mail that refer to each other by place, not by id.
//!
//! Filled by `population`, `cases` and `history`, spoiled by the mess operators, then numbered and written out as
//! records. Nothing has an id here, so no operator can leave a trace in one, and what is written late can still be
//! filed early.

use muddle_world::row::Str;
use muddle_world::time::At;

use super::calendar::Day;
use crate::letters::{Language, Tone};
use crate::people::Person;
use crate::truth::Repair;

/// Places in the draft's lists.
pub type Place = usize;

/// Somebody, as they are.
#[derive(Clone, Debug)]
pub struct Soul {
    /// Name, address, phone.
    pub person: Person,
    /// How they write.
    pub tone: Tone,
    /// In which language.
    pub language: Language,
    /// Why they are here.
    pub role: Role,
    /// Their customer in billing.
    pub customer: Option<Place>,
    /// Their contacts in the CRM, the true one first.
    pub contacts: Vec<Place>,
    /// Their orders.
    pub orders: Vec<Place>,
}

/// Why somebody is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Writes, and it is open.
    Case(Place),
    /// Looks like the case's people and never writes.
    Decoy(Place),
    /// Wrote last month.
    Past,
    /// Never wrote.
    Crowd,
}

/// A customer in billing.
#[derive(Clone, Debug)]
pub struct Payer {
    /// Who.
    pub soul: Place,
    /// As billing holds it.
    pub email: Option<String>,
    /// As billing holds it.
    pub name: Option<String>,
    /// As billing holds it.
    pub phone: Option<String>,
    /// Free text.
    pub description: Option<String>,
    /// As billing holds it.
    pub street: Option<String>,
    /// When it was made.
    pub created: At,
}

/// A contact in the CRM.
#[derive(Clone, Debug)]
pub struct Contact {
    /// Who; none for test data.
    pub soul: Option<Place>,
    /// Properties in any order; empty values are left out.
    pub properties: Vec<(&'static str, String)>,
    /// Whose staff.
    pub company: Option<Place>,
    /// Orders filed under it.
    pub orders: Vec<Place>,
    /// Index into the staff; beyond it: nobody.
    pub owner: Option<Place>,
    /// When it was made.
    pub created: At,
}

impl Contact {
    /// A property's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.properties
            .iter()
            .find(|(one, _)| *one == name)
            .map(|(_, value)| value.as_str())
    }

    /// Sets a property; empty text takes it out.
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        let value = value.into();
        match self.properties.iter_mut().find(|(one, _)| *one == name) {
            Some((_, old)) => *old = value,
            None => self.properties.push((name, value)),
        }
    }
}

/// A company in the CRM.
#[derive(Clone, Debug)]
pub struct Company {
    /// Its name.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// Its town.
    pub city: String,
    /// When it was made.
    pub created: At,
}

/// One line of an order.
#[derive(Clone, Debug)]
pub struct Line {
    /// Place in the catalogue.
    pub product: Place,
    /// How many.
    pub quantity: i64,
    /// Minor units each.
    pub unit: i64,
}

/// An order: a deal in the CRM.
#[derive(Clone, Debug)]
pub struct Order {
    /// Who ordered.
    pub soul: Place,
    /// What.
    pub lines: Vec<Line>,
    /// Minor units for the delivery.
    pub shipping: i64,
    /// ISO 4217, lower case.
    pub currency: &'static str,
    /// When.
    pub ordered: At,
    /// When it came.
    pub delivered: Option<Day>,
    /// Cannot be given back.
    pub final_sale: bool,
    /// Its charges.
    pub charges: Vec<Place>,
    /// `MB-10423`; given when everything is numbered.
    pub number: Str,
    /// Whether it was made for a case or a decoy, not for the past.
    pub recent: bool,
    /// Whether the CRM holds its amount in cents as if they were units.
    pub slipped: bool,
}

impl Order {
    /// Minor units in all.
    pub fn total(&self) -> i64 {
        self.lines
            .iter()
            .map(|line| line.unit * line.quantity)
            .sum::<i64>()
            + self.shipping
    }
}

/// What a charge says of its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// The right one.
    Right,
    /// Nothing.
    Missing,
    /// Another.
    Wrong(Place),
}

/// A charge.
#[derive(Clone, Debug)]
pub struct Charge {
    /// For which order.
    pub order: Place,
    /// Who paid; none for a guest.
    pub payer: Option<Place>,
    /// Minor units.
    pub amount: i64,
    /// When.
    pub created: At,
    /// Last digits of the card.
    pub last4: Str,
    /// Its brand.
    pub brand: &'static str,
    /// What its metadata say.
    pub named: Named,
    /// Whether an invoice asked for it.
    pub invoiced: bool,
    /// Name on the card, as billing holds it.
    pub billing_name: Option<String>,
    /// Address the receipt went to.
    pub billing_email: Option<String>,
}

/// A refund of the past.
#[derive(Clone, Debug)]
pub struct Refund {
    /// Of which charge.
    pub charge: Place,
    /// Minor units.
    pub amount: i64,
    /// When.
    pub created: At,
    /// How it stands.
    pub status: muddle_world::billing::RefundStatus,
}

/// A dispute.
#[derive(Clone, Debug)]
pub struct Dispute {
    /// Of which charge.
    pub charge: Place,
    /// When.
    pub created: At,
    /// Why, in the vendor's word.
    pub reason: &'static str,
    /// How it stands.
    pub status: &'static str,
}

/// A note in the CRM; `{order N}` is filled in when orders are numbered.
#[derive(Clone, Debug)]
pub struct Note {
    /// On whom.
    pub contacts: Vec<Place>,
    /// What it says; pieces in between are order numbers.
    pub text: Vec<Piece>,
    /// When.
    pub at: At,
    /// Who wrote it: place in the staff.
    pub owner: Option<Place>,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// As it stands.
    Text(String),
    /// The number of an order.
    Number(Place),
}

/// Which records a defect is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// A customer.
    Payer(Place),
    /// A contact.
    Contact(Place),
    /// A charge.
    Charge(Place),
    /// An order.
    Order(Place),
    /// A company.
    Company(Place),
    /// A note.
    Note(Place),
    /// A mail: thread and place in it.
    Mail(Place, Place),
}

/// What an operator spoiled, before ids.
#[derive(Clone, Debug)]
pub struct Spoiled {
    /// Which operator.
    pub operator: &'static str,
    /// Where.
    pub spots: Vec<Spot>,
    /// Which fields.
    pub fields: Vec<&'static str>,
    /// The true value; a true record is named by its spot.
    pub truth: TrueValue,
    /// Whether to mend it.
    pub repair: Repair,
}

/// What would be right.
#[derive(Clone, Debug)]
pub enum TrueValue {
    /// This text.
    Text(String),
    /// The number of this order.
    Number(Place),
    /// This record.
    Record(Spot),
    /// Nothing: it should not be there.
    Nothing,
}

/// The drawing board.
#[derive(Debug, Default)]
pub struct Draft {
    /// Everybody.
    pub souls: Vec<Soul>,
    /// Billing's customers.
    pub payers: Vec<Payer>,
    /// The CRM's contacts.
    pub contacts: Vec<Contact>,
    /// The CRM's companies.
    pub companies: Vec<Company>,
    /// Orders.
    pub orders: Vec<Order>,
    /// Charges.
    pub charges: Vec<Charge>,
    /// Refunds.
    pub refunds: Vec<Refund>,
    /// Disputes.
    pub disputes: Vec<Dispute>,
    /// Notes.
    pub notes: Vec<Note>,
    /// Mail.
    pub threads: Vec<super::mail::Thread>,
    /// Cases.
    pub cases: Vec<super::cases::CaseDraft>,
    /// What was spoiled.
    pub spoiled: Vec<Spoiled>,
}

impl Draft {
    /// Whether a case or a decoy is about this order.
    pub fn is_asked(&self, order: Place) -> bool {
        let made = &self.orders[order];
        let busy = matches!(self.souls[made.soul].role, Role::Case(_) | Role::Decoy(_));
        busy && (made.recent || made.charges.len() > 1)
    }
}
