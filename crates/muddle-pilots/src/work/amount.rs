//! How much a mail asks for: all of an order, or one of its lines.
//!
//! Called by `decide` once the order is certain. A sum that fits is believed; a part must be named and said to be a part;
//! what cannot be told for certain is no amount.

use std::collections::BTreeSet;

use crate::crm::{Item, Order};
use crate::reading::{KEEPS, ONLY, Reading, plain, says};

/// The order's sum, or that of the lines that are meant.
pub(super) fn amount(reading: &Reading, order: &Order) -> Option<i64> {
    let lines: Vec<&Item> = order
        .items
        .iter()
        .filter(|item| !is_delivery(&item.name))
        .collect();
    let sums: Vec<i64> = reading.sums.iter().map(|sum| sum.minor).collect();
    if sums.contains(&order.amount) {
        return Some(order.amount);
    }
    if let Some(line) = lines
        .iter()
        .find(|line| sums.contains(&line.amount) && !reading.whole)
    {
        return Some(line.amount);
    }
    if lines.len() > 1
        && !reading.whole
        && let Some(wanted) = wanted(reading, &lines)
    {
        return wanted;
    }
    match sums.as_slice() {
        [] => Some(order.amount),
        all if all.iter().any(|sum| is_slip(*sum, order.amount)) => {
            reading.whole.then_some(order.amount)
        }
        _ => None,
    }
}

/// The line that is to go back where others stay, if that can be told; none where all go back.
fn wanted(reading: &Reading, lines: &[&Item]) -> Option<Option<i64>> {
    let (mut part, mut kept, mut named) = (false, BTreeSet::new(), BTreeSet::new());
    for clause in &reading.clauses {
        let here = named_in(clause, lines);
        let keeps = says(clause, KEEPS);
        part |= keeps || (says(clause, ONLY) && !here.is_empty());
        let into = if keeps { &mut kept } else { &mut named };
        into.extend(here);
    }
    let wanted: Vec<usize> = named.difference(&kept).copied().collect();
    if !part && (wanted.len() == lines.len() || wanted.is_empty()) {
        return None;
    }
    // More than one, or none with a word about the others: nobody can tell for certain.
    Some(match wanted.as_slice() {
        [only] if part => Some(lines[*only].amount),
        _ => None,
    })
}

/// Whether a line is the delivery's price.
pub(super) fn is_delivery(name: &str) -> bool {
    let name = plain(name);
    name.contains("delivery") || name.contains("shipping")
}

/// The lines that a clause names: of those that share words, the ones that share most.
fn named_in(clause: &str, lines: &[&Item]) -> Vec<usize> {
    let shared: Vec<usize> = lines
        .iter()
        .map(|line| words_shared(&line.name, clause))
        .collect();
    let most = shared.iter().copied().max().unwrap_or(0);
    let full = |nth: usize| clause.contains(&plain(&lines[nth].name));
    (0..lines.len())
        .filter(|&nth| shared[nth] > 0 && (shared[nth] == most || full(nth)))
        .collect()
}

/// How many telling words of a product's name stand in a text.
fn words_shared(product: &str, text: &str) -> usize {
    const TELLING: usize = 3;
    const EMPTY: [&str; 10] = [
        "the", "and", "for", "with", "you", "our", "set", "two", "new", "not",
    ];
    let words = |text: &str| -> BTreeSet<String> {
        let words = text.split(|c: char| !c.is_alphanumeric());
        words
            .filter(|word| {
                word.len() >= TELLING
                    && !EMPTY.contains(word)
                    && word.chars().all(char::is_alphabetic)
            })
            .map(str::to_owned)
            .collect()
    };
    words(&plain(product)).intersection(&words(text)).count()
}

/// The same digits in another order: a slip of the finger.
fn is_slip(typed: i64, meant: i64) -> bool {
    let digits = |amount: i64| {
        let mut digits: Vec<char> = amount.to_string().chars().collect();
        digits.sort_unstable();
        digits
    };
    typed != meant && digits(typed) == digits(meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_products_are_recognised() {
        assert!(is_slip(9_809, 8_909) && !is_slip(8_909, 8_909) && !is_slip(8_900, 8_909));
        let line = |name: &str| Item {
            name: name.to_owned(),
            amount: 1,
        };
        let (throw, lamp) = (line("Lindow Wool Throw"), line("Haltwhistle Floor Lamp"));
        assert_eq!(
            named_in("please take back the throw only", &[&throw, &lamp]),
            [0]
        );
        assert!(named_in("please take it back", &[&throw, &lamp]).is_empty());
        assert!(is_delivery("Delivery") && !is_delivery("Stillwater Bedside Clock"));
    }
}
