//! Customers: create and update.

use super::{Said, create as put, merge_metadata, object};
use crate::billing::{Customer, CustomerFields, Metadata, Refusal};
use crate::effect::Effects;
use crate::row::Str;
use crate::vendor::Vendor;
use crate::view::View;

/// `POST /v1/customers`. The vendor allows any number of customers with one address.
pub fn create(view: &View<'_>, effects: &mut Effects, fields: &CustomerFields) -> Said {
    let id = view.mint(effects, Vendor::Billing, "customers", "cus_", 14);
    let blank = Customer {
        id: id.clone(),
        created: view.at,
        email: None,
        name: None,
        phone: None,
        description: None,
        address: None,
        metadata: Metadata::new(),
    };
    put(effects, with(blank, fields));
    Ok(object("customers", &id))
}

/// `POST /v1/customers/{id}`.
pub fn update(view: &View<'_>, effects: &mut Effects, id: &Str, fields: &CustomerFields) -> Said {
    let before = view
        .world
        .billing
        .customers
        .get(id)
        .ok_or_else(|| Refusal::Missing {
            what: "customer".into(),
            id: id.clone(),
            param: "id".into(),
        })?;
    effects.change(
        Vendor::Billing,
        &**before,
        &with(Customer::clone(before), fields),
    );
    Ok(object("customers", id))
}

fn with(mut customer: Customer, fields: &CustomerFields) -> Customer {
    let fields = fields.clone();
    customer.email = fields.email.unwrap_or(customer.email);
    customer.name = fields.name.unwrap_or(customer.name);
    customer.phone = fields.phone.unwrap_or(customer.phone);
    customer.description = fields.description.unwrap_or(customer.description);
    customer.address = fields.address.unwrap_or(customer.address);
    merge_metadata(&mut customer.metadata, &fields.metadata);
    customer
}
