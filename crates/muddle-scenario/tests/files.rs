//! Scenario files: the shipped ones are whole, broken ones are told apart to the column, the schema is the file's.

use std::fs;
use std::path::PathBuf;

use muddle_scenario::{load, schema, shipped, shipped_names};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")
}

#[test]
fn every_shipped_scenario_is_whole_and_equals_its_folder() {
    for name in shipped_names() {
        let inside = shipped(name)
            .unwrap()
            .unwrap_or_else(|problems| panic!("{problems}"));
        let outside = load(&root().join(name)).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(inside, outside);
    }
    assert!(shipped("nowhere").is_none());
}

#[expect(
    clippy::disallowed_methods,
    reason = "whoever runs the test says in the environment that the file is to be written"
)]
#[test]
fn the_schema_file_is_the_generated_one() {
    let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    let path = root().join("scenario.schema.json");
    if std::env::var_os("MUDDLE_WRITE_GENERATED").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == text,
        "{} is not what the types say; MUDDLE_WRITE_GENERATED=1 writes it",
        path.display()
    );
}

#[test]
fn all_mistakes_are_told_at_once_with_their_places() {
    let dir = tempfile::tempdir().unwrap();
    let from = root().join("refund-desk");
    for name in ["brief.md", "rubric.yaml"] {
        fs::copy(from.join(name), dir.path().join(name)).unwrap();
    }
    let text = fs::read_to_string(from.join("scenario.yaml")).unwrap();
    let broken = text
        .replace("  customers: 400", "  custmers: 400")
        .replace("  opens_on_day: 1 ", "  opens_on_day: one ")
        .replace("right: {refund: item}", "right: {refund: everything}");
    fs::write(dir.path().join("scenario.yaml"), &broken).unwrap();
    let problems = load(dir.path()).unwrap_err();
    let told = problems.to_string();
    let line = |needle: &str| {
        broken
            .lines()
            .position(|line| line.contains(needle))
            .unwrap()
            + 1
    };
    for needle in ["custmers", "opens_on_day: one", "refund: everything"] {
        let place = format!("scenario.yaml:{}:", line(needle));
        assert!(told.contains(&place), "{place} is not in\n{told}");
    }
}

#[test]
fn values_out_of_range_and_unknown_names_are_told_with_their_places() {
    let dir = tempfile::tempdir().unwrap();
    let from = root().join("refund-desk");
    for name in ["brief.md", "rubric.yaml", "scenario.yaml"] {
        fs::copy(from.join(name), dir.path().join(name)).unwrap();
    }
    let path = dir.path().join("scenario.yaml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        text.replace("  customers: 400", "  customers: 0")
            .replace("opens_on_day: 1 ", "opens_on_day: 9 "),
    )
    .unwrap();
    let told = load(dir.path()).unwrap_err().to_string();
    assert!(
        told.contains("customers") && told.contains("opens_on_day"),
        "{told}"
    );
    assert!(told.contains("2 problems"), "{told}");
    fs::write(
        &path,
        text.replace("letter: spam", "letter: junk")
            .replace("clauses: [lawyers]", "clauses: [lawyer]"),
    )
    .unwrap();
    let told = load(dir.path()).unwrap_err().to_string();
    assert!(
        told.contains("no letter `junk`") && told.contains("no clause `lawyer`"),
        "{told}"
    );
}

#[test]
fn no_check_names_a_case() {
    for name in shipped_names() {
        let scenario = shipped(name).unwrap().unwrap();
        assert!(scenario.rubric.checks.len() >= 25, "{name}");
        for check in &scenario.rubric.checks {
            let text = serde_json::to_string(check).unwrap();
            assert!(!text.contains("case-"), "{name}: {text}");
        }
    }
}
