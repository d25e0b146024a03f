//! What counts as a hand on the scale: what was done, and by whom.

use muddle_world::call::{ActorKind, Call};
use muddle_world::fault::{Kind, Per, Position, Select};
use muddle_world::office::{self, NewFault};
use muddle_world::vendor::Vendor;

use super::live::{Desk, Ends};
use crate::hands::Hands;

fn told(moves: &[crate::hands::Move]) -> Vec<&str> {
    moves.iter().map(|one| one.what.as_str()).collect()
}

#[test]
fn only_what_was_done_and_not_by_waiting_candidates_is_a_hand_on_the_scale() {
    let mut desk = Desk::open();
    let mut by = |kind, call| {
        desk.act(kind, Call::Office(call), Ends::Well);
    };
    let lift = |fault: Option<&str>| office::Call::LiftFaults {
        fault: fault.map(Into::into),
        by_hand: fault.is_none(),
    };
    let close = NewFault {
        vendor: Some(Vendor::Billing),
        operation: None,
        fault: Kind::Close,
        position: Position::After,
        select: Select::First(1),
        per: Per::Rule,
        from: None,
        to: None,
        ttl_ms: None,
    };
    let half_an_hour = || office::Call::Wait { for_ms: 1_800_000 };
    by(ActorKind::Candidate, half_an_hour());
    by(ActorKind::Interviewer, half_an_hour());
    by(ActorKind::Interviewer, office::Call::ArmFault(close));
    by(ActorKind::Interviewer, lift(Some("f99")));
    by(ActorKind::Interviewer, lift(None));
    by(ActorKind::Interviewer, lift(None));
    let mut hands = Hands::default();
    desk.entries
        .iter()
        .for_each(|entry| hands.note(&entry.core));
    assert_eq!(told(&hands.clock), ["the clock was moved on by 30 minutes"]);
    let [armed, lifted] = told(&hands.faults)[..] else {
        panic!("{:?}", hands.faults)
    };
    let (id, what) = armed.split_once(' ').unwrap();
    assert_eq!(what, "was armed: close on billing");
    assert_eq!(lifted, format!("{id} was lifted"));
}
