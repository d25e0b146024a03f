//! The vendor's account of its rate limits: headers on every answer but a search's, and the policy that a 429 names.
//!
//! Called by the face for every answer. Invariant: a 429 reports the limit that refused, with nothing left of it.

use http::{HeaderName, HeaderValue};

use crate::vendors::Scene;
use muddle_world::time::{DAY, SECOND};

/// Calls that an account may make in a day; the vendor tells it on every answer.
const DAILY: u64 = 625_000;
/// The limit that the vendor documents for one app, and its window.
const USUAL: u64 = 190;
const USUAL_WINDOW_MS: i64 = 10 * SECOND;

type Headers = Vec<(HeaderName, HeaderValue)>;

/// A limit that refused a call.
#[derive(Clone, Copy, Debug)]
pub struct Refusing {
    /// Calls per window.
    pub units: u64,
    /// Length of the window.
    pub window_ms: i64,
}

impl Refusing {
    /// The daily limit.
    pub const fn daily() -> Self {
        Self {
            units: DAILY,
            window_ms: DAY,
        }
    }

    /// The limit that a call counts against, or the documented one where none is counted.
    pub fn usual(scene: &Scene<'_>) -> Self {
        match scene.rate.filter(|_| !searches(scene)) {
            Some(rate) => Self {
                units: rate.units,
                window_ms: rate.window_ms,
            },
            None => Self {
                units: USUAL,
                window_ms: USUAL_WINDOW_MS,
            },
        }
    }

    /// The vendor's name for a limit of such a window. Clients read it: only the shorter ones are worth a retry.
    pub const fn policy(self) -> &'static str {
        match self.window_ms {
            ..=SECOND => "SECONDLY",
            DAY.. => "DAILY",
            _ => "TEN_SECONDLY_ROLLING",
        }
    }

    /// Its headers, with nothing left.
    pub fn spent(self, scene: &Scene<'_>) -> Headers {
        if searches(scene) {
            return Vec::with_capacity(1);
        }
        if self.window_ms < DAY {
            return headers(
                self.units,
                self.window_ms,
                0,
                DAILY,
                DAILY.saturating_sub(self.units),
            );
        }
        let usual = Self::usual(scene);
        headers(usual.units, usual.window_ms, usual.units, self.units, 0)
    }
}

/// Search has a limit of its own and reports nothing.
fn searches(scene: &Scene<'_>) -> bool {
    scene
        .operation
        .is_some_and(|name| name.starts_with("search_"))
}

/// The headers of an answer that no limit refused; none where no limit counts the call.
pub fn of(scene: &Scene<'_>) -> Headers {
    let Some(rate) = scene.rate.filter(|_| !searches(scene)) else {
        return Vec::with_capacity(1);
    };
    let left = rate.units.saturating_sub(rate.used);
    let left_today = DAILY.saturating_sub(rate.used);
    headers(rate.units, rate.window_ms, left, DAILY, left_today)
}

fn headers(units: u64, window_ms: i64, left: u64, daily: u64, left_today: u64) -> Headers {
    let interval = u64::try_from(window_ms).unwrap_or(0);
    let all = [
        ("x-hubspot-ratelimit-max", units),
        ("x-hubspot-ratelimit-remaining", left),
        ("x-hubspot-ratelimit-interval-milliseconds", interval),
        ("x-hubspot-ratelimit-daily", daily),
        ("x-hubspot-ratelimit-daily-remaining", left_today),
    ];
    let mut headers = Vec::with_capacity(all.len() + 1);
    headers
        .extend(all.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from(value))));
    headers
}
