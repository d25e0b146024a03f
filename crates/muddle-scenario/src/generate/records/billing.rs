//! The draft as billing's records.
//!
//! Called by `generate` after numbering.

use muddle_world::billing::{
    Address, BalanceTransaction, Card, Charge, ChargeStatus, Customer, Dispute, Invoice,
    InvoiceLine, InvoicePayment, Metadata, PaymentIntent, Price, Product, Refund, RefundStatus,
};
use muddle_world::effect::Record;
use muddle_world::row::Str;
use muddle_world::time::{At, DAY};

use crate::generate::draft::{Draft, Named, Place};
use crate::generate::ids::Ids;
use crate::people::{Country, products};

/// All of billing.
pub fn write(draft: &Draft, ids: &Ids, start: At, out: &mut Vec<Record>) {
    shelf(ids, start, out);
    for (place, payer) in draft.payers.iter().enumerate() {
        let person = &draft.souls[payer.soul].person;
        let text = |value: &Option<String>| value.as_deref().map(Str::from);
        let customer = Customer {
            id: ids.payers[place].clone(),
            created: payer.created,
            email: text(&payer.email),
            name: text(&payer.name),
            phone: text(&payer.phone),
            description: text(&payer.description),
            address: payer.street.as_ref().map(|street| Address {
                line1: Some(street.as_str().into()),
                city: Some(person.city.as_str().into()),
                postal_code: Some(person.postcode.as_str().into()),
                country: Some(code(person.country)),
                ..Address::default()
            }),
            balance: 0,
            metadata: Metadata::new(),
        };
        push(out, customer);
    }
    let refunded = refunded(draft);
    let mut disputed = vec![false; draft.charges.len()];
    for dispute in &draft.disputes {
        disputed[dispute.charge] = true;
    }
    for place in 0..draft.charges.len() {
        charge(draft, ids, place, (refunded[place], disputed[place]), out);
    }
    refunds(draft, ids, out);
    disputes(draft, ids, out);
}

fn push(out: &mut Vec<Record>, row: impl Into<muddle_world::billing::Record>) {
    out.push(Record::Billing(row.into()));
}

fn refunded(draft: &Draft) -> Vec<i64> {
    let mut sums = vec![0; draft.charges.len()];
    for refund in draft
        .refunds
        .iter()
        .filter(|refund| refund.status != RefundStatus::Failed)
    {
        sums[refund.charge] += refund.amount;
    }
    sums
}

fn code(country: Country) -> Str {
    country.code().into()
}

fn shelf(ids: &Ids, start: At, out: &mut Vec<Record>) {
    let created = start.plus(-720 * DAY);
    for (product, id) in products().iter().zip(&ids.products) {
        let currencies = ["usd", "eur", "gbp"];
        let price = |currency: &str| Str::from(format!("price_1P{}{currency}", &id[5..]));
        push(
            out,
            Product {
                id: id.clone(),
                created,
                name: product.name.as_str().into(),
                description: None,
                active: true,
                default_price: Some(price("usd")),
                metadata: Metadata::from([("sku".into(), product.sku.as_str().into())]),
            },
        );
        for currency in currencies {
            push(
                out,
                Price {
                    id: price(currency),
                    created,
                    product: id.clone(),
                    unit_amount: product.price_minor(currency),
                    currency: currency.into(),
                    active: true,
                },
            );
        }
    }
}

fn charge(
    draft: &Draft,
    ids: &Ids,
    place: Place,
    (refunded, disputed): (i64, bool),
    out: &mut Vec<Record>,
) {
    let charge = &draft.charges[place];
    let order = &draft.orders[charge.order];
    let customer = charge.payer.map(|payer| ids.payers[payer].clone());
    let number = match charge.named {
        Named::Right => Some(order.number.clone()),
        Named::Missing => None,
        Named::Wrong(other) => Some(draft.orders[other].number.clone()),
    };
    let metadata: Metadata = number
        .into_iter()
        .map(|number| (Str::from("order"), number))
        .collect();
    let currency = Str::from(order.currency);
    let intent = ids.intents[place].clone();
    let invoice = charge.invoiced.then(|| ids.invoices[place].clone());
    let description = Some(Str::from("Online order"));
    push(
        out,
        PaymentIntent {
            id: intent.clone(),
            created: charge.created.plus(-2_000),
            amount: charge.amount,
            currency: currency.clone(),
            customer: customer.clone(),
            latest_charge: Some(ids.charges[place].clone()),
            invoice: invoice.clone(),
            description: description.clone(),
            status: "succeeded".into(),
            metadata: metadata.clone(),
        },
    );
    push(
        out,
        BalanceTransaction {
            id: ids.bookings[place].clone(),
            created: charge.created,
            amount: charge.amount,
            fee: charge.amount * 29 / 1_000 + 30,
            currency: currency.clone(),
            kind: "charge".into(),
            source: ids.charges[place].clone(),
        },
    );
    if let (Some(invoice), Some(customer)) = (&invoice, &customer) {
        invoiced(draft, ids, place, (invoice, customer), out);
    }
    push(
        out,
        Charge {
            id: ids.charges[place].clone(),
            created: charge.created,
            amount: charge.amount,
            amount_refunded: refunded,
            currency,
            customer,
            payment_intent: Some(intent),
            invoice,
            description,
            billing_name: charge.billing_name.as_deref().map(Str::from),
            billing_email: charge.billing_email.as_deref().map(Str::from),
            card: card(charge),
            status: ChargeStatus::Succeeded,
            disputed,
            balance_transaction: Some(ids.bookings[place].clone()),
            metadata,
        },
    );
}

fn card(charge: &crate::generate::draft::Charge) -> Card {
    let digits: u32 = charge.last4.parse().unwrap_or(0);
    Card {
        brand: charge.brand.into(),
        last4: charge.last4.clone(),
        exp_month: digits % 12 + 1,
        exp_year: 2028 + digits % 4,
        fingerprint: format!(
            "fp{:08x}{}",
            digits.wrapping_mul(2_654_435_761),
            charge.brand
        )
        .into(),
    }
}

fn invoiced(
    draft: &Draft,
    ids: &Ids,
    place: Place,
    (invoice, customer): (&Str, &Str),
    out: &mut Vec<Record>,
) {
    let charge = &draft.charges[place];
    let order = &draft.orders[charge.order];
    let tail = &invoice[5..];
    let shelf = products();
    let mut lines: Vec<InvoiceLine> = order
        .lines
        .iter()
        .enumerate()
        .map(|(nth, line)| InvoiceLine {
            id: format!("il_1Q{tail}{nth}").into(),
            description: shelf[line.product].name.as_str().into(),
            amount: line.unit * line.quantity,
            quantity: line.quantity,
            price: Some(
                format!(
                    "price_1P{}{}",
                    &ids.products[line.product][5..],
                    order.currency
                )
                .into(),
            ),
        })
        .collect();
    if order.shipping > 0 {
        lines.push(InvoiceLine {
            id: format!("il_1Q{tail}s").into(),
            description: "Delivery".into(),
            amount: order.shipping,
            quantity: 1,
            price: None,
        });
    }
    let created = charge.created.plus(-1_800_000);
    push(
        out,
        InvoicePayment {
            id: format!("inpay_1Q{tail}").into(),
            created: charge.created,
            invoice: invoice.clone(),
            payment_intent: ids.intents[place].clone(),
            amount_paid: charge.amount,
            currency: order.currency.into(),
            status: "paid".into(),
        },
    );
    push(
        out,
        Invoice {
            id: invoice.clone(),
            created,
            number: format!("INV-{}", order.number).into(),
            customer: customer.clone(),
            currency: order.currency.into(),
            lines,
            status: "paid".into(),
            total: charge.amount,
            amount_paid: charge.amount,
            credited_before: 0,
            credited: 0,
            payment_intent: Some(ids.intents[place].clone()),
            charge: Some(ids.charges[place].clone()),
            metadata: Metadata::new(),
        },
    );
}

fn refunds(draft: &Draft, ids: &Ids, out: &mut Vec<Record>) {
    for (place, refund) in draft.refunds.iter().enumerate() {
        let currency = Str::from(draft.orders[draft.charges[refund.charge].order].currency);
        let failed = refund.status == RefundStatus::Failed;
        push(
            out,
            BalanceTransaction {
                id: ids.refund_bookings[place].clone(),
                created: refund.created,
                amount: -refund.amount,
                fee: 0,
                currency: currency.clone(),
                kind: "refund".into(),
                source: ids.refunds[place].clone(),
            },
        );
        push(
            out,
            Refund {
                id: ids.refunds[place].clone(),
                created: refund.created,
                amount: refund.amount,
                charge: ids.charges[refund.charge].clone(),
                payment_intent: Some(ids.intents[refund.charge].clone()),
                currency,
                reason: Some("requested_by_customer".into()),
                status: refund.status,
                balance_transaction: Some(ids.refund_bookings[place].clone()),
                failure_balance_transaction: None,
                failure_reason: failed.then(|| "expired_or_canceled_card".into()),
                metadata: Metadata::new(),
            },
        );
    }
}

fn disputes(draft: &Draft, ids: &Ids, out: &mut Vec<Record>) {
    for (place, dispute) in draft.disputes.iter().enumerate() {
        let charge = &draft.charges[dispute.charge];
        push(
            out,
            Dispute {
                id: ids.disputes[place].clone(),
                created: dispute.created,
                amount: charge.amount,
                charge: ids.charges[dispute.charge].clone(),
                payment_intent: Some(ids.intents[dispute.charge].clone()),
                currency: draft.orders[charge.order].currency.into(),
                reason: dispute.reason.into(),
                status: dispute.status.into(),
                evidence_due_by: dispute.created.plus(9 * DAY),
                metadata: Metadata::new(),
            },
        );
    }
}
