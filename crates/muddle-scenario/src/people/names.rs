//! Name, street, company and mail-domain vocabulary by country: raw parts from the `fake` word lists beside lists of
//! our own.
//!
//! Called by `Crowd` alone. Nothing here draws by itself, so a new release of `fake` can change words but never how
//! many draws a person costs.

use std::sync::LazyLock;

use fake::locales::{DE_DE, Data, EN, FR_FR, NL_NL};
use muddle_world::chance::Dice;
use serde::Deserialize;

use super::places::Country;

/// The lists of `fixtures/text/names.yaml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    english_first: Vec<String>,
    british_last: Vec<String>,
    spanish_first: Vec<String>,
    spanish_last: Vec<String>,
    german_first: Vec<String>,
    french_first: Vec<String>,
    english_streets: Vec<String>,
    german_streets: Vec<String>,
    french_streets: Vec<String>,
    dutch_streets: Vec<String>,
    spanish_streets: Vec<String>,
    mail_domains: Vec<String>,
    trades: Vec<Trade>,
}

/// What a company does, and who works there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trade {
    name: String,
    jobs: Vec<String>,
}

fn names() -> &'static Names {
    static NAMES: LazyLock<Names> = LazyLock::new(|| {
        serde_saphyr::from_str(include_str!("../../../../fixtures/text/names.yaml"))
            .expect("the shipped lists are read by a test")
    });
    &NAMES
}

pub(super) fn first(dice: &mut Dice, country: Country) -> &'static str {
    match country {
        Country::De => either(dice, &names().german_first, DE_DE::NAME_FIRST_NAME),
        Country::Fr => either(dice, &names().french_first, FR_FR::NAME_FIRST_NAME),
        Country::Nl => one(dice, NL_NL::NAME_FIRST_NAME),
        Country::Es => one(dice, &names().spanish_first),
        Country::Us => either(dice, &names().english_first, EN::NAME_FIRST_NAME),
        Country::Gb | Country::Ie | Country::Ca | Country::Au => one(dice, &names().english_first),
    }
}

pub(super) fn last(dice: &mut Dice, country: Country) -> &'static str {
    match country {
        // The list opens with names from specimen identity cards.
        Country::De => one(dice, &DE_DE::NAME_LAST_NAME[14..]),
        Country::Fr => one(dice, FR_FR::NAME_LAST_NAME),
        Country::Nl => one(dice, NL_NL::NAME_LAST_NAME),
        Country::Es => one(dice, &names().spanish_last),
        Country::Us | Country::Ca => either(dice, &names().british_last, EN::NAME_LAST_NAME),
        Country::Gb | Country::Ie | Country::Au => one(dice, &names().british_last),
    }
}

fn one<S: AsRef<str>>(dice: &mut Dice, list: &'static [S]) -> &'static str {
    dice.pick(list).as_ref()
}

fn either(
    dice: &mut Dice,
    ours: &'static [String],
    theirs: &'static [&'static str],
) -> &'static str {
    if dice.percent(60) {
        one(dice, ours)
    } else {
        one(dice, theirs)
    }
}

/// Street and house number in the order of the country.
pub(super) fn street(dice: &mut Dice, country: Country) -> String {
    let number = 1 + dice.below(140);
    match country {
        Country::De => format!("{} {number}", one(dice, &names().german_streets)),
        Country::Nl => format!("{} {number}", one(dice, &names().dutch_streets)),
        Country::Es => format!("{} {number}", one(dice, &names().spanish_streets)),
        Country::Fr => format!("{number} {}", one(dice, &names().french_streets)),
        Country::Us => format!(
            "{} {}",
            number * 10 + dice.below(10),
            one(dice, &names().english_streets)
        ),
        Country::Gb if dice.percent(15) => {
            format!(
                "Flat {}, {number} {}",
                1 + dice.below(12),
                one(dice, &names().english_streets)
            )
        }
        Country::Gb | Country::Ie | Country::Ca | Country::Au => {
            format!("{number} {}", one(dice, &names().english_streets))
        }
    }
}

pub(super) fn mail_domain(dice: &mut Dice) -> &'static str {
    one(dice, &names().mail_domains)
}

/// A company's name and one job in it.
pub(super) fn company(dice: &mut Dice, country: Country) -> (String, &'static str) {
    let Trade { name: trade, jobs } = dice.pick(&names().trades);
    let namesake = last(dice, country)
        .split(' ')
        .next_back()
        .unwrap_or("North");
    let name = match dice.below(4) {
        0 => format!("{namesake} {trade}"),
        1 => format!("{namesake} & {} {trade}", last(dice, country)),
        2 => format!("{} {trade}", one(dice, &names().english_streets)),
        _ => format!("{namesake} {trade} {}", legal_form(country)),
    };
    (name, one(dice, jobs))
}

fn legal_form(country: Country) -> &'static str {
    match country {
        Country::De => "GmbH",
        Country::Fr => "SARL",
        Country::Nl => "BV",
        Country::Es => "SL",
        Country::Us => "LLC",
        Country::Ca => "Inc.",
        Country::Au => "Pty Ltd",
        Country::Gb | Country::Ie => "Ltd",
    }
}
