//! Offices as wholes: the same seed gives the same bytes, every kind is there, every reason can be seen, nothing leaks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use muddle_scenario::{Generated, Options, Scenario, generate, shipped};
use muddle_world::chance::Seed;
use muddle_world::effect::{Change, Creation, Effect, Record};
use muddle_world::time::At;
use muddle_world::world::World;
use sha2::{Digest, Sha256};

fn desk() -> Scenario {
    shipped("refund-desk")
        .expect("it ships")
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn epoch() -> At {
    At::parse("2026-11-16").expect("a date")
}

fn office(seed: u64, options: Options) -> Generated {
    generate(&desk(), &Seed::from_number(seed), epoch(), options)
}

fn written(record: &Record) -> String {
    let effect = Effect {
        vendor: record.vendor(),
        collection: record.collection().into(),
        view: false,
        change: Change::Created(record.clone()),
    };
    serde_json::to_string(&effect).expect("records can be written")
}

fn digest(office: &Generated) -> String {
    let mut hash = Sha256::new();
    for record in &office.records {
        hash.update(written(record));
    }
    hash.update(serde_json::to_string(&office.truth).expect("the truth can be written"));
    hash.update(&office.brief);
    hash.update(office.contract.to_string());
    data_encoding::HEXLOWER.encode(&hash.finalize())
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_gives_others() {
    let (one, again, other) = (
        office(1, Options::default()),
        office(1, Options::default()),
        office(2, Options::default()),
    );
    assert_eq!(digest(&one), digest(&again));
    assert_ne!(digest(&one), digest(&other));
}

#[test]
fn the_population_is_as_stated() {
    for (seed, clean) in [(1, false), (2, false), (3, false), (3, true), (4, false)] {
        let office = office(
            seed,
            Options {
                clean,
                ..Options::default()
            },
        );
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for record in &office.records {
            *counts.entry(record.collection()).or_default() += 1;
        }
        assert_eq!(counts["customers"], 400, "{counts:?}");
        assert_eq!(counts["charges"], 1_200, "{counts:?}");
        assert_eq!(counts["invoices"], 150, "{counts:?}");
        assert_eq!(counts["contacts"], 430, "{counts:?}");
        assert_eq!(counts["companies"], 60, "{counts:?}");
        let mails = counts["messages"] + counts["agenda"];
        assert!((160..=215).contains(&mails), "{mails} mails");
        assert_eq!(office.truth.defects.is_empty(), clean);
        for record in &office.records {
            if let Record::Crm(muddle_world::crm::Record::Contact(contact)) = record {
                assert!(contact.created < office.start, "{}", contact.id);
            }
        }
    }
}

#[test]
fn billing_tells_what_happened_last() {
    let office = office(1, Options::default());
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    let mut kinds: BTreeSet<String> = BTreeSet::new();
    for record in &office.records {
        if let Record::Billing(muddle_world::billing::Record::Event(event)) = record {
            let object = (event.collection.to_string(), event.object.to_string());
            assert!(known.contains(&object), "{object:?} comes before its event");
            assert!(event.created < office.start);
            kinds.insert(event.kind.to_string());
        }
        known.insert((record.collection().to_owned(), record.id().to_string()));
    }
    for kind in ["charge.succeeded", "refund.created", "charge.refunded"] {
        assert!(kinds.contains(kind), "{kinds:?}");
    }
}

#[test]
fn the_clean_twin_is_the_same_office_without_the_mess() {
    let (dirty, clean) = (
        office(4, Options::default()),
        office(
            4,
            Options {
                clean: true,
                ..Options::default()
            },
        ),
    );
    assert!(
        dirty.truth.defects.len() > 200,
        "{}",
        dirty.truth.defects.len()
    );
    let operators: BTreeSet<&str> = dirty
        .truth
        .defects
        .iter()
        .map(|defect| &*defect.operator)
        .collect();
    assert!(operators.len() >= 12, "{operators:?}");
    let titles = |office: &Generated| {
        office
            .truth
            .cases
            .iter()
            .map(|case| case.title.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(titles(&dirty), titles(&clean));
}

#[test]
fn every_kind_has_three_cases_with_decoys_on_twenty_seeds() {
    let scenario = desk();
    for seed in 1..=20 {
        let office = office(seed, Options::default());
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for case in &office.truth.cases {
            *kinds.entry(&case.kind).or_default() += 1;
        }
        assert_eq!(kinds.len(), scenario.desk.kinds.len());
        let contacts = office
            .records
            .iter()
            .filter(|record| record.collection() == "contacts");
        assert_eq!(contacts.count(), 430, "seed {seed}");
        assert!(
            kinds.values().all(|count| *count >= 3),
            "seed {seed}: {kinds:?}"
        );
        let about_orders = office
            .truth
            .cases
            .iter()
            .filter(|case| !case.touches.charges.is_empty());
        for case in about_orders {
            let decoys = office
                .truth
                .decoys
                .iter()
                .filter(|decoy| decoy.case == case.id)
                .count();
            assert!(decoys >= 3, "{} has {decoys}", case.id);
        }
    }
}

#[test]
fn every_reason_is_in_data_that_a_candidate_can_see() {
    let office = office(5, Options::default());
    let mut seen: BTreeMap<(String, String), serde_json::Value> = BTreeMap::new();
    let mut later = String::new();
    for record in &office.records {
        if record.collection() == "agenda" {
            later.push_str(&written(record));
            continue;
        }
        let value: serde_json::Value = serde_json::from_str(&written(record)).unwrap();
        seen.insert(
            (record.collection().to_owned(), record.id().to_string()),
            value["created"].clone(),
        );
    }
    let clauses: BTreeSet<&str> = office
        .truth
        .policy
        .clauses
        .iter()
        .map(|clause| &*clause.id)
        .collect();
    for case in &office.truth.cases {
        assert!(!case.because.is_empty(), "{}", case.title);
        for because in &case.because {
            assert!(clauses.contains(&*because.clause), "{}", because.clause);
            if let Some(id) = because.record.id.strip_prefix('<') {
                assert!(later.contains(id.trim_end_matches('>')), "{id}");
                continue;
            }
            let place = (
                because.record.collection.to_string(),
                because.record.id.to_string(),
            );
            let record = seen
                .get(&place)
                .unwrap_or_else(|| panic!("{place:?} of {}", case.title));
            let pointer = format!("/{}", because.field.replace('.', "/"));
            let value = record.pointer(&pointer);
            assert!(
                value.is_some_and(|value| !value.is_null()),
                "{} {}: {record}",
                case.title,
                because.field
            );
        }
    }
}

#[test]
fn nothing_a_candidate_sees_names_a_kind_a_defect_or_a_case() {
    let office = office(6, Options::default());
    let mut text = String::new();
    for record in &office.records {
        text.push_str(&written(record));
    }
    text.push_str(&office.brief);
    text.push_str(&office.contract.to_string());
    let scenario = desk();
    // `final_sale` is also the order's own property.
    let kinds = scenario.desk.kinds.iter().map(|kind| kind.id.as_str());
    let kinds = kinds.filter(|id| id.contains('_') && *id != "final_sale");
    let operators = scenario.desk.mess.keys().map(String::as_str);
    let ours = ["case-0", "defect-", "decoy", "oracle", "ground truth"];
    for word in kinds.chain(operators).chain(ours) {
        assert!(!text.contains(word), "`{word}` is in what a candidate sees");
    }
}

#[test]
fn no_date_of_a_case_is_within_three_days_of_the_window() {
    for seed in 1..=6 {
        let office = office(seed, Options::default());
        let deals: BTreeMap<String, serde_json::Value> = office
            .records
            .iter()
            .filter(|record| record.collection() == "deals")
            .map(|record| {
                (
                    record.id().to_string(),
                    serde_json::from_str(&written(record)).unwrap(),
                )
            })
            .collect();
        let window = office.truth.policy.window_days * 86_400_000;
        for case in &office.truth.cases {
            for order in &case.touches.orders {
                let deal = &deals[&order.to_string()]["created"]["properties"];
                let Some(day) = deal["delivered_on"].as_str() else {
                    continue;
                };
                let ends = At::parse(day).unwrap().plus(window);
                for now in [office.truth.start, office.truth.story_ends] {
                    let gap = (ends.0 - now.0).abs();
                    assert!(gap >= 3 * 86_400_000, "{}: {gap}", case.title);
                }
            }
        }
    }
}

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
fn vendors_are_as_slow_as_usual_only_where_that_is_ordered() {
    let real = Options {
        real_latency: true,
        ..Options::default()
    };
    let rules = |options| {
        let records = office(7, options).records;
        let faults = records
            .into_iter()
            .filter(|one| one.collection() == "faults");
        faults.map(|one| one.id().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(rules(Options::default()), ["f1"]);
    let usual = ["f1", "usual_billing", "usual_crm", "usual_inbox"];
    assert_eq!(rules(real), usual);
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
fn the_truth_is_read_back_as_it_was_written() {
    let office = office(8, Options::default());
    let text = serde_json::to_string(&office.truth).unwrap();
    let read: muddle_scenario::Truth = serde_json::from_str(&text).unwrap();
    assert_eq!(read, office.truth);
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

#[test]
fn an_opening_loads_at_once_as_it_does_row_by_row_and_is_written_without_effects() {
    let options = Options {
        cases: Some(3),
        ..Options::default()
    };
    let office = office(5, options);
    let empty = || World::empty(Arc::new(Seed::from_number(5)), office.start);
    let (mut at_once, mut by_rows) = (empty(), empty());
    at_once.fill(&office.records);
    office
        .records
        .iter()
        .for_each(|record| by_rows.load(record));
    assert!(
        format!("{at_once:?}") == format!("{by_rows:?}"),
        "rows, orders, indexes and snapshots are the same"
    );
    for record in &office.records {
        let creation = serde_json::to_string(&Creation(record)).expect("records can be written");
        assert_eq!(creation, written(record));
    }
}
