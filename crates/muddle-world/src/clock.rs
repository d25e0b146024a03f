//! How office time follows from `up`: the clock's setting, which is a record like any other.
//!
//! Read by `office::act` once per call. Pure: the setting says how time runs, the one reading of `up` says how far.

use serde::{Deserialize, Serialize};

use crate::row;
use crate::row::{Row, Str};
use crate::time::{At, DAY, MINUTE, Up};

/// How a step clock moves with each call, milliseconds.
pub const STEP_MS: i64 = 50;

/// How office time runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// As fast as the wall's.
    Real,
    /// `times` as fast; closed hours are jumped unless `nights`.
    Fast {
        /// Factor.
        times: u32,
        /// Whether nights and week-ends pass too.
        nights: bool,
    },
    /// The office waits for the automation.
    Step {
        /// Milliseconds a call takes.
        per_call_ms: i64,
    },
    /// It stands still.
    Paused,
    /// It moves only by hand (tests).
    Manual,
}

/// When people work, minutes of the day in UTC, Monday to Friday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// First minute.
    pub from_min: i64,
    /// First minute after.
    pub to_min: i64,
}

row! {
    /// The setting. There is one, with id `clock`.
    pub struct Clock {
        /// `clock`.
        pub id: Str,
        /// How it runs.
        pub mode: Mode,
        /// The moment of the setting.
        pub base_up: Up,
        /// Office time at that moment.
        pub base_at: At,
        /// Open hours, for a fast clock.
        pub hours: Hours,
    }
}

impl Row for Clock {
    const COLLECTION: &'static str = "clock";
    fn id(&self) -> &Str {
        &self.id
    }
}

impl Mode {
    /// How people set it, as in `fast 60x nights:jump`.
    pub fn words(&self) -> String {
        match self {
            Self::Real => "real".to_owned(),
            Self::Fast { times, nights } => {
                let nights = if *nights { "" } else { " nights:jump" };
                format!("fast {times}x{nights}")
            }
            Self::Step { .. } => "step".to_owned(),
            Self::Paused => "paused".to_owned(),
            Self::Manual => "manual".to_owned(),
        }
    }
}

impl Clock {
    /// Office time at `up`.
    pub fn at(&self, up: Up) -> At {
        let passed = up.since(self.base_up).max(0);
        match self.mode {
            Mode::Real | Mode::Step { .. } | Mode::Manual => self.base_at.plus(passed),
            Mode::Paused => self.base_at,
            Mode::Fast {
                times,
                nights: true,
            } => self.base_at.plus(passed.saturating_mul(i64::from(times))),
            Mode::Fast {
                times,
                nights: false,
            } => self
                .hours
                .after_working(self.base_at, passed.saturating_mul(i64::from(times))),
        }
    }

    /// The first moment at which office time reaches `at`; `None` if it never does by itself.
    pub fn up_of(&self, at: At) -> Option<Up> {
        let ahead = at.since(self.base_at).max(0);
        match self.mode {
            Mode::Real | Mode::Step { .. } | Mode::Manual => Some(self.base_up.plus(ahead)),
            Mode::Paused => (ahead == 0).then_some(self.base_up),
            Mode::Fast {
                times,
                nights: true,
            } => Some(self.base_up.plus(shared(ahead, times))),
            Mode::Fast {
                times,
                nights: false,
            } => Some(
                self.base_up
                    .plus(shared(self.hours.working_between(self.base_at, at), times)),
            ),
        }
    }

    /// Whether time moves only with calls.
    pub const fn follows_calls(&self) -> bool {
        matches!(self.mode, Mode::Step { .. } | Mode::Manual)
    }
}

impl Hours {
    /// Whether people are at work.
    pub const fn open(&self, at: At) -> bool {
        let (day, minute) = (at.0.div_euclid(DAY), at.0.rem_euclid(DAY) / MINUTE);
        is_weekday(day) && minute >= self.from_min && minute < self.to_min
    }

    /// The time reached from `start` after `work_ms` of open hours; closed hours take none.
    fn after_working(&self, start: At, work_ms: i64) -> At {
        let (mut at, mut left) = (start.0, work_ms);
        while left > 0 {
            let day = at.div_euclid(DAY);
            let close = day * DAY + self.to_min * MINUTE;
            let begin = at.max(day * DAY + self.from_min * MINUTE);
            let room = if is_weekday(day) {
                (close - begin).max(0)
            } else {
                0
            };
            if left < room {
                return At(begin + left);
            }
            left -= room;
            at = (day + 1) * DAY;
        }
        At(at)
    }

    /// Open milliseconds between two times.
    pub fn working_between(&self, from: At, to: At) -> i64 {
        let mut worked = 0;
        for day in from.0.div_euclid(DAY)..=to.0.div_euclid(DAY) {
            if is_weekday(day) {
                let (open, close) = (
                    day * DAY + self.from_min * MINUTE,
                    day * DAY + self.to_min * MINUTE,
                );
                worked += (close.min(to.0) - open.max(from.0)).max(0);
            }
        }
        worked
    }
}

/// `ms` of office time at `times` the speed, rounded up.
fn shared(ms: i64, times: u32) -> i64 {
    let times = i64::from(times.max(1));
    (ms + times - 1).div_euclid(times)
}

/// Day 0 was a Thursday.
const fn is_weekday(day: i64) -> bool {
    (day + 3).rem_euclid(7) < 5
}

#[cfg(test)]
mod tests;
