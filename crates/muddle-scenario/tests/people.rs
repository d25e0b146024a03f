//! People: who is asked in their thread answers after a while, once per question; a closing statement gets no answer.

use std::sync::Arc;

use muddle_scenario::truth::Persona;
use muddle_scenario::{Generated, Options, generate, react, shipped};
use muddle_world::call::{Actor, ActorKind, Call};
use muddle_world::chance::Seed;
use muddle_world::effect::{Effects, Record};
use muddle_world::entry::{Core, Outcome};
use muddle_world::inbox::{self, Letter, Mailbox, Request};
use muddle_world::office::Plan;
use muddle_world::time::Up;
use muddle_world::vendor::Vendor;
use muddle_world::world::World;

fn office() -> (World, Generated, Persona) {
    let scenario = shipped("refund-desk")
        .expect("it ships")
        .expect("it is whole");
    let (seed, epoch) = (
        Seed::from_number(11),
        muddle_world::time::At(1_794_787_200_000),
    );
    let options = Options {
        clean: true,
        ..Options::default()
    };
    let office = generate(&scenario, &seed, epoch, options);
    let mut world = World::empty(Arc::new(seed), office.start);
    for record in &office.records {
        world.load(record);
    }
    let there = |persona: &&Persona| !persona.thread.starts_with('<');
    let persona = office
        .truth
        .people
        .iter()
        .find(there)
        .expect("somebody wrote before the opening")
        .clone();
    (world, office, persona)
}

/// What the log holds when the candidate mails the person.
fn mailed(world: &World, persona: &Persona, to: &str, text: &str) -> Core {
    let raw = inbox::compose(&Letter {
        from: Mailbox::bare("support@marlowtern.example"),
        to: vec![Mailbox::bare(to)],
        subject: "Re: your mail".to_owned(),
        message_id: "ask@marlowtern.example".to_owned(),
        text: text.to_owned(),
        ..Letter::default()
    });
    let sent = inbox::message_from_raw(
        &raw,
        "1b00000000000001".into(),
        persona.thread.clone(),
        &["SENT".into()],
        world.at,
    );
    let mut effects = Effects::default();
    effects.create(Record::Inbox(sent.into()));
    Core {
        v: 1,
        seq: 7,
        up: Up(1_000),
        at: world.at,
        paused: false,
        actor: Actor::inside(ActorKind::Candidate, "pilot"),
        origin: None,
        vendor: Vendor::Inbox,
        operation: Some("send_message".into()),
        subject: None,
        call: Call::Inbox(inbox::Call::deliver(&raw)),
        matched: Vec::new(),
        verdict: None,
        effects: effects.into_vec(),
        reply: None,
        status: Some(200),
        outcome: Outcome::Ok,
        applied: true,
        answer: None,
        idempotency_key: None,
        about: None,
    }
}

#[test]
fn a_question_is_answered_in_its_thread_after_a_while() {
    let (world, office, persona) = office();
    let core = mailed(
        &world,
        &persona,
        &persona.address,
        "Which order is it about?",
    );
    let plans = react(&world, &core, &office.truth);
    let [Plan::Do { due, call, .. }, Plan::Remember { value, .. }] = plans.as_slice() else {
        panic!("{plans:?}");
    };
    assert_eq!(due.since(world.at), persona.delay_ms);
    assert_eq!(value["given"], 1);
    let Call::Inbox(inbox::Call {
        request: Request::Deliver(mail),
        ..
    }) = &**call
    else {
        panic!("{call:?}");
    };
    let came = inbox::message_from_raw(&mail.raw, "x".into(), "x".into(), &[], *due);
    assert!(
        came.references
            .iter()
            .any(|id| &**id == "ask@marlowtern.example")
    );
    assert_eq!(
        came.from.as_ref().map(|from| &*from.address),
        Some(&*persona.address)
    );
}

#[test]
fn a_closing_statement_and_a_mail_to_somebody_else_get_no_answer() {
    let (world, office, persona) = office();
    let closed = mailed(
        &world,
        &persona,
        &persona.address,
        "We have refunded 40.00 to your card.",
    );
    assert!(react(&world, &closed, &office.truth).is_empty());
    let elsewhere = mailed(
        &world,
        &persona,
        "somebody@example.org",
        "Which order is it about?",
    );
    assert!(react(&world, &elsewhere, &office.truth).is_empty());
    let any = mailed(
        &world,
        &persona,
        &persona.address,
        "Kindly let us have the number.",
    );
    assert_eq!(react(&world, &any, &office.truth).len(), 2);
}
