//! Refunds: never more than the charge, never of a charge the bank has taken back.

use std::collections::BTreeMap;

use super::{Said, lists, metadata, missing, note, object, put};
use crate::billing::{
    BalanceTransaction, Charge, ChargeStatus, Filter, Metadata, NewRefund, Page, Refund,
    RefundStatus, Refusal,
};
use crate::effect::Effects;
use crate::row::Str;
use crate::vendor::Vendor;
use crate::view::View;

/// Reasons the vendor takes.
const REASONS: [&str; 3] = ["duplicate", "fraudulent", "requested_by_customer"];

/// `POST /v1/refunds`.
pub fn create(view: &View<'_>, effects: &mut Effects, new: &NewRefund, key: Option<&Str>) -> Said {
    if let Some(reason) = &new.reason
        && !REASONS.contains(&&**reason)
    {
        return Err(Refusal::NotOneOf {
            param: "reason".into(),
            allowed: REASONS.iter().map(|reason| (*reason).into()).collect(),
        });
    }
    let metadata = metadata::changed(&Metadata::new(), &new.metadata, false)?;
    let charge = charge_of(view, new)?;
    let amount = refundable(view, charge, new.amount, "amount")?;
    #[cfg(feature = "rounded-refunds")]
    let amount = (amount + 50) / 100 * 100;
    let id = issue(
        view,
        effects,
        charge,
        amount,
        new.reason.as_ref(),
        metadata,
        key,
    );
    Ok(match new.answer_charge {
        true => object("charges", &charge.id),
        false => object("refunds", &id),
    })
}

/// Gives `amount` of the charge back. The caller has made sure by [`refundable`] that so much is left.
pub fn issue(
    view: &View<'_>,
    effects: &mut Effects,
    charge: &Charge,
    amount: i64,
    reason: Option<&Str>,
    metadata: Metadata,
    key: Option<&Str>,
) -> Str {
    let id = view.mint(effects, Vendor::Billing, "refunds", "re_3", 23);
    let booking = book(view, effects, &id, -amount, &charge.currency, "refund");
    let refund = Refund {
        id: id.clone(),
        created: view.at,
        amount,
        charge: charge.id.clone(),
        payment_intent: charge.payment_intent.clone(),
        currency: charge.currency.clone(),
        reason: reason.cloned(),
        status: RefundStatus::Succeeded,
        balance_transaction: Some(booking),
        failure_balance_transaction: None,
        failure_reason: None,
        metadata,
    };
    put(effects, refund);
    let after = Charge {
        amount_refunded: charge.amount_refunded + amount,
        ..charge.clone()
    };
    effects.change(Vendor::Billing, charge, &after);
    note(view, effects, "refund.created", "refunds", &id, key);
    note(view, effects, "charge.refunded", "charges", &charge.id, key);
    id
}

/// Books money that moves because of a refund.
pub fn book(
    view: &View<'_>,
    effects: &mut Effects,
    refund: &Str,
    amount: i64,
    currency: &Str,
    kind: &str,
) -> Str {
    let id = view.mint(
        effects,
        Vendor::Billing,
        "balance_transactions",
        "txn_3",
        23,
    );
    let booking = BalanceTransaction {
        id: id.clone(),
        created: view.at,
        amount,
        fee: 0,
        currency: currency.clone(),
        kind: kind.into(),
        source: refund.clone(),
    };
    put(effects, booking);
    id
}

/// `POST /v1/refunds/{id}`: its pairs and nothing else.
pub fn update(
    view: &View<'_>,
    effects: &mut Effects,
    id: &Str,
    pairs: &BTreeMap<Str, Option<Str>>,
    clear: bool,
    key: Option<&Str>,
) -> Said {
    let refunds = &view.world.billing.refunds;
    let before = refunds.get(id).ok_or_else(|| missing("refund", id, "id"))?;
    let after = Refund {
        metadata: metadata::changed(&before.metadata, pairs, clear)?,
        ..Refund::clone(before)
    };
    if after != **before {
        effects.change(Vendor::Billing, &**before, &after);
        note(view, effects, "refund.updated", "refunds", id, key);
    }
    Ok(object("refunds", id))
}

/// `GET /v1/charges/{id}/refunds`.
pub fn of_charge(view: &View<'_>, charge: &Str, page: &Page) -> Said {
    if view.world.billing.charges.get(charge).is_none() {
        return Err(missing("charge", charge, "id"));
    }
    let mut filter = Filter::default();
    filter.equal.insert("charge".into(), charge.clone());
    lists::list(view, crate::billing::Listed::Refunds, &filter, page)
}

/// The charge that the request names, directly or by its intent.
fn charge_of<'a>(view: &View<'a>, new: &NewRefund) -> Result<&'a Charge, Refusal> {
    let tables = &view.world.billing;
    let by_intent = |id: &Str| {
        let intent = tables
            .payment_intents
            .get(id)
            .ok_or_else(|| missing("payment_intent", id, "payment_intent"))?;
        let charge = intent
            .latest_charge
            .as_ref()
            .and_then(|charge| tables.charges.get(charge));
        charge.ok_or_else(|| Refusal::WrongState {
            what: "payment_intent".into(),
            id: id.clone(),
            message: format!(
                "This PaymentIntent ({id}) does not have a successful charge to refund."
            )
            .into(),
        })
    };
    let charge = match (&new.charge, &new.payment_intent) {
        (Some(id), intent) => {
            let charge = tables
                .charges
                .get(id)
                .ok_or_else(|| missing("charge", id, "charge"))?;
            if let Some(intent) = intent
                && by_intent(intent)?.id != *id
            {
                let message = format!("Charge {id} does not belong to PaymentIntent {intent}.");
                return Err(Refusal::InvalidParam {
                    param: "payment_intent".into(),
                    message: message.into(),
                });
            }
            charge
        }
        (None, Some(intent)) => by_intent(intent)?,
        (None, None) => {
            return Err(Refusal::MissingOneOf {
                params: vec!["charge".into(), "payment_intent".into()],
            });
        }
    };
    Ok(charge)
}

/// How much of the charge is given back when `asked` is asked for, or all of the rest.
pub fn refundable(
    view: &View<'_>,
    charge: &Charge,
    asked: Option<i64>,
    param: &str,
) -> Result<i64, Refusal> {
    if let Some(given) = asked.filter(|amount| *amount < 1) {
        return Err(Refusal::OutOfRange {
            param: param.into(),
            least: 1,
            most: i64::MAX,
            given,
        });
    }
    if charge.status != ChargeStatus::Succeeded {
        return Err(Refusal::NotPaid {
            charge: charge.id.clone(),
        });
    }
    if taken_back(view, charge) {
        return Err(Refusal::Disputed {
            charge: charge.id.clone(),
        });
    }
    let left = charge.amount - charge.amount_refunded;
    if left <= 0 {
        return Err(Refusal::AlreadyRefunded {
            charge: charge.id.clone(),
        });
    }
    match asked {
        Some(amount) if amount > left => Err(Refusal::AmountTooHigh {
            asked: amount,
            left,
            currency: charge.currency.clone(),
        }),
        Some(amount) => Ok(amount),
        None => Ok(left),
    }
}

/// Whether the bank holds the money: an inquiry (`warning_…`) has not taken it, a chargeback that was not won has.
fn taken_back(view: &View<'_>, charge: &Charge) -> bool {
    let disputes = &view.world.billing.disputes;
    disputes.by_key("charge", &charge.id).any(|dispute| {
        !dispute.status.starts_with("warning_") && !matches!(&*dispute.status, "won" | "prevented")
    })
}
