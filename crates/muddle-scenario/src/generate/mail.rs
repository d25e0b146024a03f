//! Mail on the drawing board: who writes to whom about what, before it is in words.
//!
//! Filled by `cases` and `history`; put into words by `wording` once orders have numbers; written out by `post`.

use muddle_world::row::Str;
use muddle_world::time::At;

use super::draft::Place;
use crate::letters::{Intent, Letter, Notice, Reply};

/// A conversation.
#[derive(Clone, Debug, Default)]
pub struct Thread {
    /// Its mails, oldest first.
    pub mails: Vec<Mail>,
    /// Whether the desk is done with it.
    pub closed: bool,
}

/// Who wrote a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hand {
    /// A customer, from this address.
    Soul {
        /// Who.
        soul: Place,
        /// From where.
        from: String,
    },
    /// Somebody at the desk: place in the staff.
    Agent(Place),
    /// The manager.
    Manager,
}

/// What a mail is.
#[derive(Clone, Debug)]
pub enum Matter {
    /// A customer's letter.
    Letter(Intent),
    /// An agent's answer.
    Reply(Reply),
    /// The manager's notice.
    Notice(Notice),
    /// An earlier mail of the customer once more: thread and place.
    Again(Place, Place),
    /// Words that somebody wrote by hand for the scenario.
    Raw {
        /// Subject, with names to fill in.
        subject: String,
        /// Text, likewise.
        text: String,
    },
}

/// What a mail tells.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Number of this order.
    pub order: Option<Place>,
    /// Minor units and currency.
    pub amount: Option<(i64, &'static str)>,
    /// Products, by place in the catalogue.
    pub items: Vec<Place>,
    /// When it came.
    pub delivered: Option<i64>,
    /// When it was ordered.
    pub ordered: Option<i64>,
    /// When it was charged.
    pub charged: Option<i64>,
    /// Digits of the card.
    pub last4: Option<Str>,
    /// Further facts with ready words.
    pub other: Vec<(&'static str, String)>,
}

/// How it was typed and sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Only HTML.
    pub html_only: bool,
    /// Western letters alone.
    pub latin1: bool,
    /// The answer stands above the quoted original.
    pub quotes: bool,
    /// The sender's clock is wrong by so many minutes.
    pub skew_min: i64,
    /// An old signature hangs below.
    pub old_signature: bool,
}

/// One mail.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Who.
    pub hand: Hand,
    /// To whom it goes; the desk for customers.
    pub to: Option<String>,
    /// What.
    pub matter: Matter,
    /// What it tells.
    pub told: Told,
    /// When it came or comes.
    pub at: At,
    /// How it was sent.
    pub form: Form,
    /// Its words, once it has them.
    pub letter: Option<Letter>,
    /// `Message-ID` without brackets, once it has one.
    pub message_id: String,
    /// The message's id in the mailbox; empty for mail that has not come yet.
    pub id: Str,
}

impl Mail {
    /// A mail without words yet.
    pub fn new(hand: Hand, matter: Matter, told: Told, at: At) -> Self {
        Self {
            hand,
            to: None,
            matter,
            told,
            at,
            form: Form::default(),
            letter: None,
            message_id: String::new(),
            id: Str::from(""),
        }
    }

    /// How the truth names it: by id, or by `<Message-ID>` where it has not come yet.
    pub fn name(&self) -> Str {
        if self.id.is_empty() {
            format!("<{}>", self.message_id).into()
        } else {
            self.id.clone()
        }
    }

    /// Whether somebody from outside wrote it.
    pub const fn is_a_customers(&self) -> bool {
        matches!(self.hand, Hand::Soul { .. })
    }

    /// Whether the desk sent it.
    pub const fn is_ours(&self) -> bool {
        matches!(self.hand, Hand::Agent(_))
    }
}
