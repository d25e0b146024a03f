//! From the text of a query to [`Query`].
//!
//! `OR` binds tighter than the space between two terms; `{a b}` is one of them, `(a b)` all of them; `op:(a b)` asks
//! for each in that place. Unclosed quotes and brackets end with the text.

use jiff::civil::Date;

use super::{Condition, Place, Query, label_form, spaced};
use crate::inbox::Refusal;
use crate::inbox::limits::{QUERY_BYTES_MAX, QUERY_DEPTH_MAX, QUERY_TERMS_MAX};
use crate::time::At;

/// Reads a query.
pub fn parse(text: &str) -> Result<Query, Refusal> {
    if text.len() > QUERY_BYTES_MAX {
        return Err(Refusal::invalid(format!(
            "Invalid query: longer than {QUERY_BYTES_MAX} bytes"
        )));
    }
    let mut reader = Reader {
        rest: text,
        terms: 0,
    };
    let mut parts = Vec::new();
    loop {
        match reader.sequence(None, Place::All, 0)? {
            Query::All(nothing) if nothing.is_empty() => {}
            found => parts.push(found),
        }
        // A closing bracket that nothing opened is passed over.
        if reader.rest.is_empty() {
            return Ok(Query::All(parts));
        }
        reader.skip(1);
    }
}

struct Reader<'a> {
    rest: &'a str,
    terms: usize,
}

impl<'a> Reader<'a> {
    fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn count(&mut self, terms: usize) -> Result<(), Refusal> {
        self.terms += terms;
        if self.terms > QUERY_TERMS_MAX {
            return Err(Refusal::invalid(format!(
                "Invalid query: more than {QUERY_TERMS_MAX} terms"
            )));
        }
        Ok(())
    }

    /// Terms up to a closing bracket or the end. Bare words are looked for in `place`.
    fn sequence(
        &mut self,
        close: Option<char>,
        place: Place,
        depth: usize,
    ) -> Result<Query, Refusal> {
        if depth > QUERY_DEPTH_MAX {
            return Err(Refusal::invalid(format!(
                "Invalid query: nested more than {QUERY_DEPTH_MAX} deep"
            )));
        }
        let mut groups: Vec<Vec<Query>> = Vec::new();
        let mut joined = false;
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.is_empty() || self.rest.starts_with([')', '}']) {
                break;
            }
            if let Some(tail) = keyword(self.rest, "OR").or_else(|| self.rest.strip_prefix('|')) {
                self.rest = tail;
                joined = !groups.is_empty();
                continue;
            }
            if let Some(tail) = keyword(self.rest, "AND") {
                self.rest = tail;
                continue;
            }
            self.count(1)?;
            let Some(term) = self.term(place, depth)? else {
                continue;
            };
            match groups.last_mut() {
                Some(group) if joined => group.push(term),
                _ => groups.push(vec![term]),
            }
            joined = false;
        }
        if let Some(close) = close.filter(|close| self.rest.starts_with(*close)) {
            self.skip(close.len_utf8());
        }
        let parts = groups.into_iter().map(one_of);
        Ok(if close == Some('}') {
            one_of(parts.collect())
        } else {
            Query::All(parts.collect())
        })
    }

    /// One term; none if it says nothing, as `--` does.
    fn term(&mut self, place: Place, depth: usize) -> Result<Option<Query>, Refusal> {
        if self.rest.starts_with(['-', '+']) {
            let negated = self.rest.starts_with('-');
            self.skip(1);
            if self.rest.is_empty() || self.rest.starts_with([' ', ')', '}']) {
                return Ok(None);
            }
            // A run of signs is one sign, so that no text can nest without brackets.
            let signs = self.rest.len() - self.rest.trim_start_matches(['-', '+']).len();
            self.skip(signs);
            let term = self.term(place, depth + 1)?;
            return Ok(term.map(|term| {
                if negated {
                    Query::Not(Box::new(term))
                } else {
                    term
                }
            }));
        }
        if let Some(open @ ('(' | '{')) = self.rest.chars().next() {
            self.skip(1);
            let close = if open == '(' { ')' } else { '}' };
            return self.sequence(Some(close), place, depth + 1).map(Some);
        }
        if self.rest.starts_with('"') {
            let phrase = self.quoted();
            return Ok(words(place, phrase));
        }
        let end = self
            .rest
            .find(|c: char| c.is_whitespace() || "(){}\"".contains(c));
        let word = &self.rest[..end.unwrap_or(self.rest.len())];
        if let Some((operator, value)) = word.split_once(':')
            && operator
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !operator.is_empty()
        {
            let operator = operator.to_lowercase();
            if value.is_empty() {
                self.skip(word.len());
                return self.valued(&operator, depth);
            }
            self.skip(word.len());
            return Ok(condition(&operator, value).or_else(|| words(place, word)));
        }
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        self.skip(word.len().max(first));
        Ok(words(place, word))
    }

    /// What follows `op:` where it is a phrase or a bracket.
    fn valued(&mut self, operator: &str, depth: usize) -> Result<Option<Query>, Refusal> {
        match self.rest.chars().next() {
            Some('"') => {
                let phrase = self.quoted();
                Ok(condition(operator, phrase))
            }
            Some(open @ ('(' | '{')) => {
                self.skip(1);
                let close = if open == '(' { ')' } else { '}' };
                match place_of(operator) {
                    Some(place) => self.sequence(Some(close), place, depth + 1).map(Some),
                    None => {
                        let end = self.rest.find(close).unwrap_or(self.rest.len());
                        let inner: Vec<&str> = self.rest[..end].split_whitespace().collect();
                        self.count(inner.len())?;
                        self.skip(end);
                        if self.rest.starts_with(close) {
                            self.skip(1);
                        }
                        let each = inner.iter().filter_map(|value| condition(operator, value));
                        let each = each.collect();
                        Ok(Some(if close == '}' {
                            one_of(each)
                        } else {
                            Query::All(each)
                        }))
                    }
                }
            }
            _ => Ok(None),
        }
    }

    fn quoted(&mut self) -> &'a str {
        let inner = &self.rest[1..];
        let end = inner.find('"');
        self.rest = end.map_or("", |end| &inner[end + 1..]);
        &inner[..end.unwrap_or(inner.len())]
    }
}

fn keyword<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let tail = text.strip_prefix(word)?;
    (tail.is_empty() || tail.starts_with(char::is_whitespace)).then_some(tail)
}

fn one_of(mut parts: Vec<Query>) -> Query {
    if parts.len() == 1 {
        parts.remove(0)
    } else {
        Query::Any(parts)
    }
}

/// Words to be found in a row; none if there is no letter or digit among them.
fn words(place: Place, text: &str) -> Option<Query> {
    let words = spaced(text);
    (!words.is_empty()).then_some(Query::Is(Condition::Words(place, words)))
}

fn place_of(operator: &str) -> Option<Place> {
    Some(match operator {
        "from" => Place::From,
        "to" | "deliveredto" => Place::To,
        "cc" => Place::Cc,
        "bcc" => Place::Bcc,
        "subject" => Place::Subject,
        "filename" => Place::Filename,
        _ => return None,
    })
}

/// What `operator:value` asks; none if it is no operator or the value is not one of its own.
fn condition(operator: &str, value: &str) -> Option<Query> {
    if let Some(place) = place_of(operator) {
        return words(place, value);
    }
    let condition = match operator {
        "label" => Condition::Label(label_form(value)),
        "category" => Condition::Label(format!("category_{}", category(value))),
        "in" if value.eq_ignore_ascii_case("anywhere") => Condition::Anywhere,
        "in" => Condition::Label(place_label(value)),
        "is" if value.eq_ignore_ascii_case("read") => Condition::Read,
        "is" => Condition::Label(place_label(value)),
        "has" => match &*value.to_lowercase() {
            "attachment" => Condition::Attachment,
            "userlabels" => Condition::UserLabels,
            "nouserlabels" => Condition::NoUserLabels,
            _ => return None,
        },
        "after" | "newer" => Condition::From(moment(value)?),
        "before" | "older" => Condition::Before(moment(value)?),
        "newer_than" => {
            let (count, unit) = age(value)?;
            Condition::NewerThan(count, unit)
        }
        "older_than" => {
            let (count, unit) = age(value)?;
            Condition::OlderThan(count, unit)
        }
        "rfc822msgid" => {
            let id = value.trim();
            let bare = id.strip_prefix('<').and_then(|id| id.strip_suffix('>'));
            Condition::MessageId(bare.unwrap_or(id).to_owned())
        }
        "larger" | "size" => Condition::Larger(bytes(value)?),
        "smaller" => Condition::Smaller(bytes(value)?),
        _ => return None,
    };
    Some(Query::Is(condition))
}

/// The label that `in:` or `is:` means.
fn place_label(value: &str) -> String {
    match &*value.to_lowercase() {
        "drafts" => "draft".to_owned(),
        "bin" => "trash".to_owned(),
        "junk" => "spam".to_owned(),
        "chats" => "chat".to_owned(),
        other => label_form(other),
    }
}

fn category(value: &str) -> String {
    match &*value.to_lowercase() {
        "primary" => "personal".to_owned(),
        other => other.to_owned(),
    }
}

/// Where the vendor's dates begin, whatever the office's own time zone.
const ZONE: &str = "America/Los_Angeles";

/// `2026/11/21`, `2026-11-21`, `11/21/2026`, each at midnight Pacific time, or seconds since 1970.
fn moment(value: &str) -> Option<At> {
    let numbers: Vec<i64> = value
        .split(['/', '-'])
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let (year, month, day) = match numbers[..] {
        [seconds] => return seconds.checked_mul(1_000).map(At),
        [year, month, day] if year > 31 => (year, month, day),
        [month, day, year] => (year, month, day),
        _ => return None,
    };
    let (year, month, day) = (year.try_into(), month.try_into(), day.try_into());
    let date = Date::new(year.ok()?, month.ok()?, day.ok()?).ok()?;
    let midnight = date.at(0, 0, 0, 0).in_tz(ZONE).ok()?;
    Some(At(midnight.timestamp().as_millisecond()))
}

/// `2d`, `3m`, `1y`, `12h`.
fn age(value: &str) -> Option<(i64, char)> {
    let unit = value.chars().next_back()?.to_ascii_lowercase();
    let count = value.strip_suffix(value.chars().next_back()?)?;
    matches!(unit, 'h' | 'd' | 'm' | 'y').then_some((count.parse().ok()?, unit))
}

/// `5000`, `10K`, `3M`.
fn bytes(value: &str) -> Option<u64> {
    let lower = value.to_lowercase();
    let (digits, unit) = match lower.strip_suffix(['k', 'm']) {
        Some(digits) if lower.ends_with('k') => (digits, 1 << 10),
        Some(digits) => (digits, 1 << 20),
        None => (&*lower, 1),
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}
