//! Everybody and everything that is not about a case: the crowd, its orders, invoices, companies, prospects.
//!
//! Called after the cases and their decoys are there; fills the office up to the numbers of the scenario.

use muddle_world::time::MINUTE;

use super::draft::{Company, Role};
use super::maker::Maker;

/// Fills the office up.
pub fn fill(maker: &mut Maker<'_>) {
    let wanted = maker.desk.population.clone();
    while maker.draft.payers.len() < wanted.customers {
        maker.soul(Role::Crowd);
    }
    let settled: Vec<usize> = (0..maker.draft.souls.len())
        .filter(|&soul| maker.draft.souls[soul].customer.is_some())
        .collect();
    while maker.draft.charges.len() < wanted.charges && !settled.is_empty() {
        let soul = *maker.dice.pick(&settled);
        maker.old_order(soul);
    }
    prospects(maker, wanted.contacts);
    companies(maker, wanted.companies);
    invoices(maker, wanted.invoices);
}

/// People in the CRM who never bought.
fn prospects(maker: &mut Maker<'_>, contacts: usize) {
    while maker.draft.contacts.len() < contacts {
        let person = maker.crowd.person(&mut maker.dice);
        let soul = maker.stranger(Role::Crowd, person);
        let created = maker.past(20, 700);
        let contact = maker.contact(soul, created);
        let stage = *maker
            .dice
            .pick(&["subscriber", "lead", "lead", "opportunity"]);
        maker.draft.contacts[contact].set("lifecyclestage", stage);
    }
}

fn companies(maker: &mut Maker<'_>, companies: usize) {
    while maker.draft.companies.len() < companies {
        let person = maker.crowd.person(&mut maker.dice);
        let Some(company) = person.company else {
            continue;
        };
        if maker
            .draft
            .companies
            .iter()
            .any(|one| one.domain == company.domain)
        {
            continue;
        }
        let created = maker.past(30, 700);
        maker.draft.companies.push(Company {
            name: company.name,
            domain: company.domain,
            city: person.city,
            created,
        });
    }
}

/// Some orders were paid on an invoice.
fn invoices(maker: &mut Maker<'_>, invoices: usize) {
    let mut able: Vec<usize> = (0..maker.draft.charges.len())
        .filter(|&charge| {
            let charge = &maker.draft.charges[charge];
            charge.payer.is_some() && maker.draft.orders[charge.order].charges.len() == 1
        })
        .collect();
    maker.dice.shuffle(&mut able);
    for charge in able.into_iter().take(invoices) {
        let charge = &mut maker.draft.charges[charge];
        charge.invoiced = true;
        charge.created = charge.created.plus(30 * MINUTE);
    }
}
