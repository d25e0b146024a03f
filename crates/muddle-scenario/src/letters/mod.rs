//! The words of the desk: what customers, agents and the manager write.
//!
//! Called by the scenario generator with a person, an intent and the facts that the mail has to tell; calls only
//! `Dice` and the packs under `fixtures/text`. A letter tells every fact it was given and no fact it was not given, it
//! never says what should be done with it, and nothing is drawn from anywhere but the dice handed in. Headers, MIME
//! and time are not known here.
//!
//! In reading order: [`intent`] (what a mail is about), [`facts`] (what it has to tell), `book` and `phrase` (the packs),
//! `telling` (one letter), `manner` (how that person types), [`mailbag`] (no two letters of an office alike), [`quote`].

mod book;
mod facts;
mod html;
mod intent;
mod mailbag;
mod manner;
mod overlap;
mod phrase;
mod picture;
mod quote;
mod telling;
mod wording;
mod writer;

pub use book::PackError;
pub use facts::{Amount, Facts, OTHER};
pub(crate) use html::render as formatted;
pub use intent::{Intent, Notice, Reply};
pub use mailbag::Mailbag;
pub use overlap::{jaccard_percent, shingles};
pub use quote::{Original, forward, reply_quote, resend};
pub use writer::{Language, Tone, Writer};

use muddle_world::chance::Dice;

/// The company whose desk this is.
#[derive(Clone, Debug)]
pub struct Shop {
    pub name: String,
    /// The desk's mailbox.
    pub email: String,
    pub agents: Vec<Agent>,
    pub manager: Agent,
}

/// Somebody who works there.
#[derive(Clone, Debug)]
pub struct Agent {
    pub name: String,
    pub email: String,
    pub voice: Voice,
}

/// How an agent writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    Warm,
    Brisk,
    Manager,
}

impl Agent {
    /// The name customers know.
    pub fn first(&self) -> &str {
        self.name.split(' ').next().unwrap_or(&self.name)
    }
}

/// What goes into a mail: the scenario builds the MIME message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub subject: String,
    /// Plain text with greeting and sign-off; no quotes, no signature.
    pub body: String,
    /// The block below the body; empty for most people.
    pub signature: String,
    /// Body and signature as HTML, where this person's program writes HTML.
    pub html: Option<String>,
    pub attachments: Vec<Attachment>,
}

/// A file sent along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    pub mime: &'static str,
    pub bytes: Vec<u8>,
}

/// One letter by itself. Within one office use [`Mailbag::compose`], which keeps letters from resembling each other.
pub fn compose(
    dice: &mut Dice,
    writer: &Writer<'_>,
    intent: Intent,
    facts: &Facts,
    shop: &Shop,
) -> Letter {
    Mailbag::new().compose(dice, writer, intent, facts, shop)
}

#[cfg(test)]
mod tests;
