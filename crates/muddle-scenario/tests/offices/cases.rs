//! Cases: every kind is there, every reason can be seen, nothing leaks, no outcome flips by a day.

use std::collections::{BTreeMap, BTreeSet};

use muddle_scenario::Options;
use muddle_world::time::At;

use super::desk::{desk, office, written};

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
fn the_truth_is_read_back_as_it_was_written() {
    let office = office(8, Options::default());
    let text = serde_json::to_string(&office.truth).unwrap();
    let read: muddle_scenario::Truth = serde_json::from_str(&text).unwrap();
    assert_eq!(read, office.truth);
}
