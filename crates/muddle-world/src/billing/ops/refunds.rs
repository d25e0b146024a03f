//! Refunds: never more than the charge, never of a charge the bank has taken back.

use super::{Said, create as put, merge_metadata, object};
use crate::billing::{
    BalanceTransaction, Charge, ChargeStatus, Event, Metadata, NewRefund, Refund, RefundStatus,
    Refusal,
};
use crate::effect::Effects;
use crate::row::Str;
use crate::vendor::Vendor;
use crate::view::View;

/// Reasons the vendor takes.
pub const REASONS: [&str; 3] = ["duplicate", "fraudulent", "requested_by_customer"];

/// `POST /v1/refunds`.
pub fn create(view: &View<'_>, effects: &mut Effects, new: &NewRefund, key: Option<&Str>) -> Said {
    if let Some(reason) = new
        .reason
        .as_deref()
        .filter(|reason| !REASONS.contains(reason))
    {
        let message = format!(
            "Invalid reason: must be one of {}, not {reason}",
            REASONS.join(", ")
        );
        return Err(Refusal::InvalidParam {
            param: "reason".into(),
            message: message.into(),
        });
    }
    let charge = charge_of(view, new)?;
    let amount = refundable(view, charge, new.amount)?;

    let id = view.mint(effects, Vendor::Billing, "refunds", "re_3", 23);
    let booking = view.mint(
        effects,
        Vendor::Billing,
        "balance_transactions",
        "txn_3",
        23,
    );
    put(
        effects,
        BalanceTransaction {
            id: booking.clone(),
            created: view.at,
            amount: -amount,
            fee: 0,
            currency: charge.currency.clone(),
            kind: "refund".into(),
            source: id.clone(),
        },
    );
    let mut metadata = Metadata::new();
    merge_metadata(&mut metadata, &new.metadata);
    put(
        effects,
        Refund {
            id: id.clone(),
            created: view.at,
            amount,
            charge: charge.id.clone(),
            payment_intent: charge.payment_intent.clone(),
            currency: charge.currency.clone(),
            reason: new.reason.clone(),
            status: RefundStatus::Succeeded,
            balance_transaction: Some(booking),
            failure_reason: None,
            metadata,
        },
    );
    effects.change(
        Vendor::Billing,
        charge,
        &Charge {
            amount_refunded: charge.amount_refunded + amount,
            ..charge.clone()
        },
    );
    note(view, effects, "refund.created", "refunds", &id, key);
    note(view, effects, "charge.refunded", "charges", &charge.id, key);
    Ok(object("refunds", &id))
}

/// Records that something happened to an object of the desk.
fn note(
    view: &View<'_>,
    effects: &mut Effects,
    kind: &str,
    collection: &str,
    object: &Str,
    key: Option<&Str>,
) {
    let id = view.mint(effects, Vendor::Billing, "events", "evt_3", 23);
    put(
        effects,
        Event {
            id,
            created: view.at,
            kind: kind.into(),
            collection: collection.into(),
            object: object.clone(),
            idempotency_key: key.cloned(),
        },
    );
}

/// The charge that the request names, directly or by its intent.
fn charge_of<'a>(view: &View<'a>, new: &NewRefund) -> Result<&'a Charge, Refusal> {
    let tables = &view.world.billing;
    let missing = |what: &str, id: &Str| Refusal::Missing {
        what: what.into(),
        id: id.clone(),
        param: what.into(),
    };
    match (&new.charge, &new.payment_intent) {
        (Some(id), _) => tables
            .charges
            .get(id)
            .map(|row| &**row)
            .ok_or_else(|| missing("charge", id)),
        (None, Some(id)) => {
            let intent = tables
                .payment_intents
                .get(id)
                .ok_or_else(|| missing("payment_intent", id))?;
            let charge = intent
                .latest_charge
                .as_ref()
                .and_then(|charge| tables.charges.get(charge));
            charge.map(|row| &**row).ok_or_else(|| Refusal::WrongState {
                what: "payment_intent".into(),
                id: id.clone(),
                message: format!(
                    "This PaymentIntent ({id}) does not have a successful charge to refund."
                )
                .into(),
            })
        }
        (None, None) => Err(Refusal::MissingParam {
            param: "charge".into(),
        }),
    }
}

/// How much of the charge is given back.
fn refundable(view: &View<'_>, charge: &Charge, asked: Option<i64>) -> Result<i64, Refusal> {
    let left = charge.amount - charge.amount_refunded;
    if charge.status != ChargeStatus::Succeeded {
        return Err(Refusal::NotPaid {
            charge: charge.id.clone(),
        });
    }
    // An inquiry (`warning_…`) has not taken the money; a chargeback that was not won has.
    let mut disputes = view.world.billing.disputes.by_key("charge", &charge.id);
    if disputes.any(|dispute| !dispute.status.starts_with("warning_") && &*dispute.status != "won")
    {
        return Err(Refusal::Disputed {
            charge: charge.id.clone(),
        });
    }
    if left <= 0 {
        return Err(Refusal::AlreadyRefunded {
            charge: charge.id.clone(),
        });
    }
    match asked {
        None => Ok(left),
        Some(amount) if amount < 1 => Err(Refusal::InvalidParam {
            param: "amount".into(),
            message: "Invalid positive integer".into(),
        }),
        Some(amount) if amount > left => Err(Refusal::AmountTooHigh {
            asked: amount,
            left,
            currency: charge.currency.clone(),
        }),
        Some(amount) => Ok(amount),
    }
}
