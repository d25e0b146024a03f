//! The customers who answer: what they will say when asked, written down beforehand.
//!
//! Called by `generate` once words are possible; [`crate::react`] sends it. Only people whose mail lacks something are asked;
//! one of six takes hours, one never answers, and two answer beside the point first.

use muddle_world::chance::Seed;
use muddle_world::time::MINUTE;

use super::cases::Temper;
use super::draft::Draft;
use super::mail::Told;
use super::truth::case_id;
use super::wording::Wording;
use crate::file::{Desk, Right};
use crate::letters::Intent;
use crate::truth::{Answer, Persona};

/// Everybody who answers.
pub(super) fn make(
    seed: &Seed,
    draft: &Draft,
    desk: &Desk,
    wording: &mut Wording<'_>,
) -> Vec<Persona> {
    let mut dice = seed.dice(&["people"]);
    let mut people = Vec::new();
    for (place, case) in draft.cases.iter().enumerate() {
        if desk.kinds[case.kind].right != Right::AskThenRefund {
            continue;
        }
        let soul = &draft.souls[case.soul];
        let mut say = |intent: Intent, told: &Told, tells: bool| {
            let letter = wording.letter(draft, soul, intent, told);
            Answer {
                text: letter.body.into(),
                tells,
            }
        };
        let told = Told {
            order: case.order,
            ..Told::default()
        };
        let mut answers = Vec::new();
        if case.temper == Temper::Beside {
            answers.push(say(Intent::AnswerBeside, &Told::default(), false));
        }
        if case.temper != Temper::Silent {
            answers.push(say(Intent::AnswerOrder, &told, true));
        }
        let thread = case
            .threads
            .first()
            .map(|&thread| draft.threads[thread].mails[0].name());
        people.push(Persona {
            name: soul.person.full().into(),
            address: soul.person.email.as_str().into(),
            case: case_id(place),
            thread: thread.unwrap_or_else(|| "".into()),
            delay_ms: match case.temper {
                Temper::Slow => dice.between(150, 240) * MINUTE,
                _ => dice.between(6, 45) * MINUTE,
            },
            answers,
        });
    }
    people
}
