//! Pieces of a request: its query, its JSON body, and mail in base64.
//!
//! Called by [`super::asking`]. Like the vendor, it refuses names it does not know and takes base64 in all its forms.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use data_encoding::{Encoding, Specification};
use muddle_world::call::{Problem, ProblemKind};
use muddle_world::inbox::pack_raw;
use muddle_world::row::Str;
use serde_json::{Map, Value};

use super::upload;
use crate::vendors::Wire;
use crate::vendors::matching::percent_decoded;

/// Parameters that every method of the vendor takes.
const COMMON: [&str; 14] = [
    "alt",
    "key",
    "prettyPrint",
    "fields",
    "quotaUser",
    "userIp",
    "access_token",
    "oauth_token",
    "uploadType",
    "upload_protocol",
    "callback",
    "$.xgafv",
    "$alt",
    "$fields",
];

/// Bytes of a query, also of one that came in a body.
const PARAMETERS_BYTES_MAX: usize = 64 * 1_024;
/// Values of a JSON body.
const JSON_VALUES_MAX: usize = 10_000;
/// Values within one another in a JSON body.
const JSON_DEPTH_MAX: usize = 32;

/// A query, name by name.
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query in which only these names, and the common ones, may stand.
    pub fn of(wire: &Wire<'_>, names: &[&str]) -> Result<Self, Problem> {
        let query = Self::read(wire.query)?;
        query.choice("alt", &[("json", ()), ("media", ()), ("proto", ())])?;
        query.choice("$.xgafv", &[("1", ()), ("2", ())])?;
        query.flag("prettyPrint")?;
        let known = |name: &str| names.contains(&name) || COMMON.contains(&name);
        match query.0.iter().find(|(name, _)| !known(name)) {
            Some((name, _)) => {
                let name = shortened(name);
                let message = format!(
                    "Invalid JSON payload received. Unknown name \"{name}\": Cannot bind query \
                     parameter. Field '{name}' could not be found in request message."
                );
                Err(problem(ProblemKind::UnknownParam, &name, message))
            }
            None => Ok(query),
        }
    }

    /// Reads a query, whatever stands in it.
    pub fn read(query: Option<&str>) -> Result<Self, Problem> {
        let query = query.unwrap_or_default();
        if query.len() > PARAMETERS_BYTES_MAX {
            return Err(refused(
                "",
                format!(
                    "The query parameters are longer than the limit of {PARAMETERS_BYTES_MAX} bytes."
                ),
            ));
        }
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let plain = |text: &str| percent_decoded(&text.replace('+', " "));
            (plain(name), plain(value))
        });
        Ok(Self(pairs.collect()))
    }

    /// The last value of a name; an empty one is none.
    pub fn one(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().rev().find(|(found, _)| found == name);
        found.map(|(_, value)| &**value).filter(|v| !v.is_empty())
    }

    /// All values of a name, each once.
    pub fn all(&self, name: &str, max: usize) -> Result<Vec<Str>, Problem> {
        let found = self.0.iter().filter(|(found, _)| found == name);
        let mut seen = BTreeSet::new();
        let each = found.filter(|(_, value)| seen.insert(value.as_str()));
        let each: Vec<Str> = each.map(|(_, value)| value.as_str().into()).collect();
        if each.len() > max {
            return Err(too_many(name, max));
        }
        Ok(each)
    }

    /// A number.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Problem> {
        let parsed = |value: &str| value.parse().map_err(|_| invalid(name, value));
        self.one(name).map(parsed).transpose()
    }

    /// A truth value.
    pub fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.one(name) {
            None => Ok(false),
            Some(value) if value.eq_ignore_ascii_case("true") || value == "1" => Ok(true),
            Some(value) if value.eq_ignore_ascii_case("false") || value == "0" => Ok(false),
            Some(value) => Err(invalid(name, value)),
        }
    }

    /// One of some words, in any case.
    pub fn choice<T: Copy>(&self, name: &str, of: &[(&str, T)]) -> Result<Option<T>, Problem> {
        self.one(name)
            .map(|value| word(name, value, of))
            .transpose()
    }
}

/// One of some words, in any case.
pub fn word<T: Copy>(name: &str, value: &str, of: &[(&str, T)]) -> Result<T, Problem> {
    let found = of.iter().find(|(word, _)| word.eq_ignore_ascii_case(value));
    found
        .map(|(_, meaning)| *meaning)
        .ok_or_else(|| invalid(name, value))
}

/// A JSON object in which only some names may stand, with the mail that was uploaded beside it.
pub struct Fields {
    map: Map<String, Value>,
    uploaded: Option<Str>,
}

impl Fields {
    /// Reads the body; no body at all is an empty object.
    pub fn of(wire: &Wire<'_>, names: &[&str]) -> Result<Self, Problem> {
        if let Some(upload) = upload::read(wire) {
            let upload = upload?;
            let fields = Self::checked(upload.json, names)?;
            return Ok(Self {
                uploaded: Some(pack_raw(&upload.mail)),
                ..fields
            });
        }
        if wire.body.iter().all(u8::is_ascii_whitespace) {
            return Self::checked(Map::new(), names);
        }
        bounded(wire.body)?;
        match serde_json::from_slice(wire.body) {
            Ok(Value::Object(map)) => Self::checked(map, names),
            Ok(_) => Err(bad_json("Root element must be a message.")),
            Err(error) => Err(bad_json(&error.to_string())),
        }
    }

    fn checked(map: Map<String, Value>, names: &[&str]) -> Result<Self, Problem> {
        match map.keys().find(|name| !names.contains(&&***name)) {
            Some(name) => {
                let name = shortened(name);
                let message = format!(
                    "Invalid JSON payload received. Unknown name \"{name}\": Cannot find field."
                );
                Err(problem(ProblemKind::UnknownParam, &name, message))
            }
            None => Ok(Self {
                map,
                uploaded: None,
            }),
        }
    }

    /// A text; null is none.
    pub fn text(&self, name: &str) -> Result<Option<Str>, Problem> {
        Ok(self.written(name)?.map(Into::into))
    }

    fn written(&self, name: &str) -> Result<Option<&str>, Problem> {
        match self.map.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(invalid(name, &other.to_string())),
        }
    }

    /// A list of at most so many texts; null is none.
    pub fn texts(&self, name: &str, max: usize) -> Result<Vec<Str>, Problem> {
        let texts = match self.map.get(name) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(texts)) => texts,
            Some(other) => return Err(invalid(name, &other.to_string())),
        };
        if texts.len() > max {
            return Err(too_many(name, max));
        }
        let text = |value: &Value| match value {
            Value::String(text) => Ok(Str::from(text.as_str())),
            other => Err(invalid(name, &other.to_string())),
        };
        texts.iter().map(text).collect()
    }

    /// The message within a draft; an uploaded mail is one even where nothing is said of it.
    pub fn message(&mut self, names: &[&str]) -> Result<Option<Self>, Problem> {
        let mut message = self.object("message", names)?;
        if self.uploaded.is_some() {
            let said = match message {
                Some(said) => said,
                None => Self::checked(Map::new(), names)?,
            };
            message = Some(Self {
                uploaded: self.uploaded.clone(),
                ..said
            });
        }
        Ok(message)
    }

    /// An object within, taken out; null is none.
    pub fn object(&mut self, name: &str, names: &[&str]) -> Result<Option<Self>, Problem> {
        match self.map.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(map)) => Self::checked(map, names).map(Some),
            Some(other) => Err(invalid(name, &other.to_string())),
        }
    }

    /// Mail, uploaded or in base64, as a record keeps it.
    pub fn mail(&self, name: &str) -> Result<Str, Problem> {
        if let Some(uploaded) = &self.uploaded {
            return Ok(uploaded.clone());
        }
        let Some(text) = self.written(name)? else {
            let message = format!("'{name}' RFC822 payload message string is required");
            return Err(problem(ProblemKind::MissingParam, name, message));
        };
        match base64(text) {
            Some(bytes) => Ok(pack_raw(&bytes)),
            None => Err(problem(
                ProblemKind::BadBase64,
                name,
                format!("Invalid value at '{name}' (TYPE_BYTES), Base64 decoding failed"),
            )),
        }
    }
}

/// Refuses JSON that would be many times larger when read: too many values, or too deep.
pub fn bounded(body: &[u8]) -> Result<(), Problem> {
    let (mut values, mut depth, mut at) = (0, 0_usize, 0);
    while let Some(byte) = body.get(at) {
        at += 1;
        match byte {
            b'"' => {
                while let Some(next) = body[at..].iter().position(|b| matches!(b, b'"' | b'\\')) {
                    at += next + 1;
                    if body[at - 1] == b'"' {
                        break;
                    }
                    at = (at + 1).min(body.len());
                }
            }
            b'[' | b'{' => {
                values += 1;
                depth += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if values > JSON_VALUES_MAX {
            return Err(bad_json(&format!("More than {JSON_VALUES_MAX} values.")));
        }
        if depth > JSON_DEPTH_MAX {
            return Err(bad_json(&format!(
                "Nested more than {JSON_DEPTH_MAX} deep."
            )));
        }
    }
    Ok(())
}

/// A name as an error repeats it.
fn shortened(name: &str) -> String {
    name.chars().take(100).collect()
}

/// Base64 or base64url, padded or not.
pub fn base64(text: &str) -> Option<Vec<u8>> {
    static TOLERANT: LazyLock<Encoding> = LazyLock::new(|| {
        let mut form = Specification::new();
        form.symbols
            .push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
        form.translate.from.push_str("-_");
        form.translate.to.push_str("+/");
        form.ignore.push_str(" \t\r\n");
        form.check_trailing_bits = false;
        form.encoding().expect("the alphabet above is one")
    });
    let bare = text.trim_end_matches(['=', ' ', '\r', '\n']);
    TOLERANT.decode(bare.as_bytes()).ok()
}

/// A value of the wrong form.
pub fn invalid(name: &str, value: &str) -> Problem {
    let short = shortened(value);
    refused(name, format!("Invalid value at '{name}': \"{short}\""))
}

/// A value that is not taken, with a sentence that says why.
pub fn refused(name: &str, message: String) -> Problem {
    problem(ProblemKind::InvalidParam, name, message)
}

fn too_many(name: &str, max: usize) -> Problem {
    refused(
        name,
        format!("Too many values for '{name}': at most {max} in one request"),
    )
}

/// A value that must be there.
pub fn missing(name: &str) -> Problem {
    problem(
        ProblemKind::MissingParam,
        name,
        format!("Required parameter is missing: {name}"),
    )
}

fn bad_json(why: &str) -> Problem {
    Problem {
        kind: ProblemKind::BadJson,
        param: None,
        message: format!("Invalid JSON payload received. {why}").into(),
    }
}

fn problem(kind: ProblemKind, param: &str, message: String) -> Problem {
    Problem {
        kind,
        param: Some(param.into()),
        message: message.into(),
    }
}
