//! What a letter has to tell, and how this writer words dates, money and things.
//!
//! Called by the generator (`Facts`) and by `telling` (`slots`). One letter words a fact in one way throughout. A fact
//! that is not given has no slot, so no line that needs it can be told.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use muddle_world::chance::Dice;

use super::wording::{day, money};
use super::writer::{Language, Writer};
use super::{Agent, Shop};
use crate::people::{Country, catalogue};

/// Money in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    pub minor: i64,
    /// `usd`, `eur` or `gbp`.
    pub currency: String,
}

/// What the mail says. Everything given is told, except `delivered_on` and `ordered_on`, which the writer may leave out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub order: Option<String>,
    pub amount: Option<Amount>,
    /// Full names of catalogue products.
    pub items: Vec<String>,
    pub ordered_on: Option<Date>,
    pub delivered_on: Option<Date>,
    pub charged_on: Option<Date>,
    pub last4: Option<String>,
    /// Further facts under the names in `OTHER`.
    pub other: BTreeMap<&'static str, String>,
}

/// Names that `Facts.other` may use. A value is a ready wording, except product names under `kept`.
pub const OTHER: &[&str] = &[
    "other_email",
    "old_email",
    "relative",
    "refunded_on",
    "kept",
    "other_order",
    "other_amount",
    "other_last4",
    "invoice",
    "card_number",
    "tracking",
    "other_name",
    "reason",
    "ask_for",
    "until",
    "threshold",
    "window_days",
    "no_scan_days",
    "email_source",
    "name_source",
    "phone_source",
    "plan_source",
    "date_source",
    "survivor",
    "approver_hours",
    "since",
];

/// Facts whose values are English wording: a letter that tells one is written in English.
const WORDED: &[&str] = &["refunded_on", "reason", "ask_for", "until", "relative"];

impl Facts {
    /// Whether the facts can be told in any language.
    pub(super) fn speak_any_language(&self) -> bool {
        !self.other.keys().any(|name| WORDED.contains(name))
    }
}

/// Slots filled from the writer, the shop and the named facts.
const OWN: &[&str] = &[
    "order",
    "amount",
    "thing",
    "a_thing",
    "piece",
    "a_piece",
    "item",
    "items",
    "ordered",
    "delivered",
    "charged",
    "last4",
    "first",
    "last",
    "full",
    "initial",
    "email",
    "phone",
    "street",
    "town",
    "city",
    "country",
    "company",
    "job",
    "shop",
    "desk",
    "agent",
    "colleague",
    "manager",
    "customer",
    "customer_full",
    "case_no",
];

/// Whether a pack may name this slot.
pub(super) fn is_slot(name: &str) -> bool {
    OWN.contains(&name) || OTHER.contains(&name)
}

/// Facts as words.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots {
    pub(super) words: BTreeMap<&'static str, String>,
    /// Slots that must be told.
    pub(super) owed: BTreeSet<&'static str>,
    /// Category of the product in question and what it is made of.
    pub(super) sorts: Vec<&'static str>,
}

/// The words of a customer's facts.
pub(super) fn slots(dice: &mut Dice, writer: &Writer<'_>, facts: &Facts, shop: &Shop) -> Slots {
    let mut slots = told(dice, writer.person.country, writer.language, facts);
    let person = writer.person;
    slots.put("first", &person.first);
    slots.put("last", &person.last);
    slots.put("full", &person.full());
    slots.put("initial", &person.first.chars().take(1).collect::<String>());
    slots.put("email", &person.email);
    slots.put("phone", &person.phone);
    slots.put("street", &person.street);
    slots.put("town", &person.town_line());
    slots.put(
        "city",
        person.city.split(',').next().unwrap_or(&person.city),
    );
    slots.put("country", person.country.name());
    if let Some(company) = &person.company {
        slots.put("company", &company.name);
        slots.put("job", &company.job);
    }
    slots.put("shop", &shop.name);
    slots.put("desk", &shop.email);
    if !shop.agents.is_empty() {
        slots.put("agent", dice.pick(&shop.agents).first());
    }
    slots
}

/// The words of an agent's or the manager's facts.
pub(super) fn desk_slots(
    dice: &mut Dice,
    agent: &Agent,
    customer: Option<(&str, &str)>,
    facts: &Facts,
    shop: &Shop,
) -> Slots {
    let mut slots = told(dice, Country::Gb, Language::English, facts);
    slots.put("first", agent.first());
    slots.put("full", &agent.name);
    slots.put("initial", &agent.name.chars().take(1).collect::<String>());
    slots.put("shop", &shop.name);
    slots.put("desk", &shop.email);
    slots.put("manager", shop.manager.first());
    if let Some(colleague) = shop.agents.iter().find(|other| other.name != agent.name) {
        slots.put("colleague", colleague.first());
    }
    if let Some((first, full)) = customer {
        slots.put("customer", first);
        slots.put("customer_full", full);
    }
    slots
}

impl Slots {
    fn put(&mut self, slot: &'static str, words: &str) {
        self.words.insert(slot, words.to_owned());
    }

    fn owe(&mut self, slot: &'static str, words: String) {
        self.words.insert(slot, words);
        self.owed.insert(slot);
    }
}

fn told(dice: &mut Dice, country: Country, language: Language, facts: &Facts) -> Slots {
    let mut slots = Slots::default();
    if let Some(order) = &facts.order {
        slots.owe("order", order.clone());
    }
    if let Some(amount) = &facts.amount {
        slots.owe("amount", money(dice, amount, language));
    }
    if let Some(last4) = &facts.last4 {
        slots.owe("last4", last4.clone());
    }
    let style = dice.below(5);
    let day = |date: Date| day(date, style, country, language);
    if let Some(date) = facts.charged_on {
        slots.owe("charged", day(date));
    }
    if let Some(date) = facts.ordered_on {
        slots.put("ordered", &day(date));
    }
    if let Some(date) = facts.delivered_on {
        slots.put("delivered", &day(date));
    }
    for (&name, value) in &facts.other {
        let words = if name == "kept" && language == Language::English {
            short(dice, value)
        } else {
            value.clone()
        };
        slots.owe(name, words);
    }
    things(dice, facts, language, &mut slots);
    slots
}

fn things(dice: &mut Dice, facts: &Facts, language: Language, slots: &mut Slots) {
    let and = match language {
        Language::English => "and",
        Language::German => "und",
        Language::French => "et",
        Language::Spanish => "y",
    };
    let order = match language {
        Language::English => "order",
        Language::German => "Bestellung",
        Language::French => "commande",
        Language::Spanish => "pedido",
    };
    slots.put("thing", order);
    if facts.items.is_empty() {
        return;
    }
    let item = dice.pick(&facts.items).clone();
    let piece = short(dice, &item);
    slots.sorts = catalogue::find(&item)
        .map(|product| vec![product.category.as_str(), product.made.as_str()])
        .unwrap_or_default();
    slots.put("item", &item);
    slots.put("a_piece", &with_article(&piece));
    if let [only] = facts.items.as_slice() {
        if language == Language::English {
            slots.put("thing", &piece);
        }
        slots.put("a_thing", &with_article(&piece));
        slots.put("items", only);
    } else if let Some((tail, head)) = facts.items.split_last() {
        slots.put("items", &format!("{} {and} {tail}", head.join(", ")));
    }
    slots.put("piece", &piece);
}

/// What a customer calls a product.
fn short(dice: &mut Dice, item: &str) -> String {
    match catalogue::find(item) {
        Some(product) => dice.pick(&product.called).clone(),
        None => item.to_owned(),
    }
}

fn with_article(noun: &str) -> String {
    let vowel = noun.chars().next().is_some_and(|c| "aeioAEIO".contains(c));
    format!("{} {noun}", if vowel { "an" } else { "a" })
}
