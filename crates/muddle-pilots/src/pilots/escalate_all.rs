//! `escalate_all`: leaves every mail to a person, in good form, and decides nothing.

use super::threads::{Incoming, Patience};
use crate::crm::{Paper, Stage, ticket};
use crate::error::{CallError, PilotError};
use crate::inbox::Mail;
use crate::ledger::Ledger;
use crate::reading::order_numbers;
use crate::tools::{Summary, Tools};

/// Hands everything over.
pub(super) async fn run(tools: Tools) -> Result<Summary, PilotError> {
    let mut summary = Summary {
        pilot: "escalate_all".to_owned(),
        ..Summary::default()
    };
    let ledger = Ledger::load(&tools).await?;
    let stage = tools.crm.needs_a_person().await?;
    let (mut incoming, mut patience) = (Incoming::default(), Patience::default());
    loop {
        let mails = incoming.next(&tools).await.unwrap_or_default();
        for mail in &mails {
            if let Some(stage) = &stage
                && hand_over(&tools, &ledger, mail, stage).await.is_ok()
            {
                summary.did("hand-offs");
            }
        }
        if !patience.goes_on(&tools, mails.len()).await? {
            return Ok(summary);
        }
    }
}

async fn hand_over(
    tools: &Tools,
    ledger: &Ledger,
    mail: &Mail,
    stage: &Stage,
) -> Result<(), CallError> {
    let orders = order_numbers(&format!("{} {}", mail.subject, mail.text));
    let charges: Vec<&str> = orders
        .iter()
        .flat_map(|number| ledger.charges_of(number))
        .map(|charge| charge.id.as_str())
        .collect();
    let text = format!(
        "Mail: message {} in thread {}, from {}. Order: {}. Charge: {}. Reason: every mail is looked at by a person. Missing: a decision.",
        mail.id,
        mail.thread,
        mail.from,
        if orders.is_empty() {
            "not named".to_owned()
        } else {
            orders.join(", ")
        },
        if charges.is_empty() {
            "not known".to_owned()
        } else {
            charges.join(", ")
        },
    );
    let contacts = ledger.by_address(&mail.from).contacts;
    tools
        .crm
        .put_down(
            Paper::Ticket,
            &contacts,
            ticket(&mail.subject, &text, stage),
            &text,
        )
        .await?;
    let label = tools.inbox.label("Handed over").await?;
    tools
        .inbox
        .relabel(std::slice::from_ref(&mail.id), &[&label], &["UNREAD"])
        .await
}
