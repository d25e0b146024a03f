//! Who writes and how: tone and language of a person.
//!
//! Called by the generator, which draws them once per person so that all mails of one person sound alike.

use muddle_world::chance::Dice;

use crate::people::{Country, Person};

/// A person with their way of writing.
#[derive(Clone, Copy, Debug)]
pub struct Writer<'a> {
    pub person: &'a Person,
    pub tone: Tone,
    pub language: Language,
}

impl<'a> Writer<'a> {
    /// Tone and language as they go with where the person lives.
    pub fn draw(dice: &mut Dice, person: &'a Person) -> Self {
        let language = Language::draw(dice, person.country);
        let abroad = !matches!(
            person.country,
            Country::Us | Country::Gb | Country::Ie | Country::Ca | Country::Au
        );
        let tone = if abroad && language == Language::English && dice.percent(60) {
            Tone::Foreign
        } else {
            Tone::draw(dice)
        };
        Self {
            person,
            tone,
            language,
        }
    }
}

/// How somebody writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    Plain,
    Curt,
    Polite,
    Rambling,
    Angry,
    /// Elderly and formal, often with the postal address below.
    Formal,
    /// Typed with thumbs.
    Phone,
    /// English learnt late.
    Foreign,
}

impl Tone {
    /// As tones are spread among people who write in their own language.
    pub fn draw(dice: &mut Dice) -> Self {
        match dice.below(100) {
            0..28 => Self::Plain,
            28..40 => Self::Curt,
            40..58 => Self::Polite,
            58..70 => Self::Rambling,
            70..78 => Self::Angry,
            78..87 => Self::Formal,
            _ => Self::Phone,
        }
    }

    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Curt => "curt",
            Self::Polite => "polite",
            Self::Rambling => "rambling",
            Self::Angry => "angry",
            Self::Formal => "formal",
            Self::Phone => "phone",
            Self::Foreign => "foreign",
        }
    }

    /// How often an optional sentence is told, in percent.
    pub(super) fn talkative_percent(self) -> u64 {
        match self {
            Self::Curt => 10,
            Self::Phone => 40,
            Self::Angry | Self::Plain => 50,
            Self::Foreign => 55,
            Self::Polite => 65,
            Self::Formal => 75,
            Self::Rambling => 95,
        }
    }
}

/// The language of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    English,
    German,
    French,
    Spanish,
}

impl Language {
    /// What somebody from there writes to a shop that answers in English.
    pub fn draw(dice: &mut Dice, country: Country) -> Self {
        let own = match country {
            Country::De => Self::German,
            Country::Fr => Self::French,
            Country::Es => Self::Spanish,
            _ => return Self::English,
        };
        if dice.percent(40) { own } else { Self::English }
    }

    /// The native tongue that shows in greetings even when the mail is in English.
    pub(super) fn native(country: Country) -> Self {
        match country {
            Country::De => Self::German,
            Country::Fr => Self::French,
            Country::Es => Self::Spanish,
            _ => Self::English,
        }
    }

    /// Prefix of its pools.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::English => "",
            Self::German => "de:",
            Self::French => "fr:",
            Self::Spanish => "es:",
        }
    }
}
