//! What comes into an office: who calls, how it came over the wire, and what is asked.
//!
//! A [`Call`] is typed and knows no spelling of a vendor; the wire it came over is kept beside it as [`Origin`],
//! evidence that no rule reads.

use std::collections::BTreeMap;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::row::Str;
use crate::time::Up;
use crate::vendor::{Effectful, Vendor, operation};
use crate::{billing, crm, inbox, office};

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// The automation under test, or its author by hand.
    Candidate,
    /// Who breaks things.
    Interviewer,
    /// Who judges.
    Grader,
    /// The scenario's script.
    Story,
    /// A simulated person.
    Persona,
    /// A vendor acting by itself, as when a refund settles.
    Vendor,
    /// The office.
    System,
}

/// What the register says of a key. It is looked up before the call and is an input like any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credential {
    /// Good for this call.
    Valid,
    /// Taken back.
    Revoked,
    /// Past its end.
    Expired,
    /// Good, but for another vendor.
    WrongVendor,
    /// Good, but its role may not do this.
    WrongRole,
}

/// Who calls, with what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Role.
    pub kind: ActorKind,
    /// Name, where one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Str>,
    /// The attempt that was open when the call came; none for a call by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// Ordinal of the key in the workspace (`k1`); never the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Str>,
    /// What the register said of the key.
    pub credential: Credential,
}

impl Actor {
    /// Someone inside the office, who needs no key.
    pub fn inside(kind: ActorKind, name: &str) -> Self {
        Self {
            kind,
            name: Some(name.into()),
            attempt: None,
            key: None,
            credential: Credential::Valid,
        }
    }
}

/// A value of the wire: here, or in a blob when it is longer than [`crate::limits::INLINE_BYTES_MAX`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Text {
    /// The value itself.
    Here(Str),
    /// Named by digest and length.
    Blob {
        /// SHA-256, hex.
        blob: Str,
        /// Bytes.
        length: u64,
    },
}

/// Told apart by the JSON's own type: an untagged reader would keep every path twice before it knew.
impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Named {
            blob: Str,
            length: u64,
        }
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Text;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("text, or a blob's digest and length")
            }
            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text::Here(text.into()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Text, A::Error> {
                let Named { blob, length } =
                    Deserialize::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Text::Blob { blob, length })
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// How a call came over the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// `http`, `cli`, …
    pub protocol: Str,
    /// HTTP method.
    pub method: Str,
    /// Path as sent.
    pub path: Text,
    /// Query as sent, without credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<Text>,
    /// Headers of the allow-list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<Str, Str>,
    /// Body as sent; bytes that are not UTF-8 are kept as `base64:` text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Text>,
}

impl Origin {
    /// Bytes of its path, query and body: how large a request it was.
    pub fn len(&self) -> usize {
        let query = self.query.as_ref().map_or(0, Text::len);
        let body = self.body.as_ref().map_or(0, Text::len);
        self.path.len() + query + body
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Text {
    /// Its length in bytes, wherever it is kept.
    pub fn len(&self) -> usize {
        match self {
            Self::Here(text) => text.len(),
            Self::Blob { length, .. } => usize::try_from(*length).unwrap_or(usize::MAX),
        }
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What of a request could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What kind of trouble it is.
    pub kind: ProblemKind,
    /// The parameter, in the vendor's spelling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub param: Option<Str>,
    /// A sentence for whoever sent it.
    pub message: Str,
}

/// Kinds of trouble with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// Not a form, or nested in a way no form is.
    BadForm,
    /// Not JSON, or JSON of another shape.
    BadJson,
    /// Not base64.
    BadBase64,
    /// Not a MIME message.
    BadMime,
    /// Longer than the body limit.
    BodyTooLarge,
    /// Its address is longer than the vendor's servers read.
    UrlTooLong,
    /// A parameter the operation does not have.
    UnknownParam,
    /// A parameter the operation needs.
    MissingParam,
    /// A value of the wrong form.
    InvalidParam,
    /// An account that the key has no access to.
    NoAccess,
}

/// What is asked of an office.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// Of the billing desk.
    Billing(billing::Call),
    /// Of the CRM.
    Crm(crm::Call),
    /// Of the mailbox.
    Inbox(inbox::Call),
    /// Of the office itself.
    Office(office::Call),
    /// A body that does not parse: garbage is evidence too.
    Malformed {
        /// Whom it was sent to.
        vendor: Vendor,
        /// What was meant, if the route told.
        operation: Option<Str>,
        /// What was wrong.
        problem: Problem,
    },
    /// A path no operation answers.
    Unrouted {
        /// Whom it was sent to.
        vendor: Vendor,
        /// True if the vendor really has the route and we do not offer it.
        exists: bool,
        /// The nearest operation we do offer.
        nearest: Option<Str>,
    },
}

impl Call {
    /// Who is called.
    pub const fn vendor(&self) -> Vendor {
        match self {
            Self::Billing(_) => Vendor::Billing,
            Self::Crm(_) => Vendor::Crm,
            Self::Inbox(_) => Vendor::Inbox,
            Self::Office(_) => Vendor::Office,
            Self::Malformed { vendor, .. } | Self::Unrouted { vendor, .. } => *vendor,
        }
    }

    /// The operation's name; none for a path that no operation answers.
    pub fn operation(&self) -> Option<Str> {
        match self {
            Self::Billing(call) => Some(call.operation().into()),
            Self::Crm(call) => Some(call.operation().into()),
            Self::Inbox(call) => Some(call.operation().into()),
            Self::Office(call) => Some(call.operation().into()),
            Self::Malformed { operation, .. } => operation.clone(),
            Self::Unrouted { .. } => None,
        }
    }

    /// Operation, record ids and meaningful arguments: what makes two attempts the same logical call.
    pub fn subject(&self) -> Option<Str> {
        match self {
            Self::Billing(call) => Some(call.subject().into()),
            Self::Crm(call) => Some(call.subject().into()),
            Self::Inbox(call) => Some(call.subject().into()),
            Self::Office(call) => Some(call.subject().into()),
            Self::Malformed { .. } | Self::Unrouted { .. } => None,
        }
    }

    /// The caller's idempotency key, where the vendor has such a thing.
    pub fn idempotency_key(&self) -> Option<&Str> {
        match self {
            Self::Billing(call) => call.idempotency_key(),
            _ => None,
        }
    }

    /// Whether it may look at every record of a collection.
    pub fn is_scan(&self) -> bool {
        let name = self.operation();
        !self.is_write()
            && name.is_some_and(|name| name.starts_with("search_") || name.starts_with("list_"))
    }

    /// Whether it may change anything.
    pub fn is_write(&self) -> bool {
        let name = self.operation();
        let found = name.and_then(|name| operation(self.vendor(), &name));
        found.is_some_and(|operation| operation.effect == Effectful::Write)
    }
}

/// One input of an office: a call with its origin and the one reading of the clock.
#[derive(Clone, Debug)]
pub struct Input {
    /// Who.
    pub actor: Actor,
    /// Over which wire; none for what happens inside.
    pub origin: Option<Origin>,
    /// What.
    pub call: Call,
    /// The clock, read once. Ignored under `step` and `manual`, where time follows the calls.
    pub up: Up,
    /// Whether the caller let [`crate::limits::PAUSE_REAL_MS_MIN`] of real time pass since the vendor's last answer to its
    /// key. Read only where that moves office time.
    pub paused: bool,
}
