//! From a logged reply to the records it names, for whoever renders it.
//!
//! Called right after the call, under the same lock, with the world as the call left it.

use std::sync::Arc;

use super::{Call, Message, Refusal, Reply};
use crate::view::View;

/// A reply with the records it names.
#[derive(Clone, Debug)]
pub enum Answer {
    /// One message.
    Message(Shown),
    /// Done; nothing to say.
    Done,
    /// The mailbox says no.
    Refused(Refusal),
}

/// A message as it is shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The message.
    pub message: Arc<Message>,
    /// The id of its latest change.
    pub history_id: u64,
}

/// Looks up what a reply names. `view` is the world right after the call.
pub fn resolve(view: &View<'_>, _call: &Call, reply: &Reply) -> Answer {
    match reply {
        Reply::Done => Answer::Done,
        Reply::Refused(refusal) => Answer::Refused(refusal.clone()),
        Reply::Message { id } => match view.world.inbox.messages.get(id) {
            Some(message) => Answer::Message(Shown {
                message: message.clone(),
                history_id: view.world.history.of(id),
            }),
            None => Answer::Refused(Refusal::NotFound),
        },
    }
}
