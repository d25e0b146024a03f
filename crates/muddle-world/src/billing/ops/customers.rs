//! Customers: create and update.

use super::{Said, metadata, missing, note, object, put};
use crate::billing::{Customer, CustomerFields, Metadata, Refusal};
use crate::effect::Effects;
use crate::row::Str;
use crate::vendor::Vendor;
use crate::view::View;

/// `POST /v1/customers`. The vendor allows any number of customers with one address.
pub fn create(
    view: &View<'_>,
    effects: &mut Effects,
    fields: &CustomerFields,
    key: Option<&Str>,
) -> Said {
    let id = view.mint(effects, Vendor::Billing, "customers", "cus_", 14);
    let blank = Customer {
        id: id.clone(),
        created: view.at,
        email: None,
        name: None,
        phone: None,
        description: None,
        address: None,
        balance: 0,
        metadata: Metadata::new(),
    };
    put(effects, with(blank, fields)?);
    note(view, effects, "customer.created", "customers", &id, key);
    Ok(object("customers", &id))
}

/// `POST /v1/customers/{id}`.
pub fn update(
    view: &View<'_>,
    effects: &mut Effects,
    id: &Str,
    fields: &CustomerFields,
    key: Option<&Str>,
) -> Said {
    let customers = &view.world.billing.customers;
    let before = customers
        .get(id)
        .ok_or_else(|| missing("customer", id, "id"))?;
    let after = with(Customer::clone(before), fields)?;
    if after != **before {
        effects.change(Vendor::Billing, &**before, &after);
        note(view, effects, "customer.updated", "customers", id, key);
    }
    Ok(object("customers", id))
}

fn with(mut customer: Customer, fields: &CustomerFields) -> Result<Customer, Refusal> {
    if let Some(Some(email)) = &fields.email
        && !is_address(email)
    {
        return Err(Refusal::InvalidParam {
            param: "email".into(),
            message: format!("Invalid email address: {email}").into(),
        });
    }
    let given = fields.clone();
    customer.email = given.email.unwrap_or(customer.email);
    customer.name = given.name.unwrap_or(customer.name);
    customer.phone = given.phone.unwrap_or(customer.phone);
    customer.description = given.description.unwrap_or(customer.description);
    customer.address = given.address.unwrap_or(customer.address);
    customer.metadata =
        metadata::changed(&customer.metadata, &fields.metadata, fields.clear_metadata)?;
    Ok(customer)
}

/// Whether the vendor takes it for an address: it asks for little more than something on both sides of an @.
fn is_address(text: &str) -> bool {
    text.rsplit_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}
