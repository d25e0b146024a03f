//! From the words of a request (and of `muddle fault arm`) to a fault rule.
//!
//! Called by [`super::faults`]. Every refusal names the word it is about; the command line puts `--` before it.

mod kind;
mod nearest;

use muddle_world::fault::{Kind, Per, Position, Select};
use muddle_world::office::NewFault;
use muddle_world::time::{At, MINUTE};
use muddle_world::vendor::{Vendor, operation};
use serde::Deserialize;
use utoipa::ToSchema;

use super::error::ApiError;
use super::words;
use kind::kind;

/// How long a fault lasts where nothing says when it ends.
const TTL_MS: i64 = 15 * MINUTE;
/// Writes of a live outage are lost after their effect for at most so long.
const LOST_MS_MAX: i64 = 2 * MINUTE;

/// Operations that are shown of a vendor where none is near.
const SHOWN_MAX: usize = 4;

/// A fault in words.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArmRequest {
    /// `billing`, `crm` or `inbox`; all if absent.
    #[serde(default)]
    pub vendor: Option<String>,
    /// `delay`, `error`, `throttle`, `quota_exhausted`, `outage`, `hang`, `reset`, `close`, `cut` or `garble`.
    pub kind: String,
    /// `before` (default): nothing is applied. `after`: applied, then the answer is lost or altered.
    #[serde(default)]
    pub position: Option<String>,
    /// As in `create_refund`; all if absent.
    #[serde(default)]
    pub operation: Option<String>,
    /// Strike some calls: 0 to 1, as `0.3`. Drawn by what the call is about, so a retry meets its own luck.
    #[serde(default)]
    #[schema(value_type = Option<f64>)]
    pub probability: Option<serde_json::Number>,
    /// Strike the first so many.
    #[serde(default)]
    pub first: Option<u64>,
    /// Strike every so manieth.
    #[serde(default)]
    pub every: Option<u64>,
    /// `rule` (default) or `subject`: count `first` and `every` for each logical call on its own.
    #[serde(default)]
    pub per: Option<String>,
    /// `throttle`: calls let through per window.
    #[serde(default)]
    pub limit: Option<u32>,
    /// `throttle`: length of the window.
    #[serde(default)]
    pub window: Option<String>,
    /// `cut`: bytes of the body that still arrive.
    #[serde(default)]
    pub bytes: Option<u64>,
    /// `error`: the HTTP status.
    #[serde(default)]
    pub status: Option<u16>,
    /// `error`: the vendor's own code.
    #[serde(default)]
    pub code: Option<String>,
    /// `delay`: `200ms`, `uniform:100ms,2s` or `lognormal:900ms,4s` (median, 99th percentile).
    #[serde(default)]
    pub delay: Option<String>,
    /// `garble`: `bit_flip` (default), `random_bytes` or `html_page`.
    #[serde(default)]
    pub how: Option<String>,
    /// `hang`: how long it is silent. Any other kind: how long the fault lasts, in office time.
    #[serde(default, rename = "for")]
    pub for_: Option<String>,
    /// `outage`: how long writes are lost after their effect.
    #[serde(default)]
    pub lost_for: Option<String>,
    /// Office time from which it is armed.
    #[serde(default)]
    pub from: Option<String>,
    /// Office time at which it ends.
    #[serde(default)]
    pub to: Option<String>,
    /// Time since opening after which it ends by itself; 15 minutes where nothing else ends it.
    #[serde(default)]
    pub ttl: Option<String>,
}

/// A position's name.
pub const fn position_name(position: Position) -> &'static str {
    match position {
        Position::Before => "before",
        Position::After => "after",
    }
}

/// The rule that these words mean at office time `now`.
pub fn from_words(words: &ArmRequest, now: At) -> Result<NewFault, ApiError> {
    let vendor = vendor(words)?;
    let lasts_ms = lasts_ms(words)?;
    let fault = kind(words, lasts_ms)?;
    let position = position(words, &fault)?;
    let from = time("from", words.from.as_deref(), now)?;
    let begins = from.unwrap_or(now);
    let to = match (time("to", words.to.as_deref(), now)?, lasts_ms) {
        (Some(_), Some(_)) => {
            return Err(ApiError::field(
                "to",
                "name `for` or `to`, not both: each says when it ends",
            ));
        }
        (Some(to), None) if to <= begins => {
            return Err(ApiError::field(
                "to",
                "the fault would end before it begins",
            ));
        }
        (to, None) => to,
        (None, Some(ms)) => Some(begins.plus(ms)),
    };
    let ttl_ms = match words.ttl.as_deref() {
        Some(text) => Some(words::duration_ms("ttl", text)?),
        None => to.is_none().then_some(TTL_MS),
    };
    Ok(NewFault {
        vendor,
        operation: words.operation.as_deref().map(Into::into),
        select: select(words)?,
        per: per(words)?,
        fault,
        position,
        from,
        to,
        ttl_ms,
    })
}

fn vendor(words: &ArmRequest) -> Result<Option<Vendor>, ApiError> {
    let named = match words.vendor.as_deref() {
        None if words.operation.is_some() => {
            return Err(ApiError::field(
                "vendor",
                "an operation belongs to a vendor: name it too",
            ));
        }
        None => return Ok(None),
        Some(name) => Vendor::CANDIDATES
            .into_iter()
            .find(|vendor| vendor.name() == name),
    };
    let Some(vendor) = named else {
        let given = words.vendor.as_deref().unwrap_or_default();
        let message = format!(
            "`{given}` is no vendor{}; there are billing (money), crm (contacts, orders, tickets) and inbox (mail)",
            meant(given)
        );
        return Err(ApiError::field("vendor", message));
    };
    if let Some(name) = words.operation.as_deref()
        && operation(vendor, name).is_none_or(|operation| !operation.offered)
    {
        let message = format!(
            "{vendor} has no operation `{name}`{}",
            meant_operation(vendor, name)
        );
        return Err(ApiError::field("operation", message));
    }
    Ok(Some(vendor))
}

/// The vendor that somebody meant who calls it by its trade, its maker's name or nearly by its own.
fn meant(given: &str) -> String {
    let lower = given.to_ascii_lowercase();
    let vendor = match lower.as_str() {
        "mailbox" | "mail" | "email" | "e-mail" | "gmail" | "google" => Some(Vendor::Inbox),
        "stripe" | "payments" | "payment" | "refunds" | "money" => Some(Vendor::Billing),
        "hubspot" | "contacts" | "customers" | "tickets" => Some(Vendor::Crm),
        _ => Vendor::CANDIDATES.into_iter().find(|vendor| {
            let name = vendor.name();
            lower.len() > 1 && (name.starts_with(&lower) || lower.starts_with(name))
                || is_slip(&lower, name)
        }),
    };
    vendor.map_or(String::new(), |vendor| format!(" (did you mean {vendor}?)"))
}

/// Whether one letter too many, too few, wrong, or two swapped make `given` of `name`.
fn is_slip(given: &str, name: &str) -> bool {
    let (given, name): (Vec<char>, Vec<char>) = (given.chars().collect(), name.chars().collect());
    let front = given.iter().zip(&name).take_while(|(a, b)| a == b).count();
    let (rest, wanted) = (&given[front..], &name[front..]);
    let after = |list: &[char], n: usize| list.get(n..).unwrap_or_default().to_vec();
    match (rest, wanted) {
        ([a, b, tail @ ..], [c, d, end @ ..]) if a == d && b == c => tail == end,
        _ => {
            after(rest, 1) == after(wanted, 1)
                || after(rest, 1) == wanted
                || *rest == after(wanted, 1)
        }
    }
}

/// The operations that somebody may have meant; an example where none is near.
fn meant_operation(vendor: Vendor, name: &str) -> String {
    let offered = vendor
        .operations()
        .iter()
        .filter(|operation| operation.offered);
    let offered: Vec<&str> = offered.map(|operation| operation.name).collect();
    match nearest::meant(name, &offered) {
        meant if !meant.is_empty() => meant,
        _ => {
            let some: Vec<&str> = offered.iter().copied().take(SHOWN_MAX).collect();
            format!("; it has {}, as {}", offered.len(), some.join(", "))
        }
    }
}

/// How long the fault lasts; a hang's `for` is how long it is silent.
fn lasts_ms(words: &ArmRequest) -> Result<Option<i64>, ApiError> {
    match words.for_.as_deref() {
        Some(text) if words.kind != "hang" => words::duration_ms("for", text).map(Some),
        _ => Ok(None),
    }
}

fn position(words: &ArmRequest, fault: &Kind) -> Result<Position, ApiError> {
    let position = match words.position.as_deref() {
        None | Some("before") => Position::Before,
        Some("after") => Position::After,
        Some(other) => {
            let message = format!("`{other}` is no position; take before or after");
            return Err(ApiError::field("position", message));
        }
    };
    if fault.can_be(position) {
        return Ok(position);
    }
    let message = format!(
        "kind {} strikes before the effect; leave it out",
        fault.name()
    );
    Err(ApiError::field("position", message))
}

fn select(words: &ArmRequest) -> Result<Select, ApiError> {
    let whole = |field: &str, n: u64| match n {
        0 => Err(ApiError::field(field, "count from 1")),
        n => Ok(n),
    };
    match (&words.probability, words.first, words.every) {
        (None, None, None) => Ok(Select::Always),
        (Some(number), None, None) => Ok(Select::Probability {
            per_million: per_million(&number.to_string())?,
        }),
        (None, Some(n), None) => whole("first", n).map(Select::First),
        (None, None, Some(n)) => whole("every", n).map(Select::Every),
        (Some(_), ..) => Err(ApiError::field(
            "probability",
            "take one of probability, first and every",
        )),
        _ => Err(ApiError::field(
            "first",
            "take one of probability, first and every",
        )),
    }
}

/// `0.25` as parts of a million, without floating point.
fn per_million(text: &str) -> Result<u32, ApiError> {
    let refused = || {
        let message =
            format!("`{text}` is no probability; take 0 to 1 with at most six places, as in 0.25");
        ApiError::field("probability", message)
    };
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 6 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(refused());
    }
    let whole: u32 = whole.parse().map_err(|_| refused())?;
    let part: u32 = format!("{part:0<6}").parse().map_err(|_| refused())?;
    match whole
        .checked_mul(1_000_000)
        .and_then(|whole| whole.checked_add(part))
    {
        Some(sum @ ..=1_000_000) => Ok(sum),
        _ => Err(refused()),
    }
}

fn per(words: &ArmRequest) -> Result<Per, ApiError> {
    match words.per.as_deref() {
        None | Some("rule") => Ok(Per::Rule),
        Some("subject") => Ok(Per::Subject),
        Some(other) => {
            let message = format!("`{other}` is nothing to count by; take rule or subject");
            Err(ApiError::field("per", message))
        }
    }
}

fn time(field: &str, text: Option<&str>, now: At) -> Result<Option<At>, ApiError> {
    text.map(|text| words::office_time(field, text, now))
        .transpose()
}

#[cfg(test)]
mod tests;
