//! Cases written by hand: they are in the office with their words as written, and a mistake in one is told with its place.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use muddle_scenario::truth::Tier;
use muddle_scenario::{Options, generate, load};
use muddle_world::chance::Seed;
use muddle_world::time::At;
use muddle_world::world::World;
use tempfile::TempDir;

const BY_HAND: &str = r#"
raw_cases:
  - kind: plain_full
    subject: "The wobbly {{item}}"
    text: |
      Good day,

      the {{item}} of {{order}} wobbles like a newborn foal. Off it goes, back to you; my money please.

      {{name}}
  - kind: legal_threat
    subject: "Letter before action, {{order}}"
    text: |
      Take note that my solicitor has the whole correspondence about {{order}}.

      {{name}}
"#;

/// The shipped desk with one case of each kind and what is added.
fn desk(added: &str) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a directory");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/refund-desk");
    for name in ["brief.md", "rubric.yaml"] {
        fs::copy(from.join(name), dir.path().join(name)).expect("a copy");
    }
    let text = fs::read_to_string(from.join("scenario.yaml")).expect("it is there");
    let text = text.replace("cases_per_kind: 3", "cases_per_kind: 1");
    let path = dir.path().join("scenario.yaml");
    fs::write(&path, text + added).expect("it is written");
    (dir, path)
}

#[test]
fn cases_by_hand_are_in_the_office_word_for_word() {
    let (dir, _) = desk(BY_HAND);
    let scenario = load(dir.path()).unwrap_or_else(|problems| panic!("{problems}"));
    let seed = Seed::from_number(12);
    let epoch = At::parse("2026-11-16").expect("a date");
    let office = generate(&scenario, &seed, epoch, Options::default());
    let cases = &office.truth.cases;
    assert_eq!(cases.len(), scenario.desk.kinds.len() + 2);
    let [foal, solicitor] = &cases[cases.len() - 2..] else {
        panic!("two cases were written by hand");
    };
    assert_eq!(
        (&*foal.kind, &*solicitor.kind),
        ("plain_full", "legal_threat")
    );
    assert!(foal.outcomes.iter().any(|rule| rule.tier == Tier::Right));
    let by_person = |rule: &muddle_scenario::truth::OutcomeRule| rule.tier == Tier::HandoffRight;
    assert!(solicitor.outcomes.iter().any(by_person));

    let mut world = World::empty(Arc::new(seed), office.start);
    for record in &office.records {
        world.load(record);
    }
    for (case, words) in [
        (foal, "wobbles like a newborn foal"),
        (solicitor, "my solicitor has"),
    ] {
        let written = match case.touches.messages[0].strip_prefix('<') {
            None => world
                .inbox
                .messages
                .get(&case.touches.messages[0])
                .map(|mail| mail.text()),
            Some(_) => world
                .office
                .agenda
                .rows()
                .map(|item| format!("{:?}", item.call))
                .find(|call| call.contains(words)),
        };
        let written = written.expect("its mail is there or on its way");
        assert!(written.contains(words), "{written}");
        assert!(!written.contains("{{"), "{written}");
        assert!(!case.touches.charges.is_empty());
    }
}

#[test]
fn a_mistake_in_a_case_by_hand_is_told_with_its_place() {
    let broken = BY_HAND
        .replace("kind: plain_full", "kind: plain_ful")
        .replace(
            "Letter before action, {{order}}",
            "Letter before action, {{sum}}",
        );
    let (dir, path) = desk(&broken);
    let told = load(dir.path()).expect_err("two mistakes").to_string();
    let text = fs::read_to_string(path).expect("it is there");
    for (needle, why) in [
        ("The wobbly", "there is no kind `plain_ful`"),
        ("Letter before action", "there is no value `{{sum}}`"),
    ] {
        let line = text
            .lines()
            .position(|line| line.contains(needle))
            .expect("it is there")
            + 1;
        let place = format!("scenario.yaml:{line}:");
        let said = told
            .lines()
            .any(|line| line.starts_with(&place) && line.contains(why));
        assert!(said, "{place} {why} is not in\n{told}");
    }

    let (dir, path) = desk(&BY_HAND.replacen("    text: |", "    txt: |", 1));
    let told = load(dir.path()).expect_err("a mistake of form").to_string();
    let text = fs::read_to_string(path).expect("it is there");
    let line = text
        .lines()
        .position(|line| line.contains("txt:"))
        .expect("it is there")
        + 1;
    assert!(told.contains(&format!("scenario.yaml:{line}:")), "{told}");
}
