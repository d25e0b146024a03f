//! Days as numbers, with their dates and spellings at hand.
//!
//! Called all over the generator: turning a day into text is the commonest thing it does, so the last two years are
//! spelled once.

use jiff::civil::Date;
use muddle_world::time::{At, DAY, MINUTE};

/// Days since 1970.
pub type Day = i64;

/// How far back records go.
const PAST_DAYS: i64 = 760;
/// How far ahead.
const AHEAD_DAYS: i64 = 60;

/// Dates around the opening.
#[derive(Debug)]
pub struct Calendar {
    /// When the office opens.
    pub start: At,
    first: Day,
    dates: Vec<(Date, String)>,
}

impl Calendar {
    /// The dates around a moment.
    pub fn around(start: At) -> Self {
        let today = start.0.div_euclid(DAY);
        let first = today - PAST_DAYS;
        let mut date = At(first * DAY)
            .timestamp()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date();
        let mut dates = Vec::with_capacity((PAST_DAYS + AHEAD_DAYS) as usize);
        for _ in 0..PAST_DAYS + AHEAD_DAYS {
            dates.push((date, date.to_string()));
            date = date.tomorrow().unwrap_or(date);
        }
        Self {
            start,
            first,
            dates,
        }
    }

    /// The day of the opening.
    pub const fn today(&self) -> Day {
        self.start.0.div_euclid(DAY)
    }

    /// The date of a day; days outside the calendar are its edge.
    pub fn date(&self, day: Day) -> Date {
        self.entry(day).0
    }

    /// `2026-11-21`.
    pub fn text(&self, day: Day) -> &str {
        &self.entry(day).1
    }

    fn entry(&self, day: Day) -> &(Date, String) {
        let at = (day - self.first).clamp(0, self.dates.len() as i64 - 1);
        &self.dates[at as usize]
    }

    /// A moment on a day.
    pub const fn moment(day: Day, minute: i64) -> At {
        At(day * DAY + minute * MINUTE)
    }
}

/// The day of a moment.
pub const fn day_of(at: At) -> Day {
    at.0.div_euclid(DAY)
}
