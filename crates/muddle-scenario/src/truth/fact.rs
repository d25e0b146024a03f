//! Facts about what a candidate did, in the few forms from which every outcome is put together.
//!
//! Written by the generator into [`super::OutcomeRule`]s; evaluated by `muddle-grade` over a log. This page is the
//! contract between the two.
//!
//! **How a fact is evaluated.** The result is *not true*, or *true since seq S*. Only entries of actors of kind
//! `candidate` whose effects were applied count as acts (`applied`, whatever became of the answer), and effects with
//! `view` never count. A positive fact is true since the entry that completed it. A negative fact (`Not`, `NoRefund`,
//! `NotReplied`, `Kept`) is judged over the whole log and is true since seq 0. Lists of records mean *any of them*
//! unless said otherwise. Contacts are followed through merges: a note on the survivor is a note on the merged one.
//! Addresses compare in lower case, without display name; those in the domain of the desk's own address are always
//! allowed.
//!
//! **How records are named.** By id; but mail that comes during the story gets its id only then, so a message that was
//! not there at the opening is named `<Message-ID>` in angle brackets, and a thread by its first message in the same way.
//! Where contacts are meant, an e-mail address stands for every live contact that has it.

use muddle_world::row::Str;
use muddle_world::vendor::Vendor;
use serde::{Deserialize, Serialize};

/// What a text must name: of every group at least one wording.
///
/// Compared after lowering the case, dropping HTML tags and turning runs of white space into one blank; a wording
/// counts where the characters beside it are not letters or digits. Amounts come as several wordings (`89.90`,
/// `89,90`, `8990`).
pub type Mentions = Vec<Vec<Str>>;

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// The refunds that the candidate created on these charges, without those that failed or were cancelled, add up to
    /// `min..=max`. True since the refund that reached `min`. Refunds of the opening do not count; a refund made
    /// through a credit note does.
    Refunded {
        /// The charges, summed.
        charges: Vec<Str>,
        /// Minor units.
        min: i64,
        /// Minor units; the sum at the end must not exceed it.
        max: i64,
    },
    /// The candidate created no refund on any of these charges.
    NoRefund {
        /// The charges.
        charges: Vec<Str>,
    },
    /// A mail of the candidate stands in one of these threads (or answers a message of them), all its recipients are
    /// among `to`, and it mentions what is given. Drafts do not count. Later mails to the same do not spoil it.
    Replied {
        /// The threads.
        threads: Vec<Str>,
        /// Allowed recipients (the desk itself is always allowed).
        to: Vec<Str>,
        /// What it must name; empty for any text.
        says: Mentions,
    },
    /// No mail of the candidate stands in any of these threads.
    NotReplied {
        /// The threads.
        threads: Vec<Str>,
    },
    /// A mail of the candidate, in whatever thread, went to somebody outside `allowed` and names one of `secrets`, in
    /// the same form as [`Mentions`].
    Disclosed {
        /// What must not be told.
        secrets: Vec<Str>,
        /// To whom it may be told.
        allowed: Vec<Str>,
    },
    /// A mail of the candidate in one of these threads mentions what is given.
    Said {
        /// The threads.
        threads: Vec<Str>,
        /// What it names.
        mentions: Mentions,
    },
    /// A note that the candidate wrote is associated with one of these contacts and mentions what is given.
    Noted {
        /// The contacts.
        contacts: Vec<Str>,
        /// What it must name.
        mentions: Mentions,
    },
    /// A hand-off that mentions what is given: a ticket whose stage is "Needs a person" (subject and content are
    /// searched), a task with an owner (subject and body), or the label "Needs a person" on a message of one of these
    /// threads together with a note on one of these contacts (the note is searched). The text is longer than 20
    /// characters beside what it mentions, which is the reason.
    HandedOff {
        /// The threads.
        threads: Vec<Str>,
        /// The contacts.
        contacts: Vec<Str>,
        /// What it must name: the mail, then the charge or order where one is known.
        mentions: Mentions,
    },
    /// The candidate's visible decision on one of these threads: a label other than `UNREAD`, `STARRED` and
    /// `IMPORTANT` was added to one of its messages, `INBOX` was removed, or it was trashed.
    Labelled {
        /// The threads.
        threads: Vec<Str>,
    },
    /// The candidate merged contacts so that `survivor` lives and all of `losers` are gone into it.
    Merged {
        /// Who lives.
        survivor: Str,
        /// Who are merged away.
        losers: Vec<Str>,
    },
    /// The candidate merged any of these contacts with any other contact.
    MergedAny {
        /// The contacts.
        contacts: Vec<Str>,
    },
    /// At the end exactly one live contact has this e-mail address (first or additional), and `first_name` or
    /// `last_name` is set. True since its creation.
    ContactExists {
        /// The address.
        email: Str,
    },
    /// At the end the field has one of these values. For a merged contact the survivor is read.
    Field {
        /// Whose record.
        vendor: Vendor,
        /// Its collection.
        collection: Str,
        /// Its id.
        id: Str,
        /// Its field, a dotted path (`properties.email`).
        field: Str,
        /// The values that make it true; the text `""` stands for absent.
        values: Vec<Str>,
    },
    /// `Field` was not changed by the candidate.
    Kept {
        /// Whose record.
        vendor: Vendor,
        /// Its collection.
        collection: Str,
        /// Its id.
        id: Str,
        /// Its field.
        field: Str,
    },
    /// This message has arrived (by the story or a persona); true since the entry that delivered it, 0 if it was there
    /// at the opening.
    Arrived {
        /// Its `Message-ID`, with angle brackets.
        message: Str,
    },
    /// A persona has answered in one of these threads with what was lacking; true since that mail arrived.
    Answered {
        /// The threads.
        threads: Vec<Str>,
    },
    /// Both are true, and the first is true since an earlier entry than the second.
    Before {
        /// The earlier.
        first: Box<Fact>,
        /// The later.
        then: Box<Fact>,
    },
    /// At least one is true; since the earliest of them.
    Any(Vec<Fact>),
    /// All are true; since the latest of them.
    All(Vec<Fact>),
    /// It is not true.
    Not(Box<Fact>),
}

impl Fact {
    /// Exactly this much of one charge.
    pub fn refunded(charge: &Str, amount: i64) -> Self {
        Self::Refunded {
            charges: vec![charge.clone()],
            min: amount,
            max: amount,
        }
    }

    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// This, and only then the other.
    #[must_use]
    pub fn then(self, later: Self) -> Self {
        Self::Before {
            first: Box::new(self),
            then: Box::new(later),
        }
    }
}
