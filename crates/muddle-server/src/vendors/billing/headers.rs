//! What a request's headers ask of the vendor beside its operation: a version of the API, another account.
//!
//! Asked by `args` for every offered route. The desk speaks one release of the API and is one account; whatever else is
//! asked for is refused, never ignored.

use http::HeaderMap;
use muddle_world::call::{Problem, ProblemKind};

use super::API_VERSION;
use super::args::NOT_SPOKEN;
use super::limits::QUOTED_CHARS_MAX;

/// Versions of the release that is spoken: each adds to the one before and changes nothing.
const RELEASE: [&str; 2] = ["2026-09-30.endive", API_VERSION];

/// Headers by which a request asks for another account.
const ACCOUNTS: [&str; 2] = ["stripe-account", "stripe-context"];

/// Refuses versions that are not spoken, and every other account.
pub fn check(headers: &HeaderMap) -> Result<(), Problem> {
    if let Some(version) = asked(headers, "stripe-version")
        && !RELEASE.contains(&&*version)
    {
        return Err(unspoken(&version));
    }
    match ACCOUNTS.into_iter().find_map(|name| asked(headers, name)) {
        Some(account) => Err(Problem {
            kind: ProblemKind::NoAccess,
            param: None,
            message: format!(
                "The provided key does not have access to account '{account}' (or that account does not exist). Application access may have been revoked."
            )
            .into(),
        }),
        None => Ok(()),
    }
}

/// Whether an answer can be in the version that its request asks for.
pub fn speaks(headers: &HeaderMap) -> bool {
    asked(headers, "stripe-version").is_none_or(|version| RELEASE.contains(&&*version))
}

fn asked(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    let value = String::from_utf8_lossy(value.as_bytes());
    let value: String = value.chars().take(QUOTED_CHARS_MAX).collect();
    (!value.is_empty()).then_some(value)
}

/// A version of the vendor's that is not spoken here, or none of its versions.
fn unspoken(version: &str) -> Problem {
    let message = if is_version(version) {
        format!(
            "{NOT_SPOKEN}{version} of the API. It speaks {API_VERSION}: use an SDK that is pinned to it, or send that version."
        )
    } else {
        format!("Invalid Stripe API version: {version}")
    };
    Problem {
        kind: ProblemKind::InvalidParam,
        param: None,
        message: message.into(),
    }
}

/// `2024-06-20`, `2026-10-28.endive`, with or without flags of previews behind it.
fn is_version(text: &str) -> bool {
    let version = text.split(';').next().unwrap_or(text);
    let (date, name) = version.split_once('.').unwrap_or((version, "release"));
    let parts: Vec<&str> = date.split('-').collect();
    let digits = |part: &str, count: usize| {
        part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let dated = matches!(parts[..], [year, month, day]
        if digits(year, 4) && digits(month, 2) && digits(day, 2));
    dated && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase())
}
