//! Gives everything its id and every order its number, after the mess and in seeded order.
//!
//! Called once per office. Ids have the vendors' formats; numbers rise with the time of creation, as the vendors'
//! do, so a list's order tells nothing but age.

use muddle_world::chance::{Dice, Seed};
use muddle_world::row::Str;
use muddle_world::time::At;

use super::draft::{Draft, Place, Spot};
use crate::people::products;
use crate::truth::RecordName;
use muddle_world::vendor::Vendor;

/// Ids by place.
#[derive(Debug, Default)]
pub struct Ids {
    /// `cus_…`.
    pub payers: Vec<Str>,
    /// `ch_…`.
    pub charges: Vec<Str>,
    /// `pi_…`, by charge.
    pub intents: Vec<Str>,
    /// `txn_…`, by charge.
    pub bookings: Vec<Str>,
    /// `in_…`, by charge; empty where there is none.
    pub invoices: Vec<Str>,
    /// `re_…`.
    pub refunds: Vec<Str>,
    /// `txn_…`, by refund.
    pub refund_bookings: Vec<Str>,
    /// `dp_…`.
    pub disputes: Vec<Str>,
    /// `prod_…`.
    pub products: Vec<Str>,
    /// Digits.
    pub contacts: Vec<Str>,
    /// Digits.
    pub companies: Vec<Str>,
    /// Digits.
    pub deals: Vec<Str>,
    /// Digits, by order and line; the delivery is last.
    pub lines: Vec<Vec<Str>>,
    /// Digits.
    pub notes: Vec<Str>,
    /// Digits, by place in the staff.
    pub owners: Vec<Str>,
}

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A random id with a prefix.
pub fn token(dice: &mut Dice, prefix: &str, length: usize) -> Str {
    let mut id = String::with_capacity(prefix.len() + length);
    id.push_str(prefix);
    let mut bits = 0;
    for at in 0..length {
        if at % 10 == 0 {
            bits = dice.bits();
        }
        id.push(char::from(ALPHABET[(bits % 62) as usize]));
        bits /= 62;
    }
    id.into()
}

/// Numbers that rise with the time of creation.
fn rising(dice: &mut Dice, base: u64, step: u64, times: impl Iterator<Item = At>) -> Vec<Str> {
    let mut order: Vec<(At, u64, Place)> = times
        .enumerate()
        .map(|(place, at)| (at, dice.bits(), place))
        .collect();
    order.sort_unstable();
    let mut ids = vec![Str::from(""); order.len()];
    let mut number = base + dice.below(step * 50);
    for (_, _, place) in order {
        number += 1 + dice.below(step);
        ids[place] = number.to_string().into();
    }
    ids
}

/// Gives ids to all that is drawn, and numbers to orders.
pub fn give(seed: &Seed, draft: &mut Draft, prefix: &str, staff: usize) -> Ids {
    let mut dice = seed.dice(&["ids"]);
    let numbers = rising(
        &mut dice,
        10_000,
        5,
        draft.orders.iter().map(|order| order.ordered),
    );
    for (order, number) in draft.orders.iter_mut().zip(numbers) {
        order.number = format!("{prefix}-{number}").into();
    }
    let many = |dice: &mut Dice, prefix: &str, length: usize, count: usize| -> Vec<Str> {
        (0..count).map(|_| token(dice, prefix, length)).collect()
    };
    let charges = draft.charges.len();
    let invoices = draft.charges.iter().map(|charge| {
        if charge.invoiced {
            token(&mut dice, "in_1Q", 22)
        } else {
            Str::from("")
        }
    });
    let invoices = invoices.collect();
    let deals = rising(
        &mut dice,
        28_400_000_000,
        9_000,
        draft.orders.iter().map(|order| order.ordered),
    );
    Ids {
        payers: many(&mut dice, "cus_", 14, draft.payers.len()),
        charges: many(&mut dice, "ch_3Q", 22, charges),
        intents: many(&mut dice, "pi_3Q", 22, charges),
        bookings: many(&mut dice, "txn_3Q", 22, charges),
        invoices,
        refunds: many(&mut dice, "re_3Q", 22, draft.refunds.len()),
        refund_bookings: many(&mut dice, "txn_3Q", 22, draft.refunds.len()),
        disputes: many(&mut dice, "dp_1Q", 22, draft.disputes.len()),
        products: many(&mut dice, "prod_", 14, products().len()),
        contacts: rising(
            &mut dice,
            51_300_000,
            30_000,
            draft.contacts.iter().map(|one| one.created),
        ),
        companies: rising(
            &mut dice,
            18_200_000_000,
            70_000,
            draft.companies.iter().map(|one| one.created),
        ),
        lines: lines(&mut dice, draft),
        deals,
        notes: rising(
            &mut dice,
            61_700_000_000,
            40_000,
            draft.notes.iter().map(|one| one.at),
        ),
        owners: (0..staff)
            .map(|place| Str::from((411_200 + 37 * place as u64 + dice.below(30)).to_string()))
            .collect(),
    }
}

fn lines(dice: &mut Dice, draft: &Draft) -> Vec<Vec<Str>> {
    let mut number = 33_100_000_000 + dice.below(1_000_000);
    let mut one = || {
        number += 1 + dice.below(9_000);
        Str::from(number.to_string())
    };
    let count = |order: &super::draft::Order| order.lines.len() + usize::from(order.shipping > 0);
    draft
        .orders
        .iter()
        .map(|order| (0..count(order)).map(|_| one()).collect())
        .collect()
}

impl Ids {
    /// The record at a spot.
    pub fn name(&self, draft: &Draft, spot: Spot) -> RecordName {
        let (vendor, collection, id) = match spot {
            Spot::Payer(place) => (Vendor::Billing, "customers", self.payers[place].clone()),
            Spot::Charge(place) => (Vendor::Billing, "charges", self.charges[place].clone()),
            Spot::Contact(place) => (Vendor::Crm, "contacts", self.contacts[place].clone()),
            Spot::Company(place) => (Vendor::Crm, "companies", self.companies[place].clone()),
            Spot::Order(place) => (Vendor::Crm, "deals", self.deals[place].clone()),
            Spot::Note(place) => (Vendor::Crm, "notes", self.notes[place].clone()),
            Spot::Mail(thread, mail) => (
                Vendor::Inbox,
                "messages",
                draft.threads[thread].mails[mail].name(),
            ),
        };
        RecordName {
            vendor,
            collection: collection.into(),
            id,
        }
    }
}
