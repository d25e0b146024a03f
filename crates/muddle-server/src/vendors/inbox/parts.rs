//! Pieces of a request: its query, its JSON body, and mail in base64.
//!
//! Called by [`super::asking`]. Like the vendor, it refuses names it does not know and takes base64 in all its forms.

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

/// A query, name by name.
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query in which only these names, and the common ones, may stand.
    pub fn of(wire: &Wire<'_>, names: &[&str]) -> Result<Self, Problem> {
        let pairs = wire.query.unwrap_or_default().split('&');
        let pairs: Vec<(String, String)> = pairs
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                let plain = |text: &str| percent_decoded(&text.replace('+', " "));
                (plain(name), plain(value))
            })
            .collect();
        let known = |name: &str| names.contains(&name) || COMMON.contains(&name);
        match pairs.iter().find(|(name, _)| !known(name)) {
            Some((name, _)) => {
                let message = format!(
                    "Invalid JSON payload received. Unknown name \"{name}\": Cannot bind query \
                     parameter. Field '{name}' could not be found in request message."
                );
                Err(problem(ProblemKind::UnknownParam, name, message))
            }
            None => Ok(Self(pairs)),
        }
    }

    /// The last value of a name; an empty one is none.
    pub fn one(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().rev().find(|(found, _)| found == name);
        found.map(|(_, value)| &**value).filter(|v| !v.is_empty())
    }

    /// All values of a name.
    pub fn all(&self, name: &str) -> Vec<Str> {
        let found = self.0.iter().filter(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str().into()).collect()
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
        match serde_json::from_slice(wire.body) {
            Ok(Value::Object(map)) => Self::checked(map, names),
            Ok(_) => Err(bad_json("Root element must be a message.")),
            Err(error) => Err(bad_json(&error.to_string())),
        }
    }

    fn checked(map: Map<String, Value>, names: &[&str]) -> Result<Self, Problem> {
        match map.keys().find(|name| !names.contains(&&***name)) {
            Some(name) => {
                let message = format!(
                    "Invalid JSON payload received. Unknown name \"{name}\": Cannot find field."
                );
                Err(problem(ProblemKind::UnknownParam, name, message))
            }
            None => Ok(Self {
                map,
                uploaded: None,
            }),
        }
    }

    /// A text; null is none.
    pub fn text(&self, name: &str) -> Result<Option<Str>, Problem> {
        match self.map.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str().into())),
            Some(other) => Err(invalid(name, &other.to_string())),
        }
    }

    /// A list of texts; null is none.
    pub fn texts(&self, name: &str) -> Result<Vec<Str>, Problem> {
        let texts = match self.map.get(name) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(texts)) => texts,
            Some(other) => return Err(invalid(name, &other.to_string())),
        };
        let text = |value: &Value| match value {
            Value::String(text) => Ok(Str::from(text.as_str())),
            other => Err(invalid(name, &other.to_string())),
        };
        texts.iter().map(text).collect()
    }

    /// The message within a draft; an uploaded mail is one even where nothing is said of it.
    pub fn message(&self, names: &[&str]) -> Result<Option<Self>, Problem> {
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

    /// An object within; null is none.
    pub fn object(&self, name: &str, names: &[&str]) -> Result<Option<Self>, Problem> {
        match self.map.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(map)) => Self::checked(map.clone(), names).map(Some),
            Some(other) => Err(invalid(name, &other.to_string())),
        }
    }

    /// Mail, uploaded or in base64, as a record keeps it.
    pub fn mail(&self, name: &str) -> Result<Str, Problem> {
        if let Some(uploaded) = &self.uploaded {
            return Ok(uploaded.clone());
        }
        let Some(text) = self.text(name)? else {
            let message = format!("'{name}' RFC822 payload message string is required");
            return Err(problem(ProblemKind::MissingParam, name, message));
        };
        match base64(&text) {
            Some(bytes) => Ok(pack_raw(&bytes)),
            None => Err(problem(
                ProblemKind::BadBase64,
                name,
                format!("Invalid value at '{name}' (TYPE_BYTES), Base64 decoding failed"),
            )),
        }
    }
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
    let short: String = value.chars().take(100).collect();
    let message = format!("Invalid value at '{name}': \"{short}\"");
    problem(ProblemKind::InvalidParam, name, message)
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
