//! The vendor's query language: `email:'a@b.c' AND -metadata['k']:null`, clauses joined by one of AND and OR.
//!
//! Text in, clauses out; which fields there are and what they hold is not known here.

use crate::billing::limits::{SEARCH_CLAUSES_MAX, TEXT_CHARS_MAX};
use crate::billing::params::whole_number;

/// Characters of a query that a refusal quotes.
const QUOTED_CHARS_MAX: usize = 100;
/// Characters that `~` needs at least.
const SUBSTRING_CHARS_MIN: usize = 3;

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `:` or `=`.
    Is,
    /// `~`.
    Contains,
    /// `>`.
    Above,
    /// `>=`.
    AtLeast,
    /// `<`.
    Below,
    /// `<=`.
    AtMost,
}

/// What a field is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// Quoted text.
    Text {
        /// As given.
        given: String,
        /// Lowered.
        folded: String,
    },
    /// A bare number.
    Number(i64),
    /// `null`: that there is no such thing.
    Null,
}

impl Operand {
    fn text(given: String) -> Self {
        let folded = given.to_lowercase();
        Self::Text { given, folded }
    }
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// True if a `-` stood before it.
    pub negated: bool,
    /// The field, as in `billing_details.address.postal_code` or `metadata`.
    pub field: String,
    /// The pair's name, for `metadata['name']`.
    pub pair: Option<String>,
    /// How.
    pub comparison: Comparison,
    /// With what.
    pub operand: Operand,
}

/// A query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// True if every clause must hold, false if one is enough.
    pub all: bool,
    /// The conditions.
    pub clauses: Vec<Clause>,
}

/// Parses a query; the error is a sentence.
pub fn parse(text: &str) -> Result<Query, String> {
    if text.chars().nth(TEXT_CHARS_MAX).is_some() {
        return Err(format!(
            "A query can have up to {TEXT_CHARS_MAX} characters."
        ));
    }
    let mut reader = Reader { rest: text };
    let mut clauses = Vec::new();
    let mut joined: Option<bool> = None;
    reader.space();
    loop {
        clauses.push(reader.clause()?);
        if clauses.len() > SEARCH_CLAUSES_MAX {
            return Err(format!(
                "A query can have up to {SEARCH_CLAUSES_MAX} clauses."
            ));
        }
        let spaced = reader.space();
        if reader.rest.is_empty() {
            break;
        }
        // Two clauses side by side are joined by AND.
        let all = if reader.word("AND") {
            true
        } else if reader.word("OR") {
            false
        } else if spaced {
            true
        } else {
            return Err(unreadable(text));
        };
        if joined.is_some_and(|before| before != all) {
            return Err("A query can join its clauses by AND or by OR, not by both.".to_owned());
        }
        joined = Some(all);
        reader.space();
    }
    Ok(Query {
        all: joined.unwrap_or(true),
        clauses,
    })
}

fn unreadable(text: &str) -> String {
    let text: String = text.chars().take(QUOTED_CHARS_MAX).collect();
    format!(
        "We were unable to parse your search query near `{text}`. A clause reads field:'value', field>number or metadata['key']:'value'."
    )
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn space(&mut self) -> bool {
        let trimmed = self.rest.trim_start();
        let moved = trimmed.len() < self.rest.len();
        self.rest = trimmed;
        moved
    }

    fn eat(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// A joining word, in any case, with a space behind it.
    fn word(&mut self, word: &str) -> bool {
        let Some((head, tail)) = self.rest.split_at_checked(word.len()) else {
            return false;
        };
        let hit = head.eq_ignore_ascii_case(word) && tail.starts_with(char::is_whitespace);
        if hit {
            self.rest = tail;
        }
        hit
    }

    fn clause(&mut self) -> Result<Clause, String> {
        let negated = self.eat("-");
        let length = self
            .rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
            .unwrap_or(self.rest.len());
        let (field, rest) = self.rest.split_at(length);
        if field.is_empty() {
            return Err(unreadable(self.rest));
        }
        self.rest = rest;
        let pair = if self.eat("[") {
            let name = self.quoted()?;
            if !self.eat("]") {
                return Err(unreadable(self.rest));
            }
            Some(name)
        } else {
            None
        };
        self.space();
        let comparison = self.comparison()?;
        self.space();
        let operand = self.operand()?;
        if let (Comparison::Contains, Operand::Text { given, .. }) = (comparison, &operand)
            && given.chars().count() < SUBSTRING_CHARS_MIN
        {
            return Err(format!(
                "A substring match needs at least {SUBSTRING_CHARS_MIN} characters."
            ));
        }
        Ok(Clause {
            negated,
            field: field.to_owned(),
            pair,
            comparison,
            operand,
        })
    }

    fn comparison(&mut self) -> Result<Comparison, String> {
        for (token, comparison) in [
            (">=", Comparison::AtLeast),
            ("<=", Comparison::AtMost),
            (">", Comparison::Above),
            ("<", Comparison::Below),
            (":", Comparison::Is),
            ("=", Comparison::Is),
            ("~", Comparison::Contains),
        ] {
            if self.eat(token) {
                return Ok(comparison);
            }
        }
        Err(unreadable(self.rest))
    }

    fn operand(&mut self) -> Result<Operand, String> {
        if self.rest.starts_with(['\'', '"']) {
            return Ok(Operand::text(self.quoted()?));
        }
        let length = self
            .rest
            .find(char::is_whitespace)
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(length);
        let operand = match word {
            "null" | "NULL" => Operand::Null,
            "true" | "false" => Operand::text(word.to_owned()),
            _ => Operand::Number(whole_number(word).ok_or_else(|| unreadable(self.rest))?),
        };
        self.rest = rest;
        Ok(operand)
    }

    /// Text in single or double quotes; a backslash keeps the character behind it.
    fn quoted(&mut self) -> Result<String, String> {
        let mut chars = self.rest.char_indices();
        let quote = match chars.next() {
            Some((_, quote @ ('\'' | '"'))) => quote,
            _ => return Err(unreadable(self.rest)),
        };
        let mut text = String::new();
        while let Some((at, c)) = chars.next() {
            if c == quote {
                self.rest = &self.rest[at + c.len_utf8()..];
                return Ok(text);
            }
            match c {
                '\\' => text.extend(chars.next().map(|(_, kept)| kept)),
                c => text.push(c),
            }
        }
        Err(unreadable(self.rest))
    }
}

#[cfg(test)]
mod tests;
