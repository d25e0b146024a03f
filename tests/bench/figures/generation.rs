//! How fast an opening world is generated, at the shipped size and at 100,000 records.
//!
//! Called by `main`; calls the generator alone. Invariant: no log, no office, one seed.

use std::hint::black_box;

use muddle_scenario::{Options, generate, shipped};
use muddle_world::chance::Seed;

use crate::EPOCH;
use crate::took::{figure, median, rate};

pub fn generation() {
    for (name, times) in [("shipped", 1), ("100,000 records", 5)] {
        let mut scenario = shipped("refund-desk").unwrap().unwrap();
        let population = &mut scenario.desk.population;
        population.customers *= times;
        population.charges *= times;
        population.invoices *= times;
        population.companies *= times;
        population.contacts *= times;
        population.closed_threads *= times;
        let mut made = 0;
        let took = median(
            || (),
            |()| {
                let options = Options::default();
                made = black_box(generate(&scenario, &Seed::from_number(1), EPOCH, options))
                    .records
                    .len();
            },
        );
        figure(
            &format!("generation, {name}: records"),
            made as f64,
            "records",
        );
        rate(
            &format!("generation, {name}"),
            made as u64,
            took,
            "records/s",
        );
    }
}
