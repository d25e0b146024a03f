//! What people do about what happens: customers answer a question in their thread after a while.
//!
//! Called by `office::act` with every entry. Pure: it may only plan agenda items and keep things in mind; when an item is
//! due it goes through `act` like any other call. What a person will say was written when the office was made.

use muddle_world::call::{Actor, ActorKind, Call};
use muddle_world::effect::{Change, Record};
use muddle_world::entry::Core;
use muddle_world::inbox::{self, Letter, Mailbox, Message, mime};
use muddle_world::office::Plan;
use muddle_world::time::At;
use muddle_world::world::World;
use serde_json::json;

use crate::truth::{Persona, Truth};

/// The number of these rules; it is raised when the same entry would be answered otherwise.
pub const PEOPLE_RULES: u32 = 1;

/// Phrases of a mail that closes a matter; a mail with a question mark never does.
const CLOSING: [&str; 12] = [
    "we have refunded",
    "have been refunded",
    "has been refunded",
    "i have refunded",
    "we refunded",
    "refund of",
    "cannot refund",
    "can't refund",
    "unable to refund",
    "not able to refund",
    "passed this on",
    "passed your",
];

/// Words by which a mail asks for an answer, with or without a question mark.
const ASKING: [&str; 8] = [
    "tell us",
    "let us know which",
    "let us know the",
    "send us",
    "reply with",
    "we need your",
    "need to know",
    "answer with",
];

/// What a customer makes of a mail of the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// They are asked something.
    Question,
    /// The matter is closed.
    Closing,
    /// It closes the matter and asks for something in one breath: they do not know what is wanted and keep silent.
    Unclear,
}

/// What people plan when this entry happens. `world` is the world before it.
pub fn react(world: &World, core: &Core, truth: &Truth) -> Vec<Plan> {
    if core.actor.kind != ActorKind::Candidate || !core.applied {
        return Vec::new();
    }
    let mut plans = Vec::new();
    for message in core.effects.iter().filter_map(sent) {
        for persona in &truth.people {
            if is_thread(world, &persona.thread, message) {
                plans.extend(answer(world, core.at, persona, message));
            }
        }
    }
    plans
}

/// A mail that left the desk.
fn sent(effect: &muddle_world::effect::Effect) -> Option<&Message> {
    match &effect.change {
        Change::Created(Record::Inbox(inbox::Record::Message(message))) if message.has("SENT") => {
            Some(message)
        }
        _ => None,
    }
}

/// Whether a mail stands in the thread that the truth names by id or by its first mail's Message-ID.
fn is_thread(world: &World, thread: &str, message: &Message) -> bool {
    let Some(first) = thread
        .strip_prefix('<')
        .and_then(|name| name.strip_suffix('>'))
    else {
        return *message.thread_id == *thread;
    };
    let mut found = world.inbox.messages.by_key("message_id", first);
    found.any(|first| first.thread_id == message.thread_id)
}

/// The person's next answer, unless the mail closes the matter or nothing is left to say.
fn answer(world: &World, at: At, persona: &Persona, question: &Message) -> Vec<Plan> {
    let to_them = question
        .to
        .iter()
        .chain(&question.cc)
        .any(|to| to.address.eq_ignore_ascii_case(&persona.address));
    let text = own_text(question).to_lowercase();
    if !to_them || heard(&text) != Heard::Question {
        return Vec::new();
    }
    let memory = format!("{}/answers", persona.case);
    let given = world
        .office
        .memory
        .get(&memory)
        .and_then(|row| row.value["given"].as_u64())
        .unwrap_or(0);
    let Some(next) = persona.answers.get(given as usize) else {
        return Vec::new();
    };
    let due = at.plus(persona.delay_ms);
    let raw = inbox::compose(&letter(persona, question, &next.text, due, given));
    let rule = if text.contains('?') {
        "a question mark"
    } else {
        "no closing statement"
    };
    vec![
        Plan::Do {
            due,
            actor: Actor::inside(ActorKind::Persona, &persona.name),
            call: Box::new(Call::Inbox(inbox::Call::deliver(&raw))),
        },
        Plan::Remember {
            id: memory.into(),
            value: json!({ "given": given + 1, "understood": "a question", "by": rule, "tells": next.tells, "mail": *question.id }),
        },
    ]
}

/// What was written, without what it quotes.
fn own_text(message: &Message) -> String {
    let text = mime::read(&message.raw_bytes())
        .map(|mail| mail.root.readable())
        .unwrap_or_default();
    let own = |line: &&str| !line.trim_start().starts_with('>');
    text.lines()
        .take_while(|line| !line.contains("Original Message"))
        .filter(own)
        .collect::<Vec<_>>()
        .join("\n")
}

/// What a customer makes of a mail's own words. A question mark always asks; whatever closes nothing asks too.
pub fn heard(words: &str) -> Heard {
    let words = words.to_lowercase();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
    if words.contains('?') || !says(&CLOSING) {
        Heard::Question
    } else if says(&ASKING) {
        Heard::Unclear
    } else {
        Heard::Closing
    }
}

fn letter(persona: &Persona, question: &Message, text: &str, date: At, given: u64) -> Letter {
    let subject = question.subject.to_string();
    let subject = if subject.to_lowercase().starts_with("re:") {
        subject
    } else {
        format!("Re: {subject}")
    };
    let domain = persona.address.rsplit('@').next().unwrap_or("mail.example");
    let mut references: Vec<String> = question
        .references
        .iter()
        .map(ToString::to_string)
        .collect();
    references.push(question.message_id.to_string());
    Letter {
        from: Mailbox::named(&persona.name, &persona.address),
        to: question.from.iter().cloned().collect(),
        subject,
        date,
        message_id: format!(
            "{}.{given}.{}@{domain}",
            persona.case.len() as u64 + given,
            question.id
        ),
        in_reply_to: Some(question.message_id.to_string()),
        references,
        text: text.to_owned(),
        ..Letter::default()
    }
}
