//! Money as the vendor writes it in sentences.

/// Currencies without minor units.
const WHOLE: [&str; 6] = ["jpy", "krw", "vnd", "clp", "xaf", "xof"];

/// `$25.00`, `¥2500`, `25.00 chf`.
pub fn money(minor: i64, currency: &str) -> String {
    let amount = if WHOLE.contains(&currency) {
        minor.to_string()
    } else {
        let sign = if minor < 0 { "-" } else { "" };
        let minor = minor.unsigned_abs();
        format!("{sign}{}.{:02}", minor / 100, minor % 100)
    };
    match currency {
        "usd" => format!("${amount}"),
        "eur" => format!("€{amount}"),
        "gbp" => format!("£{amount}"),
        "jpy" => format!("¥{amount}"),
        other => format!("{amount} {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::money;

    #[test]
    fn money_in_words() {
        assert_eq!(money(2_500, "usd"), "$25.00");
        assert_eq!(money(5, "gbp"), "£0.05");
        assert_eq!(money(2_500, "jpy"), "¥2500");
        assert_eq!(money(-199, "chf"), "-1.99 chf");
    }
}
