//! All letters of one office, kept from resembling each other.
//!
//! Called by the generator, which composes in a fixed order: what was said before decides what is still fresh. A letter
//! that shares too much with an earlier one is told again in other words; the least alike of several tries is kept.

use std::collections::BTreeMap;

use muddle_world::chance::Dice;

use super::book::{Book, book};
use super::facts::{Facts, Slots, desk_slots, slots};
use super::overlap::{Bodies, shingles};
use super::telling::{Ask, CLOSE, Told, Usage, tell};
use super::writer::{Language, Tone, Writer};
use super::{Agent, Attachment, Intent, Letter, Notice, Reply, Shop, Voice, html, manner, picture};
use crate::people::Person;

/// Tries before the least alike is taken.
const TRIES_MAX: usize = 16;
/// What two letters may share without another try; the limit that is measured is 40.
const SHARED_MAX_PERCENT: u64 = 22;

/// What was said already.
#[derive(Debug, Default)]
pub struct Mailbag {
    usage: Usage,
    bodies: Bodies,
}

/// A finished letter that is not yet taken.
struct Draft {
    letter: Letter,
    used: Vec<usize>,
    shingles: Vec<u64>,
    shared: u64,
}

impl Mailbag {
    /// Nothing was said yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A letter from outside.
    pub fn compose(
        &mut self,
        dice: &mut Dice,
        writer: &Writer<'_>,
        intent: Intent,
        facts: &Facts,
        shop: &Shop,
    ) -> Letter {
        self.best(dice, |dice, usage| {
            outside(dice, usage, writer, intent, facts, shop)
        })
    }

    /// What an agent answers a customer.
    pub fn reply(
        &mut self,
        dice: &mut Dice,
        agent: &Agent,
        customer: &Person,
        reply: Reply,
        facts: &Facts,
        shop: &Shop,
    ) -> Letter {
        let full = customer.full();
        self.best(dice, |dice, usage| {
            let to = Some((customer.first.as_str(), full.as_str()));
            let slots = desk_slots(dice, agent, to, facts, shop);
            desk(dice, usage, agent, reply.key(), ".agent", &slots)
        })
    }

    /// What the manager writes to the desk; policy values are in `facts.other`.
    pub fn notice(
        &mut self,
        dice: &mut Dice,
        notice: Notice,
        facts: &Facts,
        shop: &Shop,
    ) -> Letter {
        self.best(dice, |dice, usage| {
            let slots = desk_slots(dice, &shop.manager, None, facts, shop);
            desk(dice, usage, &shop.manager, notice.key(), ".manager", &slots)
        })
    }

    fn best(
        &mut self,
        dice: &mut Dice,
        mut draw: impl FnMut(&mut Dice, &Usage) -> (Letter, Told),
    ) -> Letter {
        let mut draft = self.draft(draw(dice, &self.usage));
        for _ in 1..TRIES_MAX {
            if draft.shared <= SHARED_MAX_PERCENT {
                break;
            }
            let other = self.draft(draw(dice, &self.usage));
            if other.shared < draft.shared {
                draft = other;
            }
        }
        draft
            .used
            .into_iter()
            .for_each(|number| self.usage.add(number));
        self.bodies.add(&draft.shingles);
        draft.letter
    }

    fn draft(&self, (letter, told): (Letter, Told)) -> Draft {
        let shingles = shingles(&letter.body);
        let shared = self.bodies.most_shared_percent(&shingles);
        Draft {
            letter,
            used: told.used,
            shingles,
            shared,
        }
    }
}

fn outside(
    dice: &mut Dice,
    usage: &Usage,
    writer: &Writer<'_>,
    intent: Intent,
    facts: &Facts,
    shop: &Shop,
) -> (Letter, Told) {
    let book = book();
    let language = if facts.speak_any_language() {
        spoken(book, writer.language, intent.key())
    } else {
        Language::English
    };
    let spoken = Writer {
        language,
        ..*writer
    };
    let mut slots = slots(dice, &spoken, facts, shop);
    if intent.is_automatic() {
        slots.owed.clear();
    }
    let frame = frame(dice, &spoken);
    let ask = Ask {
        book,
        key: intent.key(),
        tag: writer.tone.tag(),
        language: language.prefix(),
        frame: frame.prefix(),
        side: "",
        talkative_percent: writer.tone.talkative_percent(),
        owes_thing: intent.names_the_thing(),
        slots: &slots,
    };
    let told = tell(dice, &ask, usage);
    let tone = (language == Language::English).then_some(writer.tone);
    let tone = tone.filter(|_| !intent.is_automatic());
    let letter = assemble(dice, tone, &told, &slots);
    (letter, told)
}

fn desk(
    dice: &mut Dice,
    usage: &Usage,
    agent: &Agent,
    key: &str,
    side: &str,
    slots: &Slots,
) -> (Letter, Told) {
    let ask = Ask {
        book: book(),
        key,
        tag: match agent.voice {
            Voice::Warm => "warm",
            Voice::Brisk => "brisk",
            Voice::Manager => "manager",
        },
        language: "",
        frame: "",
        side,
        talkative_percent: if agent.voice == Voice::Warm { 70 } else { 35 },
        owes_thing: false,
        slots,
    };
    let told = tell(dice, &ask, usage);
    let mut letter = assemble(dice, None, &told, slots);
    letter.html = None;
    (letter, told)
}

/// The writer's language where the packs can tell this kind of letter in it, else English.
fn spoken(book: &Book, language: Language, key: &str) -> Language {
    if book
        .shapes
        .contains_key(&format!("{}{key}", language.prefix()))
    {
        language
    } else {
        Language::English
    }
}

/// Some who write English greet as they do at home.
fn frame(dice: &mut Dice, writer: &Writer<'_>) -> Language {
    let native = Language::native(writer.person.country);
    if writer.language == Language::English && dice.percent(25) {
        native
    } else {
        writer.language
    }
}

fn assemble(dice: &mut Dice, tone: Option<Tone>, told: &Told, slots: &Slots) -> Letter {
    let joint = if tone == Some(Tone::Phone) && dice.percent(50) {
        " "
    } else {
        "\n\n"
    };
    let text = told
        .paragraphs
        .iter()
        .map(|sentences| join(sentences))
        .collect::<Vec<_>>()
        .join(joint);
    let text = manner::type_out(dice, tone, &text);
    let greeting = framing(dice, tone, &told.greeting);
    let sign_off = framing(dice, tone, &told.sign_off);
    let mut body = String::new();
    for part in [greeting.as_str(), text.as_str(), sign_off.as_str()] {
        if !part.is_empty() && !body.is_empty() {
            body.push_str(if joint == " " { "\n" } else { "\n\n" });
        }
        body.push_str(part);
    }
    let signature = match tone {
        Some(tone) => signature(dice, tone, &slots.words),
        None => String::new(),
    };
    let subject = match tone {
        Some(Tone::Phone) if dice.percent(60) => manner::bare(&told.subject).to_lowercase(),
        _ => manner::bare(&told.subject),
    };
    Letter {
        html: dice
            .percent(14)
            .then(|| html::render(dice, &body, &signature)),
        attachments: attachments(dice, told),
        subject,
        body,
        signature,
    }
}

/// Sentences of one paragraph in a row; one that its writer left open is closed.
fn join(sentences: &[String]) -> String {
    let mut text = String::new();
    for sentence in sentences {
        if !text.is_empty() && !text.ends_with('\n') {
            let last = text.trim_end_matches(CLOSE).chars().last();
            let closed = last.is_none_or(|c| ".!?:)…,".contains(c));
            text.push_str(if closed { " " } else { ". " });
        }
        text.push_str(sentence.trim());
    }
    while text.contains("  ") {
        text = text.replace("  ", " ");
    }
    text
}

fn framing(dice: &mut Dice, tone: Option<Tone>, text: &str) -> String {
    let lower = tone == Some(Tone::Phone) && dice.percent(60);
    let text = manner::bare(text).trim().to_owned();
    if lower { text.to_lowercase() } else { text }
}

fn signature(dice: &mut Dice, tone: Tone, words: &BTreeMap<&'static str, String>) -> String {
    let word = |slot: &str| words.get(slot).map_or("", String::as_str);
    if !word("company").is_empty() {
        return match dice.below(4) {
            0 => String::new(),
            1 => format!(
                "{}\n{}, {}\n{}",
                word("full"),
                word("job"),
                word("company"),
                word("phone")
            ),
            2 => format!("{} | {} | {}", word("full"), word("company"), word("phone")),
            _ => format!(
                "{}\n{}\n{}, {}\nT {}\n{}",
                word("full"),
                word("company"),
                word("street"),
                word("town"),
                word("phone"),
                word("email")
            ),
        };
    }
    match tone {
        Tone::Phone => (*dice.pick(&[
            "",
            "Sent from my phone",
            "sent from my mobile, excuse typos",
            "",
        ]))
        .to_owned(),
        Tone::Formal if dice.percent(50) => {
            format!(
                "{}\n{}\n{}\nTel. {}",
                word("full"),
                word("street"),
                word("town"),
                word("phone")
            )
        }
        _ => match dice.below(12) {
            0 => format!("{}\n{}", word("full"), word("phone")),
            1 => format!("{} · {}", word("full"), word("email")),
            2 => "Sent from my tablet".to_owned(),
            3 => format!("{}, {}", word("street"), word("town")),
            _ => String::new(),
        },
    }
}

fn attachments(dice: &mut Dice, told: &Told) -> Vec<Attachment> {
    told.attach
        .iter()
        .map(|kind| picture::file(dice, kind))
        .collect()
}
