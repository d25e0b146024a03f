//! What is unusual about a case, in the records: second charges, refunds, disputes, doubles, missing contacts.
//!
//! Called once per case and once per decoy, so that nothing but the mail tells them apart.

use muddle_world::billing::RefundStatus;
use muddle_world::time::{DAY, HOUR};

use super::super::draft::{Dispute, Place, Refund, Role};
use super::super::maker::Maker;
use super::CaseDraft;
use crate::file::{KindSpec, OrderSpec, Part, Right, System, Twist};
use crate::truth::Survivor;

/// Makes the order of a case and everything unusual about it.
pub(super) fn apply(
    maker: &mut Maker<'_>,
    spec: &KindSpec,
    order: OrderSpec,
    role: Role,
    case: &mut CaseDraft,
) {
    let soul = case.soul;
    maker.known(soul);
    if spec.twists.contains(&Twist::NoContact) {
        forget(maker, soul);
    }
    if spec.twists.contains(&Twist::DuplicateContact) {
        double(maker, soul);
    }
    let place = if spec.twists.contains(&Twist::SplitCharge) {
        maker.split_order(soul, order)
    } else {
        maker.order(soul, order)
    };
    if spec.right == Right::Refund(Part::Shipping) && maker.draft.orders[place].shipping == 0 {
        add_shipping(maker, place);
    }
    case.order = Some(place);
    if spec.right == Right::Refund(Part::Item) {
        let lines = maker.draft.orders[place].lines.len() as u64;
        case.line = Some(maker.dice.below(lines) as Place);
    }
    for twist in &spec.twists {
        one(maker, *twist, order, role, case, place);
    }
    case.charges.clone_from(&maker.draft.orders[place].charges);
}

fn one(
    maker: &mut Maker<'_>,
    twist: Twist,
    spec: OrderSpec,
    role: Role,
    case: &mut CaseDraft,
    order: Place,
) {
    let soul = case.soul;
    match twist {
        Twist::ChargedTwice => {
            let (total, after) = (maker.draft.orders[order].total(), maker.dice.between(1, 40));
            maker.charge(order, total, after);
        }
        Twist::RefundedBefore | Twist::ColleagueAnswered => {
            refund(maker, case, order, RefundStatus::Succeeded, [2, 6]);
        }
        Twist::RefundPending => refund(maker, case, order, RefundStatus::Pending, [1, 2]),
        Twist::RefundFailed => refund(maker, case, order, RefundStatus::Failed, [3, 8]),
        Twist::OpenDispute => {
            let ago = maker.dice.between(1, 4);
            dispute(maker, case, order, ago);
        }
        Twist::DisputeAfterRefund => {
            refund(maker, case, order, RefundStatus::Succeeded, [4, 6]);
            let ago = maker.dice.between(1, 2);
            dispute(maker, case, order, ago);
        }
        Twist::SecondOrder => case.second_order = Some(like(maker, soul, spec, order)),
        Twist::Namesake => {
            let person = &maker.draft.souls[soul].person;
            let namesake = maker.crowd.namesake(&mut maker.dice, person);
            let other = maker.stranger(role, namesake);
            maker.known(other);
            maker.order(other, spec);
            case.other_soul = Some(other);
            case.other_address = Some(unknown_address(maker, soul));
        }
        Twist::FamilyMember => {
            let person = &maker.draft.souls[soul].person;
            let relative = maker.crowd.relative(&mut maker.dice, person);
            case.other_soul = Some(maker.stranger(role, relative));
        }
        Twist::SecondAddress => case.other_address = Some(unknown_address(maker, soul)),
        Twist::EmailConflict => {
            let old = unknown_address(maker, soul);
            conflict(maker, soul, &old);
            case.other_address = Some(old);
        }
        Twist::SplitCharge
        | Twist::DuplicateContact
        | Twist::NoContact
        | Twist::Resent
        | Twist::SwappedAmount
        | Twist::TakenBack => {}
    }
}

/// Another address of theirs, which no system holds.
fn unknown_address(maker: &mut Maker<'_>, soul: Place) -> String {
    let person = &maker.draft.souls[soul].person;
    maker.crowd.second_address(&mut maker.dice, person)
}

/// The CRM loses them.
fn forget(maker: &mut Maker<'_>, soul: Place) {
    // They were entered last, so nothing refers to what is behind their contact.
    if let Some(contact) = maker.draft.souls[soul].contacts.pop() {
        debug_assert_eq!(contact + 1, maker.draft.contacts.len());
        maker.draft.contacts.truncate(contact);
    }
}

/// The CRM has them twice: the second under another address, some weeks later or earlier.
fn double(maker: &mut Maker<'_>, soul: Place) {
    let first = maker.draft.souls[soul].contacts[0];
    let created = maker.draft.contacts[first].created;
    let shift = maker.dice.between(20, 90) * DAY;
    let second = maker.contact(soul, created.plus(shift));
    let address = unknown_address(maker, soul);
    maker.draft.contacts[second].set("email", address);
    let old = maker.old_order(soul);
    if maker.policy.survivor == Survivor::MostOrders {
        maker.old_order(soul);
    } else {
        let orders = &mut maker.draft.contacts[first].orders;
        orders.retain(|order| *order != old);
        maker.draft.contacts[second].orders.push(old);
    }
}

fn refund(
    maker: &mut Maker<'_>,
    case: &mut CaseDraft,
    order: Place,
    status: RefundStatus,
    days_ago: [i64; 2],
) {
    let charge = maker.draft.orders[order].charges[0];
    let amount = maker.draft.charges[charge].amount;
    let ago = maker.dice.between(days_ago[0], days_ago[1]);
    let created = maker
        .calendar
        .start
        .plus(-ago * DAY - maker.dice.between(1, 6) * HOUR);
    case.refunds.push(maker.draft.refunds.len());
    maker.draft.refunds.push(Refund {
        charge,
        amount,
        created,
        status,
    });
}

fn dispute(maker: &mut Maker<'_>, case: &mut CaseDraft, order: Place, days_ago: i64) {
    let created = maker
        .calendar
        .start
        .plus(-days_ago * DAY + maker.dice.between(1, 9) * HOUR);
    let reason = *maker.dice.pick(&[
        "product_not_received",
        "product_unacceptable",
        "general",
        "credit_not_processed",
    ]);
    case.dispute = Some(maker.draft.disputes.len());
    maker.draft.disputes.push(Dispute {
        charge: maker.draft.orders[order].charges[0],
        created,
        reason,
        status: "needs_response",
    });
}

/// A second order of the same first product, in the same weeks.
fn like(maker: &mut Maker<'_>, soul: Place, spec: OrderSpec, order: Place) -> Place {
    let second = maker.order(soul, spec);
    let line = maker.draft.orders[order].lines[0].clone();
    let made = &mut maker.draft.orders[second];
    made.lines.truncate(1);
    made.lines[0] = line;
    let (total, charge) = (made.total(), made.charges[0]);
    maker.draft.charges[charge].amount = total;
    second
}

/// CRM and billing disagree; the system that the policy trusts has the address they write from.
fn conflict(maker: &mut Maker<'_>, soul: Place, old: &str) {
    let billing = maker.policy.trusted.get("email") == Some(&System::Billing.into());
    if billing {
        let contact = maker.draft.souls[soul].contacts[0];
        maker.draft.contacts[contact].set("email", old);
    } else if let Some(payer) = maker.draft.souls[soul].customer {
        maker.draft.payers[payer].email = Some(old.to_owned());
    }
}

fn add_shipping(maker: &mut Maker<'_>, order: Place) {
    let made = &mut maker.draft.orders[order];
    made.shipping = 490;
    let (total, charge) = (made.total(), made.charges[0]);
    maker.draft.charges[charge].amount = total;
}
