//! Long values of an entry, kept once as blobs: shortening before the hash, lengthening before the fold.
//!
//! Called by `act` and by whoever reads entries back. Only strings are moved, only entries that are long are looked
//! at, and the stored bytes name what they lost by digest and length, so the chain covers it. An entry of many megabytes
//! is never whole in memory: [`cut`] takes its long values out while it is written.

mod cut;

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;
use muddle_world::entry::Entry;
use muddle_world::limits::INLINE_BYTES_MAX;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// What stands in the place of a long string.
const MARK: &str = "$blob";
/// Letters of a SHA-256 in hex.
const DIGEST_HEX_LEN: usize = 64;

/// Entries of up to so many bytes are written whole before their long values are taken out.
const WHOLE_BYTES_MAX: usize = 64 * 1_024;

/// An entry as it is stored, and the values that were too long for it, each once.
pub fn stored(entry: &Entry) -> (Vec<u8>, Vec<Vec<u8>>) {
    match cut::whole(entry, WHOLE_BYTES_MAX) {
        Some(whole) => shorten(whole),
        None => cut::cut(entry).unwrap_or_else(|| shorten(entry.bytes())),
    }
}

/// Takes strings of more than [`INLINE_BYTES_MAX`] out of an entry's bytes.
pub fn shorten(bytes: Vec<u8>) -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut blobs = Vec::new();
    if bytes.len() <= INLINE_BYTES_MAX {
        return (bytes, blobs);
    }
    let Ok(mut value) = serde_json::from_slice::<Value>(&bytes) else {
        return (bytes, blobs);
    };
    take(&mut value, &mut blobs);
    let mut seen = BTreeSet::new();
    blobs.retain(|raw| seen.insert(Sha256::digest(raw).to_vec()));
    if blobs.is_empty() {
        return (bytes, blobs);
    }
    match serde_json::to_vec(&value) {
        Ok(short) => (short, blobs),
        Err(_) => (bytes, Vec::new()),
    }
}

fn take(value: &mut Value, blobs: &mut Vec<Vec<u8>>) {
    match value {
        Value::String(text) if text.len() > INLINE_BYTES_MAX => {
            let raw = std::mem::take(text).into_bytes();
            *value = mark(&HEXLOWER.encode(&Sha256::digest(&raw)), raw.len());
            blobs.push(raw);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| take(item, blobs)),
        Value::Object(fields) => fields.values_mut().for_each(|field| take(field, blobs)),
        _ => {}
    }
}

/// What stands in the place of a string of this digest and length.
fn mark(digest: &str, length: usize) -> Value {
    let mut mark = Map::new();
    mark.insert(MARK.to_owned(), Value::from(digest));
    mark.insert("length".to_owned(), Value::from(length));
    Value::Object(mark)
}

/// Puts them back, asking `find` for the bytes of a digest. `None` if one cannot be found.
pub fn lengthen(bytes: &[u8], find: &mut dyn FnMut(&str) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
    let mut value: Value = serde_json::from_slice(bytes).ok()?;
    put_back(&mut value, find)?;
    serde_json::to_vec(&value).ok()
}

/// As [`lengthen`], for whoever folds: the request as it came over the wire, which no fold reads, is left out.
pub fn lengthen_for_fold(
    bytes: &[u8],
    find: &mut dyn FnMut(&str) -> Option<Vec<u8>>,
) -> Option<Vec<u8>> {
    let mut value: Value = serde_json::from_slice(bytes).ok()?;
    let core = value.get_mut("core").and_then(Value::as_object_mut);
    core.and_then(|core| core.remove("origin"));
    put_back(&mut value, find)?;
    serde_json::to_vec(&value).ok()
}

/// Bytes of the values that an entry's bytes name, each counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// All of them: what the log holds.
    pub stored: u64,
    /// Those outside the request as it came over the wire: what a workspace holds while it is awake.
    pub kept: u64,
}

/// How much an entry's bytes name.
pub fn named(bytes: &[u8]) -> Named {
    if !is_shortened(bytes) {
        return Named::default();
    }
    let Ok(mut value) = serde_json::from_slice::<Value>(bytes) else {
        return Named::default();
    };
    let stored = total(&value);
    let core = value.get_mut("core").and_then(Value::as_object_mut);
    core.and_then(|core| core.remove("origin"));
    Named {
        stored,
        kept: total(&value),
    }
}

fn total(value: &Value) -> u64 {
    let mut lengths = BTreeMap::new();
    measure(value, &mut lengths);
    lengths.values().sum()
}

fn measure<'a>(value: &'a Value, lengths: &mut BTreeMap<&'a str, u64>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| measure(item, lengths)),
        Value::Object(fields) => match marked(fields) {
            Some((digest, length)) => {
                lengths.insert(digest, length);
            }
            None => fields.values().for_each(|field| measure(field, lengths)),
        },
        _ => {}
    }
}

/// The digest and the length that a mark names; none for any other object. What a caller can name freely (metadata, a
/// record's properties) holds texts and nulls alone, so a length that is a number can only be ours.
fn marked(fields: &Map<String, Value>) -> Option<(&str, u64)> {
    let digest = fields.get(MARK)?.as_str()?;
    let length = fields.get("length")?.as_u64()?;
    let is_digest = digest.len() == DIGEST_HEX_LEN && digest.bytes().all(|b| b.is_ascii_hexdigit());
    (fields.len() == 2 && is_digest).then_some((digest, length))
}

/// Whether an entry's bytes name a blob.
pub fn is_shortened(bytes: &[u8]) -> bool {
    // Asked of every entry that is read back: the search for text goes by whole registers, one for bytes would not.
    std::str::from_utf8(bytes).is_ok_and(|text| text.contains("{\"$blob\":\""))
}

/// The digests that an entry's bytes name in the place of long values.
pub fn names(bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    if is_shortened(bytes) {
        let all = lengthen(bytes, &mut |digest| {
            found.push(digest.to_owned());
            Some(Vec::new())
        });
        debug_assert!(all.is_some(), "an empty value stands for every name");
    }
    found
}

fn put_back(value: &mut Value, find: &mut dyn FnMut(&str) -> Option<Vec<u8>>) -> Option<()> {
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(|item| put_back(item, find))?,
        Value::Object(fields) => match marked(fields) {
            Some((digest, _)) => {
                let text = String::from_utf8(find(digest)?).ok()?;
                *value = Value::String(text);
            }
            None => fields
                .values_mut()
                .try_for_each(|field| put_back(field, find))?,
        },
        _ => {}
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_strings_leave_and_come_back() {
        let long = "x".repeat(INLINE_BYTES_MAX + 1);
        let entry = serde_json::json!({"a": [1, {"b": long}], "c": "short"});
        let entry = entry.to_string().into_bytes();
        let (short, blobs) = shorten(entry.clone());
        assert!(short.len() < 200 && blobs.len() == 1 && is_shortened(&short));
        let back = lengthen(&short, &mut |_| Some(blobs[0].clone()));
        assert_eq!(back, Some(entry));
        assert_eq!(lengthen(&short, &mut |_| None), None);
    }

    #[test]
    fn an_object_that_a_caller_named_like_a_mark_stays_as_it_is() {
        let digest = "0".repeat(DIGEST_HEX_LEN);
        for fields in [
            serde_json::json!({"$blob": "x", "a": "b"}),
            serde_json::json!({"$blob": digest, "length": "5"}),
            serde_json::json!({"$blob": digest, "length": null}),
            serde_json::json!({"$blob": "x", "length": 5}),
            serde_json::json!({"$blob": null, "length": 5}),
        ] {
            let entry = serde_json::json!({"metadata": fields}).to_string();
            let back = lengthen(entry.as_bytes(), &mut |_| None);
            assert_eq!(back, Some(entry.clone().into_bytes()));
            assert_eq!(named(entry.as_bytes()), Named::default());
            assert!(names(entry.as_bytes()).is_empty());
        }
    }

    /// An entry whose wire, call and effects name the same long text, among much else.
    fn entry(text: &str) -> Entry {
        let core = serde_json::json!({
            "v": 1, "seq": 7, "up": 5, "at": 9, "vendor": "inbox", "outcome": "ok", "applied": true,
            "actor": {"kind": "candidate", "credential": "valid"},
            "origin": {"protocol": "http", "method": "POST", "path": "/x", "body": text},
            "call": {"malformed": {"vendor": "inbox", "operation": null, "problem":
                {"kind": "bad_json", "message": text}}},
            "subject": "\u{1}\"\\/ \u{8}\u{c}\n\r\t \u{1f600}",
        });
        let entry = serde_json::json!({"core": core, "around": {"user_agent": "test"}});
        serde_json::from_value(entry).expect("an entry")
    }

    #[test]
    fn an_entry_is_stored_alike_whether_it_was_written_whole_or_cut_while_written() {
        let line = "quotes \" and \\ and \u{7f} \u{1} \r\n";
        for text in ["short".to_owned(), line.repeat(400), line.repeat(40_000)] {
            let entry = entry(&text);
            let whole = shorten(entry.bytes());
            assert_eq!(cut::cut(&entry), Some(whole.clone()));
            assert_eq!(stored(&entry), whole);
            let (short, blobs) = whole;
            assert_eq!(blobs.len(), usize::from(text.len() > INLINE_BYTES_MAX));
            let kept: usize = blobs.iter().map(Vec::len).sum();
            let kept = kept as u64;
            assert_eq!(named(&short), Named { stored: kept, kept });
        }
    }
}
