//! Reading values out of the vendors' JSON without tripping over what is missing.
//!
//! Called by the clients. What is absent or null reads as empty or zero; pilots treat both as "not known".

use serde_json::Value;

/// Text at a pointer; numbers are spelled out.
pub(crate) fn text(value: &Value, pointer: &str) -> String {
    match value.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(yes)) => yes.to_string(),
        _ => String::new(),
    }
}

/// A whole number at a pointer, also if it came as text.
pub(crate) fn int(value: &Value, pointer: &str) -> i64 {
    match value.pointer(pointer) {
        Some(Value::Number(number)) => number.as_i64().unwrap_or(0),
        Some(Value::String(text)) => text.parse().unwrap_or(0),
        _ => 0,
    }
}

/// A list at a pointer.
pub(crate) fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value
        .pointer(pointer)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Money as a CRM writes it (`89.9`, `89,90`, `1,089.90`), in minor units.
pub(crate) fn minor_units(text: &str) -> Option<i64> {
    let bare: String = text
        .chars()
        .filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-'))
        .collect();
    let (whole, cents) = match bare.rfind(['.', ',']) {
        Some(at) if bare.len() - at <= 3 => (&bare[..at], &bare[at + 1..]),
        _ => (bare.as_str(), ""),
    };
    let digits: String = whole
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '-')
        .collect();
    let whole: i64 = digits.parse().ok()?;
    let cents: i64 = match cents.len() {
        0 => 0,
        1 => cents.parse::<i64>().ok()? * 10,
        _ => cents.parse().ok()?,
    };
    Some(if digits.starts_with('-') {
        whole * 100 - cents
    } else {
        whole * 100 + cents
    })
}

/// `89.90`.
pub(crate) fn decimal(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_however_it_is_typed() {
        for (typed, minor) in [
            ("89.9", 8_990),
            ("89,90", 8_990),
            ("1,089.90", 108_990),
            ("89", 8_900),
            ("1.089,90", 108_990),
        ] {
            assert_eq!(minor_units(typed), Some(minor), "{typed}");
        }
        assert_eq!(minor_units("n/a"), None);
        assert_eq!(decimal(8_905), "89.05");
    }
}
