//! Who wrote, and which order they mean.
//!
//! Called once per mail, over the ledger alone. Matches by what can be checked: the address on file, the order's number,
//! the card's last digits, a sum; never by a name alone. What stays open stays open.

use std::collections::BTreeSet;

use crate::crm::Contact;
use crate::inbox::Mail;
use crate::ledger::{Ledger, Person};
use crate::reading::{Reading, plain};
use crate::rules::{Rules, System};

/// What is known of a mail's sender and subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct About {
    /// Who the systems say it is.
    pub(crate) person: Person,
    /// Where they may be answered.
    pub(crate) on_file: Option<String>,
    /// The writer's own address is on file.
    pub(crate) from_file: bool,
    /// Facts that a stranger could not know: order number, digits, amount.
    pub(crate) proofs: usize,
    /// The order, if it is certain.
    pub(crate) order: Option<String>,
    /// Orders it could be.
    pub(crate) candidates: BTreeSet<String>,
    /// Numbers that the mail names.
    pub(crate) named: Vec<String>,
    /// A number was named that is not theirs.
    pub(crate) names_strange_order: bool,
}

impl About {
    /// The contact on which notes are written.
    pub(crate) fn contact(&self) -> Option<&String> {
        self.person.contacts.first()
    }
}

/// Finds out who and what a mail is about.
pub(crate) fn identify(ledger: &Ledger, rules: &Rules, mail: &Mail, reading: &Reading) -> About {
    let own = ledger.by_address(&mail.from);
    let named: Vec<&String> = reading
        .orders
        .iter()
        .filter(|number| ledger.orders.contains_key(*number))
        .collect();
    let mut about = About {
        from_file: own.is_known(),
        named: reading.orders.clone(),
        person: own,
        ..About::default()
    };
    about.candidates = ledger.orders_of(&about.person);
    let first = named.first().map(|number| (*number).clone());
    match first {
        Some(number) if !about.from_file => {
            about.proofs = 1
                + usize::from(knows_card(ledger, &number, reading))
                + usize::from(knows_sum(ledger, &number, reading));
            about.person = ledger.of_order(&number);
            about.order = Some(number);
        }
        Some(number)
            if about.candidates.contains(&number) || is_theirs(ledger, &about.person, &number) =>
        {
            about.order = Some(number);
        }
        Some(_) => about.names_strange_order = true,
        None => about.order = by_facts(ledger, &about.candidates, reading),
    }
    if let Some(number) = &about.order {
        join(&mut about.person, ledger.of_order(number));
    }
    about.on_file = on_file(ledger, rules, &about, mail);
    about
}

/// Adds records that the order shows to be the same person's.
fn join(person: &mut Person, more: Person) {
    for contact in more.contacts {
        if !person.contacts.contains(&contact) {
            person.contacts.push(contact);
        }
    }
    for customer in more.customers {
        if !person.customers.contains(&customer) {
            person.customers.push(customer);
        }
    }
}

/// An order filed under another record of the same name counts as theirs: systems disagree on addresses.
fn is_theirs(ledger: &Ledger, person: &Person, number: &str) -> bool {
    let owner = ledger.of_order(number);
    let names = |person: &Person| -> BTreeSet<String> {
        let contacts = person
            .contacts
            .iter()
            .filter_map(|id| ledger.contacts.get(id))
            .map(Contact::name);
        let customers = person
            .customers
            .iter()
            .filter_map(|id| ledger.customers.get(id))
            .map(|one| one.name.clone());
        contacts
            .chain(customers)
            .map(|name| plain(&name))
            .filter(|name| !name.is_empty())
            .collect()
    };
    names(&owner).intersection(&names(person)).next().is_some()
}

fn knows_card(ledger: &Ledger, number: &str, reading: &Reading) -> bool {
    ledger
        .charges_of(number)
        .iter()
        .any(|charge| reading.digits.contains(&charge.last4))
}

fn knows_sum(ledger: &Ledger, number: &str, reading: &Reading) -> bool {
    let total = ledger.orders.get(number).map(|order| order.amount);
    reading.sums.iter().any(|sum| {
        Some(sum.minor) == total
            || ledger
                .charges_of(number)
                .iter()
                .any(|charge| charge.amount == sum.minor)
    })
}

/// Of several orders the one whose money the mail names, if it is one.
fn by_facts(ledger: &Ledger, candidates: &BTreeSet<String>, reading: &Reading) -> Option<String> {
    let fitting: Vec<&String> = candidates
        .iter()
        .filter(|number| {
            knows_sum(ledger, number, reading)
                || knows_card_alone(ledger, number, candidates, reading)
        })
        .collect();
    match (fitting.as_slice(), candidates.len()) {
        ([only], _) => Some((*only).clone()),
        ([], 1) => candidates.first().cloned(),
        _ => None,
    }
}

/// The digits named belong to this order's card and to no other order's.
fn knows_card_alone(
    ledger: &Ledger,
    number: &str,
    candidates: &BTreeSet<String>,
    reading: &Reading,
) -> bool {
    let others = candidates.iter().filter(|other| *other != number);
    knows_card(ledger, number, reading)
        && !others
            .into_iter()
            .any(|other| knows_card(ledger, other, reading))
}

/// The address that the trusted system holds, else any.
fn on_file(ledger: &Ledger, rules: &Rules, about: &About, mail: &Mail) -> Option<String> {
    let contacts: Vec<&String> = about
        .person
        .contacts
        .iter()
        .filter_map(|id| ledger.contacts.get(id))
        .flat_map(|contact| &contact.emails)
        .collect();
    let customers: Vec<&String> = about
        .person
        .customers
        .iter()
        .filter_map(|id| ledger.customers.get(id))
        .map(|customer| &customer.email)
        .filter(|email| !email.is_empty())
        .collect();
    let lists = match rules.email {
        System::Billing => [customers, contacts],
        System::Crm => [contacts, customers],
    };
    let own = lists.iter().find(|list| !list.is_empty())?;
    let writes = own.iter().find(|email| ***email == mail.from);
    writes.or(own.first()).map(|email| (*email).clone())
}
