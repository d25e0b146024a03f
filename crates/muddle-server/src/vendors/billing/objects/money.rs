//! Charges, payment intents and bookings.

use muddle_world::billing::{
    Address, BalanceTransaction, Card, Charge, ChargeStatus, PaymentIntent,
};
use serde::Serialize;
use serde::ser::SerializeMap;

use super::invoices::NoPairs;
use super::people::FullAddress;
use super::{NULL, Object, fields, nulls};

#[derive(Serialize)]
struct BillingDetails<'a> {
    address: FullAddress<'a>,
    email: Option<&'a str>,
    name: Option<&'a str>,
    phone: Option<()>,
    tax_id: Option<()>,
}

#[derive(Serialize)]
struct Outcome {
    advice_code: Option<()>,
    network_advice_code: Option<()>,
    network_decline_code: Option<()>,
    network_status: &'static str,
    reason: Option<&'static str>,
    risk_level: &'static str,
    risk_score: u32,
    seller_message: &'static str,
    r#type: &'static str,
}

const fn outcome(status: ChargeStatus) -> Option<Outcome> {
    let (network_status, reason, seller_message, kind) = match status {
        ChargeStatus::Succeeded => (
            "approved_by_network",
            None,
            "Payment complete.",
            "authorized",
        ),
        ChargeStatus::Failed => (
            "declined_by_network",
            Some("generic_decline"),
            "The bank did not say why it declined.",
            "issuer_declined",
        ),
        ChargeStatus::Pending => return None,
    };
    Some(Outcome {
        advice_code: None,
        network_advice_code: None,
        network_decline_code: None,
        network_status,
        reason,
        risk_level: "normal",
        risk_score: 12,
        seller_message,
        r#type: kind,
    })
}

#[derive(Serialize)]
struct Checks {
    address_line1_check: Option<()>,
    address_postal_code_check: Option<()>,
    cvc_check: &'static str,
}

#[derive(Serialize)]
struct CardDetails<'a> {
    amount_authorized: i64,
    authorization_code: Option<()>,
    brand: &'a str,
    checks: Checks,
    country: &'static str,
    electronic_commerce_indicator: Option<()>,
    exp_month: u32,
    exp_year: u32,
    fingerprint: &'a str,
    funding: &'static str,
    installments: Option<()>,
    last4: &'a str,
    mandate: Option<()>,
    network: &'a str,
    network_transaction_id: Option<()>,
    regulated_status: &'static str,
    three_d_secure: Option<()>,
    transaction_link_id: Option<()>,
    wallet: Option<()>,
}

#[derive(Serialize)]
struct PaymentMethodDetails<'a> {
    card: CardDetails<'a>,
    r#type: &'static str,
}

fn method(card: &Card, amount: i64) -> PaymentMethodDetails<'_> {
    PaymentMethodDetails {
        card: CardDetails {
            amount_authorized: amount,
            authorization_code: None,
            brand: &card.brand,
            checks: Checks {
                address_line1_check: None,
                address_postal_code_check: None,
                cvc_check: "pass",
            },
            country: "US",
            electronic_commerce_indicator: None,
            exp_month: card.exp_month,
            exp_year: card.exp_year,
            fingerprint: &card.fingerprint,
            funding: "credit",
            installments: None,
            last4: &card.last4,
            mandate: None,
            network: &card.brand,
            network_transaction_id: None,
            regulated_status: "unregulated",
            three_d_secure: None,
            transaction_link_id: None,
            wallet: None,
        },
        r#type: "card",
    }
}

/// The id of what was paid with.
pub fn method_id(card: &Card) -> String {
    format!("pm_{}", card.fingerprint)
}

pub fn charge<M: SerializeMap>(
    map: &mut M,
    row: &Charge,
    object: Object<'_>,
) -> Result<(), M::Error> {
    let paid = row.status == ChargeStatus::Succeeded;
    let declined = row.status == ChargeStatus::Failed;
    let nowhere = Address::default();
    let details = BillingDetails {
        address: FullAddress::from(&nowhere),
        email: row.billing_email.as_deref(),
        name: row.billing_name.as_deref(),
        phone: None,
        tax_id: None,
    };
    fields!(map;
        "id": row.id,
        "object": "charge",
        "amount": row.amount,
        "amount_captured": if paid { row.amount } else { 0 },
        "amount_refunded": row.amount_refunded,
        "balance_transaction": object.link("balance_transaction", row.balance_transaction.as_ref()),
        "billing_details": details,
        "captured": paid,
        "created": row.created.seconds(),
        "currency": row.currency,
        "customer": object.link("customer", row.customer.as_ref()),
        "description": row.description,
        "disputed": row.disputed,
        "failure_code": declined.then_some("card_declined"),
        "failure_message": declined.then_some("Your card was declined."),
        "fraud_details": NoPairs {},
        "livemode": false,
        "metadata": row.metadata,
        "outcome": outcome(row.status),
        "paid": paid,
        "payment_intent": object.link("payment_intent", row.payment_intent.as_ref()),
        "payment_method": method_id(&row.card),
        "payment_method_details": method(&row.card, row.amount),
        "receipt_email": row.billing_email,
        "refunded": row.amount_refunded >= row.amount,
    );
    if let Some(refunds) = object.list("refunds", format!("/v1/charges/{}/refunds", row.id)) {
        fields!(map; "refunds": refunds);
    }
    fields!(map; "status": row.status);
    nulls(
        map,
        &[
            "application",
            "application_fee",
            "application_fee_amount",
            "calculated_statement_descriptor",
            "failure_balance_transaction",
            "on_behalf_of",
            "receipt_number",
            "receipt_url",
            "review",
            "shipping",
            "source",
            "source_transfer",
            "statement_descriptor",
            "statement_descriptor_suffix",
            "transfer_data",
            "transfer_group",
        ],
    )
}

#[derive(Serialize)]
struct AmountDetails {
    tip: NoPairs,
}

#[derive(Serialize)]
struct MethodOptions {
    card: CardOptions,
}

#[derive(Serialize)]
struct CardOptions {
    installments: Option<()>,
    mandate_options: Option<()>,
    network: Option<()>,
    request_three_d_secure: &'static str,
}

pub fn payment_intent<M: SerializeMap>(
    map: &mut M,
    row: &PaymentIntent,
    object: Object<'_>,
) -> Result<(), M::Error> {
    let received = if &*row.status == "succeeded" {
        row.amount
    } else {
        0
    };
    let options = MethodOptions {
        card: CardOptions {
            installments: None,
            mandate_options: None,
            network: None,
            request_three_d_secure: "automatic",
        },
    };
    fields!(map;
        "id": row.id,
        "object": "payment_intent",
        "amount": row.amount,
        "amount_capturable": 0,
        "amount_details": AmountDetails { tip: NoPairs {} },
        "amount_received": received,
        "capture_method": "automatic",
        "client_secret": format!("{}_secret_of_the_sandbox", row.id),
        "confirmation_method": "automatic",
        "created": row.created.seconds(),
        "currency": row.currency,
        "customer": object.link("customer", row.customer.as_ref()),
        "description": row.description,
        "latest_charge": object.link("latest_charge", row.latest_charge.as_ref()),
        "livemode": false,
        "metadata": row.metadata,
        "payment_method_options": options,
        "payment_method_types": ["card"],
        "status": row.status,
    );
    nulls(
        map,
        &[
            "allowed_payment_method_types",
            "application",
            "application_fee_amount",
            "automatic_payment_methods",
            "canceled_at",
            "cancellation_reason",
            "customer_account",
            "excluded_payment_method_types",
            "last_payment_error",
            "managed_payments",
            "next_action",
            "on_behalf_of",
            "payment_method",
            "payment_method_configuration_details",
            "payment_record",
            "processing",
            "receipt_email",
            "review",
            "setup_future_usage",
            "shipping",
            "source",
            "statement_descriptor",
            "statement_descriptor_suffix",
            "transfer_data",
            "transfer_group",
        ],
    )
}

#[derive(Serialize)]
struct FeeDetail<'a> {
    amount: i64,
    application: Option<()>,
    currency: &'a str,
    description: &'static str,
    r#type: &'static str,
}

pub fn balance_transaction<M: SerializeMap>(
    map: &mut M,
    row: &BalanceTransaction,
    object: Object<'_>,
) -> Result<(), M::Error> {
    let fee = FeeDetail {
        amount: row.fee,
        application: None,
        currency: &row.currency,
        description: "Processing fees",
        r#type: "stripe_fee",
    };
    let fees: &[FeeDetail<'_>] = if row.fee == 0 { &[] } else { &[fee] };
    let category = match &*row.kind {
        "adjustment" => "dispute",
        kind => kind,
    };
    fields!(map;
        "id": row.id,
        "object": "balance_transaction",
        "amount": row.amount,
        "available_on": row.created.seconds(),
        "balance_type": "payments",
        "created": row.created.seconds(),
        "currency": row.currency,
        "description": NULL,
        "exchange_rate": NULL,
        "fee": row.fee,
        "fee_details": fees,
        "net": row.amount - row.fee,
        "reporting_category": category,
        "source": object.link("source", Some(&row.source)),
        "status": "available",
        "type": row.kind,
    );
    Ok(())
}
