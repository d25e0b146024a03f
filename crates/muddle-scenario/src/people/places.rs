//! Towns with the postcode and phone patterns of their country, read from `fixtures/text/places.yaml`.
//!
//! Called by `Crowd`. A pattern is filled from the dice: `#` is a digit, `@` an upper-case letter.

use std::sync::LazyLock;

use muddle_world::chance::Dice;
use serde::Deserialize;

/// The countries the shop delivers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Country {
    Us,
    Gb,
    Ie,
    De,
    Fr,
    Nl,
    Es,
    Ca,
    Au,
}

impl Country {
    /// ISO 3166 alpha-2.
    pub fn code(self) -> &'static str {
        match self {
            Self::Us => "US",
            Self::Gb => "GB",
            Self::Ie => "IE",
            Self::De => "DE",
            Self::Fr => "FR",
            Self::Nl => "NL",
            Self::Es => "ES",
            Self::Ca => "CA",
            Self::Au => "AU",
        }
    }

    /// Its name in English, as the CRM shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Us => "United States",
            Self::Gb => "United Kingdom",
            Self::Ie => "Ireland",
            Self::De => "Germany",
            Self::Fr => "France",
            Self::Nl => "Netherlands",
            Self::Es => "Spain",
            Self::Ca => "Canada",
            Self::Au => "Australia",
        }
    }

    /// The currency the shop charges there; countries without a price list of their own pay in dollars.
    pub fn currency(self) -> &'static str {
        match self {
            Self::Us | Self::Ca | Self::Au => "usd",
            Self::Gb => "gbp",
            Self::Ie | Self::De | Self::Fr | Self::Nl | Self::Es => "eur",
        }
    }

    pub(super) fn postcode_first(self) -> bool {
        matches!(self, Self::De | Self::Fr | Self::Nl | Self::Es)
    }

    /// Weighted as the shop's customers are.
    pub fn draw(dice: &mut Dice) -> Self {
        match dice.below(100) {
            0..34 => Self::Us,
            34..62 => Self::Gb,
            62..68 => Self::Ie,
            68..78 => Self::De,
            78..85 => Self::Fr,
            85..88 => Self::Nl,
            88..92 => Self::Es,
            92..97 => Self::Ca,
            _ => Self::Au,
        }
    }
}

/// One town.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    pub country: Country,
    pub city: String,
    pub postcode: String,
    pub phone: String,
}

/// All towns, in file order.
pub fn places() -> &'static [Place] {
    static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
        serde_saphyr::from_str(include_str!("../../../../fixtures/text/places.yaml"))
            .expect("the shipped table is read by a test")
    });
    &PLACES
}

/// Fills a pattern. Letters leave out those that postcodes avoid.
pub(super) fn fill(dice: &mut Dice, pattern: &str) -> String {
    const LETTERS: &[u8] = b"ABDEFGHJLNPRSTWXYZ";
    pattern
        .chars()
        .map(|c| match c {
            '#' => char::from(b'0' + dice.below(10) as u8),
            '@' => char::from(*dice.pick(LETTERS)),
            other => other,
        })
        .collect()
}
