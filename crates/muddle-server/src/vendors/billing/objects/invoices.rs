//! Invoices, their lines and their payments.

use muddle_world::billing::{Invoice, InvoiceLine, InvoicePayment};
use muddle_world::row::Str;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::people::FullAddress;
use super::{Link, List, NULL, Object, fields, nulls};

/// Lines that an invoice carries itself; the others are got by its list.
const LINES_SHOWN: usize = 10;

/// An object without fields.
#[derive(Serialize)]
pub struct NoPairs {}

#[derive(Serialize)]
struct AutomaticTax {
    disabled_reason: Option<()>,
    enabled: bool,
    liability: Option<()>,
    provider: Option<()>,
    status: Option<()>,
}

#[derive(Serialize)]
struct Issuer {
    r#type: &'static str,
}

#[derive(Serialize)]
struct PaymentSettings {
    default_mandate: Option<()>,
    payment_method_options: Option<()>,
    payment_method_types: Option<()>,
}

#[derive(Serialize)]
struct Transitions {
    finalized_at: Option<i64>,
    marked_uncollectible_at: Option<i64>,
    paid_at: Option<i64>,
    voided_at: Option<i64>,
}

fn transitions(row: &Invoice) -> Transitions {
    let at = |yes: bool| yes.then(|| row.created.seconds());
    Transitions {
        finalized_at: at(&*row.status != "draft"),
        marked_uncollectible_at: at(&*row.status == "uncollectible"),
        paid_at: at(&*row.status == "paid"),
        voided_at: at(&*row.status == "void"),
    }
}

pub fn invoice<M: SerializeMap>(
    map: &mut M,
    row: &Invoice,
    object: Object<'_>,
) -> Result<(), M::Error> {
    let due = row.total - row.credited_before;
    let (customer, products) = (object.around.customer.as_deref(), &object.around.products);
    let shown: Vec<Line<'_>> = row
        .lines
        .iter()
        .take(LINES_SHOWN)
        .map(|line| Line {
            row,
            line,
            products,
        })
        .collect();
    let lines = List::page(shown, row.lines.len() > LINES_SHOWN, lines_url(&row.id));
    fields!(map;
        "id": row.id,
        "object": "invoice",
        "amount_due": due,
        "amount_overpaid": 0,
        "amount_paid": row.amount_paid,
        "amount_remaining": (due - row.amount_paid).max(0),
        "amount_shipping": 0,
        "attempt_count": i32::from(row.amount_paid > 0),
        "attempted": row.amount_paid > 0,
        "auto_advance": false,
        "billing_reason": "manual",
        "collection_method": "charge_automatically",
        "created": row.created.seconds(),
        "currency": row.currency,
        "customer": object.link("customer", Some(&row.customer)),
        "customer_address": customer.and_then(|row| row.address.as_ref()).map(FullAddress::from),
        "customer_email": customer.and_then(|row| row.email.as_ref()),
        "customer_name": customer.and_then(|row| row.name.as_ref()),
        "customer_phone": customer.and_then(|row| row.phone.as_ref()),
        "customer_tax_exempt": "none",
        "effective_at": transitions(row).finalized_at,
        "ending_balance": (&*row.status != "draft").then_some(0),
        "lines": lines,
        "livemode": false,
        "metadata": row.metadata,
        "number": row.number,
        "period_end": row.created.seconds(),
        "period_start": row.created.seconds(),
        "post_payment_credit_notes_amount": row.credited,
        "pre_payment_credit_notes_amount": row.credited_before,
        "starting_balance": 0,
        "status": row.status,
        "status_transitions": transitions(row),
        "subtotal": row.total,
        "subtotal_excluding_tax": row.total,
        "total": row.total,
        "total_excluding_tax": row.total,
    );
    let url = format!("/v1/invoice_payments?invoice={}", row.id);
    if let Some(payments) = object.list("payments", url) {
        fields!(map; "payments": payments);
    }
    constant(map)
}

/// What no invoice of this desk has.
fn constant<M: SerializeMap>(map: &mut M) -> Result<(), M::Error> {
    fields!(map;
        "automatic_tax": AutomaticTax {
            disabled_reason: None,
            enabled: false,
            liability: None,
            provider: None,
            status: None,
        },
        "customer_tax_ids": [(); 0],
        "default_tax_rates": [(); 0],
        "discounts": [(); 0],
        "issuer": Issuer { r#type: "self" },
        "payment_settings": PaymentSettings {
            default_mandate: None,
            payment_method_options: None,
            payment_method_types: None,
        },
        "total_discount_amounts": [(); 0],
        "total_pretax_credit_amounts": [(); 0],
        "total_taxes": [(); 0],
    );
    nulls(
        map,
        &[
            "account_country",
            "account_name",
            "account_tax_ids",
            "application",
            "automatically_finalizes_at",
            "custom_fields",
            "customer_account",
            "customer_shipping",
            "default_payment_method",
            "default_source",
            "description",
            "due_date",
            "footer",
            "from_invoice",
            "hosted_invoice_url",
            "invoice_pdf",
            "last_finalization_error",
            "latest_revision",
            "next_payment_attempt",
            "on_behalf_of",
            "parent",
            "receipt_number",
            "rendering",
            "shipping_cost",
            "shipping_details",
            "statement_descriptor",
            "test_clock",
            "webhooks_delivered_at",
        ],
    )
}

fn lines_url(invoice: &str) -> String {
    format!("/v1/invoices/{invoice}/lines")
}

/// A page of an invoice's lines.
pub fn lines<'a>(
    row: &'a Invoice,
    products: &'a [(Str, Str)],
    ids: &[Str],
    has_more: bool,
) -> impl Serialize + 'a {
    let shown = row.lines.iter().filter(|line| ids.contains(&line.id));
    let shown: Vec<Line<'a>> = shown
        .map(|line| Line {
            row,
            line,
            products,
        })
        .collect();
    List::page(shown, has_more, lines_url(&row.id))
}

/// One line of an invoice.
struct Line<'a> {
    row: &'a Invoice,
    line: &'a InvoiceLine,
    products: &'a [(Str, Str)],
}

#[derive(Serialize)]
struct Period {
    end: i64,
    start: i64,
}

#[derive(Serialize)]
struct Pricing<'a> {
    price_details: PriceDetails<'a>,
    r#type: &'static str,
    unit_amount_decimal: String,
}

#[derive(Serialize)]
struct PriceDetails<'a> {
    price: &'a str,
    product: &'a str,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let (row, line) = (self.row, self.line);
        let at = row.created.seconds();
        let mut map = to.serialize_map(None)?;
        let priced = line.price.as_ref();
        let priced = priced.and_then(|id| self.products.iter().find(|(price, _)| price == id));
        let pricing = priced.map(|(price, product)| Pricing {
            price_details: PriceDetails { price, product },
            r#type: "price_details",
            unit_amount_decimal: (line.amount / line.quantity.max(1)).to_string(),
        });
        fields!(map;
            "id": line.id,
            "object": "line_item",
            "amount": line.amount,
            "currency": row.currency,
            "description": line.description,
            "discount_amounts": [(); 0],
            "discountable": true,
            "discounts": [(); 0],
            "invoice": row.id,
            "livemode": false,
            "metadata": NoPairs {},
            "parent": NULL,
            "period": Period { end: at, start: at },
            "pretax_credit_amounts": [(); 0],
            "pricing": pricing,
            "quantity": line.quantity,
            "quantity_decimal": line.quantity.to_string(),
            "subscription": NULL,
            "subtotal": line.amount,
            "taxes": [(); 0],
        );
        map.end()
    }
}

#[derive(Serialize)]
struct Payment<'a> {
    payment_intent: Link<'a>,
    r#type: &'static str,
}

#[derive(Serialize)]
struct PaymentTransitions {
    canceled_at: Option<i64>,
    paid_at: Option<i64>,
}

pub fn invoice_payment<M: SerializeMap>(
    map: &mut M,
    row: &InvoicePayment,
    object: Object<'_>,
) -> Result<(), M::Error> {
    let at = |status: &str| (&*row.status == status).then(|| row.created.seconds());
    fields!(map;
        "id": row.id,
        "object": "invoice_payment",
        "amount_paid": (&*row.status == "paid").then_some(row.amount_paid),
        "amount_requested": row.amount_paid,
        "created": row.created.seconds(),
        "currency": row.currency,
        "invoice": object.link("invoice", Some(&row.invoice)),
        "is_default": true,
        "livemode": false,
        "payment": Payment {
            payment_intent: object.link("payment_intent", Some(&row.payment_intent)),
            r#type: "payment_intent",
        },
        "status": row.status,
        "status_transitions": PaymentTransitions {
            canceled_at: at("canceled"),
            paid_at: at("paid"),
        },
    );
    Ok(())
}
