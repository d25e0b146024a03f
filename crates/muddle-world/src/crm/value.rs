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

/// `2026-11-21`: a longer text must say its zone, or its time would be dropped.
const DAY_CHARS: usize = 10;
/// The years 1 to 9999.
const EARLIEST: At = At(-62_135_596_800_000);
/// See [`EARLIEST`].
const LATEST: At = At(253_402_300_799_999);

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

/// An instant as callers write it: milliseconds since 1970, an RFC 3339 time, or a day, which begins at midnight UTC.
pub fn instant(text: &str) -> Option<At> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let at = if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        At(text.parse().ok()?)
    } else if text.len() == DAY_CHARS {
        At::parse(text)?
    } else {
        At(text.parse::<jiff::Timestamp>().ok()?.as_millisecond())
    };
    (EARLIEST..=LATEST).contains(&at).then_some(at)
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

/// What the vendor computes: known for every record, stored for none.
fn computed(kind: Kind, object: &Object, name: &str) -> Option<String> {
    match name {
        "hs_object_id" => Some(object.id.to_string()),
        "hs_ticket_id" if kind == Kind::Tickets => Some(object.id.to_string()),
        "hs_createdate" => Some(object.created.iso()),
        "createdate" if !matches!(kind, Kind::Notes | Kind::Tasks) => Some(object.created.iso()),
        "hs_lastmodifieddate" => Some(object.updated.iso()),
        "lastmodifieddate" if kind == Kind::Contacts => Some(object.updated.iso()),
        _ => None,
    }
}

/// The value of a property, computed ones included.
pub fn read<'a>(kind: Kind, object: &'a Object, name: &str) -> Option<Cow<'a, str>> {
    if let Some(value) = computed(kind, object, name) {
        return Some(Cow::Owned(value));
    }
    let value = object.properties.get(name);
    value.map(|value| Cow::Borrowed(&**value))
}
