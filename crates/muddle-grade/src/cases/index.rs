//! From records and words to the cases they belong to.
//!
//! Built once per log by [`super::judge`]; merged contacts are found under every id they had.

use std::collections::BTreeMap;

use muddle_scenario::truth::Truth;
use muddle_world::row::Str;

use crate::deeds::{Form, Handed};
use crate::history::History;

/// From records and words to the cases they belong to.
pub(super) struct Index {
    by_record: BTreeMap<(&'static str, Str), Vec<usize>>,
    by_word: BTreeMap<String, Vec<usize>>,
}

impl Index {
    pub(super) fn of(history: &History, truth: &Truth) -> Self {
        let mut index = Self {
            by_record: BTreeMap::new(),
            by_word: BTreeMap::new(),
        };
        for (nth, case) in truth.cases.iter().enumerate() {
            let touches = &case.touches;
            for contact in &touches.contacts {
                let lives = history.lives_as(contact).unwrap_or_else(|| contact.clone());
                index.record("contacts", &lives, nth);
                index.record("contacts", contact, nth);
            }
            for (collection, ids) in [
                ("threads", &touches.threads),
                ("deals", &touches.orders),
                ("customers", &touches.customers),
                ("charges", &touches.charges),
            ] {
                for id in ids {
                    index.record(collection, id, nth);
                }
            }
            let words = touches
                .threads
                .iter()
                .chain(&touches.messages)
                .chain(&touches.charges);
            for word in words.chain(&touches.addresses) {
                index.word(&word.to_lowercase(), nth);
            }
            let numbers = touches
                .orders
                .iter()
                .filter_map(|id| history.order_number(id));
            for number in numbers.collect::<Vec<_>>() {
                index.word(&number.to_lowercase(), nth);
            }
        }
        index
    }

    fn record(&mut self, collection: &'static str, id: &Str, case: usize) {
        let cases = self.by_record.entry((collection, id.clone())).or_default();
        if !cases.contains(&case) {
            cases.push(case);
        }
    }

    fn word(&mut self, word: &str, case: usize) {
        let cases = self.by_word.entry(word.to_owned()).or_default();
        if !cases.contains(&case) {
            cases.push(case);
        }
    }

    pub(super) fn of_record(&self, collection: &'static str, id: &Str) -> &[usize] {
        self.by_record
            .get(&(collection, id.clone()))
            .map_or(&[], Vec::as_slice)
    }

    /// The cases that a hand-off is about: by its thread, by what it names, else by its contacts.
    pub(super) fn about(&self, handed: &Handed) -> Vec<usize> {
        if handed.form == Form::Label {
            return self.of_record("threads", &handed.id).to_vec();
        }
        let mut found = Vec::new();
        let edge = |c: char| !c.is_alphanumeric();
        for word in handed.says.split_whitespace() {
            for case in self
                .by_word
                .get(word.trim_matches(edge))
                .into_iter()
                .flatten()
            {
                if !found.contains(case) {
                    found.push(*case);
                }
            }
        }
        if found.is_empty() {
            for contact in &handed.contacts {
                found.extend(self.of_record("contacts", contact));
            }
        }
        found.dedup();
        found
    }
}
