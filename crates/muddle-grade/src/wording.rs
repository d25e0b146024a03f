//! How texts are compared: what counts as naming something, and what of a mail is its own words.
//!
//! Called by the facts and by the tables. Rules of `muddle_scenario::truth::Mentions` and nothing of its own.

use muddle_world::row::Str;

/// Characters of a hand-off, beside what it names, that make a reason.
const REASON_CHARS_MIN: usize = 20;

/// Lower case, without HTML tags, with single blanks.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        push_words(&mut out, &rest[..at]);
        let behind = &rest[at + 1..];
        let tag = behind.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        match behind
            .find('>')
            .filter(|end| tag && !behind[..*end].contains('@'))
        {
            Some(end) => {
                out.push(' ');
                rest = &behind[end + 1..];
            }
            None => {
                out.push('<');
                rest = behind;
            }
        }
    }
    push_words(&mut out, rest);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn push_words(out: &mut String, text: &str) {
    let entities = [
        ("&nbsp;", " "),
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
    ];
    if text.contains('&') {
        let mut text = text.to_owned();
        for (name, meaning) in entities {
            text = text.replace(name, meaning);
        }
        out.push_str(&text.to_lowercase());
    } else {
        out.push_str(&text.to_lowercase());
    }
}

/// Where a wording stands in a [`plain`] text, with no letter or digit beside it.
pub(crate) fn find(text: &str, wording: &str) -> Option<std::ops::Range<usize>> {
    let wording = plain(wording);
    if wording.is_empty() {
        return None;
    }
    let mut from = 0;
    while let Some(at) = text[from..].find(&wording) {
        let (start, end) = (from + at, from + at + wording.len());
        let before = text[..start].chars().next_back();
        let after = text[end..].chars().next();
        if !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric) {
            return Some(start..end);
        }
        from = start + text[start..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// Whether a [`plain`] text has of every group at least one wording.
pub(crate) fn mentions(text: &str, groups: &[Vec<Str>]) -> bool {
    groups
        .iter()
        .all(|group| group.iter().any(|wording| find(text, wording).is_some()))
}

/// Whether a [`plain`] text says more than what it names.
pub(crate) fn gives_a_reason(text: &str, groups: &[Vec<Str>]) -> bool {
    let mut rest = text.to_owned();
    for wording in groups.iter().flatten() {
        while let Some(place) = find(&rest, wording) {
            rest.replace_range(place, " ");
        }
    }
    let said = rest.chars().filter(|c| c.is_alphanumeric()).count();
    said > REASON_CHARS_MIN
}

/// How people write an amount of minor units.
pub(crate) fn amounts(minor: i64) -> Vec<String> {
    let (whole, cents) = (minor / 100, minor % 100);
    let mut forms = vec![format!("{whole}.{cents:02}"), format!("{whole},{cents:02}")];
    if whole >= 1_000 {
        let (thousands, rest) = (whole / 1_000, whole % 1_000);
        forms.push(format!("{thousands},{rest:03}.{cents:02}"));
        forms.push(format!("{thousands}.{rest:03},{cents:02}"));
    }
    if cents == 0 {
        forms.push(whole.to_string());
    }
    forms
}

/// A mail's own words, and what it quotes or forwards.
pub(crate) fn split_quotes(text: &str) -> (String, String) {
    let (mut own, mut quoted) = (String::new(), String::new());
    let mut below = false;
    for line in text.lines() {
        let bare = line.trim();
        below = below || opens_a_quote(bare);
        let into = if below || bare.starts_with('>') || announces_a_quote(bare) {
            &mut quoted
        } else {
            &mut own
        };
        into.push_str(line);
        into.push('\n');
    }
    (own.trim().to_owned(), quoted.trim().to_owned())
}

/// A line below which all is somebody else's.
fn opens_a_quote(line: &str) -> bool {
    let dashed = line.starts_with("-----") || line.starts_with("---------- ");
    let lower = line.to_lowercase();
    dashed && (lower.contains("original message") || lower.contains("forwarded message"))
}

/// `On Monday, Ada wrote:`.
fn announces_a_quote(line: &str) -> bool {
    let ends = line.ends_with(':');
    ends && ["wrote", "schrieb", "a écrit", "escribió"]
        .iter()
        .any(|word| line.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wordings_stand_alone_and_ignore_case_tags_and_white_space() {
        let text =
            plain("<p>We refunded <b>EUR 89.90</b>&nbsp;for\n order R-12 </p> <ada@example.com>");
        assert!(find(&text, "89.90").is_some());
        assert!(find(&text, "eur  89.90").is_some());
        assert!(find(&text, "r-1").is_none());
        assert!(find(&text, "ada@example.com").is_some());
        assert!(find(&plain("it was 189.90"), "89.90").is_none());
        let groups = [vec!["89,90".into(), "89.90".into()], vec!["R-12".into()]];
        assert!(mentions(&text, &groups));
        assert!(!gives_a_reason(&plain("order R-12: 89.90"), &groups));
        assert!(gives_a_reason(
            &plain("order R-12: 89.90, the customer disputes the charge"),
            &groups
        ));
    }

    #[test]
    fn quotes_are_not_own_words() {
        let (own, quoted) = split_quotes("Done.\n\nOn Monday, Ada wrote:\n> please refund\n\nBye");
        assert_eq!(own, "Done.\n\n\nBye");
        assert!(quoted.contains("please refund") && quoted.contains("wrote"));
        let (own, quoted) =
            split_quotes("See below\n---------- Forwarded message ---------\nFrom: x\nsecret");
        assert_eq!(own, "See below");
        assert!(quoted.contains("secret"));
    }
}
