//! Why a wait did not come to its moment, and what its caller may do about it.
//!
//! Called by [`super::wait`]. Pure. What only another person's hand can do is not advised.

use std::time::Duration;

use muddle_world::clock::{Clock, Mode};
use muddle_world::time::{At, MINUTE};

use crate::control::error::SEALED;

/// A wait whose moment did not come.
pub struct Unreached<'a> {
    /// Whether the office is closed by now.
    pub sealed: bool,
    /// How the clock runs by now.
    pub clock: Mode,
    /// Whether there was anything to wait for.
    pub due: bool,
    /// What was waited for, where the caller may know it.
    pub until: Option<&'a str>,
    /// How long the request could really wait.
    pub at_most: Duration,
    /// Whether the clock is the caller's own to set.
    pub own: bool,
}

impl Unreached<'_> {
    /// The note about it.
    pub fn note(&self) -> String {
        let until = self.until.unwrap_or("the next event");
        match self.clock {
            _ if self.sealed => SEALED.to_owned(),
            _ if !self.due => {
                "nothing is due any more: no mail or vendor will come by itself".to_owned()
            }
            Mode::Paused => paused(self.own).to_owned(),
            Mode::Step { .. } | Mode::Manual => {
                format!("the clock follows the calls now; ask again, and it goes on to {until}")
            }
            Mode::Real | Mode::Fast { .. } => {
                let otherwise = if self.own {
                    ", or open with --clock step"
                } else {
                    ""
                };
                let at_most = real_words(self.at_most);
                format!(
                    "the clock runs by itself here, and this request waited at most {at_most} for {until}; ask again{otherwise}"
                )
            }
        }
    }
}

/// What is said of a clock that stands.
pub const fn paused(own: bool) -> &'static str {
    if own {
        "the clock is paused, and nothing moves it until you set it going"
    } else {
        "the clock is paused, and nothing moves it until the interviewer sets it going"
    }
}

/// What is said of a clock that leaves closed hours out.
pub fn jumped(clock: &Clock) -> Option<String> {
    let Mode::Fast { nights: false, .. } = clock.mode else {
        return None;
    };
    let opens = clock.at(clock.base_up.plus(1));
    let jumps = opens.since(clock.base_at) > MINUTE;
    Some(if jumps {
        format!(
            "closed hours are jumped: it was set at {}, and went on from {} at once",
            clock.base_at.iso(),
            minute_of(opens).iso()
        )
    } else {
        "closed hours are jumped: nights and week-ends take no time".to_owned()
    })
}

/// The minute that a time lies in.
fn minute_of(at: At) -> At {
    At(at.0 - at.0.rem_euclid(MINUTE))
}

fn real_words(time: Duration) -> String {
    match time.as_millis() {
        ms if ms % 1_000 == 0 => format!("{} real seconds", ms / 1_000),
        ms => format!("{ms} real milliseconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIVE: Unreached<'_> = Unreached {
        sealed: false,
        clock: Mode::Real,
        due: true,
        until: Some("2026-03-02T11:00:00Z"),
        at_most: Duration::from_secs(25),
        own: false,
    };

    #[test]
    fn a_running_clock_is_told_with_the_limit_as_it_was() {
        let live = LIVE.note();
        assert!(live.contains("25 real seconds") && live.contains("11:00"));
        assert!(!live.contains("--clock"), "{live}");
        let own = Unreached {
            at_most: Duration::from_millis(1_500),
            until: None,
            own: true,
            ..LIVE
        };
        let own = own.note();
        assert!(own.contains("1500 real milliseconds") && own.contains("the next event"));
        assert!(own.contains("--clock step"), "{own}");
    }

    #[test]
    fn a_clock_that_stands_or_follows_is_not_told_as_running() {
        for (clock, word) in [
            (Mode::Paused, "interviewer"),
            (Mode::Manual, "follows the calls"),
            (Mode::Step { per_call_ms: 50 }, "follows the calls"),
        ] {
            let note = Unreached { clock, ..LIVE }.note();
            assert!(note.contains(word) && !note.contains("runs"), "{note}");
        }
        let own = Unreached {
            clock: Mode::Paused,
            own: true,
            ..LIVE
        };
        assert!(own.note().contains("you set it going"));
    }

    #[test]
    fn a_closed_office_is_told_before_all_else() {
        for (clock, due) in [(Mode::Paused, true), (Mode::Real, false)] {
            let closed = Unreached {
                sealed: true,
                clock,
                due,
                ..LIVE
            };
            assert_eq!(closed.note(), SEALED);
        }
        let idle = Unreached { due: false, ..LIVE };
        assert!(idle.note().starts_with("nothing is due"));
    }
}
