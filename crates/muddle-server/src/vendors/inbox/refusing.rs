//! Errors as the vendor spells them, and our own in the same form with `x-muddle-error`.
//!
//! Quotas are told by 403 with a reason and a sentence, with no header; a client must read them.

use http::{HeaderName, HeaderValue};
use muddle_world::call::Credential;
use muddle_world::fault::Kind;
use muddle_world::inbox::Refusal;
use muddle_world::reply::Denial;
use muddle_world::time::At;
use serde::Serialize;

use super::json;
use crate::vendors::{Rendered, Scene};

#[derive(Serialize)]
struct Body<'a> {
    error: Error<'a>,
}

#[derive(Serialize)]
struct Error<'a> {
    code: u16,
    message: &'a str,
    errors: [Detail<'a>; 1],
    status: &'a str,
}

#[derive(Serialize)]
struct Detail<'a> {
    message: &'a str,
    domain: &'a str,
    reason: &'a str,
}

const NOT_FOUND: &str = "Requested entity was not found.";
const UNAUTHENTICATED: &str = "Request had invalid authentication credentials. Expected OAuth 2 \
    access token, login cookie or other valid authentication credential. See \
    https://developers.google.com/identity/sign-in/web/devconsole-project.";

/// An error with its reason.
fn error(code: u16, reason: &str, message: &str) -> Rendered {
    let domain = if reason.ends_with("Exceeded") {
        "usageLimits"
    } else {
        "global"
    };
    let body = Body {
        error: Error {
            code,
            message,
            errors: [Detail {
                message,
                domain,
                reason,
            }],
            status: status_name(code),
        },
    };
    json(code, super::telling::bytes(&body))
}

/// The canonical name of a status.
const fn status_name(code: u16) -> &'static str {
    match code {
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        409 => "ABORTED",
        429 => "RESOURCE_EXHAUSTED",
        501 => "UNIMPLEMENTED",
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        400..=499 => "INVALID_ARGUMENT",
        _ => "INTERNAL",
    }
}

/// What the mailbox refuses.
pub fn refused(refusal: &Refusal) -> Rendered {
    let (reason, message) = match refusal {
        Refusal::NotFound | Refusal::HistoryGone => ("notFound", NOT_FOUND.to_owned()),
        Refusal::OtherMailbox { user } => ("forbidden", format!("Delegation denied for {user}")),
        Refusal::Invalid { message } => ("invalidArgument", message.to_string()),
        Refusal::LabelExists => ("aborted", "Label name exists or conflicts".to_owned()),
    };
    error(refusal.status(), reason, &message)
}

/// A call that never reached the mailbox's rules.
pub fn denied(denial: &Denial, scene: &Scene<'_>) -> Rendered {
    let status = scene.status;
    match denial {
        Denial::Credential(Credential::WrongRole) => error(
            403,
            "insufficientPermissions",
            "Request had insufficient authentication scopes.",
        ),
        Denial::Credential(_) => {
            let mut rendered = error(401, "authError", UNAUTHENTICATED);
            let challenge = HeaderValue::from_static(
                "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"",
            );
            let name = HeaderName::from_static("www-authenticate");
            rendered.headers.push((name, challenge));
            rendered
        }
        Denial::Limited(limited) => {
            let wait_ms = limited.opens_up.since(scene.up).max(0);
            error(status, "rateLimitExceeded", &retry_after(scene.at, wait_ms))
        }
        Denial::Malformed(problem) => error(status, "badRequest", &problem.message),
        Denial::NoRoute => {
            let message = format!(
                "The requested URL {} was not found on this server.",
                scene.path
            );
            error(404, "notFound", &message)
        }
        Denial::NotOffered { nearest } => {
            let nearest = nearest.as_deref().map_or_else(String::new, |nearest| {
                format!(" The nearest operation it has is {nearest}.")
            });
            let message = format!("The sandbox does not offer this method.{nearest}");
            ours(error(501, "notImplemented", &message), "not-offered")
        }
        Denial::Full => ours(
            error(
                status,
                "sandboxFull",
                "This is the sandbox's own limit, not the vendor's: the workspace is full.",
            ),
            "full",
        ),
    }
}

/// A failure that somebody armed.
pub fn injected(fault: &Kind, scene: &Scene<'_>) -> Rendered {
    match fault {
        Kind::Throttle { window_ms, .. } => {
            error(403, "rateLimitExceeded", &retry_after(scene.at, *window_ms))
        }
        Kind::QuotaExhausted => error(
            403,
            "dailyLimitExceeded",
            "Daily Limit Exceeded. The quota will be reset at midnight Pacific Time (PT).",
        ),
        Kind::Error { status, code } => {
            let (reason, message) = failure(*status);
            error(*status, code.as_deref().unwrap_or(reason), message)
        }
        _ => error(503, "backendError", failure(503).1),
    }
}

/// The vendor's sentence: two spaces, a time and no header. The time is the office's.
fn retry_after(at: At, wait_ms: i64) -> String {
    let again = at.plus(wait_ms).iso();
    format!("User-rate limit exceeded.  Retry after {again}")
}

const fn failure(status: u16) -> (&'static str, &'static str) {
    match status {
        400 => ("badRequest", "Bad Request"),
        401 => ("authError", UNAUTHENTICATED),
        403 => ("forbidden", "The caller does not have permission"),
        404 => ("notFound", NOT_FOUND),
        429 => (
            "rateLimitExceeded",
            "Resource has been exhausted (e.g. check quota).",
        ),
        503 => ("backendError", "The service is currently unavailable."),
        504 => ("backendError", "Deadline exceeded."),
        402..=499 => ("failedPrecondition", "Precondition check failed."),
        _ => ("backendError", "Internal error encountered."),
    }
}

fn ours(mut rendered: Rendered, code: &'static str) -> Rendered {
    rendered.headers.push((
        HeaderName::from_static("x-muddle-error"),
        HeaderValue::from_static(code),
    ));
    rendered
}
