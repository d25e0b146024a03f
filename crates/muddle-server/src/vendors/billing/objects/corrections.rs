//! Money that goes back: refunds, credit notes and disputes.

use muddle_world::billing::{CreditLine, CreditNote, Dispute, Refund, RefundStatus};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::invoices::NoPairs;
use super::money::method_id;
use super::{Link, List, NULL, Object, Plain, fields, nulls};

#[derive(Serialize)]
struct NoteRefund<'a> {
    amount_refunded: i64,
    payment_record_refund: Option<()>,
    refund: Link<'a>,
    r#type: &'static str,
}

pub fn credit_note<M: SerializeMap>(
    map: &mut M,
    row: &CreditNote,
    object: Object<'_>,
) -> Result<(), M::Error> {
    let after_payment = row.refund_amount + row.credit_amount + row.out_of_band_amount;
    let kind = if after_payment > 0 {
        "post_payment"
    } else {
        "pre_payment"
    };
    let refunds: Vec<NoteRefund<'_>> = row
        .refund
        .iter()
        .map(|refund| NoteRefund {
            amount_refunded: row.refund_amount,
            payment_record_refund: None,
            refund: object.link("refund", Some(refund)),
            r#type: "refund",
        })
        .collect();
    let lines: Vec<NoteLine<'_>> = row.lines.iter().map(NoteLine).collect();
    let url = format!("/v1/credit_notes/{}/lines", row.id);
    fields!(map;
        "id": row.id,
        "object": "credit_note",
        "amount": row.amount,
        "amount_shipping": 0,
        "created": row.created.seconds(),
        "currency": row.currency,
        "customer": object.link("customer", Some(&row.customer)),
        "customer_account": NULL,
        "customer_balance_transaction": NULL,
        "discount_amount": 0,
        "discount_amounts": [(); 0],
        "effective_at": row.created.seconds(),
        "invoice": object.link("invoice", Some(&row.invoice)),
        "lines": List::page(lines, false, url),
        "livemode": false,
        "memo": row.memo,
        "metadata": row.metadata,
        "number": row.number,
        "out_of_band_amount": (row.out_of_band_amount > 0).then_some(row.out_of_band_amount),
        "pdf": format!("https://billing.example.com/credit_notes/{}/pdf", row.id),
        "post_payment_amount": after_payment,
        "pre_payment_amount": row.amount - after_payment,
        "pretax_credit_amounts": [(); 0],
        "reason": row.reason,
        "refunds": refunds,
        "shipping_cost": NULL,
        "status": "issued",
        "subtotal": row.amount,
        "subtotal_excluding_tax": row.amount,
        "total": row.amount,
        "total_excluding_tax": row.amount,
        "total_taxes": [(); 0],
        "type": kind,
        "voided_at": NULL,
    );
    Ok(())
}

struct NoteLine<'a>(&'a CreditLine);

impl Serialize for NoteLine<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let line = self.0;
        let unit = line.quantity.map(|quantity| line.amount / quantity.max(1));
        let mut map = to.serialize_map(None)?;
        fields!(map;
            "id": line.id,
            "object": "credit_note_line_item",
            "amount": line.amount,
            "description": line.description,
            "discount_amount": 0,
            "discount_amounts": [(); 0],
            "invoice_line_item": line.invoice_line,
            "livemode": false,
            "metadata": NoPairs {},
            "pretax_credit_amounts": [(); 0],
            "quantity": line.quantity,
            "tax_rates": [(); 0],
            "taxes": [(); 0],
            "type": "invoice_line_item",
            "unit_amount": unit,
            "unit_amount_decimal": unit.map(|unit| unit.to_string()),
        );
        map.end()
    }
}

/// Evidence that nobody has handed in yet.
struct NoEvidence;

impl Serialize for NoEvidence {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        fields!(map; "enhanced_evidence": NoPairs {});
        nulls(
            &mut map,
            &[
                "access_activity_log",
                "billing_address",
                "cancellation_policy",
                "cancellation_policy_disclosure",
                "cancellation_rebuttal",
                "customer_communication",
                "customer_email_address",
                "customer_name",
                "customer_purchase_ip",
                "customer_signature",
                "duplicate_charge_documentation",
                "duplicate_charge_explanation",
                "duplicate_charge_id",
                "product_description",
                "receipt",
                "refund_policy",
                "refund_policy_disclosure",
                "refund_refusal_explanation",
                "service_date",
                "service_documentation",
                "shipping_address",
                "shipping_carrier",
                "shipping_date",
                "shipping_documentation",
                "shipping_tracking_number",
                "uncategorized_file",
                "uncategorized_text",
            ],
        )?;
        map.end()
    }
}

#[derive(Serialize)]
struct EvidenceDetails {
    due_by: i64,
    enhanced_eligibility: NoPairs,
    has_evidence: bool,
    past_due: bool,
    submission_count: u32,
    submission_method: &'static str,
}

pub fn dispute<M: SerializeMap>(
    map: &mut M,
    row: &Dispute,
    object: Object<'_>,
) -> Result<(), M::Error> {
    let inquiry = row.status.starts_with("warning_");
    let bookings = object.many("balance_transactions");
    let bookings = Plain(bookings.map_or(&[], |(items, _)| items));
    fields!(map;
        "id": row.id,
        "object": "dispute",
        "amount": row.amount,
        "balance_transactions": bookings,
        "charge": object.link("charge", Some(&row.charge)),
        "created": row.created.seconds(),
        "currency": row.currency,
        "enhanced_eligibility_types": [(); 0],
        "evidence": NoEvidence,
        "evidence_details": EvidenceDetails {
            due_by: row.evidence_due_by.seconds(),
            enhanced_eligibility: NoPairs {},
            has_evidence: false,
            past_due: false,
            submission_count: 0,
            submission_method: "not_submitted",
        },
        "intended_submission_method": NULL,
        "is_charge_refundable": inquiry,
        "livemode": false,
        "metadata": row.metadata,
        "payment_intent": object.link("payment_intent", row.payment_intent.as_ref()),
        "reason": row.reason,
        "status": row.status,
    );
    Ok(())
}

#[derive(Serialize)]
struct Destination {
    card: DestinationCard,
    r#type: &'static str,
}

#[derive(Serialize)]
struct DestinationCard {
    reference_status: &'static str,
    reference_type: &'static str,
    r#type: &'static str,
}

pub fn refund<M: SerializeMap>(
    map: &mut M,
    row: &Refund,
    object: Object<'_>,
) -> Result<(), M::Error> {
    let destination = Destination {
        card: DestinationCard {
            reference_status: "pending",
            reference_type: "acquirer_reference_number",
            r#type: "refund",
        },
        r#type: "card",
    };
    let charge = object.around.charge.as_deref();
    let customer = charge.and_then(|charge| charge.customer.as_ref());
    fields!(map;
        "id": row.id,
        "object": "refund",
        "amount": row.amount,
        "balance_transaction": object.link("balance_transaction", row.balance_transaction.as_ref()),
        "charge": object.link("charge", Some(&row.charge)),
        "created": row.created.seconds(),
        "currency": row.currency,
        "customer": object.link("customer", customer),
        "customer_account": NULL,
        "destination_details": destination,
    );
    // Only there where a refund failed or was canceled.
    if let Some(booking) = &row.failure_balance_transaction {
        let link = object.link("failure_balance_transaction", Some(booking));
        fields!(map; "failure_balance_transaction": link);
    }
    if let Some(why) = &row.failure_reason {
        fields!(map; "failure_reason": why);
    }
    if row.status == RefundStatus::Pending {
        fields!(map; "pending_reason": "processing");
    }
    fields!(map;
        "metadata": row.metadata,
        "payment_intent": object.link("payment_intent", row.payment_intent.as_ref()),
        "payment_method": charge.map(|charge| method_id(&charge.card)),
        "reason": row.reason,
        "receipt_number": NULL,
        "source_transfer_reversal": NULL,
        "status": row.status,
        "transfer_reversal": NULL,
    );
    Ok(())
}
