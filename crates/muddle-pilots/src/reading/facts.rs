//! Numbers in mail: order numbers, sums of money, cards' digits.
//!
//! Called by `matter` and by the pilots. Finds what is spelled out and guesses no currency, no digit and no order.

/// A sum of money as somebody typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sum {
    /// Minor units.
    pub(crate) minor: i64,
    /// ISO 4217, lower case, where it was said.
    pub(crate) currency: Option<&'static str>,
}

/// Ways to say a currency.
const CURRENCIES: [(&str, &str); 12] = [
    ("€", "eur"),
    ("eur", "eur"),
    ("euro", "eur"),
    ("euros", "eur"),
    ("£", "gbp"),
    ("gbp", "gbp"),
    ("pounds", "gbp"),
    ("pound", "gbp"),
    ("$", "usd"),
    ("usd", "usd"),
    ("dollars", "usd"),
    ("dollar", "usd"),
];

/// Words like `MB-10423`: letters, a dash, digits; upper case, in the order of the text, each once.
pub(crate) fn order_numbers(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in text.split(|c: char| !(c.is_alphanumeric() || c == '-')) {
        let Some((letters, digits)) = word.trim_matches('-').split_once('-') else {
            continue;
        };
        let shaped = (1..=4).contains(&letters.len())
            && letters.chars().all(|c| c.is_ascii_alphabetic())
            && (4..=7).contains(&digits.len())
            && digits.chars().all(|c| c.is_ascii_digit());
        let number = format!("{letters}-{digits}").to_uppercase();
        if shaped && !found.contains(&number) {
            found.push(number);
        }
    }
    found
}

/// Sums with a currency beside them, or with two decimals.
pub(crate) fn sums(text: &str) -> Vec<Sum> {
    let chars: Vec<char> = text.chars().collect();
    let mut found: Vec<Sum> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let from = at;
        while at < chars.len()
            && (chars[at].is_ascii_digit()
                || (matches!(chars[at], '.' | ',')
                    && chars.get(at + 1).is_some_and(char::is_ascii_digit)))
        {
            at += 1;
        }
        let typed: String = chars[from..at].iter().collect();
        let joined = from > 0 && (chars[from - 1].is_alphanumeric() || chars[from - 1] == '-');
        let currency = before(&chars, from).or_else(|| behind(&chars, at));
        let cents = typed.len() >= 4
            && matches!(typed.as_bytes()[typed.len() - 3], b'.' | b',')
            && typed.matches(['.', ',']).count() == 1;
        if (currency.is_some() || cents) && !joined {
            let minor = crate::json::minor_units(&typed);
            found.extend(minor.map(|minor| Sum { minor, currency }));
        }
    }
    found.dedup();
    found
}

fn before(chars: &[char], from: usize) -> Option<&'static str> {
    let word: String = chars[..from]
        .iter()
        .rev()
        .skip_while(|c| **c == ' ')
        .take_while(|c| c.is_alphabetic() || "€£$".contains(**c))
        .collect();
    named(&word.chars().rev().collect::<String>())
}

fn behind(chars: &[char], to: usize) -> Option<&'static str> {
    let word: String = chars[to..]
        .iter()
        .skip_while(|c| **c == ' ')
        .take_while(|c| c.is_alphabetic() || "€£$".contains(**c))
        .collect();
    named(&word)
}

fn named(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    CURRENCIES
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, code)| *code)
}

/// Groups of exactly four digits that stand alone: candidates for the end of a card's number.
pub(crate) fn standing_digits(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.' | ',' | '/')));
    words
        .map(|word| word.trim_matches(['.', ',', '-', '/']))
        .filter(|word| word.len() == 4 && word.chars().all(|c| c.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

/// A whole card number, if the text holds one: 13 to 19 digits, blanks and dashes aside, with a right check digit.
pub(crate) fn card_number(text: &str) -> Option<String> {
    let mut digits = String::new();
    for c in text.chars().chain(['\n']) {
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '-' | '\u{a0}' if !digits.is_empty() => {}
            _ => {
                if (13..=19).contains(&digits.len()) && is_checked(&digits) {
                    return Some(digits);
                }
                digits.clear();
            }
        }
    }
    None
}

fn is_checked(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            match (place % 2, digit * 2) {
                (0, _) => digit,
                (_, double) if double > 9 => double - 9,
                (_, double) => double,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_numbers_are_found_whatever_stands_around_them() {
        assert_eq!(
            order_numbers("order mb-10423, and MB-10423 (MB-10999)."),
            ["MB-10423", "MB-10999"]
        );
        assert!(order_numbers("on 2026-11-21 at SKU HOM-88 re-read").is_empty());
    }

    #[test]
    fn sums_are_read_in_every_spelling() {
        let one = |text: &str| sums(text).first().map(|sum| (sum.minor, sum.currency));
        assert_eq!(one("back: €89.90 please"), Some((8_990, Some("eur"))));
        assert_eq!(one("GBP 12.05"), Some((1_205, Some("gbp"))));
        assert_eq!(one("es waren 64,90 €."), Some((6_490, Some("eur"))));
        assert_eq!(one("it cost 54.50 pounds"), Some((5_450, Some("gbp"))));
        assert_eq!(one("$50, no more"), Some((5_000, Some("usd"))));
        assert_eq!(one("that's 89.90"), Some((8_990, None)));
        assert_eq!(one("order MB-10423 on 21 Nov, page 97"), None);
    }

    #[test]
    fn cards_are_told_from_other_digits() {
        assert_eq!(
            standing_digits("ending in 4242, year 2026. (0119)"),
            ["4242", "2026", "0119"]
        );
        assert_eq!(
            card_number("it is 4242 4242 4242 4242, thanks").as_deref(),
            Some("4242424242424242")
        );
        assert_eq!(card_number("phone 0044 20 7946 0958 1234"), None);
    }
}
