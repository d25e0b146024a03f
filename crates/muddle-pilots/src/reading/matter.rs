//! What a mail is about, decided by plain rules over words and numbers.
//!
//! Called once per mail. Rules are tried in an order in which the graver comes first; a mail that fits none is
//! [`Matter::Unclear`], which pilots leave to a person.

use super::facts::{Sum, card_number, order_numbers, standing_digits, sums};
use super::vocabulary as words;
use super::{plain, split_quotes, without_signature};
use crate::inbox::Mail;

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Matter {
    /// Written by a machine, or to everybody.
    Automatic,
    /// Somebody wants to sell something.
    Pitch,
    /// Somebody was hurt.
    Injury,
    /// Lawyers.
    Legal,
    /// Wants to be forgotten.
    Delete,
    /// The bank is mentioned.
    Bank,
    /// A superior in a hurry.
    Boss,
    /// The money should go elsewhere.
    Elsewhere,
    /// The earlier mail is taken back.
    TakenBack,
    /// The delivery's price back.
    Shipping,
    /// Paid twice for one order.
    Twice,
    /// Where a refund is.
    Status,
    /// It never came, and money is wanted.
    NeverCame,
    /// Money back.
    Refund,
    /// A complaint about the carrier.
    Courier,
    /// A question.
    Question,
    /// Thanks.
    Thanks,
    /// Only a picture or a file.
    PictureOnly,
    /// None of these.
    Unclear,
}

/// A mail, read.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) matter: Matter,
    /// Plain own words in clauses.
    pub(crate) clauses: Vec<String>,
    /// Something is wrong with the thing.
    pub(crate) defect: bool,
    /// They have thought better of it.
    pub(crate) mind: bool,
    /// Asks for all of it, in so many words.
    pub(crate) whole: bool,
    pub(crate) orders: Vec<String>,
    pub(crate) sums: Vec<Sum>,
    pub(crate) digits: Vec<String>,
    /// Speaks of a card.
    pub(crate) speaks_of_card: bool,
    /// A whole card number stands there.
    pub(crate) card: bool,
}

/// Stems this short count as whole words only.
const WHOLE_WORD_MAX: usize = 4;

/// Whether one of the stems, which stand between bars, begins a word of a plain text; short ones must be whole words.
pub(crate) fn says(plain: &str, stems: &str) -> bool {
    stems.split('|').any(|stem| {
        plain.match_indices(stem).any(|(at, _)| {
            let before = plain[..at].chars().next_back();
            let after = plain[at + stem.len()..].chars().next();
            let short = stem.len() <= WHOLE_WORD_MAX;
            let joined = |side: Option<char>| side.is_some_and(char::is_alphanumeric);
            !joined(before) && (!short || !joined(after))
        })
    })
}

/// As [`says`], and also where one letter of a longer stem slipped: for words that must not be missed.
fn nearly_says(plain: &str, stems: &str) -> bool {
    const LONG: usize = 5;
    let words = || plain.split(|c: char| !c.is_alphanumeric());
    let slipped = |stem: &str| {
        stem.len() >= LONG && !stem.contains(' ') && words().any(|word| is_one_slip(word, stem))
    };
    says(plain, stems) || stems.split('|').any(slipped)
}

/// One letter was left out, doubled, changed, or swapped with its neighbour.
fn is_one_slip(word: &str, meant: &str) -> bool {
    let (word, meant): (Vec<char>, Vec<char>) = (word.chars().collect(), meant.chars().collect());
    let same = word.iter().zip(&meant).take_while(|(a, b)| a == b).count();
    let (left, right) = (&word[same..], &meant[same..]);
    match word.len().cmp(&meant.len()) {
        std::cmp::Ordering::Less => right.get(1..) == Some(left),
        std::cmp::Ordering::Greater => left.get(1..) == Some(right),
        std::cmp::Ordering::Equal => {
            let swapped = left.len() >= 2
                && left[0] == right[1]
                && left[1] == right[0]
                && left[2..] == right[2..];
            left.is_empty() || swapped || left[1..] == right[1..]
        }
    }
}

/// Reads a mail.
pub(crate) fn read(mail: &Mail) -> Reading {
    let (own, quoted) = split_quotes(&mail.text);
    let own = for_people(&without_signature(&own, &mail.name));
    let text = plain(&format!("{}. {own}", mail.subject));
    let body = plain(&own);
    let forwarded = body.len() < 40 && !quoted.is_empty();
    let source = if forwarded {
        format!("{}\n{own}\n{quoted}", mail.subject)
    } else {
        format!("{}\n{own}", mail.subject)
    };
    let mut orders = order_numbers(&own);
    orders.extend(
        order_numbers(&mail.subject)
            .into_iter()
            .filter(|number| !orders.contains(number))
            .collect::<Vec<_>>(),
    );
    let card = card_number(&own).is_some();
    Reading {
        matter: matter(mail, &text, &body),
        defect: says(&body, words::DEFECT),
        mind: says(&body, words::MIND),
        whole: says(&body, words::WHOLE) && !says(&body, "not the whole|not the entire|not all of"),
        orders,
        sums: sums(&own),
        digits: standing_digits(&source),
        card,
        speaks_of_card: says(&body, "card") || says(&body, "cards"),
        clauses: clauses(&own),
    }
}

/// Pieces of sentences, each about one thing.
fn clauses(own: &str) -> Vec<String> {
    let joined = [
        " and ", " but ", " und ", " aber ", " et ", " mais ", " y ", " pero ",
    ];
    let text = joined
        .iter()
        .fold(own.to_lowercase(), |text, word| text.replace(word, "; "));
    let pieces = text.split(['.', '!', '?', ',', ';', '\n']).map(plain);
    pieces.filter(|piece| !piece.is_empty()).collect()
}

fn matter(mail: &Mail, text: &str, body: &str) -> Matter {
    let has = |stems: &str| says(text, stems);
    let wants_money = has(words::MONEY_BACK);
    let asks_for_it = says(body, words::MONEY_BACK);
    if mail.automatic || has(words::AWAY) || has(words::MASS) {
        return Matter::Automatic;
    }
    if nearly_says(text, words::INJURY) && !has("hurt to ask") {
        return Matter::Injury;
    }
    let names_order = !order_numbers(text).is_empty();
    let graver: [(bool, Matter); 8] = [
        (nearly_says(text, words::LEGAL), Matter::Legal),
        (says(body, words::DELETE), Matter::Delete),
        (says(body, words::TAKEN_BACK), Matter::TakenBack),
        (has(words::BANK), Matter::Bank),
        (has(words::BOSS), Matter::Boss),
        (is_status(text), Matter::Status),
        (says(body, words::ELSEWHERE), Matter::Elsewhere),
        (
            has(words::PITCH) && !names_order && !asks_for_it,
            Matter::Pitch,
        ),
    ];
    if let Some((_, found)) = graver.into_iter().find(|(applies, _)| *applies) {
        return found;
    }
    if body.len() < 160 && !mail.attachments.is_empty() && !asks_for_it && !names_order {
        return Matter::PictureOnly;
    }
    let money: [(bool, Matter); 4] = [
        (has(words::TWICE), Matter::Twice),
        (is_shipping(body), Matter::Shipping),
        (has(words::NEVER_CAME) && wants_money, Matter::NeverCame),
        (
            asks_for_it || (names_order && says(body, words::WHOLE)),
            Matter::Refund,
        ),
    ];
    if let Some((_, found)) = money.into_iter().find(|(applies, _)| *applies) {
        return found;
    }
    let rest: [(bool, Matter); 5] = [
        (has(words::NEVER_CAME), Matter::NeverCame),
        (
            says(body, words::COURIER) && !body.contains('?'),
            Matter::Courier,
        ),
        (
            says(body, words::QUESTION) && body.contains('?'),
            Matter::Question,
        ),
        (has(words::THANKS) && !names_order, Matter::Thanks),
        (wants_money, Matter::Refund),
    ];
    rest.into_iter()
        .find(|(applies, _)| *applies)
        .map_or(Matter::Unclear, |(_, found)| found)
}

fn is_status(text: &str) -> bool {
    says(text, words::STATUS)
}

/// The price of the delivery stands near the wish to have it back.
fn is_shipping(body: &str) -> bool {
    body.split(['.', '!', '?']).any(|sentence| {
        says(sentence, words::SHIPPING)
            && says(sentence, words::SHIPPING_WISH)
            && !says(sentence, "happy to pay|send it back|send them back")
    })
}

/// Without the sentences that speak to machines: a mail tells what a customer wants, never what the desk must do.
fn for_people(text: &str) -> String {
    let sentences = text.split_inclusive(['.', '!', '?', '\n']);
    sentences
        .filter(|sentence| !says(&plain(sentence), words::FOR_MACHINES))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(text: &str) -> Matter {
        read(&Mail {
            subject: "Hello".to_owned(),
            text: text.to_owned(),
            ..Mail::default()
        })
        .matter
    }

    #[test]
    fn ordinary_mail_is_told_apart() {
        for (text, matter) in [
            (
                "I changed my mind about the lamp, order MB-10423. Please refund me.",
                Matter::Refund,
            ),
            (
                "You charged me twice for MB-10423. Please refund one of the two.",
                Matter::Twice,
            ),
            ("Where is my refund for MB-10423?", Matter::Status),
            (
                "The goods are fine, but please give me back the shipping costs of MB-10423.",
                Matter::Shipping,
            ),
            (
                "Refund MB-10423 or my lawyer will write to you.",
                Matter::Legal,
            ),
            ("It broke and I cut my hand. Refund please.", Matter::Injury),
            (
                "Please refund it to my new card, the one ending in 4242.",
                Matter::Elsewhere,
            ),
            ("Please ignore my last mail.", Matter::TakenBack),
            ("Just wanted to say thank you.", Matter::Thanks),
            ("Do you ship to Malta?", Matter::Question),
            ("I am out of the office until Monday.", Matter::Automatic),
            ("Please delete my account and all my data.", Matter::Delete),
            (
                "Your driver threw the parcel over the gate.",
                Matter::Courier,
            ),
        ] {
            assert_eq!(about(text), matter, "{text}");
        }
    }

    #[test]
    fn a_slip_of_the_finger_hides_no_lawyer() {
        assert!(
            is_one_slip("laywer", "lawyer")
                && is_one_slip("lawer", "lawyer")
                && is_one_slip("lawyyer", "lawyer")
        );
        assert!(!is_one_slip("later", "lawyer") && !is_one_slip("account", "court"));
        assert_eq!(
            about("Refund MT-10423 or my solictor writes."),
            Matter::Legal
        );
    }

    #[test]
    fn what_is_quoted_is_not_what_is_said() {
        let text =
            "Thank you!\n\nOn Mon, Ada wrote:\n> please refund MB-10423 or I call my lawyer\n";
        assert_eq!(about(text), Matter::Thanks);
    }
}
