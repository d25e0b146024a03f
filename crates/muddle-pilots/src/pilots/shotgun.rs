//! `shotgun`: refunds every charge of everybody who writes, merges all who share a name, and tells everybody so.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::threads::{Incoming, Patience};
use crate::billing::Wish;
use crate::crm::Paper;
use crate::error::PilotError;
use crate::inbox::{Answer, Mail};
use crate::ledger::Ledger;
use crate::reading::order_numbers;
use crate::tools::{Summary, Tools};

/// Shoots at everything.
pub(super) async fn run(tools: Tools) -> Result<Summary, PilotError> {
    let mut summary = Summary {
        pilot: "shotgun".to_owned(),
        ..Summary::default()
    };
    let ledger = Ledger::load(&tools).await?;
    merge_all(&tools, &ledger, &mut summary).await;
    let (mut incoming, mut patience) = (Incoming::default(), Patience::default());
    loop {
        let mails = incoming.next(&tools).await.unwrap_or_default();
        for mail in &mails {
            shoot(&tools, &ledger, mail, &mut summary).await;
        }
        if !patience.goes_on(&tools, mails.len()).await? {
            return Ok(summary);
        }
    }
}

async fn merge_all(tools: &Tools, ledger: &Ledger, summary: &mut Summary) {
    let mut by_name: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for contact in ledger.contacts.values() {
        by_name
            .entry(contact.name().to_lowercase())
            .or_default()
            .push(&contact.id);
    }
    for ids in by_name
        .into_iter()
        .filter(|(name, _)| !name.is_empty())
        .map(|(_, ids)| ids)
    {
        for loser in ids.iter().skip(1) {
            if tools.crm.merge(ids[0], loser).await.is_ok() {
                summary.did("contacts merged");
            }
        }
    }
}

async fn shoot(tools: &Tools, ledger: &Ledger, mail: &Mail, summary: &mut Summary) {
    let mut orders: BTreeSet<String> = ledger.orders_of(&ledger.by_address(&mail.from));
    orders.extend(order_numbers(&mail.text));
    for charge in orders.iter().flat_map(|number| ledger.charges_of(number)) {
        let wish = Wish {
            charge: &charge.id,
            amount: charge.left(),
            reason: "requested_by_customer",
            matter: &mail.id,
            keyed: false,
        };
        if tools.billing.refund(&wish).await.is_ok() {
            summary.did("refunds");
        }
    }
    note(tools, ledger, mail, summary).await;
    let reply = Answer {
        to: &mail.from,
        thread: &mail.thread,
        subject: &format!("Re: {}", mail.subject),
        in_reply_to: &mail.message_id,
        references: &mail.references,
        text: "Hello,\n\neverything has been refunded.\n",
        marker: &mail.id,
    };
    if tools.inbox.send(&reply).await.is_ok() {
        summary.did("replies");
    }
}

/// The same words on everybody, every time.
async fn note(tools: &Tools, ledger: &Ledger, mail: &Mail, summary: &mut Summary) {
    let contacts = ledger.by_address(&mail.from).contacts;
    if contacts.is_empty() {
        return;
    }
    let text = "Everything was refunded.";
    let stamp = jiff::Timestamp::from_millisecond(mail.at)
        .map(|at| at.to_string())
        .unwrap_or_default();
    let properties = json!({ "hs_note_body": text, "hs_timestamp": stamp });
    if tools
        .crm
        .put_down(Paper::Note, &contacts, properties, text)
        .await
        .is_ok()
    {
        summary.did("notes");
    }
}
