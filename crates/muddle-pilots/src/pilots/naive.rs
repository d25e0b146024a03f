//! `naive`: the happy path, as a first script has it. Trusts the mail, sends no keys, waits for nothing, looks at no date.

use std::collections::BTreeMap;

use super::threads::{Incoming, Patience, note, reply};
use crate::billing::Wish;
use crate::error::PilotError;
use crate::inbox::Mail;
use crate::json::decimal;
use crate::reading::{Matter, order_numbers, read, sums};
use crate::tools::{Summary, Tools};

/// Refunds whatever a mail names, and says so.
pub(super) async fn run(tools: Tools) -> Result<Summary, PilotError> {
    let mut summary = Summary {
        pilot: "naive".to_owned(),
        ..Summary::default()
    };
    let mut charges: BTreeMap<String, (String, i64)> = BTreeMap::new();
    for charge in tools.billing.charges().await? {
        if let Some(order) = &charge.order {
            charges
                .entry(order.to_uppercase())
                .or_insert((charge.id, charge.amount));
        }
    }
    let (mut incoming, mut patience) = (Incoming::default(), Patience::default());
    loop {
        let mails = incoming.next(&tools).await.unwrap_or_default();
        for mail in &mails {
            answer(&tools, mail, &charges, &mut summary).await;
        }
        if !patience.goes_on(&tools, mails.len()).await? {
            return Ok(summary);
        }
    }
}

async fn answer(
    tools: &Tools,
    mail: &Mail,
    charges: &BTreeMap<String, (String, i64)>,
    summary: &mut Summary,
) {
    let reading = read(mail);
    let number = order_numbers(&mail.text)
        .into_iter()
        .find(|number| charges.contains_key(number));
    let wants = reading.matter < Matter::Courier
        && !matches!(reading.matter, Matter::Automatic | Matter::Pitch);
    let Some((charge, whole)) = number
        .as_ref()
        .and_then(|number| charges.get(number))
        .filter(|_| wants)
    else {
        return;
    };
    let amount = sums(&mail.text)
        .first()
        .map_or(*whole, |sum| sum.minor.min(*whole));
    let wish = Wish {
        charge,
        amount,
        reason: "requested_by_customer",
        matter: &mail.id,
        keyed: false,
    };
    // Whether it worked is not looked at: the mail goes out all the same.
    let paid = tools.billing.refund(&wish).await;
    if paid.is_ok() {
        summary.did("refunds");
    }
    let text = format!(
        "Hello,\n\nwe have refunded {} for your order {}.\n",
        decimal(amount),
        number.clone().unwrap_or_default()
    );
    reply(tools, mail, &text, summary).await;
    if paid.is_ok()
        && let Ok(Some(contact)) = tools.crm.contact_by_email(&mail.from).await
    {
        note(tools, mail, &[contact.id], &text, summary).await;
    }
}
