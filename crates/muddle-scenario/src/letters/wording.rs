//! How a writer words money and days.
//!
//! Called by `facts`. Whatever the wording, it reads as one amount and one day and no other: months are words or the
//! order of the country, and no currency is guessed.

use jiff::civil::Date;
use muddle_world::chance::Dice;

use super::facts::Amount;
use super::writer::Language;
use crate::people::Country;

/// Money as somebody types it; the point is never left in doubt.
pub(super) fn money(dice: &mut Dice, amount: &Amount, language: Language) -> String {
    let (whole, cents) = (amount.minor / 100, amount.minor % 100);
    let point = format!("{whole}.{cents:02}");
    let comma = format!("{whole},{cents:02}");
    let (sign, word) = match amount.currency.as_str() {
        "eur" => ("€", "euros"),
        "gbp" => ("£", "pounds"),
        _ => ("$", "dollars"),
    };
    let code = amount.currency.to_uppercase();
    if language != Language::English {
        return match dice.below(3) {
            0 => format!("{comma} {code}"),
            1 if sign == "€" && language == Language::German => format!("{comma} Euro"),
            _ => format!("{comma} {sign}"),
        };
    }
    match dice.below(8) {
        0 => format!("{point} {code}"),
        1 => format!("{code} {point}"),
        2 if cents == 0 => format!("{sign}{whole}"),
        3 => format!("{point} {word}"),
        _ => format!("{sign}{point}"),
    }
}

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const GERMAN_MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const FRENCH_MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const SPANISH_MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// A day in words that cannot be read as another day.
pub(super) fn day(date: Date, style: u64, country: Country, language: Language) -> String {
    let (number, month) = (date.day(), date.month() as usize - 1);
    match language {
        Language::German if style == 0 => {
            return format!("{number:02}.{:02}.{}", month + 1, date.year());
        }
        Language::German => return format!("{number}. {}", GERMAN_MONTHS[month]),
        Language::French => return format!("{number} {}", FRENCH_MONTHS[month]),
        Language::Spanish => return format!("{number} de {}", SPANISH_MONTHS[month]),
        Language::English => {}
    }
    let name = ENGLISH_MONTHS[month];
    let weekday = WEEKDAYS[date.weekday().to_monday_zero_offset() as usize];
    let american = matches!(country, Country::Us | Country::Ca);
    match (style, american) {
        (0, true) => format!("{name} {}", ordinal(number)),
        (0, false) => format!("the {} of {name}", ordinal(number)),
        (1, true) => format!("{} {number}", &name[..3]),
        (1, false) => format!("{number} {}", &name[..3]),
        (2, true) => format!("{weekday}, {name} {number}"),
        (2, false) => format!("{weekday} {number} {name}"),
        (_, true) => format!("{name} {number}"),
        (_, false) => format!("{number} {name}"),
    }
}

fn ordinal(number: i8) -> String {
    let ending = match number {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}
