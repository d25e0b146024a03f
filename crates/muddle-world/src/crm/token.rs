//! Patterns of whole words in which `*` stands for anything, read once and held against many values.
//!
//! Used by search. Invariant: no two `*` stand side by side, so a word is walked once whatever the pattern.

use super::value::lowered;

/// A pattern in lower case.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The text between the `*`; one piece where there is none.
    pieces: Vec<String>,
    /// Whether it has punctuation and is therefore held against what stands between blanks.
    spaced: bool,
}

impl Pattern {
    /// Reads a pattern.
    pub fn new(text: &str) -> Self {
        let text = text.to_lowercase();
        let mut pieces: Vec<String> = text.split('*').map(str::to_owned).collect();
        let last = pieces.len() - 1;
        let mut at = 0;
        pieces.retain(|piece| {
            at += 1;
            at == 1 || at == last + 1 || !piece.is_empty()
        });
        Self {
            spaced: text.chars().any(|c| !c.is_alphanumeric() && c != '*'),
            pieces,
        }
    }

    /// Whether any word of a value matches. A pattern with punctuation is held against the whole value and against what
    /// stands between blanks, any other against letters and digits alone.
    pub fn is_in(&self, value: &str) -> bool {
        let value: String = lowered(value).collect();
        if self.spaced {
            return self.fits(&value) || value.split_whitespace().any(|word| self.fits(word));
        }
        value
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| !word.is_empty() && self.fits(word))
    }

    fn fits(&self, word: &str) -> bool {
        let [head, middle @ .., tail] = self.pieces.as_slice() else {
            return self.pieces.first().is_some_and(|only| only == word);
        };
        let Some(mut left) = word.strip_prefix(head.as_str()) else {
            return false;
        };
        for piece in middle {
            match left.find(piece.as_str()) {
                Some(at) => left = &left[at + piece.len()..],
                None => return false,
            }
        }
        left.len() >= tail.len() && left.ends_with(tail.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything_and_a_run_of_them_for_no_more() {
        for (pattern, value, found) in [
            ("ann*", "Ann Lee", true),
            ("ann", "annie", false),
            ("*@example.com", "ann@example.com", true),
            ("a**e", "apple pie", true),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxcyyb", false),
            ("*", "", false),
            ("aa*aa", "aaa", false),
        ] {
            assert_eq!(
                Pattern::new(pattern).is_in(value),
                found,
                "{pattern} in {value}"
            );
        }
    }
}
