//! How HubSpot says no: one error shape, categories, and the words that clients parse.

mod flaws;
mod in_batch;

use http::{HeaderName, HeaderValue};
use muddle_world::call::{Credential, ProblemKind};
use muddle_world::crm::{Kind, Refusal, Thing};
use muddle_world::fault;
use muddle_world::reply::Denial;
use muddle_world::row::Str;
use serde::Serialize;

use flaws::{detail, not_valid};
pub use in_batch::InBatch;

use super::limits::Refusing;
use super::{spelled, with_limits};
use crate::vendors::{Rendered, Scene};

/// Header of answers that are the sandbox's own.
const OURS: &str = "x-muddle-error";
/// Characters of a caller's text, and of a whole sentence about it, that an error repeats.
const REPEATED_CHARS_MAX: usize = 200;
const SENTENCE_CHARS_MAX: usize = 1_000;

/// The one shape of errors.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Error<'a> {
    status: &'static str,
    message: String,
    correlation_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Detail<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Context<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    links: Option<Links>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

#[derive(Serialize)]
struct Detail<'a> {
    message: String,
    code: &'static str,
    context: Context<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Context<'a> {
    Ids {
        ids: Vec<&'a str>,
    },
    Properties {
        properties: &'a [Str],
    },
    #[serde(rename_all = "camelCase")]
    Property {
        property_name: [&'a str; 1],
    },
}

impl<'a> Context<'a> {
    fn ids(ids: &'a [Str]) -> Self {
        Self::Ids {
            ids: ids.iter().map(|id| repeated(id)).collect(),
        }
    }
}

/// As much of a caller's text as an error repeats.
fn repeated(text: &str) -> &str {
    cut(text, REPEATED_CHARS_MAX)
}

fn cut(text: &str, chars_max: usize) -> &str {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Links {
    api_key: &'static str,
}

impl<'a> Error<'a> {
    fn new(scene: &Scene<'_>, category: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: "error",
            message: message.into(),
            correlation_id: correlation(scene.request_id),
            category: Some(category),
            error_type: None,
            policy_name: None,
            errors: Vec::new(),
            context: None,
            links: None,
            request_id: None,
        }
    }

    fn rendered(&self, scene: &Scene<'_>, status: u16) -> Rendered {
        spelled(scene, status, self)
    }
}

/// The request's id in the form of a random UUID.
fn correlation(request_id: &str) -> String {
    use sha2::{Digest, Sha256};
    let mut bytes: [u8; 32] = Sha256::digest(request_id.as_bytes()).into();
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = data_encoding::HEXLOWER.encode(&bytes[..16]);
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    parts.join("-")
}

/// A refusal of the CRM's rules.
pub fn refused(refusal: &Refusal, scene: &Scene<'_>) -> Rendered {
    let mut error = Error::new(scene, category(refusal), message(refusal));
    if let Refusal::Invalid { flaws } = refusal {
        error.errors = flaws.iter().map(detail).collect();
    }
    if let Refusal::NotFound { ids, .. } = refusal
        && ids.len() > 1
    {
        error.context = Some(Context::ids(ids));
    }
    if let Refusal::Incomplete { properties, .. } = refusal {
        error.context = Some(Context::Properties { properties });
    }
    error.rendered(scene, scene.status)
}

const fn category(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NotFound { .. } | Refusal::NoSuch { .. } => "OBJECT_NOT_FOUND",
        Refusal::Exists { .. } | Refusal::NotUnique { .. } | Refusal::Defined { .. } => "CONFLICT",
        Refusal::Incomplete { .. }
        | Refusal::Invalid { .. }
        | Refusal::NoLink { .. }
        | Refusal::Bad { .. } => "VALIDATION_ERROR",
    }
}

fn message(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotFound { of, ids } if ids.len() == 1 => {
            format!(
                "Object not found.  objectId are usually numeric. {}={}",
                of.singular(),
                repeated(&ids[0])
            )
        }
        Refusal::NotFound { of, .. } => could_not_get(*of),
        Refusal::NoSuch { what, name } => no_such(*what, repeated(name)),
        Refusal::Exists { existing } => {
            format!("Contact already exists. Existing ID: {existing}")
        }
        Refusal::NotUnique {
            property,
            value,
            existing,
        } => {
            let value = repeated(value);
            format!(
                "Cannot set {property} to {value}: the value must be unique. Existing ID: {existing}"
            )
        }
        Refusal::Defined { what, name } => match what {
            Thing::Group => format!("A property group named '{name}' already exists."),
            _ => format!("A property named '{name}' already exists."),
        },
        Refusal::Incomplete { of, .. } => format!(
            "Error creating {}. Some required properties were not set.",
            of.singular().to_uppercase()
        ),
        Refusal::Invalid { flaws } => not_valid(flaws),
        Refusal::NoLink { from, to, link } => format!(
            "No association type {} exists between {} and {}",
            repeated(link),
            from.singular(),
            to.singular()
        ),
        Refusal::Bad { message } => cut(message, SENTENCE_CHARS_MAX).to_owned(),
    }
}

fn no_such(what: Thing, name: &str) -> String {
    match what {
        Thing::Property => format!("Property '{name}' does not exist"),
        Thing::Group => format!("Property group '{name}' does not exist"),
        Thing::Owner => format!("Could not find an owner with id {name}"),
        Thing::Pipeline => format!("Pipeline ID '{name}' does not exist"),
        Thing::Stage => format!("Stage ID '{name}' does not exist in this pipeline"),
    }
}

fn could_not_get(of: Kind) -> String {
    format!(
        "Could not get some {} objects, they may be deleted or not exist. Check that ids are valid.",
        of.singular().to_uppercase()
    )
}

/// What never reached the rules.
pub fn denied(denial: &Denial, scene: &Scene<'_>) -> Rendered {
    let status = scene.status;
    match denial {
        Denial::Credential(Credential::WrongRole) => {
            let message = "This app hasn't been granted all required scopes to make this call. \
                           Read more about required scopes here: https://developers.hubspot.com/scopes.";
            Error::new(scene, "MISSING_SCOPES", message).rendered(scene, status)
        }
        Denial::Credential(credential) => {
            let (category, message) = if *credential == Credential::Expired {
                (
                    "EXPIRED_AUTHENTICATION",
                    "The OAuth token used to make this call expired.",
                )
            } else {
                (
                    "INVALID_AUTHENTICATION",
                    "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
                )
            };
            let mut error = Error::new(scene, category, message);
            error.links = Some(Links {
                api_key: "https://app.hubspot.com/l/api-key/",
            });
            error.rendered(scene, status)
        }
        Denial::Limited(limited) => {
            let limit = Refusing {
                units: limited.units,
                window_ms: limited.window_ms,
            };
            too_fast(scene, limit)
        }
        Denial::Malformed(problem) => {
            let category = match problem.kind {
                ProblemKind::BodyTooLarge => "REQUEST_TOO_LARGE",
                _ => "VALIDATION_ERROR",
            };
            let message = cut(&problem.message, SENTENCE_CHARS_MAX);
            Error::new(scene, category, message).rendered(scene, status)
        }
        Denial::NoRoute => {
            Error::new(scene, "OBJECT_NOT_FOUND", "resource not found").rendered(scene, status)
        }
        Denial::NotOffered { nearest } => {
            let nearest = nearest.as_deref().map_or_else(String::new, |nearest| {
                format!(" The nearest operation that is offered is {nearest}.")
            });
            let message = format!("The sandbox does not offer this route of the vendor.{nearest}");
            ours(
                Error::new(scene, "NOT_OFFERED", message).rendered(scene, status),
                "not-offered",
            )
        }
        Denial::Full => {
            let message = "The sandbox's log is full; this is not the vendor's doing.";
            ours(
                Error::new(scene, "SANDBOX_FULL", message).rendered(scene, status),
                "full",
            )
        }
    }
}

fn ours(mut rendered: Rendered, code: &'static str) -> Rendered {
    rendered.headers.push((
        HeaderName::from_static(OURS),
        HeaderValue::from_static(code),
    ));
    rendered
}

/// The vendor's 429.
fn too_fast(scene: &Scene<'_>, limit: Refusing) -> Rendered {
    let policy = limit.policy();
    let name = policy.to_lowercase();
    let message = format!("You have reached your {name} limit.");
    let mut error = Error::new(scene, "RATE_LIMITS", message);
    error.error_type = Some("RATE_LIMIT");
    error.policy_name = Some(policy);
    error.request_id = Some(error.correlation_id.clone());
    with_limits(limit.spent(scene), 429, &error)
}

/// An injected failure.
pub fn injected(kind: &fault::Kind, scene: &Scene<'_>) -> Rendered {
    match kind {
        fault::Kind::Throttle { limit, window_ms } => {
            let limit = Refusing {
                units: u64::from(*limit),
                window_ms: *window_ms,
            };
            too_fast(scene, limit)
        }
        fault::Kind::QuotaExhausted => too_fast(scene, Refusing::daily()),
        fault::Kind::Error { status: 429, .. } => too_fast(scene, Refusing::usual(scene)),
        fault::Kind::Error { status, .. } => {
            let (category, message) = failure(*status);
            Error::new(scene, category, message).rendered(scene, *status)
        }
        _ => Error::new(scene, "INTERNAL_ERROR", "internal error").rendered(scene, 500),
    }
}

const fn failure(status: u16) -> (&'static str, &'static str) {
    match status {
        401 => (
            "EXPIRED_AUTHENTICATION",
            "The OAuth token used to make this call expired.",
        ),
        403 => (
            "MISSING_SCOPES",
            "This app hasn't been granted all required scopes to make this call.",
        ),
        404 => ("OBJECT_NOT_FOUND", "Object not found."),
        409 => (
            "CONFLICT",
            "The object was changed by another request at the same time.",
        ),
        423 => (
            "LOCKED",
            "The resource is locked; wait two seconds between requests.",
        ),
        477 => (
            "MIGRATION_IN_PROGRESS",
            "This account is being migrated between data hosting locations.",
        ),
        502 => (
            "BAD_GATEWAY",
            "The request was not processed in time. Pause for a few seconds, then retry.",
        ),
        503 => (
            "SERVICE_UNAVAILABLE",
            "The service is temporarily unavailable.",
        ),
        504 => (
            "GATEWAY_TIMEOUT",
            "The request timed out. Pause for a few seconds, then retry.",
        ),
        400..=499 => ("VALIDATION_ERROR", "The request could not be handled."),
        _ => ("INTERNAL_ERROR", "internal error"),
    }
}
