//! `naive`: the happy path, as a first script has it. Trusts the mail, sends no keys, waits for nothing, looks at no date.

use std::collections::BTreeMap;

use serde_json::json;

use super::threads::{Incoming, Patience};
use crate::billing::Wish;
use crate::crm::Paper;
use crate::error::PilotError;
use crate::inbox::{Answer, Mail};
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
    let text = format!(
        "Hello,\n\nwe have refunded {} for your order {}.\n",
        decimal(amount),
        number.clone().unwrap_or_default()
    );
    let reply = Answer {
        to: &mail.from,
        thread: &mail.thread,
        subject: &format!("Re: {}", mail.subject),
        in_reply_to: &mail.message_id,
        references: &mail.references,
        text: &text,
        marker: &mail.id,
    };
    let told = tools.inbox.send(&reply).await;
    if paid.is_ok() {
        summary.did("refunds");
        note(tools, mail, &text, summary).await;
    }
    if told.is_ok() {
        summary.did("replies");
    }
}

async fn note(tools: &Tools, mail: &Mail, text: &str, summary: &mut Summary) {
    let Ok(Some(contact)) = tools.crm.contact_by_email(&mail.from).await else {
        return;
    };
    let stamp = jiff::Timestamp::from_millisecond(mail.at)
        .map(|at| at.to_string())
        .unwrap_or_default();
    let properties = json!({ "hs_note_body": text, "hs_timestamp": stamp });
    if tools
        .crm
        .put_down(Paper::Note, &[contact.id], properties, text)
        .await
        .is_ok()
    {
        summary.did("notes");
    }
}
