//! The story: mail that is there, mail that comes, and people who answer or do not.

use std::collections::BTreeSet;

use muddle_scenario::Options;
use muddle_world::effect::Record;

use super::desk::{office, written};

#[test]
fn a_story_can_be_cut_to_a_few_cases() {
    let office = office(
        7,
        Options {
            cases: Some(10),
            ..Options::default()
        },
    );
    assert_eq!(office.truth.cases.len(), 10);
    let of = |collection| {
        let records = office.records.iter();
        records
            .filter(|record| record.collection() == collection)
            .count()
    };
    assert_eq!((of("agenda"), of("faults")), (0, 0));
    assert!(office.truth.script.is_empty());
    let mut checks = office.truth.rubric.checks.iter();
    assert!(checks.all(|check| check.needs_fault.is_none()));
}

#[test]
fn sixty_percent_of_the_mail_is_there_at_the_opening() {
    for seed in 1..=20 {
        let office = office(seed, Options::default());
        let later: String = office
            .records
            .iter()
            .filter(|record| record.collection() == "agenda")
            .map(written)
            .collect();
        let mails: Vec<String> = office
            .truth
            .cases
            .iter()
            .flat_map(|case| &case.touches.messages)
            .map(ToString::to_string)
            .collect();
        let coming = mails.iter().filter(|mail| mail.starts_with('<'));
        let coming: Vec<&String> = coming.collect();
        assert!(
            coming
                .iter()
                .all(|mail| later.contains(mail.trim_matches(['<', '>'])))
        );
        let there = mails.len() - coming.len();
        let wanted = 60 * mails.len();
        assert!(
            (100 * there).abs_diff(wanted) <= 50,
            "seed {seed}: {there} of {}",
            mails.len()
        );
        for case in &office.truth.cases {
            let opens_later = case.touches.messages[0].starts_with('<');
            assert_eq!(case.opens > office.start, opens_later, "{}", case.title);
        }
    }
}

#[test]
fn mail_of_the_story_is_named_by_its_id_once_it_has_come() {
    let office = office(9, Options::default());
    let mut truth = office.truth.clone();
    let named = |truth: &muddle_scenario::Truth| {
        let threads = truth
            .cases
            .iter()
            .flat_map(|case| case.touches.threads.clone());
        threads.filter(|thread| thread.starts_with('<')).count()
    };
    assert!(named(&truth) > 0);
    truth.settle(&|_| Some(("1b01".into(), "1b00".into())));
    assert_eq!(named(&truth), 0);
    let text = serde_json::to_string(&truth.cases[0]).expect("a case can be written");
    assert!(!text.contains("threads\":[\"<"), "{text}");
}

#[test]
fn some_customers_answer_late_some_beside_the_point_and_some_never() {
    let people = office(3, Options::default()).truth.people;
    let late = |person: &&muddle_scenario::truth::Persona| person.delay_ms > 2 * 3_600_000;
    let beside = people.iter().filter(|person| {
        let first = person.answers.first();
        first.is_some_and(|answer| !answer.tells) && person.answers.len() > 1
    });
    let never = people.iter().filter(|person| person.answers.is_empty());
    let counts = (
        people.len(),
        people.iter().filter(late).count(),
        beside.count(),
        never.count(),
    );
    assert_eq!(counts, (6, 1, 2, 1));
}

#[test]
fn mail_without_a_plain_body_is_there_and_can_be_read() {
    let office = office(4, Options::default());
    let spoiled: BTreeSet<String> = office
        .truth
        .defects
        .iter()
        .filter(|defect| &*defect.operator == "html_only")
        .flat_map(|defect| &defect.records)
        .map(|record| record.id.to_string())
        .collect();
    assert!(spoiled.len() >= 3, "{spoiled:?}");
    let mut read = 0;
    for record in &office.records {
        let Record::Inbox(muddle_world::inbox::Record::Message(message)) = record else {
            continue;
        };
        let raw = String::from_utf8_lossy(&message.raw_bytes()).to_lowercase();
        let plain = raw.contains("text/plain");
        let html_only = spoiled.contains(&*message.id);
        assert_eq!(html_only, !plain && raw.contains("text/html"), "{raw}");
        if html_only {
            let text = message.text();
            assert!(text.len() > 20 && !text.contains("<div"), "{text}");
            read += 1;
        }
    }
    assert!(read >= 1);
}
