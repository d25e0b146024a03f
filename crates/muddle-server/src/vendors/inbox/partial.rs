//! Partial answers: which fields of an answer `fields` asks for, as in `messages(id,payload/headers),nextPageToken`.
//!
//! A selection is checked against the vendor's published shape of the operation's answer when the request is read, and
//! applied when the answer is spelled. A field without others below it means all of it; `*` means every field.

use std::collections::BTreeMap;

use muddle_world::call::Problem;
use serde_json::{Map, Value};

use super::parts::refused;
use super::shapes::Shape;

/// Bytes of a selection.
const FIELDS_BYTES_MAX: usize = 4_096;
/// Fields within fields.
const FIELDS_DEPTH_MAX: usize = 50;

/// The fields that are asked for, by name; empty where all are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection(BTreeMap<String, Selection>);

impl Selection {
    /// Reads a selection of an answer's fields.
    pub fn read(text: &str, of: Shape) -> Result<Self, Problem> {
        if text.len() > FIELDS_BYTES_MAX {
            return Err(refused(
                "fields",
                format!("Invalid field selection: longer than {FIELDS_BYTES_MAX} bytes"),
            ));
        }
        let mut reader = Reader { text, at: 0 };
        let mut selection = Self::default();
        reader.list(&[of], &mut selection, 0)?;
        if reader.at < text.len() {
            return Err(invalid(text));
        }
        Ok(selection)
    }

    /// The fields of `value` that are asked for.
    pub fn of(&self, value: Value) -> Value {
        if self.0.is_empty() {
            return value;
        }
        match value {
            Value::Object(fields) => Value::Object(self.of_fields(fields)),
            Value::Array(values) => {
                Value::Array(values.into_iter().map(|value| self.of(value)).collect())
            }
            value => value,
        }
    }

    fn of_fields(&self, fields: Map<String, Value>) -> Map<String, Value> {
        let kept = fields.into_iter().filter_map(|(name, value)| {
            let value = match (self.0.get(&name), self.0.get("*")) {
                (None, None) => return None,
                (Some(one), None) | (None, Some(one)) => one.of(value),
                (Some(one), Some(every)) => one.clone().with(every.clone()).of(value),
            };
            Some((name, value))
        });
        kept.collect()
    }

    /// Both selections; all of a field where either asks for all.
    fn with(mut self, other: Self) -> Self {
        if self.0.is_empty() || other.0.is_empty() {
            return Self::default();
        }
        for (name, below) in other.0 {
            let both = match self.0.remove(&name) {
                Some(own) => own.with(below),
                None => below,
            };
            self.0.insert(name, both);
        }
        self
    }
}

fn invalid(path: &str) -> Problem {
    let path: String = path.chars().take(100).collect();
    refused("fields", format!("Invalid field selection {path}"))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn next_is(&self, sign: char) -> bool {
        self.text[self.at..].starts_with(sign)
    }

    fn take(&mut self, sign: char) -> bool {
        let found = self.next_is(sign);
        self.at += usize::from(found);
        found
    }

    fn name(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest.find([',', '/', '(', ')']).unwrap_or(rest.len());
        self.at += end;
        rest[..end].trim()
    }

    /// `a,b/c,d(e,f)`: fields of any of these shapes.
    fn list(&mut self, of: &[Shape], into: &mut Selection, depth: usize) -> Result<(), Problem> {
        loop {
            let start = self.at;
            let below = self.path(of, start, depth)?;
            for (name, selection) in below.0 {
                let both = match into.0.remove(&name) {
                    Some(own) => own.with(selection),
                    None => selection,
                };
                into.0.insert(name, both);
            }
            if !self.take(',') {
                return Ok(());
            }
        }
    }

    /// `a/b(c,d)`, which begins at `start`, from here on.
    fn path(&mut self, of: &[Shape], start: usize, depth: usize) -> Result<Selection, Problem> {
        if depth > FIELDS_DEPTH_MAX {
            return Err(refused(
                "fields",
                format!("Invalid field selection: nested more than {FIELDS_DEPTH_MAX} deep"),
            ));
        }
        let name = self.name();
        let Some(shapes) = Shape::below(of, name) else {
            return Err(invalid(&self.text[start..self.at]));
        };
        let mut below = Selection::default();
        if self.take('/') {
            below = self.path(&shapes, start, depth + 1)?;
        } else if self.take('(') {
            self.list(&shapes, &mut below, depth + 1)?;
            if !self.take(')') {
                return Err(invalid(self.text));
            }
        }
        Ok(Selection(BTreeMap::from([(name.to_owned(), below)])))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{FIELDS_DEPTH_MAX, Selection};
    use crate::vendors::inbox::shapes::Shape;

    fn answer() -> Value {
        json!({
            "id": "1",
            "labelIds": ["INBOX", "UNREAD"],
            "payload": {
                "mimeType": "multipart/mixed",
                "headers": [{"name": "To", "value": "a"}, {"name": "Cc", "value": "b"}],
                "parts": [{"partId": "0", "body": {"size": 5}}],
            },
        })
    }

    fn kept(fields: &str) -> Value {
        Selection::read(fields, Shape::Message)
            .unwrap()
            .of(answer())
    }

    fn refused(fields: &str) -> String {
        let problem = Selection::read(fields, Shape::Message).unwrap_err();
        problem.message.to_string()
    }

    #[test]
    fn what_is_selected_is_kept() {
        assert_eq!(kept("id"), json!({"id": "1"}));
        assert_eq!(kept("id,labelIds")["labelIds"], answer()["labelIds"]);
        assert_eq!(
            kept("payload/headers/name"),
            json!({"payload": {"headers": [{"name": "To"}, {"name": "Cc"}]}})
        );
        assert_eq!(
            kept("payload(mimeType,parts(partId,body/size))"),
            json!({"payload": {"mimeType": "multipart/mixed", "parts": [{"partId": "0", "body": {"size": 5}}]}})
        );
        assert_eq!(kept("*"), answer());
        assert_eq!(
            kept("*/mimeType"),
            json!({"id": "1", "labelIds": ["INBOX", "UNREAD"], "payload": {"mimeType": "multipart/mixed"}})
        );
        assert_eq!(
            kept("payload/mimeType,payload"),
            json!({"payload": answer()["payload"]})
        );
        assert_eq!(kept("raw"), json!({}));
    }

    #[test]
    fn unknown_fields_are_refused_by_name() {
        assert_eq!(refused("bogus"), "Invalid field selection bogus");
        assert_eq!(
            refused("id,payload/bogus"),
            "Invalid field selection payload/bogus"
        );
        assert_eq!(refused("payload(parts(id))"), "Invalid field selection id");
        assert_eq!(refused("id/name"), "Invalid field selection id/name");
        for broken in [
            "",
            "(",
            "id,",
            ",id",
            "payload(",
            "payload(parts",
            "id)",
            "payload()",
            "a b",
        ] {
            assert!(
                refused(broken).starts_with("Invalid field selection"),
                "{broken}"
            );
        }
        assert!(refused(&"payload/".repeat(600)).contains("longer than 4096 bytes"));
        let deep = format!("payload/{}size", "parts/".repeat(FIELDS_DEPTH_MAX));
        assert!(refused(&deep).contains("nested more than 50 deep"));
    }
}
