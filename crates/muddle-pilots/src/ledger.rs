//! The records of billing and CRM as they stood at the start, with ways to find who and what a mail is about.
//!
//! Loaded once per run by paging through the lists; whoever acts on a charge reads it anew first.

use std::collections::{BTreeMap, BTreeSet};

use crate::billing::{Charge, Customer};
use crate::crm::{Contact, Order};
use crate::error::CallError;
use crate::tools::Tools;

/// How far a charge may lie from its order, in seconds.
const DAY_S: i64 = 86_400;
/// A number with fewer digits says nothing about whose it is.
const PHONE_DIGITS_MIN: usize = 7;

/// Everything.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) customers: BTreeMap<String, Customer>,
    pub(crate) charges: BTreeMap<String, Charge>,
    pub(crate) contacts: BTreeMap<String, Contact>,
    /// By number.
    pub(crate) orders: BTreeMap<String, Order>,
    number_of_deal: BTreeMap<String, String>,
    charges_of_order: BTreeMap<String, Vec<String>>,
}

/// Somebody as the systems know them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Person {
    /// CRM contacts, the one with the writer's address first.
    pub(crate) contacts: Vec<String>,
    /// Billing's customers.
    pub(crate) customers: Vec<String>,
}

impl Person {
    /// Whether any system knows them.
    pub(crate) fn is_known(&self) -> bool {
        !self.contacts.is_empty() || !self.customers.is_empty()
    }
}

impl Ledger {
    /// Pages through everything.
    pub(crate) async fn load(tools: &Tools) -> Result<Self, CallError> {
        let mut ledger = Self::default();
        for customer in tools.billing.customers().await? {
            ledger.customers.insert(customer.id.clone(), customer);
        }
        for contact in tools.crm.contacts().await? {
            ledger.contacts.insert(contact.id.clone(), contact);
        }
        for order in tools.crm.orders().await? {
            ledger
                .number_of_deal
                .insert(order.id.clone(), order.number.clone());
            ledger.orders.insert(order.number.to_uppercase(), order);
        }
        for charge in tools.billing.charges().await? {
            if let Some(number) = &charge.order {
                ledger
                    .charges_of_order
                    .entry(number.to_uppercase())
                    .or_default()
                    .push(charge.id.clone());
            }
            ledger.charges.insert(charge.id.clone(), charge);
        }
        Ok(ledger)
    }

    /// Who has this address on file.
    pub(crate) fn by_address(&self, address: &str) -> Person {
        let contacts = self
            .contacts
            .values()
            .filter(|one| one.emails.iter().any(|email| email == address));
        let customers = self.customers.values().filter(|one| one.email == address);
        Person {
            contacts: contacts.map(|one| one.id.clone()).collect(),
            customers: customers.map(|one| one.id.clone()).collect(),
        }
    }

    /// Who ordered: the contacts the order is filed under and the customers who paid.
    pub(crate) fn of_order(&self, number: &str) -> Person {
        let Some(order) = self.orders.get(number) else {
            return Person::default();
        };
        let contacts = self
            .contacts
            .values()
            .filter(|one| one.deals.contains(&order.id));
        let customers: BTreeSet<String> = self
            .charges_of(number)
            .into_iter()
            .filter_map(|charge| charge.customer.clone())
            .collect();
        Person {
            contacts: contacts.map(|one| one.id.clone()).collect(),
            customers: customers.into_iter().collect(),
        }
    }

    /// The charges of an order, oldest first; where none names it, the one that fits its payer, sum and time.
    pub(crate) fn charges_of(&self, number: &str) -> Vec<&Charge> {
        let named = self
            .charges_of_order
            .get(number)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut found: Vec<&Charge> = named
            .iter()
            .filter_map(|id| self.charges.get(id))
            .filter(|charge| charge.paid)
            .collect();
        if found.is_empty() {
            found.extend(self.nameless_charge(number));
        }
        found.sort_by_key(|charge| (charge.created, charge.id.clone()));
        found
    }

    fn nameless_charge(&self, number: &str) -> Option<&Charge> {
        let order = self.orders.get(number)?;
        let emails: Vec<&String> = self
            .contacts
            .values()
            .filter(|one| one.deals.contains(&order.id))
            .flat_map(|one| &one.emails)
            .collect();
        let ordered: i64 = order.ordered.parse::<jiff::Timestamp>().ok()?.as_second();
        let fits = |charge: &&Charge| {
            let payer = charge
                .customer
                .as_ref()
                .and_then(|id| self.customers.get(id));
            let known = payer.is_some_and(|payer| emails.contains(&&payer.email))
                || emails.contains(&&charge.email);
            charge.order.is_none()
                && charge.amount == order.amount
                && known
                && (charge.created - ordered).abs() < DAY_S
        };
        let mut fitting = self.charges.values().filter(fits);
        let only = fitting.next();
        only.filter(|_| fitting.next().is_none())
    }

    /// The numbers of somebody's orders.
    pub(crate) fn orders_of(&self, person: &Person) -> BTreeSet<String> {
        let mut numbers = BTreeSet::new();
        for contact in person
            .contacts
            .iter()
            .filter_map(|id| self.contacts.get(id))
        {
            numbers.extend(
                contact
                    .deals
                    .iter()
                    .filter_map(|deal| self.number_of_deal.get(deal))
                    .map(|number| number.to_uppercase()),
            );
        }
        for charge in self.charges.values() {
            if charge
                .customer
                .as_ref()
                .is_some_and(|id| person.customers.contains(id))
            {
                numbers.extend(charge.order.iter().map(|number| number.to_uppercase()));
            }
        }
        numbers.retain(|number| self.orders.contains_key(number));
        numbers
    }

    /// Other contacts that look like the same person: same name, and the same phone or street.
    pub(crate) fn doubles_of(&self, contact: &Contact) -> Vec<&Contact> {
        let same = |one: &&Contact| {
            one.id != contact.id
                && one.name().eq_ignore_ascii_case(&contact.name())
                && !contact.name().is_empty()
                && (same_number(&one.phone, &contact.phone)
                    || !contact.street.is_empty()
                        && one.street.eq_ignore_ascii_case(&contact.street))
        };
        self.contacts.values().filter(same).collect()
    }
}

/// Whether two spellings are one number: `+33 1 99…`, `0033 1 99…` and `01 99…`.
fn same_number(one: &str, other: &str) -> bool {
    let (one, other) = (digits(one), digits(other));
    let enough = one.len().min(other.len()) >= PHONE_DIGITS_MIN;
    enough && (one.ends_with(&other) || other.ends_with(&one))
}

/// Its digits, without the zeros that stand for a long way.
fn digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::same_number;

    #[test]
    fn a_number_is_the_same_however_it_is_dialled() {
        assert!(same_number("+33 1 99 00 82 33", "0033 1 99 00 82 33"));
        assert!(same_number("+1.912.555.0184", "(912) 555-0184"));
        assert!(!same_number("020 7946 0711", "020 7946 0712"));
        assert!(!same_number("", "") && !same_number("0711", "020 7946 0711"));
    }
}
