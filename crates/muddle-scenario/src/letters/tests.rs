//! Letters tell what they are given, sound different from each other, and packs report their mistakes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use muddle_world::chance::Seed;

use super::book::{Book, PACKS};
use super::*;
use crate::people::{Crowd, products};

mod office;

#[test]
fn the_shipped_packs_read_without_a_mistake() {
    if let Err(errors) = Book::read(PACKS) {
        let report: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", report.join("\n"));
    }
}

#[test]
fn mistakes_in_a_pack_are_all_named_with_file_and_line() {
    let pack = "@pool a\nfine\n{nothing} here\n[open\n~loud: x\n@shape s\na missing\n@nonsense x\n";
    let errors: Vec<String> = Book::read(&[("x.txt", pack)])
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(errors.len(), 5, "{errors:?}");
    for line in ["x.txt:3:", "x.txt:4:", "x.txt:5:", "x.txt:7:", "x.txt:8:"] {
        assert!(
            errors.iter().any(|error| error.starts_with(line)),
            "{line} in {errors:?}"
        );
    }
}

#[test]
fn a_pool_that_leads_to_itself_is_refused() {
    let errors = Book::read(&[("x.txt", "@pool a\n{@b}\n@pool b\n{@a}\n")]).unwrap_err();
    assert_eq!(errors.len(), 2);
}

#[test]
fn a_letter_tells_every_fact_it_is_given() {
    for seed in 0..20 {
        let mut dice = Seed::from_number(seed).dice(&["letters"]);
        let person = Crowd::new().person(&mut dice);
        for tone in [
            Tone::Curt,
            Tone::Phone,
            Tone::Foreign,
            Tone::Formal,
            Tone::Rambling,
            Tone::Angry,
        ] {
            let writer = Writer {
                person: &person,
                tone,
                language: Language::English,
            };
            let facts = Facts {
                order: Some("MP-20417".to_owned()),
                last4: Some("4242".to_owned()),
                items: vec![products()[seed as usize].name.clone()],
                charged_on: Some(date(2026, 11, 3)),
                ..Facts::default()
            };
            let letter = compose(
                &mut dice,
                &writer,
                Intent::PlainFull,
                &facts,
                &office::shop(),
            );
            for fact in ["MP-20417", "4242", "Nov"] {
                assert!(
                    letter.body.contains(fact),
                    "{fact} is missing: {}",
                    letter.body
                );
            }
            assert!(
                !letter.body.contains(['{', '}', '\u{E000}', '\u{E001}']),
                "{}",
                letter.body
            );
        }
    }
}

#[test]
fn the_same_dice_give_the_same_letter() {
    let mut told = BTreeMap::new();
    for _ in 0..2 {
        let mut dice = Seed::from_number(4).dice(&["letters"]);
        let letters = office::write(&mut dice, 40);
        for (index, letter) in letters.into_iter().enumerate() {
            if let Some(before) = told.insert(index, letter.letter.clone()) {
                assert_eq!(before, letter.letter);
            }
        }
    }
}

/// The measure of the mail: bodies are made anew, not stamped.
#[test]
fn no_two_bodies_of_an_office_share_much() {
    for seed in 1..=20 {
        let mut dice = Seed::from_number(seed).dice(&["letters"]);
        let letters: Vec<office::Written> = office::write(&mut dice, 240)
            .into_iter()
            .filter(|written| !matches!(written.intent, Intent::OutOfOffice | Intent::Newsletter))
            .collect();
        let sets: Vec<Vec<u64>> = letters
            .iter()
            .map(|written| shingles(&written.letter.body))
            .collect();
        let (shared, i, j) = office::worst(&sets);
        assert!(
            shared <= 40,
            "seed {seed}: {shared} %\n{}\n\n{}",
            letters[i].letter.body,
            letters[j].letter.body
        );
        let openings: BTreeSet<&str> = letters
            .iter()
            .filter_map(|w| w.letter.body.lines().next())
            .collect();
        let sign_offs: BTreeSet<String> = letters.iter().filter_map(sign_off).collect();
        assert!(
            openings.len() >= 30 && sign_offs.len() >= 30,
            "{} {}",
            openings.len(),
            sign_offs.len()
        );
    }
}

/// The words of a closing without the name below them.
fn sign_off(written: &office::Written) -> Option<String> {
    let last = written.letter.body.rsplit("\n\n").next()?;
    let line = last.lines().next()?;
    (line.len() < 60).then(|| line.to_lowercase())
}
#[test]
fn every_kind_has_shapes_in_english() {
    let book = super::book::book();
    let keys = Intent::ALL
        .iter()
        .map(|kind| kind.key())
        .chain(Reply::ALL.iter().map(|kind| kind.key()))
        .chain(Notice::ALL.iter().map(|kind| kind.key()));
    let silent: Vec<&str> = keys.filter(|key| !book.shapes.contains_key(*key)).collect();
    assert!(silent.is_empty(), "no shape for {silent:?}");
}

#[test]
fn a_policy_mail_tells_every_value() {
    let values = [
        ("threshold", "137.00"),
        ("window_days", "31"),
        ("no_scan_days", "13"),
        ("email_source", "system E"),
        ("name_source", "system N"),
        ("phone_source", "system P"),
        ("plan_source", "system L"),
        ("date_source", "system D"),
        ("survivor", "the contact with more notes"),
        ("approver_hours", "09:30-12:00"),
        ("since", "2 November"),
    ];
    let mut facts = Facts::default();
    for (name, value) in values {
        facts.other.insert(name, value.to_owned());
    }
    for seed in 0..40 {
        let mut dice = Seed::from_number(seed).dice(&["policy"]);
        let letter = Mailbag::new().notice(&mut dice, Notice::Policy, &facts, &office::shop());
        for (name, value) in values {
            assert!(
                letter.body.contains(value),
                "{name} is missing: {}",
                letter.body
            );
        }
    }
}

#[test]
fn no_letter_names_its_own_kind() {
    let mut dice = Seed::from_number(31).dice(&["letters"]);
    for written in office::write(&mut dice, 240) {
        let text = format!("{} {}", written.letter.subject, written.letter.body);
        for kind in Intent::ALL
            .iter()
            .map(|kind| kind.key())
            .filter(|key| key.contains('_'))
        {
            assert!(!text.contains(kind), "{kind}: {text}");
        }
    }
}

#[test]
fn agents_do_not_answer_from_a_stencil() {
    for seed in 1..=20 {
        let mut dice = Seed::from_number(seed).dice(&["replies"]);
        let sets: Vec<Vec<u64>> = office::answer(&mut dice, 100)
            .iter()
            .map(|letter| shingles(&letter.body))
            .collect();
        let worst = office::worst(&sets);
        assert!(worst.0 <= 40, "seed {seed}: {worst:?}");
    }
}
