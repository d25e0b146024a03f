//! The billing desk's wire face, in Stripe's dialect.
//!
//! `routes` and `parse` read requests (`form`, `args`), `objects` and `errors` spell answers; this file joins them and
//! adds the headers. Decides nothing: which status and which records is said by the world.

mod args;
mod errors;
mod form;
mod headers;
mod limits;
mod money;
mod objects;
mod parse;
mod routes;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use data_encoding::BASE64;
use http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue};
use muddle_world::billing::idempotency::KeptAnswer;
use muddle_world::billing::{Answer as Said, Refusal};
use muddle_world::call::Credential;
use muddle_world::fault::Kind;
use muddle_world::reply::{Answer, Denial};
use muddle_world::vendor::Vendor;
use serde::Serialize;

use self::errors::{Body, Wrong};
use super::{Face, Rendered, Route, Scene, json_bytes};

/// The version that is answered with where a request names none.
pub const API_VERSION: &str = "2026-10-28.endive";

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const STRIPE_VERSION: HeaderName = HeaderName::from_static("stripe-version");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const ORIGINAL_REQUEST: HeaderName = HeaderName::from_static("original-request");
const SHOULD_RETRY: HeaderName = HeaderName::from_static("stripe-should-retry");
const RATE_LIMITED_REASON: HeaderName = HeaderName::from_static("stripe-rate-limited-reason");
const MUDDLE_ERROR: HeaderName = HeaderName::from_static("x-muddle-error");

/// The dialect of the billing desk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Billing;

impl Face for Billing {
    fn vendor(&self) -> Vendor {
        Vendor::Billing
    }

    fn routes(&self) -> Vec<Route> {
        routes::routes()
    }

    fn render(&self, answer: &Answer, scene: &Scene<'_>) -> Rendered {
        match answer {
            Answer::Billing(said) => self::said(said, scene),
            Answer::Denied(denial) => denied(denial, scene),
            _ => ours(scene, 500, "misrouted", "it mixed up two vendors."),
        }
    }

    fn injected(&self, fault: &Kind, scene: &Scene<'_>) -> Rendered {
        match fault {
            Kind::Error { status, code } => {
                let wrong = errors::injected(*status, code.as_deref());
                let mut rendered = failure(scene, *status, wrong);
                if *status == 429 && code.as_deref() != Some("lock_timeout") {
                    rendered.set(RATE_LIMITED_REASON, "global-rate");
                }
                rendered
            }
            Kind::Throttle { .. } => {
                let mut rendered = failure(scene, 429, errors::throttled());
                rendered.set(RATE_LIMITED_REASON, "endpoint-rate");
                rendered
            }
            Kind::QuotaExhausted => {
                let mut rendered = failure(scene, 429, errors::throttled());
                rendered.set(RATE_LIMITED_REASON, "resource-specific");
                rendered.set(SHOULD_RETRY, "false");
                rendered
            }
            // What only breaks a body before anything was decided breaks this one.
            _ => failure(scene, 503, errors::injected(503, None)),
        }
    }
}

fn said(said: &Said, scene: &Scene<'_>) -> Rendered {
    match said {
        Said::Object(expanded) => spelled(scene, scene.status, &objects::Object::from(expanded)),
        Said::List {
            collection,
            under,
            searched,
            items,
            has_more,
            next_page,
            total,
        } => {
            let url = match (under, *searched) {
                (Some(charge), _) => format!("/v1/charges/{charge}/refunds"),
                (None, true) => format!("/v1/{collection}/search"),
                (None, false) => format!("/v1/{collection}"),
            };
            if *searched {
                let next = next_page.as_deref();
                let page = objects::search_result(items, *has_more, next, *total, url);
                spelled(scene, scene.status, &page)
            } else {
                spelled(scene, scene.status, &objects::list(items, *has_more, url))
            }
        }
        Said::Lines {
            invoice,
            products,
            ids,
            has_more,
        } => spelled(
            scene,
            scene.status,
            &objects::lines(invoice, products, ids, *has_more),
        ),
        Said::Replayed { status, answer, .. } => replayed(*status, answer, scene),
        Said::Refused(refusal) => {
            let mut rendered = failure(scene, refusal.status(), errors::refusal(refusal));
            if matches!(refusal, Refusal::KeyInUse { .. }) {
                rendered.set(SHOULD_RETRY, "true");
            }
            rendered
        }
    }
}

/// The first answer to a key, byte for byte, with the headers that say so.
fn replayed(status: u16, answer: &KeptAnswer, scene: &Scene<'_>) -> Rendered {
    let first = Scene { status, ..*scene };
    let mut rendered = match answer {
        KeptAnswer::Decided(answer) => said(answer, &first),
        KeptAnswer::Injected { code } => {
            failure(&first, status, errors::injected(status, code.as_deref()))
        }
    };
    rendered.set(IDEMPOTENT_REPLAYED, "true");
    if let Some(id) = scene.original_request_id {
        rendered.set(ORIGINAL_REQUEST, &request_id(id));
    }
    rendered
}

fn denied(denial: &Denial, scene: &Scene<'_>) -> Rendered {
    let status = denial.status(Vendor::Billing);
    match denial {
        Denial::Credential(credential) => {
            let shown = shown_key(scene);
            let wrong = errors::credential(*credential, shown.as_deref());
            let mut rendered = failure(scene, status, wrong);
            if *credential != Credential::WrongRole {
                rendered.set(WWW_AUTHENTICATE, "Bearer realm=\"billing\"");
            }
            rendered
        }
        Denial::Limited(limited) => {
            let mut rendered = failure(scene, status, errors::limited(limited));
            rendered.set(RATE_LIMITED_REASON, "global-rate");
            rendered
        }
        Denial::Malformed(problem) => {
            let mut rendered = failure(scene, status, errors::malformed(problem));
            if errors::is_gap(problem) {
                rendered.set(MUDDLE_ERROR, "not-offered");
            }
            rendered
        }
        Denial::NoRoute => failure(scene, status, errors::no_route(scene.method, scene.path)),
        Denial::NotOffered { nearest } => {
            let mut rendered = failure(scene, status, errors::not_offered(nearest.as_deref()));
            rendered.set(MUDDLE_ERROR, "not-offered");
            rendered.set(SHOULD_RETRY, "false");
            rendered
        }
        Denial::Full => ours(
            scene,
            status,
            "full",
            "this workspace holds as much as it may. Open another, or ask for a higher limit.",
        ),
    }
}

/// Our own failure: it never looks like the vendor's.
fn ours(scene: &Scene<'_>, status: u16, code: &str, what: &str) -> Rendered {
    let mut rendered = failure(scene, status, errors::ours(what));
    rendered.set(MUDDLE_ERROR, code);
    rendered.set(SHOULD_RETRY, "false");
    rendered
}

fn failure(scene: &Scene<'_>, status: u16, error: Wrong) -> Rendered {
    spelled(scene, status, &Body { error })
}

/// A request's id as the vendor writes it.
fn request_id(id: &str) -> String {
    format!("req_{id}")
}

/// A body with the headers that every answer of this vendor has.
fn spelled(scene: &Scene<'_>, status: u16, body: &impl Serialize) -> Rendered {
    let mut rendered = Rendered {
        status,
        headers: Vec::with_capacity(6),
        body: Bytes::from(json_bytes(2_048, body)),
    };
    rendered.set(CONTENT_TYPE, "application/json");
    rendered.set(REQUEST_ID, &request_id(scene.request_id));
    let version = scene.headers.get(&STRIPE_VERSION);
    let version = version.filter(|version| !version.is_empty() && headers::speaks(scene.headers));
    let version = version.cloned();
    let version = version.unwrap_or_else(|| HeaderValue::from_static(API_VERSION));
    rendered.headers.push((STRIPE_VERSION, version));
    if let Some(key) = scene.idempotency_key {
        rendered.set(IDEMPOTENCY_KEY, key);
    }
    rendered
}

impl Rendered {
    /// Adds a header; a value that no header can hold is left out.
    fn set(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
    }
}

/// Of the caller's key, what may be shown: its kind and its last four characters.
fn shown_key(scene: &Scene<'_>) -> Option<String> {
    const ENDS: usize = 4;
    let header = scene.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = header.split_once(' ')?;
    let key = if scheme.eq_ignore_ascii_case("basic") {
        let pair = BASE64.decode(rest.trim().as_bytes()).ok()?;
        let pair = String::from_utf8(pair).ok()?;
        pair.split(':').next().unwrap_or("").to_owned()
    } else {
        rest.trim().to_owned()
    };
    let kind = ["sk_test_", "rk_test_", "pk_test_", "sk_live_"]
        .into_iter()
        .find(|kind| key.starts_with(kind))
        .unwrap_or("");
    let secret: Vec<char> = key[kind.len()..].chars().collect();
    if secret.is_empty() && kind.is_empty() {
        return None;
    }
    let hidden = secret.len().saturating_sub(ENDS);
    // A short secret is hidden whole.
    let seen: String = if secret.len() >= 4 * ENDS {
        secret[hidden..].iter().collect()
    } else {
        String::new()
    };
    Some(format!("{kind}{}{seen}", "*".repeat(hidden.min(24))))
}
