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

#[test]
fn mail_by_hand_and_lifted_rate_limits_are_on_the_scale_and_notes_beside_it() {
    let mut desk = Desk::open();
    let letter = muddle_world::inbox::Letter {
        from: muddle_world::inbox::Mailbox::bare("ann@mail.example"),
        to: vec![muddle_world::inbox::Mailbox::bare(super::desk::DESK)],
        subject: "One more thing".into(),
        message_id: "h1@mail.example".into(),
        text: "Are you there?".into(),
        ..Default::default()
    };
    let raw = muddle_world::inbox::compose(&letter);
    let mail = Call::Inbox(muddle_world::inbox::Call::deliver(&raw));
    desk.act(ActorKind::Interviewer, mail.clone(), Ends::Well);
    desk.act(ActorKind::Persona, mail, Ends::Well);
    let note = office::Call::Note {
        text: "Did not look at the dispute.".into(),
    };
    desk.act(ActorKind::Grader, Call::Office(note), Ends::Well);
    let mut hands = Hands::default();
    desk.entries
        .iter()
        .for_each(|entry| hands.note(&entry.core));
    assert_eq!(
        told(&hands.mail),
        ["a mail from ann@mail.example was sent in: \"One more thing\""]
    );
    let [note] = &hands.notes[..] else {
        panic!("{:?}", hands.notes)
    };
    assert_eq!(
        (note.by, &*note.text, note.seq),
        ("grader", "Did not look at the dispute.", 3)
    );
}

#[test]
fn a_report_without_notes_says_nothing_of_them() {
    let report = super::graded(&[]);
    let (json, text) = (report.to_json(), report.to_text());
    assert!(json.get("notes").is_none() && json["hands"].get("mail").is_none());
    assert!(
        !text.contains("Notes") && !text.contains("Rate limits"),
        "{text}"
    );
    let mut noted = report;
    noted.hands.notes.push(crate::Note {
        seq: 9,
        at: super::desk::start(),
        by: "interviewer",
        text: "Asked the\ncustomer first.".into(),
    });
    noted.hands.unlimited = true;
    let (json, text) = (noted.to_json(), noted.to_text());
    assert_eq!(json["notes"][0]["text"], "Asked the\ncustomer first.");
    assert_eq!(json["hands"]["rate_limits"], "off");
    assert!(
        text.contains("2026-11-17 08:30, interviewer: Asked the customer first. [entry 9]"),
        "{text}"
    );
    assert!(text.contains("Rate limits      off"), "{text}");
}
