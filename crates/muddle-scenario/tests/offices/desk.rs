//! Offices of the shipped refund desk, and their records as bytes.

use muddle_scenario::{Generated, Options, Scenario, generate, shipped};
use muddle_world::chance::Seed;
use muddle_world::effect::{Change, Effect, Record};
use muddle_world::time::At;
use sha2::{Digest, Sha256};

pub fn desk() -> Scenario {
    shipped("refund-desk")
        .expect("it ships")
        .unwrap_or_else(|problems| panic!("{problems}"))
}

pub fn epoch() -> At {
    At::parse("2026-11-16").expect("a date")
}

pub fn office(seed: u64, options: Options) -> Generated {
    generate(&desk(), &Seed::from_number(seed), epoch(), options)
}

pub fn written(record: &Record) -> String {
    let effect = Effect {
        vendor: record.vendor(),
        collection: record.collection().into(),
        view: false,
        change: Change::Created(record.clone()),
    };
    serde_json::to_string(&effect).expect("records can be written")
}

pub fn digest(office: &Generated) -> String {
    let mut hash = Sha256::new();
    for record in &office.records {
        hash.update(written(record));
    }
    hash.update(serde_json::to_string(&office.truth).expect("the truth can be written"));
    hash.update(&office.brief);
    hash.update(office.contract.to_string());
    data_encoding::HEXLOWER.encode(&hash.finalize())
}
