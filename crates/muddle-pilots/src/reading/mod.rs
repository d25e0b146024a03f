//! Reading mail by plain rules: what a person wrote themselves, which facts it names, and what it asks for.
//!
//! Called by `careful`, `narrow` and `naive`. Rules look at words alone; nothing here knows which record is right or
//! what should happen. No case, template or office is known here.

mod facts;
mod matter;
mod vocabulary;

pub(crate) use facts::{order_numbers, sums};
pub(crate) use matter::{Matter, Reading, read, says};
pub(crate) use vocabulary::{KEEPS, ONLY};

/// Text without HTML tags; block ends become line ends.
pub(crate) fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, behind)) = rest.split_once('<') {
        out.push_str(before);
        let (tag, after) = behind.split_once('>').unwrap_or((behind, ""));
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        let skipped = ["style", "script", "head", "title"]
            .iter()
            .find(|one| name.eq_ignore_ascii_case(one) && !tag.starts_with('/'));
        if ["br", "p", "div", "tr", "li", "blockquote"]
            .iter()
            .any(|one| name.eq_ignore_ascii_case(one))
        {
            out.push('\n');
        }
        rest = match skipped.and_then(|one| after.find(&format!("</{one}"))) {
            Some(end) => &after[end..],
            None => after,
        };
    }
    out.push_str(rest);
    let entities = [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    entities
        .iter()
        .fold(out, |text, (entity, meaning)| text.replace(entity, meaning))
}

/// What the sender wrote, and what they quote or forward.
pub(crate) fn split_quotes(text: &str) -> (String, String) {
    let (mut own, mut quoted) = (Vec::new(), Vec::new());
    let mut below = false;
    for line in text.lines() {
        let bare = line.trim();
        let dashed = bare.starts_with("-----") || bare.starts_with("---------- ");
        below = below || (dashed && (bare.contains("essage") || bare.contains("Nachricht")));
        if below || bare.starts_with('>') || announces_quote(bare) {
            quoted.push(line);
        } else {
            own.push(line);
        }
    }
    (own.join("\n"), quoted.join("\n"))
}

fn announces_quote(line: &str) -> bool {
    line.ends_with(':')
        && ["wrote", "schrieb", "a écrit", "escribió"]
            .iter()
            .any(|word| line.contains(word))
}

/// Text above the signature: above its line, or above the line that is the sender's name.
pub(crate) fn without_signature(text: &str, sender: &str) -> String {
    let full = plain(sender);
    let first = full.split(' ').next().unwrap_or_default().to_owned();
    let mut kept = Vec::new();
    for (nth, line) in text.lines().enumerate() {
        let bare = plain(line.trim_matches(|c: char| !c.is_alphanumeric()));
        let signs = nth > 0 && !bare.is_empty() && (bare == full || bare == first);
        if signs {
            drop_sign_off(&mut kept);
        }
        if line.trim_end() == "--" || signs {
            break;
        }
        kept.push(line);
    }
    kept.join("\n")
}

/// Takes `Thanks for your help,` and its like off the end.
fn drop_sign_off(kept: &mut Vec<&str>) {
    const SHORT: usize = 40;
    while kept.last().is_some_and(|line| line.trim().is_empty()) {
        kept.pop();
    }
    let ends_open = |line: &&str| line.len() < SHORT && !line.trim_end().ends_with(['.', '!', '?']);
    if kept.len() > 1 && kept.last().is_some_and(ends_open) {
        kept.pop();
    }
}

/// Lower case, straight quotes, single blanks.
pub(crate) fn plain(text: &str) -> String {
    let straight: String = text
        .chars()
        .map(|c| match c {
            '’' | '‘' | '`' => '\'',
            '\u{a0}' => ' ',
            other => other,
        })
        .collect();
    straight
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_signatures_and_tags_are_not_the_senders_words() {
        let (own, quoted) = split_quotes(
            "Please refund.\n\nOn Mon, 2 Nov 2026 at 10:00, Ada wrote:\n> old words\n",
        );
        assert!(own.contains("refund") && !own.contains("old words"));
        assert!(quoted.contains("old words"));
        assert_eq!(without_signature("Body\n-- \nAda, order 4711", ""), "Body");
        assert_eq!(
            without_tags("<p>a &amp; b</p><style>x{}</style>c").trim(),
            "a & b\nc".trim()
        );
    }
}
