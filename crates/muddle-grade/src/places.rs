//! Where a row of evidence is to be looked up: its entry in the log, and the case it is about in words.
//!
//! Called by [`crate::grade`] on every row of every check, so that a reader can follow each without knowing ids.
//! Invariant: afterwards each row has a `seq`. What was never done is proved by the entry that called for it.

use std::collections::BTreeMap;

use muddle_scenario::truth::{Case, Truth};
use serde_json::Value;

use crate::history::History;
use crate::sandbox::Row;

/// The first entry: what was there from the beginning.
const OPENING: u64 = 1;

/// Cases by their ids and by the records they are about.
pub(crate) struct Places<'a> {
    cases: BTreeMap<&'a str, Found<'a>>,
    records: BTreeMap<&'a str, &'a str>,
}

struct Found<'a> {
    case: &'a Case,
    /// The entry that brought its first mail.
    seq: u64,
}

impl<'a> Places<'a> {
    /// Of one office.
    pub fn of(truth: &'a Truth, history: &History) -> Self {
        let (mut cases, mut records) = (BTreeMap::new(), BTreeMap::new());
        for case in &truth.cases {
            let first = case.touches.messages.first();
            let mail = first.and_then(|id| history.mails.get(id));
            let seq = mail.map_or(OPENING, |mail| mail.by.seq.max(OPENING));
            cases.insert(&*case.id, Found { case, seq });
            let touches = &case.touches;
            let lists = [
                &touches.threads,
                &touches.messages,
                &touches.charges,
                &touches.contacts,
                &touches.customers,
                &touches.orders,
            ];
            for id in lists.into_iter().flatten() {
                records.entry(&**id).or_insert(&*case.id);
            }
        }
        Self { cases, records }
    }

    /// Adds what a row lacks: its case with a line about it, and an entry.
    pub fn locate(&self, row: &mut Row) {
        let named = row.get("case_id").and_then(Value::as_str);
        let by_record = || {
            let mut texts = row.values().filter_map(Value::as_str);
            texts.find_map(|text| self.records.get(text).copied())
        };
        let found = named.or_else(by_record).and_then(|id| self.cases.get(id));
        let seq = found.map_or(OPENING, |found| found.seq);
        if let Some(found) = found {
            row.insert("case_id".to_owned(), found.case.id.to_string().into());
            row.insert("case".to_owned(), found.case.title.to_string().into());
        }
        if !row.get("seq").is_some_and(Value::is_i64) {
            row.insert("seq".to_owned(), (seq as i64).into());
        }
    }
}
