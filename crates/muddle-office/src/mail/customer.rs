//! Which customer somebody means: an address, or a name that the CRM or the billing desk knows.
//!
//! Called by [`super::send_in`]. Pure. A name that could be two people is refused with the addresses it could be; the same
//! person under two addresses is two people here, since a mail comes from one of them.

use std::collections::BTreeMap;

use muddle_world::inbox::Mailbox;
use muddle_world::world::World;

use crate::error::OfficeError;

/// Longest address that is taken, bytes.
const ADDRESS_BYTES_MAX: usize = 254;
/// Addresses that a refusal names.
const NAMED_MAX: usize = 4;

/// The customer that `given` names.
pub(super) fn find(world: &World, given: &str) -> Result<Mailbox, OfficeError> {
    let given = given.trim();
    let known = known(world);
    if given.contains('@') {
        return by_address(&known, given);
    }
    let wanted = words(given);
    if wanted.is_empty() {
        return Err(OfficeError::Invalid(
            "name the customer: an address, or a name that the CRM or the billing desk knows"
                .into(),
        ));
    }
    let named = |fits: &dyn Fn(&[String]) -> bool| -> Vec<&Mailbox> {
        let fitting = known.values().filter(|person| {
            let name = person.name.as_deref().unwrap_or_default();
            fits(&words(name))
        });
        fitting.collect()
    };
    let mut found = named(&|name| name == wanted);
    if found.is_empty() {
        found = named(&|name| wanted.iter().all(|word| name.contains(word)));
    }
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(OfficeError::Invalid(format!(
            "neither the CRM nor the billing desk knows a customer `{given}`; name an address"
        ))),
        several => {
            let shown: Vec<&str> = several
                .iter()
                .take(NAMED_MAX)
                .map(|one| &*one.address)
                .collect();
            let more = several.len().saturating_sub(NAMED_MAX);
            let more = match more {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            Err(OfficeError::Invalid(format!(
                "`{given}` can be {}{more}; name the address",
                shown.join(", ")
            )))
        }
    }
}

/// An address, with the name it is known under where it is.
fn by_address(known: &BTreeMap<String, Mailbox>, given: &str) -> Result<Mailbox, OfficeError> {
    let plain = given
        .chars()
        .all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | ',' | ';' | '"'));
    let whole = given.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty() && domain.contains('.') && !domain.contains('@')
    });
    if !plain || !whole || given.len() > ADDRESS_BYTES_MAX {
        return Err(OfficeError::Invalid(format!(
            "`{given}` is no address; write one as jane@example.com"
        )));
    }
    let found = known.get(&given.to_lowercase());
    Ok(found.cloned().unwrap_or_else(|| Mailbox::bare(given)))
}

/// Everybody whom the CRM or the billing desk knows by an address, by that address.
fn known(world: &World) -> BTreeMap<String, Mailbox> {
    let mut known = BTreeMap::new();
    for contact in world.crm.contacts.oldest_first() {
        let property = |name: &str| {
            let value = contact.properties.get(name);
            value.map_or("", |value| &**value).trim()
        };
        if contact.archived.is_none() && contact.merged_into.is_none() {
            let name = format!("{} {}", property("firstname"), property("lastname"));
            add(&mut known, property("email"), name.trim());
        }
    }
    for customer in world.billing.customers.oldest_first() {
        let email = customer.email.as_deref().unwrap_or_default();
        add(
            &mut known,
            email,
            customer.name.as_deref().unwrap_or_default(),
        );
    }
    known
}

fn add(known: &mut BTreeMap<String, Mailbox>, address: &str, name: &str) {
    let address = address.trim();
    if !address.contains('@') {
        return;
    }
    let mailbox = match name {
        "" => Mailbox::bare(address),
        name => Mailbox::named(name, address),
    };
    known.entry(address.to_lowercase()).or_insert(mailbox);
}

/// The words of a name, lowered.
fn words(name: &str) -> Vec<String> {
    name.split_whitespace().map(str::to_lowercase).collect()
}
