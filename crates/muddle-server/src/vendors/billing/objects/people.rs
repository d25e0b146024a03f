//! Customers, products and prices.

use muddle_world::billing::{Address, Customer, Price, Product};
use serde::Serialize;
use serde::ser::SerializeMap;

use super::{NULL, Object, fields, nulls};

/// An address with all its fields.
#[derive(Serialize)]
pub struct FullAddress<'a> {
    city: Option<&'a str>,
    country: Option<&'a str>,
    line1: Option<&'a str>,
    line2: Option<&'a str>,
    postal_code: Option<&'a str>,
    state: Option<&'a str>,
}

impl<'a> From<&'a Address> for FullAddress<'a> {
    fn from(address: &'a Address) -> Self {
        Self {
            city: address.city.as_deref(),
            country: address.country.as_deref(),
            line1: address.line1.as_deref(),
            line2: address.line2.as_deref(),
            postal_code: address.postal_code.as_deref(),
            state: address.state.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct InvoiceSettings {
    custom_fields: Option<()>,
    default_payment_method: Option<()>,
    footer: Option<()>,
    rendering_options: Option<()>,
}

const NO_SETTINGS: InvoiceSettings = InvoiceSettings {
    custom_fields: None,
    default_payment_method: None,
    footer: None,
    rendering_options: None,
};

/// What bills of a customer are numbered by: the end of the id, without what an eye mistakes.
fn invoice_prefix(id: &str) -> String {
    let tail = id.len().saturating_sub(8);
    id.get(tail..).unwrap_or(id).to_ascii_uppercase()
}

pub fn customer<M: SerializeMap>(
    map: &mut M,
    row: &Customer,
    object: Object<'_>,
) -> Result<(), M::Error> {
    fields!(map;
        "id": row.id,
        "object": "customer",
        "address": row.address.as_ref().map(FullAddress::from),
        "balance": row.balance,
        "created": row.created.seconds(),
        "currency": NULL,
        "default_source": NULL,
        "delinquent": false,
        "description": row.description,
        "discount": NULL,
        "email": row.email,
        "invoice_prefix": invoice_prefix(&row.id),
        "invoice_settings": NO_SETTINGS,
        "livemode": false,
        "metadata": row.metadata,
        "name": row.name,
        "next_invoice_sequence": 1,
        "phone": row.phone,
        "preferred_locales": [(); 0],
        "shipping": NULL,
        "tax_exempt": "none",
        "test_clock": NULL,
    );
    for field in ["sources", "subscriptions", "tax_ids"] {
        if let Some(list) = object.list(field, format!("/v1/customers/{}/{field}", row.id)) {
            map.serialize_entry(field, &list)?;
        }
    }
    Ok(())
}

pub fn product<M: SerializeMap>(
    map: &mut M,
    row: &Product,
    object: Object<'_>,
) -> Result<(), M::Error> {
    fields!(map;
        "id": row.id,
        "object": "product",
        "active": row.active,
        "created": row.created.seconds(),
        "default_price": object.link("default_price", row.default_price.as_ref()),
        "description": row.description,
        "images": [(); 0],
        "livemode": false,
        "marketing_features": [(); 0],
        "metadata": row.metadata,
        "name": row.name,
        "type": "service",
        "updated": row.created.seconds(),
    );
    nulls(
        map,
        &[
            "package_dimensions",
            "shippable",
            "statement_descriptor",
            "tax_code",
            "tax_details",
            "unit_label",
            "url",
        ],
    )
}

pub fn price<M: SerializeMap>(
    map: &mut M,
    row: &Price,
    object: Object<'_>,
) -> Result<(), M::Error> {
    fields!(map;
        "id": row.id,
        "object": "price",
        "active": row.active,
        "billing_scheme": "per_unit",
        "created": row.created.seconds(),
        "currency": row.currency,
        "custom_unit_amount": NULL,
        "livemode": false,
        "lookup_key": NULL,
        "metadata": super::invoices::NoPairs {},
        "nickname": NULL,
        "product": object.link("product", Some(&row.product)),
        "recurring": NULL,
        "tax_behavior": "unspecified",
        "tiers_mode": NULL,
        "transform_quantity": NULL,
        "type": "one_time",
        "unit_amount": row.unit_amount,
        "unit_amount_decimal": row.unit_amount.to_string(),
    );
    Ok(())
}
