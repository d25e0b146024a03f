//! Credit notes: corrections of a bill, and where the money goes. Never more than the bill.
//!
//! Of a bill that is not paid yet the note lowers what is due. Of a paid one it says where the money goes: a refund of
//! the charge that paid it (a real one, with everything that follows), the customer's balance, or outside the desk.

use super::{Said, metadata, missing, note, object, put, refunds};
use crate::billing::limits::CREDIT_LINES_MAX;
use crate::billing::{
    Charge, CreditLine, CreditNote, Customer, Invoice, Metadata, NewCreditNote, Refusal,
};
use crate::effect::Effects;
use crate::row::Str;
use crate::vendor::Vendor;
use crate::view::View;

/// Reasons the vendor takes.
const REASONS: [&str; 4] = [
    "duplicate",
    "fraudulent",
    "order_change",
    "product_unsatisfactory",
];

/// Where the money of a note goes, minor units.
struct Shares {
    refund: i64,
    credit: i64,
    outside: i64,
}

/// `POST /v1/credit_notes`.
pub fn create(
    view: &View<'_>,
    effects: &mut Effects,
    new: &NewCreditNote,
    key: Option<&Str>,
) -> Said {
    if let Some(reason) = &new.reason
        && !REASONS.contains(&&**reason)
    {
        return Err(Refusal::NotOneOf {
            param: "reason".into(),
            allowed: REASONS.iter().map(|reason| (*reason).into()).collect(),
        });
    }
    let metadata = metadata::changed(&Metadata::new(), &new.metadata, false)?;
    let invoice = invoice_of(view, new)?;
    let lines = lines_of(view, effects, invoice, new)?;
    let amount = amount_of(invoice, new, &lines)?;
    let shares = shares_of(invoice, new, amount)?;
    let refund = if shares.refund > 0 {
        let charge = charge_of(view, invoice)?;
        refunds::refundable(view, charge, Some(shares.refund), "refund_amount")?;
        let (reason, pairs) = (None, Metadata::new());
        Some(refunds::issue(
            view,
            effects,
            charge,
            shares.refund,
            reason,
            pairs,
            key,
        ))
    } else {
        None
    };

    let nth = 1 + view
        .world
        .billing
        .credit_notes
        .by_key("invoice", &invoice.id)
        .count();
    let id = view.mint(effects, Vendor::Billing, "credit_notes", "cn_1", 23);
    put(
        effects,
        CreditNote {
            id: id.clone(),
            created: view.at,
            number: format!("{}-CN-{nth:02}", invoice.number).into(),
            invoice: invoice.id.clone(),
            customer: invoice.customer.clone(),
            currency: invoice.currency.clone(),
            amount,
            credit_amount: shares.credit,
            refund_amount: shares.refund,
            out_of_band_amount: shares.outside,
            lines,
            refund,
            reason: new.reason.clone(),
            memo: new.memo.clone(),
            metadata,
        },
    );
    settle_up(view, effects, invoice, amount, shares.credit);
    note(
        view,
        effects,
        "credit_note.created",
        "credit_notes",
        &id,
        key,
    );
    Ok(object("credit_notes", &id))
}

fn invoice_of<'a>(view: &View<'a>, new: &NewCreditNote) -> Result<&'a Invoice, Refusal> {
    let id = new.invoice.as_ref().ok_or_else(|| Refusal::MissingParam {
        param: "invoice".into(),
    })?;
    let invoices = &view.world.billing.invoices;
    let invoice = invoices
        .get(id)
        .ok_or_else(|| missing("invoice", id, "invoice"))?;
    if !matches!(&*invoice.status, "open" | "paid") {
        return Err(wrong_state(
            invoice,
            format!(
                "You can only create a credit note for an open or paid invoice; {id} is {}.",
                invoice.status
            ),
        ));
    }
    Ok(invoice)
}

fn wrong_state(invoice: &Invoice, message: String) -> Refusal {
    Refusal::WrongState {
        what: "invoice".into(),
        id: invoice.id.clone(),
        message: message.into(),
    }
}

fn lines_of(
    view: &View<'_>,
    effects: &Effects,
    invoice: &Invoice,
    new: &NewCreditNote,
) -> Result<Vec<CreditLine>, Refusal> {
    if new.lines.len() > CREDIT_LINES_MAX {
        let message = format!("A credit note can have up to {CREDIT_LINES_MAX} lines.");
        return Err(Refusal::InvalidParam {
            param: "lines".into(),
            message: message.into(),
        });
    }
    let nth = view.nth(effects, Vendor::Billing, "credit_notes");
    let mut lines = Vec::with_capacity(new.lines.len());
    for (place, asked) in new.lines.iter().enumerate() {
        let param = format!("lines[{place}]");
        let line = invoice.lines.iter().find(|line| line.id == asked.line);
        let line = line.ok_or_else(|| {
            missing(
                "line_item",
                &asked.line,
                &format!("{param}[invoice_line_item]"),
            )
        })?;
        let amount = match (asked.quantity, asked.amount) {
            (_, Some(amount)) => within(&format!("{param}[amount]"), amount, line.amount)?,
            (Some(quantity), None) => {
                let pieces = within(&format!("{param}[quantity]"), quantity, line.quantity)?;
                // Whole minor units: what a division leaves over stays with the customer's last piece.
                line.amount - line.amount * (line.quantity - pieces) / line.quantity
            }
            (None, None) => line.amount,
        };
        let tag = [&nth.to_be_bytes()[..], &place.to_be_bytes()[..]].concat();
        let digest = view.seed().prf(&[b"credit line", &tag]);
        lines.push(CreditLine {
            id: format!("cnli_{}", data_encoding::HEXLOWER.encode(&digest[..12])).into(),
            invoice_line: line.id.clone(),
            description: line.description.clone(),
            amount,
            quantity: asked
                .quantity
                .or(asked.amount.is_none().then_some(line.quantity)),
        });
    }
    Ok(lines)
}

fn within(param: &str, given: i64, most: i64) -> Result<i64, Refusal> {
    if (1..=most).contains(&given) {
        return Ok(given);
    }
    Err(Refusal::OutOfRange {
        param: param.into(),
        least: 1,
        most,
        given,
    })
}

/// What the note is worth, and never more than what the bill still is.
fn amount_of(invoice: &Invoice, new: &NewCreditNote, lines: &[CreditLine]) -> Result<i64, Refusal> {
    let of_lines: i64 = lines.iter().map(|line| line.amount).sum();
    let amount = match (new.amount, lines.is_empty()) {
        (Some(amount), false) if amount != of_lines => {
            let message =
                format!("The amount ({amount}) must equal the sum of the lines ({of_lines}).");
            return Err(Refusal::InvalidParam {
                param: "amount".into(),
                message: message.into(),
            });
        }
        (Some(amount), _) => amount,
        (None, false) => of_lines,
        (None, true) => {
            return Err(Refusal::MissingOneOf {
                params: vec!["amount".into(), "lines".into()],
            });
        }
    };
    if amount < 1 {
        return Err(Refusal::OutOfRange {
            param: "amount".into(),
            least: 1,
            most: i64::MAX,
            given: amount,
        });
    }
    let left = if is_paid(invoice) {
        invoice.amount_paid - invoice.credited
    } else {
        invoice.total - invoice.credited_before - invoice.amount_paid
    };
    if amount > left {
        return Err(wrong_state(
            invoice,
            format!(
                "The credit note amount ({amount}) is greater than what is left of the invoice ({left})."
            ),
        ));
    }
    Ok(amount)
}

fn is_paid(invoice: &Invoice) -> bool {
    &*invoice.status == "paid"
}

fn shares_of(invoice: &Invoice, new: &NewCreditNote, amount: i64) -> Result<Shares, Refusal> {
    let share = |given: Option<i64>, param: &str| match given {
        Some(given) if given < 0 => Err(Refusal::OutOfRange {
            param: param.into(),
            least: 0,
            most: i64::MAX,
            given,
        }),
        given => Ok(given.unwrap_or(0)),
    };
    let shares = Shares {
        refund: share(new.refund_amount, "refund_amount")?,
        credit: share(new.credit_amount, "credit_amount")?,
        outside: share(new.out_of_band_amount, "out_of_band_amount")?,
    };
    let sum = shares
        .refund
        .saturating_add(shares.credit)
        .saturating_add(shares.outside);
    let due = if is_paid(invoice) { amount } else { 0 };
    if sum != due {
        let message = format!(
            "The sum of credit amount, refund amount and out of band amount ({sum}) must equal the post payment credit note amount ({due})."
        );
        return Err(wrong_state(invoice, message));
    }
    Ok(shares)
}

fn charge_of<'a>(view: &View<'a>, invoice: &Invoice) -> Result<&'a Charge, Refusal> {
    let tables = &view.world.billing;
    let by_intent = || {
        let intent = tables
            .payment_intents
            .get(invoice.payment_intent.as_ref()?)?;
        tables.charges.get(intent.latest_charge.as_ref()?)
    };
    let charge = invoice
        .charge
        .as_ref()
        .and_then(|charge| tables.charges.get(charge))
        .or_else(by_intent);
    charge.map(|row| &**row).ok_or_else(|| {
        let message = format!("Invoice {} was not paid by a charge to refund.", invoice.id);
        wrong_state(invoice, message)
    })
}

/// What the note does to the bill and to the customer's balance.
fn settle_up(view: &View<'_>, effects: &mut Effects, invoice: &Invoice, amount: i64, credit: i64) {
    let mut after = invoice.clone();
    if is_paid(invoice) {
        after.credited += amount;
    } else {
        after.credited_before += amount;
        if after.total == after.credited_before + after.amount_paid {
            after.status = "paid".into();
        }
    }
    effects.change(Vendor::Billing, invoice, &after);
    if credit > 0
        && let Some(customer) = view.world.billing.customers.get(&invoice.customer)
    {
        let richer = Customer {
            balance: customer.balance - credit,
            ..Customer::clone(customer)
        };
        effects.change(Vendor::Billing, &**customer, &richer);
    }
}
