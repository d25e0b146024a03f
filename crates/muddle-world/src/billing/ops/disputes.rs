//! Disputes: a customer's bank asks the money back. The vendor's own act; no candidate opens one.

use super::{Said, missing, note, object, put};
use crate::billing::{BalanceTransaction, Charge, ChargeStatus, Dispute, Metadata, Refusal};
use crate::effect::Effects;
use crate::row::Str;
use crate::time::DAY;
use crate::vendor::Vendor;
use crate::view::View;

/// How long evidence is taken, milliseconds of office time.
const EVIDENCE_MS: i64 = 9 * DAY;
/// What the vendor keeps for the trouble, minor units.
const FEE: i64 = 1_500;

/// Opens a dispute about what is left of a charge.
pub fn open(view: &View<'_>, effects: &mut Effects, charge: &Str, reason: &Str) -> Said {
    let tables = &view.world.billing;
    let before = tables
        .charges
        .get(charge)
        .ok_or_else(|| missing("charge", charge, "charge"))?;
    let again = tables.disputes.by_key("charge", charge).next().is_some();
    if before.status != ChargeStatus::Succeeded || again {
        return Err(Refusal::WrongState {
            what: "charge".into(),
            id: charge.clone(),
            message: format!("Charge {charge} is not paid, or was disputed before.").into(),
        });
    }
    let id = view.mint(effects, Vendor::Billing, "disputes", "dp_1", 23);
    let dispute = Dispute {
        id: id.clone(),
        created: view.at,
        amount: before.amount,
        charge: charge.clone(),
        payment_intent: before.payment_intent.clone(),
        currency: before.currency.clone(),
        reason: reason.clone(),
        status: "needs_response".into(),
        evidence_due_by: view.at.plus(EVIDENCE_MS),
        metadata: Metadata::new(),
    };
    let booking = BalanceTransaction {
        id: view.mint(
            effects,
            Vendor::Billing,
            "balance_transactions",
            "txn_1",
            23,
        ),
        created: view.at,
        amount: -before.amount,
        fee: FEE,
        currency: before.currency.clone(),
        kind: "adjustment".into(),
        source: id.clone(),
    };
    put(effects, booking);
    put(effects, dispute);
    let disputed = Charge {
        disputed: true,
        ..Charge::clone(before)
    };
    effects.change(Vendor::Billing, &**before, &disputed);
    for kind in ["charge.dispute.created", "charge.dispute.funds_withdrawn"] {
        note(view, effects, kind, "disputes", &id, None);
    }
    Ok(object("disputes", &id))
}
