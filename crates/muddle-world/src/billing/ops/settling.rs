//! How a refund ends: it arrives, comes back from the bank, or is taken back while the customer has to act.
//!
//! Money of a refund that does not arrive is the charge's again: `amount_refunded` goes down by it, and it can be
//! refunded once more.

use super::{Said, missing, note, object, refunds};
use crate::billing::{Charge, Refund, RefundStatus, Refusal};
use crate::effect::Effects;
use crate::row::Str;
use crate::vendor::Vendor;
use crate::view::View;

/// `POST /v1/refunds/{id}/cancel`.
pub fn cancel(view: &View<'_>, effects: &mut Effects, id: &Str, key: Option<&Str>) -> Said {
    let before = find(view, id)?;
    if before.status != RefundStatus::RequiresAction {
        let message = format!(
            "You cannot cancel this refund because it has a status of {}. Only a refund with one of the following statuses may be canceled: requires_action.",
            before.status.name()
        );
        return Err(wrong_state(id, message));
    }
    end(view, effects, before, RefundStatus::Canceled, None, key);
    Ok(object("refunds", id))
}

/// The vendor's own act: a refund on its way arrives, or comes back even after it had arrived.
pub fn settle(
    view: &View<'_>,
    effects: &mut Effects,
    id: &Str,
    status: RefundStatus,
    failure_reason: Option<&Str>,
) -> Said {
    use RefundStatus::{Canceled, Failed, Pending, RequiresAction, Succeeded};
    let before = find(view, id)?;
    let leads = matches!(
        (before.status, status),
        (Pending | RequiresAction, Succeeded | Failed)
            | (RequiresAction, Canceled)
            | (Succeeded, Failed | Pending | RequiresAction)
            | (Pending, RequiresAction)
    );
    if !leads {
        let message = format!(
            "A refund that is {} cannot become {}.",
            before.status.name(),
            status.name()
        );
        return Err(wrong_state(id, message));
    }
    end(view, effects, before, status, failure_reason, None);
    Ok(object("refunds", id))
}

fn find<'a>(view: &View<'a>, id: &Str) -> Result<&'a Refund, Refusal> {
    let refunds = &view.world.billing.refunds;
    let found = refunds.get(id).map(|row| &**row);
    found.ok_or_else(|| missing("refund", id, "id"))
}

fn wrong_state(id: &Str, message: String) -> Refusal {
    Refusal::WrongState {
        what: "refund".into(),
        id: id.clone(),
        message: message.into(),
    }
}

fn end(
    view: &View<'_>,
    effects: &mut Effects,
    before: &Refund,
    status: RefundStatus,
    failure_reason: Option<&Str>,
    key: Option<&Str>,
) {
    let mut after = Refund {
        status,
        ..before.clone()
    };
    if before.status.counts() && !status.counts() {
        let (amount, currency) = (before.amount, &before.currency);
        let booking = refunds::book(
            view,
            effects,
            &before.id,
            amount,
            currency,
            "refund_failure",
        );
        after.failure_balance_transaction = Some(booking);
        if let Some(charge) = view.world.billing.charges.get(&before.charge) {
            let given_back = Charge {
                amount_refunded: charge.amount_refunded - amount,
                ..Charge::clone(charge)
            };
            effects.change(Vendor::Billing, &**charge, &given_back);
        }
    }
    if status == RefundStatus::Failed {
        after.failure_reason = Some(failure_reason.cloned().unwrap_or_else(|| "unknown".into()));
    }
    effects.change(Vendor::Billing, before, &after);
    note(view, effects, "refund.updated", "refunds", &before.id, key);
    note(
        view,
        effects,
        "charge.refund.updated",
        "refunds",
        &before.id,
        key,
    );
    if status == RefundStatus::Failed {
        note(view, effects, "refund.failed", "refunds", &before.id, key);
    }
}
