//! Practice, live and exam: what a workspace's mode lets whom do.
//!
//! Asked by the control API before it acts. The table is here and nowhere else; roles are checked at the edge, which
//! knows tokens, and the world knows neither.

use muddle_world::call::ActorKind;
use muddle_world::clock::{Mode as ClockMode, STEP_MS};

use crate::error::OfficeError;
use crate::open::Order;

/// What a workspace is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The candidate's own office.
    Practice,
    /// An interviewer is in the room.
    Live,
    /// A secret seed, one declared attempt, nobody's hand on the clock.
    Exam,
}

/// What a mode governs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Setting, pausing or advancing the clock by hand.
    MoveClock,
    /// Beginning again.
    Reset,
    /// Continuing a copy.
    Fork,
    /// Arming a fault by hand. Lifting is the safety lever and stays free.
    ArmFault,
    /// Sending mail in by hand, as a customer.
    SendMail,
    /// Issuing a key, giving one an end or taking it back.
    ChangeKey,
}

/// Whose hand a deed needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hand {
    /// Nobody's.
    Nobody,
    /// Only the server's admin.
    Admin,
    /// This role's, or the admin for them.
    Only(ActorKind),
    /// That of any role which reaches the deed at all.
    Any,
}

impl Deed {
    const fn words(self) -> &'static str {
        match self {
            Self::MoveClock => "move its clock",
            Self::Reset => "reset it",
            Self::Fork => "fork it",
            Self::ArmFault => "arm a fault in it by hand",
            Self::SendMail => "send mail into it by hand",
            Self::ChangeKey => "change its keys",
        }
    }
}

impl Mode {
    /// All, for messages.
    pub const NAMES: &'static str = "practice, live or exam";

    /// The mode of this name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "practice" => Self::Practice,
            "live" => Self::Live,
            "exam" => Self::Exam,
            _ => return None,
        })
    }

    /// Whose hand a deed needs. In an exam nobody's: only calls and waits move its clock, and faults follow its script
    /// alone; but a key that leaked can always be taken back.
    const fn hand(self, deed: Deed) -> Hand {
        match (self, deed) {
            (Self::Exam, Deed::ChangeKey) => Hand::Admin,
            (Self::Exam, _) => Hand::Nobody,
            (Self::Practice | Self::Live, Deed::ArmFault | Deed::SendMail | Deed::ChangeKey) => {
                Hand::Any
            }
            (Self::Practice, _) => Hand::Only(ActorKind::Candidate),
            (Self::Live, _) => Hand::Only(ActorKind::Interviewer),
        }
    }

    /// The clock it starts with where none is asked for.
    pub const fn clock(self) -> ClockMode {
        match self {
            Self::Practice | Self::Live => ClockMode::Real,
            Self::Exam => ClockMode::Step {
                per_call_ms: STEP_MS,
            },
        }
    }
}

/// Whether `who` may do `deed` in a workspace of this mode. The server's admin acts for whoever may.
pub fn allow(mode: &str, deed: Deed, who: ActorKind) -> Result<(), OfficeError> {
    let refused = |why: &str| Err(OfficeError::Conflict(format!("{why} {}", deed.words())));
    let Some(mode) = Mode::named(mode) else {
        return refused("this workspace has no known mode, so nobody may");
    };
    match (mode.hand(deed), who) {
        (Hand::Nobody, _) => refused("this workspace is an exam: nobody may"),
        (_, ActorKind::System) | (Hand::Any, _) => Ok(()),
        (Hand::Admin, _) => refused("this workspace is an exam: only the admin may"),
        (Hand::Only(hand), who) if hand == who => Ok(()),
        (Hand::Only(ActorKind::Candidate), _) => {
            refused("this workspace is the candidate's own practice: only they may")
        }
        (Hand::Only(_), _) => refused("this workspace is a live session: only the interviewer may"),
    }
}

/// Whether a workspace of this mode and seed is one for testing: its seed has a number, so that ids, names and mail all
/// follow from what somebody knows, and it is no practice, where that is as it should be.
pub fn is_test(mode: &str, seed: Option<u64>) -> bool {
    seed.is_some() && Mode::named(mode) != Some(Mode::Practice)
}

/// Whether a workspace may be opened like this. `test` lifts the rule that keeps seeds secret.
pub fn check(order: &Order, test: bool) -> Result<(), OfficeError> {
    let Some(mode) = Mode::named(&order.mode) else {
        return Err(OfficeError::Invalid(format!(
            "there is no mode `{}`; take {}",
            order.mode,
            Mode::NAMES
        )));
    };
    if is_test(&order.mode, order.seed) && !test {
        return Err(OfficeError::Invalid(format!(
            "a seed that somebody knows is for practice; mode {} draws a secret one (leave --seed out, or pass --test)",
            order.mode
        )));
    }
    if mode == Mode::Exam && order.unlimited {
        return Err(OfficeError::Invalid(
            "an exam keeps the vendors' documented rate limits; leave --rate-limits out".into(),
        ));
    }
    if mode == Mode::Exam && !matches!(order.clock, ClockMode::Step { .. }) {
        return Err(OfficeError::Invalid(
            "an exam runs under the step clock; leave --clock out".into(),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_has_one_hand_on_the_clock_and_an_exam_none() {
        use ActorKind::{Candidate, Interviewer, System};
        let may = |mode, who| allow(mode, Deed::MoveClock, who).is_ok();
        assert_eq!(
            [Candidate, Interviewer, System].map(|who| may("practice", who)),
            [true, false, true]
        );
        assert_eq!(
            [Candidate, Interviewer, System].map(|who| may("live", who)),
            [false, true, true]
        );
        assert_eq!(
            [Candidate, Interviewer, System].map(|who| may("exam", who)),
            [false; 3]
        );
    }

    #[test]
    fn in_an_exam_nobody_arms_a_fault_and_only_the_admin_takes_a_key_back() {
        use ActorKind::{Interviewer, System};
        let may = |mode, deed| [Interviewer, System].map(|who| allow(mode, deed, who).is_ok());
        for mode in ["practice", "live"] {
            assert_eq!(may(mode, Deed::ArmFault), [true; 2], "{mode}");
            assert_eq!(may(mode, Deed::SendMail), [true; 2], "{mode}");
            assert_eq!(may(mode, Deed::ChangeKey), [true; 2], "{mode}");
        }
        assert_eq!(may("exam", Deed::ArmFault), [false; 2]);
        assert_eq!(may("exam", Deed::SendMail), [false; 2]);
        assert_eq!(may("exam", Deed::ChangeKey), [false, true]);
    }
}
