//! What the simple pilots share: going through the mail as it comes, answering and noting it, and sitting the story out.

use std::collections::BTreeSet;

use crate::crm::{self, Paper};
use crate::error::{CallError, PilotError};
use crate::inbox::{Answer, Mail};
use crate::tools::{Summary, Tools};

/// Looks at a mailbox in which nothing happens, where time runs by itself.
const IDLE_LOOKS: u32 = 8;

/// Mail from outside, as it comes.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    seen: BTreeSet<String>,
}

impl Incoming {
    /// Mail in the box that was not seen yet, oldest first.
    pub(super) async fn next(&mut self, tools: &Tools) -> Result<Vec<Mail>, CallError> {
        let mut ids = tools.inbox.find("in:inbox").await?;
        ids.reverse();
        let mut mails = Vec::new();
        for id in ids
            .into_iter()
            .filter(|id| !self.seen.contains(id))
            .collect::<Vec<_>>()
        {
            let mail = tools.inbox.message(&id).await?;
            self.seen.insert(id);
            if !is_of_the_house(&mail, tools) {
                mails.push(mail);
            }
        }
        Ok(mails)
    }
}

/// Written by the desk itself or a colleague.
pub(super) fn is_of_the_house(mail: &Mail, tools: &Tools) -> bool {
    let domain = tools.inbox.address.split('@').nth(1).unwrap_or_default();
    mail.from.ends_with(&format!("@{domain}"))
}

/// Answers a mail in its thread; an answer that does not go out is not tried again.
pub(super) async fn reply(tools: &Tools, mail: &Mail, text: &str, summary: &mut Summary) {
    let answer = Answer {
        to: &mail.from,
        thread: &mail.thread,
        subject: &format!("Re: {}", mail.subject),
        in_reply_to: &mail.message_id,
        references: &mail.references,
        text,
        marker: &mail.id,
    };
    if tools.inbox.send(&answer).await.is_ok() {
        summary.did("replies");
    }
}

/// Puts a note on contacts, of the time of the mail; one that fails is not tried again.
pub(super) async fn note(
    tools: &Tools,
    mail: &Mail,
    contacts: &[String],
    text: &str,
    summary: &mut Summary,
) {
    let stamp = jiff::Timestamp::from_millisecond(mail.at)
        .map(|at| at.to_string())
        .unwrap_or_default();
    let properties = crm::note(text, &stamp);
    if tools
        .crm
        .put_down(Paper::Note, contacts, properties, text)
        .await
        .is_ok()
    {
        summary.did("notes");
    }
}

/// When a pilot that looks at mail as it comes has seen the end of the story.
#[derive(Debug, Default)]
pub(super) struct Patience {
    looks: u32,
}

impl Patience {
    /// Waits for the next thing to happen; false once nothing will.
    pub(super) async fn goes_on(
        &mut self,
        tools: &Tools,
        fresh: usize,
    ) -> Result<bool, PilotError> {
        self.looks = if fresh > 0 { 0 } else { self.looks + 1 };
        let goes_on = tools.clock.until_event(None).await?;
        Ok(goes_on && (tools.clock.steps() || self.looks <= IDLE_LOOKS))
    }
}

/// Waits until nothing happens any more.
pub(super) async fn sit_out(tools: &Tools) -> Result<(), PilotError> {
    let mut patience = Patience::default();
    while patience.goes_on(tools, 0).await? {}
    Ok(())
}
