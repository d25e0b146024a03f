//! The two times of a workspace that rules may read: `At` (the office's) and `Up` (since opening, without down time).
//!
//! Used everywhere in the world; the third time, the wall, never enters this crate. They are different types so that
//! a rate window can never be computed from office time by accident. Both count milliseconds.

use serde::{Deserialize, Serialize};

/// Office time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct At(pub i64);

/// Milliseconds since the workspace was opened, without down time; never goes back.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Up(pub i64);

/// Milliseconds in a second, minute, hour and day.
pub const SECOND: i64 = 1_000;
/// See [`SECOND`].
pub const MINUTE: i64 = 60 * SECOND;
/// See [`SECOND`].
pub const HOUR: i64 = 60 * MINUTE;
/// See [`SECOND`].
pub const DAY: i64 = 24 * HOUR;

impl At {
    /// Whole seconds since the epoch, as Stripe dates things.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }

    /// This time plus `ms`.
    pub const fn plus(self, ms: i64) -> Self {
        Self(self.0 + ms)
    }

    /// Milliseconds from `earlier` to this.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// `2026-11-21T02:00:00.000Z`, as HubSpot and our own API write times.
    pub fn iso(self) -> String {
        let stamp = self.timestamp();
        format!("{stamp:.3}")
    }

    /// The same instant for date arithmetic in UTC. Times outside jiff's range saturate.
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }

    /// Parses an RFC 3339 time or a plain date (midnight UTC).
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
            return Some(Self(stamp.as_millisecond()));
        }
        let date: jiff::civil::Date = text.parse().ok()?;
        let zoned = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Self(zoned.timestamp().as_millisecond()))
    }
}

impl Up {
    /// This time plus `ms`.
    pub const fn plus(self, ms: i64) -> Self {
        Self(self.0 + ms)
    }

    /// Milliseconds from `earlier` to this.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_and_parse_agree() {
        let again = |text| At::parse(text).map(At::iso);
        for (text, iso) in [
            ("2026-11-21T02:00:00.250Z", Some("2026-11-21T02:00:00.250Z")),
            ("2026-11-21", Some("2026-11-21T00:00:00.000Z")),
            ("yesterday", None),
        ] {
            assert_eq!(again(text).as_deref(), iso, "{text}");
        }
    }
}
