//! Every refusal of the billing vendor in its own words: type, code, parameter, sentence, link.
//!
//! Called by the face for what the rules refuse, what never reached them, and what a fault puts in their place. Only
//! this file knows the vendor's error codes.

use http::Method;
use muddle_world::billing::Refusal;
use muddle_world::call::{Credential, Problem, ProblemKind};
use muddle_world::limits::Limited;
use serde::Serialize;

use super::args::{EMPTY, INVALID_INTEGER, NOT_MODELLED, NOT_SPOKEN};
use super::money::money;

/// The type of most errors.
const INVALID: &str = "invalid_request_error";

/// An error object of the vendor.
#[derive(Debug, Default, Serialize)]
pub struct Wrong {
    #[serde(skip_serializing_if = "Option::is_none")]
    charge: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decline_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    doc_url: Option<String>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    param: Option<String>,
    r#type: &'static str,
}

/// The body of a failure: `error` and nothing beside it.
#[derive(Serialize)]
pub struct Body {
    /// What was wrong.
    pub error: Wrong,
}

impl Wrong {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            r#type: INVALID,
            ..Self::default()
        }
    }

    fn code(mut self, code: &str) -> Self {
        self.doc_url = Some(format!(
            "https://stripe.com/docs/error-codes/{}",
            code.replace('_', "-")
        ));
        self.code = Some(code.to_owned());
        self
    }

    fn param(mut self, param: &str) -> Self {
        self.param = Some(param.to_owned());
        self
    }

    const fn kind(mut self, kind: &'static str) -> Self {
        self.r#type = kind;
        self
    }
}

/// `a, b, or c`, as the vendor lists words.
fn one_of(words: &[muddle_world::row::Str]) -> String {
    match words {
        [] => String::new(),
        [only] => only.to_string(),
        [first, second] => format!("{first} or {second}"),
        [most @ .., last] => format!("{}, or {last}", most.join(", ")),
    }
}

/// What the rules refuse.
pub fn refusal(refusal: &Refusal) -> Wrong {
    match refusal {
        Refusal::Missing { what, id, param } => {
            let what = what.replace('_', " ");
            let named = if what == "payment intent" { "payment_intent" } else { &what };
            Wrong::new(format!("No such {named}: '{id}'"))
                .code("resource_missing")
                .param(param)
        }
        Refusal::MissingParam { param } => Wrong::new(format!("Missing required param: {param}."))
            .code("parameter_missing")
            .param(param),
        Refusal::MissingOneOf { params } => Wrong::new(format!(
            "One of the following params should be provided for this request: {}.",
            one_of(params)
        ))
        .code("parameter_missing"),
        Refusal::OutOfRange {
            param,
            least,
            most,
            given,
        } => {
            let bound = if given < least {
                format!("greater than or equal to {least}")
            } else {
                format!("less than or equal to {most}")
            };
            Wrong::new(format!("This value must be {bound}."))
                .code("parameter_invalid_integer")
                .param(param)
        }
        Refusal::NotOneOf { param, allowed } => Wrong::new(format!(
            "Invalid {param}: must be one of {}",
            one_of(allowed)
        ))
        .param(param),
        Refusal::NotExpandable { path, in_list } => {
            let hint = if *in_list {
                format!(" You may want to try expanding 'data.{path}' instead.")
            } else {
                String::new()
            };
            Wrong::new(format!("This property cannot be expanded ({path}).{hint}"))
        }
        Refusal::BadQuery { message } => Wrong::new(&**message).param("query"),
        Refusal::NotSearchable { field, of } => Wrong::new(format!(
            "Field `{field}` is an unsupported search field for resource `{of}`. See https://stripe.com/docs/search#query-fields-for-{} for a list of supported fields.",
            of.replace('_', "-")
        ))
        .param("query"),
        Refusal::InvalidParam { param, message } => {
            let wrong = Wrong::new(&**message).param(param);
            if &**param == "email" {
                wrong.code("email_invalid")
            } else {
                wrong
            }
        }
        Refusal::WrongState { message, .. } => Wrong::new(&**message),
        of_charge @ (Refusal::AlreadyRefunded { .. }
        | Refusal::Disputed { .. }
        | Refusal::AmountTooHigh { .. }
        | Refusal::NotPaid { .. }) => charge(of_charge),
        of_key @ (Refusal::KeyMismatch { .. } | Refusal::KeyInUse { .. } | Refusal::KeyTooLong) => {
            key(of_key)
        }
    }
}

fn charge(refusal: &Refusal) -> Wrong {
    let about = |wrong: Wrong, charge: &str| Wrong {
        charge: Some(charge.to_owned()),
        ..wrong
    };
    match refusal {
        Refusal::AlreadyRefunded { charge } => about(
            Wrong::new(format!("Charge {charge} has already been refunded."))
                .code("charge_already_refunded"),
            charge,
        ),
        Refusal::Disputed { charge } => about(
            Wrong::new(format!(
                "Charge {charge} has been charged back; cannot issue a refund."
            ))
            .code("charge_disputed"),
            charge,
        ),
        Refusal::AmountTooHigh {
            asked,
            left,
            currency,
        } => Wrong::new(format!(
            "Refund amount ({}) is greater than unrefunded amount on charge ({})",
            money(*asked, currency),
            money(*left, currency)
        ))
        .param("amount"),
        Refusal::NotPaid { charge } => about(
            Wrong::new(format!(
                "Charge {charge} was not successful and cannot be refunded."
            )),
            charge,
        ),
        _ => Wrong::new("This charge cannot be refunded."),
    }
}

fn key(refusal: &Refusal) -> Wrong {
    match refusal {
        Refusal::KeyMismatch { key } => Wrong::new(format!(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{key}' if you meant to execute a different request."
        ))
        .kind("idempotency_error"),
        Refusal::KeyInUse { key } => Wrong::new(format!(
            "There is currently another in-progress request using this Idempotent Key ({key}): wait for it to complete, or use another key."
        ))
        .kind("idempotency_error")
        .code("idempotency_key_in_use"),
        _ => Wrong::new("Idempotency keys can have up to 255 characters."),
    }
}

/// What did not parse.
pub fn malformed(problem: &Problem) -> Wrong {
    let wrong = Wrong::new(&*problem.message);
    let wrong = match problem.kind {
        ProblemKind::UnknownParam => wrong.code("parameter_unknown"),
        ProblemKind::MissingParam => wrong.code("parameter_missing"),
        ProblemKind::NoAccess => wrong.code("account_invalid"),
        ProblemKind::InvalidParam if problem.message.starts_with(INVALID_INTEGER) => {
            wrong.code("parameter_invalid_integer")
        }
        ProblemKind::InvalidParam if problem.message.starts_with(EMPTY) => {
            wrong.code("parameter_invalid_empty")
        }
        _ => wrong,
    };
    match &problem.param {
        Some(param) => wrong.param(param),
        None => wrong,
    }
}

/// Whether a problem is a gap of ours and not the caller's mistake.
pub fn is_gap(problem: &Problem) -> bool {
    [NOT_MODELLED, NOT_SPOKEN]
        .iter()
        .any(|gap| problem.message.starts_with(gap))
}

/// A key that is not good for this; `shown` is what may be seen of it.
pub fn credential(credential: Credential, shown: Option<&str>) -> Wrong {
    match (credential, shown) {
        (Credential::WrongRole, shown) => Wrong::new(format!(
            "The provided key '{}' does not have the required permissions for this endpoint.",
            shown.unwrap_or("")
        )),
        (Credential::Expired, Some(shown)) => {
            Wrong::new(format!("Expired API Key provided: {shown}")).code("api_key_expired")
        }
        (_, Some(shown)) => Wrong::new(format!("Invalid API Key provided: {shown}")),
        (_, None) => Wrong::new(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        ),
    }
}

/// The vendor's own rate limit.
pub fn limited(_limited: &Limited) -> Wrong {
    throttled()
}

/// Too many requests.
pub fn throttled() -> Wrong {
    Wrong::new("Request rate limit exceeded. Slow down, and try again later.").code("rate_limit")
}

/// The vendor has no such route.
pub fn no_route(method: &Method, path: &str) -> Wrong {
    Wrong::new(format!(
        "Unrecognized request URL ({method}: {path}). If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code. Please see https://stripe.com/docs or we can help at https://support.stripe.com/."
    ))
}

/// The vendor has it and we do not.
pub fn not_offered(nearest: Option<&str>) -> Wrong {
    let hint = nearest.map_or(String::new(), |nearest| {
        format!(" The nearest it offers is `{nearest}`.")
    });
    Wrong::new(format!(
        "Muddle, the sandbox, does not offer this operation of the vendor.{hint}"
    ))
    .kind("api_error")
}

/// Our own failure, told as ours.
pub fn ours(what: &str) -> Wrong {
    Wrong::new(format!(
        "This is Muddle, the sandbox, and not the vendor: {what}"
    ))
    .kind("api_error")
}

/// An injected failure of this status.
pub fn injected(status: u16, code: Option<&str>) -> Wrong {
    let wrong = match (status, code) {
        (429, Some("lock_timeout")) => Wrong::new(
            "This object cannot be accessed right now because another request is accessing it. Retry the request, or send fewer at once.",
        ),
        (429, _) => return throttled(),
        (402, _) => Wrong {
            decline_code: Some("generic_decline"),
            ..Wrong::new("Your card was declined.").kind("card_error")
        },
        (409, _) => {
            Wrong::new("There is currently another in-progress request using this Idempotent Key.")
                .kind("idempotency_error")
        }
        (401, _) => Wrong::new("Invalid API Key provided."),
        (403, _) => Wrong::new("The provided key does not have access to this."),
        (400..=499, _) => Wrong::new("The request could not be handled."),
        (503, _) => {
            Wrong::new("The service is unavailable for the moment. Please try again later.")
                .kind("api_error")
        }
        (502 | 504, _) => {
            Wrong::new("The upstream did not answer in time or at all.").kind("api_error")
        }
        _ => Wrong::new("An unknown error occurred.").kind("api_error"),
    };
    let code = code.or(match status {
        402 => Some("card_declined"),
        409 => Some("idempotency_key_in_use"),
        _ => None,
    });
    match code {
        Some(code) => wrong.code(code),
        None => wrong,
    }
}
