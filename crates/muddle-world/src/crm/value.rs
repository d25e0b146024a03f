//! What a value means: the number, the time or the text that a property's text stands for.
//!
//! Used to check what is written and to compare what is searched. Numbers are scaled integers; no floats.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::builtin::ValueType;
use super::kind::Kind;
use super::object::Object;
use crate::time::At;

/// Digits behind the point that are kept; further ones are cut off.
const SCALE: usize = 9;

/// A decimal number times 10⁹; none if it is no number or too great.
pub fn decimal(text: &str) -> Option<i128> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() + part.len() == 0 || whole.len() > 20 {
        return None;
    }
    if !whole
        .bytes()
        .chain(part.bytes())
        .all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let mut number: i128 = 0;
    let padded = part.bytes().chain(std::iter::repeat(b'0')).take(SCALE);
    for digit in whole.bytes().chain(padded) {
        number = number * 10 + i128::from(digit - b'0');
    }
    Some(if negative { -number } else { number })
}

/// An instant, from milliseconds since 1970 or from an ISO 8601 text.
pub fn instant(text: &str) -> Option<At> {
    let text = text.trim();
    match text.parse::<i64>() {
        Ok(ms) => Some(At(ms)),
        Err(_) => At::parse(text),
    }
}

/// A value in a form that has an order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sortable {
    /// A number, or a time in milliseconds.
    Number(i128),
    /// Text in lower case.
    Text(String),
}

/// The sortable form of a value of this type.
pub fn sortable(kind: ValueType, value: &str) -> Sortable {
    let number = match kind {
        ValueType::Number => decimal(value),
        ValueType::Datetime | ValueType::Date => instant(value).map(|at| i128::from(at.0)),
        _ => None,
    };
    number.map_or_else(|| Sortable::Text(value.to_lowercase()), Sortable::Number)
}

/// A stored value beside one that was sortable beforehand; none if they are of different kinds.
pub fn compare(kind: ValueType, value: &str, with: &Sortable) -> Option<Ordering> {
    match with {
        Sortable::Text(text) => Some(lowered(value).cmp(text.chars())),
        Sortable::Number(number) => match sortable(kind, value) {
            Sortable::Number(value) => Some(value.cmp(number)),
            Sortable::Text(_) => None,
        },
    }
}

/// The characters of a text in lower case, without a copy of it.
pub fn lowered(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// The value of a property, computed ones included.
pub fn read<'a>(kind: Kind, object: &'a Object, name: &str) -> Option<Cow<'a, str>> {
    match name {
        "hs_object_id" => Some(Cow::Borrowed(&*object.id)),
        "createdate" | "hs_createdate" if kind.always()[0] == name => {
            Some(Cow::Owned(object.created.iso()))
        }
        "lastmodifieddate" | "hs_lastmodifieddate" if kind.always().contains(&name) => {
            Some(Cow::Owned(object.updated.iso()))
        }
        _ => object
            .properties
            .get(name)
            .map(|value| Cow::Borrowed(&**value)),
    }
}

/// Whether a word matches a pattern in lower case, in which `*` stands for anything.
pub fn glob(pattern: &str, word: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == word;
    };
    let Some(mut left) = word.strip_prefix(head) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let tail = parts.pop().unwrap_or("");
    for part in parts {
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    left.len() >= tail.len() && left.ends_with(tail)
}

/// Whether any word of a value matches a pattern in lower case. A pattern with punctuation is held against whole
/// words between blanks, any other against letters and digits alone.
pub fn has_token(pattern: &str, value: &str) -> bool {
    let value: String = lowered(value).collect();
    let spaced = pattern.chars().any(|c| !c.is_alphanumeric() && c != '*');
    if spaced {
        return glob(pattern, &value) || value.split_whitespace().any(|word| glob(pattern, word));
    }
    value
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| !word.is_empty() && glob(pattern, word))
}
