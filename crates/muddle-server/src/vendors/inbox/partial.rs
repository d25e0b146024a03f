//! Partial answers: which fields of an answer `fields` asks for, as in `messages(id,payload/headers),nextPageToken`.
//!
//! A selection is checked against the vendor's published shape of the operation's answer when the request is read, and
//! applied when the answer is spelled. A field without others below it means all of it; `*` means every field.

use std::collections::BTreeMap;

use muddle_world::call::Problem;

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

    /// The fields of an answer that are asked for. Written without recursion: a mail's parts may be deep.
    pub fn of(&self, json: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(json.len().min(4_096));
        let mut open: Vec<&Self> = Vec::new();
        let mut next = self;
        let mut at = 0;
        while let Some(byte) = json.get(at) {
            match byte {
                b'{' | b'[' if next.0.is_empty() => {
                    let end = value_end(json, at);
                    out.extend_from_slice(&json[at..end]);
                    at = end;
                    continue;
                }
                b'{' | b'[' => {
                    open.push(next);
                    out.push(*byte);
                }
                b'}' | b']' => {
                    if out.last() == Some(&b',') {
                        out.pop();
                    }
                    out.push(*byte);
                    open.pop();
                    next = open.last().copied().unwrap_or(self);
                }
                b'"' if is_key(json, at) => {
                    let end = value_end(json, at);
                    let name = std::str::from_utf8(&json[at + 1..end - 1]).unwrap_or_default();
                    let around = open.last().copied().unwrap_or(self);
                    match around.0.get(name).or_else(|| around.0.get("*")) {
                        Some(below) => {
                            next = below;
                            out.extend_from_slice(&json[at..=end]);
                            at = end + 1;
                        }
                        None => {
                            // The field goes, and the comma behind it.
                            at = value_end(json, end + 1);
                            at += usize::from(json.get(at) == Some(&b','));
                        }
                    }
                    continue;
                }
                b',' => {
                    next = open.last().copied().unwrap_or(self);
                    out.push(b',');
                }
                _ => {
                    let end = value_end(json, at);
                    out.extend_from_slice(&json[at..end]);
                    at = end;
                    continue;
                }
            }
            at += 1;
        }
        out
    }

    /// What `*` asks for is asked of the fields with names of their own, too.
    fn spread(&mut self) {
        if let Some(every) = self.0.get("*").cloned() {
            for below in self.0.values_mut() {
                *below = std::mem::take(below).with(every.clone());
            }
        }
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

/// Whether the text that begins here names a field.
fn is_key(json: &[u8], at: usize) -> bool {
    json.get(value_end(json, at)) == Some(&b':')
}

/// Where the value that begins here ends, in JSON without white space.
fn value_end(json: &[u8], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => at = text_end(json, at),
            b'{' | b'[' => {
                depth += 1;
                at += 1;
                continue;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            b',' | b':' => {
                at += 1;
                continue;
            }
            _ => {
                let rest = json[at..].iter();
                let length = rest.take_while(|byte| !b",:]}".contains(byte)).count();
                at += length;
            }
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// Where the text that begins here ends, its quotes included.
fn text_end(json: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    json.len()
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
                into.spread();
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
            "snippet": "a \"b\": {[,]} \\",
            "payload": {
                "mimeType": "multipart/mixed",
                "headers": [{"name": "To", "value": "a"}, {"name": "Cc", "value": "b"}],
                "parts": [{"partId": "0", "body": {"size": 5}}],
            },
        })
    }

    fn kept(fields: &str) -> Value {
        let selection = Selection::read(fields, Shape::Message).unwrap();
        let json = serde_json::to_vec(&answer()).unwrap();
        serde_json::from_slice(&selection.of(&json)).unwrap()
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
            json!({
                "id": "1", "labelIds": ["INBOX", "UNREAD"], "snippet": answer()["snippet"],
                "payload": {"mimeType": "multipart/mixed"},
            })
        );
        assert_eq!(
            kept("payload/mimeType,payload"),
            json!({"payload": answer()["payload"]})
        );
        assert_eq!(kept("raw"), json!({}));
        assert_eq!(
            kept("payload/parts/filename"),
            json!({"payload": {"parts": [{}]}})
        );
        assert_eq!(kept("snippet"), json!({"snippet": answer()["snippet"]}));
        assert_eq!(
            kept("*(mimeType),payload/parts/partId,id"),
            json!({
                "id": "1", "labelIds": ["INBOX", "UNREAD"], "snippet": answer()["snippet"],
                "payload": {"mimeType": "multipart/mixed", "parts": [{"partId": "0"}]},
            })
        );
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
