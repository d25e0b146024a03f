//! What the simple pilots share: going through the mail as it comes, and sitting the story out.

use std::collections::BTreeSet;

use crate::error::{CallError, PilotError};
use crate::inbox::Mail;
use crate::tools::Tools;

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
