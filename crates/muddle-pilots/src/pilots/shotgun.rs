//! `shotgun`: refunds every charge of everybody who writes, merges all who share a name, and tells everybody so.

use std::collections::{BTreeMap, BTreeSet};

use super::threads::{Incoming, Patience, note, reply};
use crate::billing::Wish;
use crate::error::PilotError;
use crate::inbox::Mail;
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
    // The same words on everybody, every time.
    let contacts = ledger.by_address(&mail.from).contacts;
    if !contacts.is_empty() {
        note(tools, mail, &contacts, "Everything was refunded.", summary).await;
    }
    let text = "Hello,\n\neverything has been refunded.\n";
    reply(tools, mail, text, summary).await;
}
