//! What an office opens with: the same bytes for the same seed, as many as stated, with the mess and without.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use muddle_scenario::{Generated, Options};
use muddle_world::chance::Seed;
use muddle_world::effect::{Creation, Record};
use muddle_world::world::World;

use super::desk::{digest, office, written};

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
