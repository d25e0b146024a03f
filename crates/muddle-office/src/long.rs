//! Long values of an entry, kept once as blobs: shortening before the hash, lengthening before the fold.
//!
//! Called by `act` and by whoever reads entries back. Only strings are moved, only entries that are long are looked
//! at, and the stored bytes name what they lost by digest and length, so the chain covers it.

use data_encoding::HEXLOWER;
use muddle_world::limits::INLINE_BYTES_MAX;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// What stands in the place of a long string.
const MARK: &str = "$blob";

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
            let mut mark = Map::new();
            mark.insert(
                MARK.to_owned(),
                Value::String(HEXLOWER.encode(&Sha256::digest(&raw))),
            );
            mark.insert("length".to_owned(), Value::from(raw.len()));
            *value = Value::Object(mark);
            blobs.push(raw);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| take(item, blobs)),
        Value::Object(fields) => fields.values_mut().for_each(|field| take(field, blobs)),
        _ => {}
    }
}

/// Puts them back, asking `find` for the bytes of a digest. `None` if one cannot be found.
pub fn lengthen(bytes: &[u8], find: &mut dyn FnMut(&str) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
    let mut value: Value = serde_json::from_slice(bytes).ok()?;
    put_back(&mut value, find)?;
    serde_json::to_vec(&value).ok()
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
        Value::Object(fields) if fields.len() == 2 && fields.contains_key(MARK) => {
            let digest = fields.get(MARK)?.as_str()?.to_owned();
            *value = Value::String(String::from_utf8(find(&digest)?).ok()?);
        }
        Value::Array(items) => items.iter_mut().try_for_each(|item| put_back(item, find))?,
        Value::Object(fields) => fields
            .values_mut()
            .try_for_each(|field| put_back(field, find))?,
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
}
