//! How times, durations and clocks are written in our own API and on the command line.
//!
//! Called by the handlers of [`super`]. Whole numbers with units; no floats, no local time.

use muddle_world::clock::{Mode, STEP_MS};
use muddle_world::time::{At, DAY, HOUR, MINUTE, SECOND};

use super::error::ApiError;

/// The largest factor of a fast clock.
const FAST_MAX: u32 = 10_000;

const DURATION_FORM: &str =
    "a duration is a whole number with a unit: 200ms, 30s, 15m, 2h, 1h30m or 2d";

/// `200ms`, `30s`, `15m`, `2h`, `1h30m`, `2d`, in milliseconds.
pub fn duration_ms(field: &str, text: &str) -> Result<i64, ApiError> {
    parse_duration(text.trim())
        .ok_or_else(|| ApiError::field(field, format!("`{text}` is no duration; {DURATION_FORM}")))
}

fn parse_duration(text: &str) -> Option<i64> {
    let (mut rest, mut total) = (text, 0_i64);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..digits].parse().ok()?;
        let after = &rest[digits..];
        let letters = after
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(after.len());
        let unit = match &after[..letters] {
            "ms" => 1,
            "s" => SECOND,
            "m" | "min" => MINUTE,
            "h" => HOUR,
            "d" => DAY,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = &after[letters..];
    }
    Some(total)
}

/// An office time: RFC 3339, a date, or `+30m` from now.
pub fn office_time(field: &str, text: &str, now: At) -> Result<At, ApiError> {
    if let Some(ahead) = text.trim().strip_prefix('+') {
        return Ok(now.plus(duration_ms(field, ahead)?));
    }
    At::parse(text.trim()).ok_or_else(|| {
        let message = format!(
            "`{text}` is no time; write 2026-03-02T09:30:00Z, 2026-03-02, or +30m for half an hour from now"
        );
        ApiError::field(field, message)
    })
}

/// `real`, `fast 30x` (closed hours jumped: `fast 30x nights:jump`), `step`, `paused`, `manual`.
pub fn clock_mode(field: &str, text: &str) -> Result<Mode, ApiError> {
    let lower = text.trim().to_ascii_lowercase();
    let mut words = lower.split([' ', ':', '=']).filter(|word| !word.is_empty());
    let name = words.next();
    let rest: Vec<&str> = words.collect();
    let parsed = match (name, rest.as_slice()) {
        (Some("real"), []) => Some(Mode::Real),
        (Some("step"), []) => Some(Mode::Step {
            per_call_ms: STEP_MS,
        }),
        (Some("paused"), []) => Some(Mode::Paused),
        (Some("manual"), []) => Some(Mode::Manual),
        (Some("fast"), [times, nights @ ..]) => fast(times, nights),
        _ => None,
    };
    parsed.ok_or_else(|| {
        let message = format!(
            "`{text}` is no clock; take real, \"fast 30x\" (or \"fast 30x nights:jump\"), step, paused or manual"
        );
        ApiError::field(field, message)
    })
}

fn fast(times: &str, nights: &[&str]) -> Option<Mode> {
    let times: u32 = times.trim_end_matches(['x', '×']).parse().ok()?;
    let nights = match nights {
        [] | ["nights"] | ["nights", "pass"] => true,
        ["nights", "jump"] => false,
        _ => return None,
    };
    (1..=FAST_MAX)
        .contains(&times)
        .then_some(Mode::Fast { times, nights })
}

/// The same clock, with what `nights` says of closed hours: `pass` or `jump`, for a fast clock alone.
pub fn with_nights(mode: Mode, nights: Option<&str>) -> Result<Mode, ApiError> {
    let Some(nights) = nights else {
        return Ok(mode);
    };
    let Mode::Fast { times, .. } = mode else {
        let message = "only a fast clock can jump closed hours; take mode \"fast 30x\" too";
        return Err(ApiError::field("nights", message));
    };
    let nights = match nights {
        "pass" => true,
        "jump" => false,
        other => {
            let message = format!("`{other}` says nothing of the nights; take pass or jump");
            return Err(ApiError::field("nights", message));
        }
    };
    Ok(Mode::Fast { times, nights })
}

#[cfg(test)]
mod tests;
