//! What the desk writes: replies, notes, tickets. Plain English, facts first, nothing that the reader may not know.
//!
//! Called when a decision is turned into steps. Notes and tickets name ids for people; replies name none.

use super::decide::Payment;
use super::identify::About;
use crate::billing::Refund;
use crate::inbox::Mail;
use crate::json::decimal;

/// `EUR 89.90`.
fn money(minor: i64, currency: &str) -> String {
    format!("{} {}", currency.to_uppercase(), decimal(minor))
}

fn letter(body: &str) -> String {
    format!("Hello,\n\n{body}\n\nKind regards,\nCustomer service\n")
}

pub(super) fn refunded(payment: &Payment, card_was_sent: bool) -> String {
    let sum = money(payment.total(), &payment.currency);
    let warning = if card_was_sent {
        "\n\nPlease never send a card number by e-mail; we have not stored it and do not need it."
    } else {
        ""
    };
    letter(&format!(
        "We have refunded {sum} for order {} to the payment method you used. Banks usually take five to ten days to show it.{warning}",
        payment.order
    ))
}

pub(super) fn refunded_note(payment: &Payment) -> String {
    let parts: Vec<String> = payment
        .parts
        .iter()
        .map(|(charge, amount)| format!("{} on charge {charge}", money(*amount, &payment.currency)))
        .collect();
    format!(
        "Decision: refunded {} for order {} ({}). Reason: {}.",
        money(payment.total(), &payment.currency),
        payment.order,
        parts.join(", "),
        payment.why
    )
}

pub(super) fn denied(order: &str, why: &str) -> String {
    letter(&format!(
        "Thank you for writing to us about order {order}. I am sorry, but we cannot refund it: {why}. If there is anything we have overlooked, please reply to this mail."
    ))
}

pub(super) fn denied_note(
    order: &str,
    charge: &str,
    amount: i64,
    currency: &str,
    why: &str,
) -> String {
    format!(
        "Decision: refund of {} for order {order} (charge {charge}) declined. Reason: {why}.",
        money(amount, currency)
    )
}

pub(super) fn explained(order: &str, refunds: &[Refund], currency: &str) -> String {
    let lines: Vec<String> = refunds
        .iter()
        .map(|refund| describe(refund, currency))
        .collect();
    letter(&format!(
        "We have looked into order {order}. Our records show: {}. Banks usually take five to ten days to show it on a statement. There is nothing more to pay back.",
        lines.join("; ")
    ))
}

fn describe(refund: &Refund, currency: &str) -> String {
    let day = jiff::Timestamp::from_second(refund.created)
        .map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string());
    let day = day.unwrap_or_default();
    let sum = money(refund.amount, currency);
    match refund.status.as_str() {
        "pending" => format!("a refund of {sum} was started on {day} and is still being processed"),
        _ => format!("{sum} was refunded on {day} to the payment method you used"),
    }
}

pub(super) fn explained_note(
    order: &str,
    charge: &str,
    refunds: &[Refund],
    currency: &str,
) -> String {
    let lines: Vec<String> = refunds
        .iter()
        .map(|refund| format!("{} ({})", describe(refund, currency), refund.id))
        .collect();
    format!(
        "Decision: no further refund for order {order} (charge {charge}); explained to the customer. Reason: {}.",
        lines.join("; ")
    )
}

pub(super) fn left_note(order: &str, charge: &str, why: &str) -> String {
    format!(
        "Decision: nothing further is refunded for order {order} (charge {charge}). Reason: {why}."
    )
}

pub(super) fn question(times: u32) -> String {
    let again = if times > 0 {
        "Thank you for your answer. We still cannot tell which order it is about. "
    } else {
        ""
    };
    letter(&format!(
        "{again}To look into this we need to know which order you mean, as we have more than one of yours. Could you please tell us the order number? It is in the confirmation we sent you."
    ))
}

pub(super) fn received() -> String {
    letter(
        "Thank you for your mail. We have passed it to the colleague who can answer it best; you will hear from us.",
    )
}

/// The text of a hand-off: which mail, which money, why, what is missing.
pub(super) fn hand_off(
    mail: &Mail,
    about: &About,
    charges: &[String],
    why: &str,
    missing: &str,
) -> String {
    let known = if about.named.is_empty() {
        about.candidates.iter().collect()
    } else {
        about.named.iter().collect::<Vec<_>>()
    };
    let candidates: Vec<&str> = known.into_iter().map(String::as_str).collect();
    let order = match (&about.order, candidates.is_empty()) {
        (Some(number), _) => number.clone(),
        (None, true) => "not known".to_owned(),
        (None, false) => format!("not certain, one of {}", candidates.join(", ")),
    };
    let charges = if charges.is_empty() {
        "not known".to_owned()
    } else {
        charges.join(", ")
    };
    format!(
        "Mail: message {} in thread {}, from {}. Order: {order}. Charge: {charges}. Reason: {why}. Missing: {missing}.",
        mail.id, mail.thread, mail.from
    )
}
