//! Which kind of fault the words mean, with its parameters.
//!
//! Called by [`super`]. A word that belongs to another kind is refused, not passed over.

use muddle_world::fault::{Garble, Kind, Latency};

use super::super::error::ApiError;
use super::super::words;
use super::{ArmRequest, LOST_MS_MAX, nearest};

pub(super) fn kind(words: &ArmRequest, lasts_ms: Option<i64>) -> Result<Kind, ApiError> {
    let kind = match words.kind.as_str() {
        "delay" => Kind::Delay {
            latency: latency(needed(words, "delay", words.delay.as_deref(), "200ms")?)?,
        },
        "error" => Kind::Error {
            status: status(words)?,
            code: words.code.as_deref().map(Into::into),
        },
        "throttle" => Kind::Throttle {
            limit: needed(words, "limit", words.limit, "10")?,
            window_ms: window_ms(needed(words, "window", words.window.as_deref(), "60s")?)?,
        },
        "quota_exhausted" => Kind::QuotaExhausted,
        "outage" => Kind::Outage {
            lost_for_ms: match words.lost_for.as_deref() {
                Some(text) => words::duration_ms("lost_for", text)?,
                None => lasts_ms.map_or(LOST_MS_MAX, |ms| (ms / 4).min(LOST_MS_MAX)),
            },
        },
        "hang" => Kind::Hang {
            for_ms: match words.for_.as_deref() {
                Some(text) => Some(words::duration_ms("for", text)?),
                None => None,
            },
        },
        "reset" => Kind::Reset,
        "close" => Kind::Close,
        "cut" => Kind::Cut {
            after_bytes: needed(words, "bytes", words.bytes, "20")?,
        },
        "garble" => Kind::Garble {
            how: garble(words.how.as_deref())?,
        },
        other => {
            let message = match nearest::meant(other, &Kind::NAMES) {
                meant if !meant.is_empty() => format!("`{other}` is no kind of fault{meant}"),
                _ => format!(
                    "`{other}` is no kind of fault; take {}",
                    Kind::NAMES.join(", ")
                ),
            };
            return Err(ApiError::field("kind", message));
        }
    };
    no_stray(words)?;
    Ok(kind)
}

fn needed<T>(
    words: &ArmRequest,
    field: &str,
    value: Option<T>,
    example: &str,
) -> Result<T, ApiError> {
    value.ok_or_else(|| {
        let message = format!("kind {} needs it, as in {field} {example}", words.kind);
        ApiError::field(field, message)
    })
}

/// Words that mean nothing for this kind.
fn no_stray(words: &ArmRequest) -> Result<(), ApiError> {
    let fields = [
        ("delay", words.delay.is_some(), "delay"),
        ("status", words.status.is_some(), "error"),
        ("code", words.code.is_some(), "error"),
        ("limit", words.limit.is_some(), "throttle"),
        ("window", words.window.is_some(), "throttle"),
        ("bytes", words.bytes.is_some(), "cut"),
        ("how", words.how.is_some(), "garble"),
        ("lost_for", words.lost_for.is_some(), "outage"),
    ];
    let stray = fields
        .into_iter()
        .find(|(_, given, of)| *given && words.kind != *of);
    match stray {
        None => Ok(()),
        Some((field, _, of)) => {
            let message = format!(
                "it belongs to kind {of}, not to {}; leave it out",
                words.kind
            );
            Err(ApiError::field(field, message))
        }
    }
}

fn status(words: &ArmRequest) -> Result<u16, ApiError> {
    let status = needed(words, "status", words.status, "503")?;
    if (400..=599).contains(&status) {
        return Ok(status);
    }
    Err(ApiError::field(
        "status",
        "an error has a status of 400 to 599",
    ))
}

fn window_ms(text: &str) -> Result<i64, ApiError> {
    match words::duration_ms("window", text)? {
        0 => Err(ApiError::field("window", "a window has a length")),
        ms => Ok(ms),
    }
}

fn latency(text: &str) -> Result<Latency, ApiError> {
    let ms = |text: &str| words::duration_ms("delay", text);
    let pair = |rest: &str| -> Result<(i64, i64), ApiError> {
        let (low, high) = rest.split_once(',').ok_or_else(|| {
            ApiError::field(
                "delay",
                format!("`{text}` needs two durations, as in uniform:100ms,2s"),
            )
        })?;
        let (low, high) = (ms(low)?, ms(high)?);
        if low > high {
            return Err(ApiError::field("delay", "the smaller duration comes first"));
        }
        Ok((low, high))
    };
    if let Some(rest) = text.strip_prefix("uniform:") {
        let (low, high) = pair(rest)?;
        return Ok(Latency::Uniform(low, high));
    }
    if let Some(rest) = text.strip_prefix("lognormal:") {
        let (median, p99) = pair(rest)?;
        return Ok(Latency::Lognormal { median, p99 });
    }
    ms(text.strip_prefix("fixed:").unwrap_or(text)).map(Latency::Fixed)
}

fn garble(how: Option<&str>) -> Result<Garble, ApiError> {
    match how {
        None | Some("bit_flip") => Ok(Garble::BitFlip),
        Some("random_bytes") => Ok(Garble::RandomBytes),
        Some("html_page") => Ok(Garble::HtmlPage),
        Some(other) => {
            let message =
                format!("`{other}` is no way to garble; take bit_flip, random_bytes or html_page");
            Err(ApiError::field("how", message))
        }
    }
}
