//! One careful flight where time is real: vendors take as long as on any day, and an answer never comes.
//!
//! Run by `make pilots-real`, part of `make test`. The story is cut to ten cases whose mail is there at the opening, so
//! that it ends with the work. Under a clock that waits for the automation no time-out can be felt; here one must be.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::flight::{Flight, Landed};
use crate::options::Options;
use crate::server::Server;
use crate::table;

/// How many cases.
const CASES: u32 = 10;
/// The flight is over by then, also on a busy machine; it takes some two minutes.
const TAKES_MAX: Duration = Duration::from_secs(400);
/// A careful automation scores as much, at least.
const SCORE_MIN: f64 = 60.0;
/// What a pilot waits for an answer before it gives up, at least.
const PATIENCE: Duration = Duration::from_secs(15);
/// Whose usual latency must have been felt.
const SLOW: [&str; 3] = ["usual_billing", "usual_crm", "usual_inbox"];

/// Flies and says whether all holds.
pub async fn fly(options: &Options) -> Result<bool, String> {
    let server = Server::start(&options.server).await?;
    let order = json!({
        "scenario": "refund-desk", "seed": *options.seeds.start(), "clock": "real", "latency": "real", "cases": CASES,
    });
    let opened = server.open(order).await?;
    let workspace = opened["workspace"].as_str().unwrap_or_default();
    let silence = json!({
        "vendor": "billing", "kind": "hang", "position": "after", "operation": "create_refund", "first": 1,
    });
    let armed = server.arm(workspace, &silence).await?;
    let began = Instant::now();
    let landed = Flight::careful().fly_in(&server, &opened).await?;
    let took = began.elapsed();
    let faults = server.faults(workspace).await?;
    let silenced = armed["fault"].as_str().unwrap_or_default();
    let broken = broken(&landed, took, &faults, silenced);
    let score = landed.score.unwrap_or(-1.0);
    println!(
        "careful against the real clock: {score:.1} in {:.0} s, {} criticals",
        took.as_secs_f64(),
        landed.criticals
    );
    if options.show || !broken.is_empty() {
        let log = [(
            *options.seeds.start(),
            [("careful".to_owned(), landed)].into(),
        )];
        print!("{}", table::losses(&log.into()));
    }
    for one in &broken {
        println!("does not hold: {one}");
    }
    Ok(broken.is_empty())
}

/// Every claim that does not hold, a sentence each.
fn broken(landed: &Landed, took: Duration, faults: &Value, silenced: &str) -> Vec<String> {
    let mut broken = Vec::new();
    let mut claim = |holds: bool, sentence: String| {
        if !holds {
            broken.push(sentence);
        }
    };
    let cases = landed.cases.len();
    claim(cases == CASES as usize, format!("{cases} cases"));
    claim(
        landed.criticals == 0,
        format!("{} criticals", landed.criticals),
    );
    claim(
        landed.score.is_some_and(|score| score >= SCORE_MIN),
        format!("the score is {:?}, not {SCORE_MIN} or more", landed.score),
    );
    claim(
        (PATIENCE..TAKES_MAX).contains(&took),
        format!("it took {took:?}"),
    );
    let rules = faults.as_array().map(Vec::as_slice).unwrap_or_default();
    for id in SLOW.iter().copied().chain([silenced]) {
        let rule = rules.iter().find(|rule| rule["id"] == id);
        let bit = rule.and_then(|rule| rule["landed"].as_u64()).unwrap_or(0);
        claim(bit > 0, format!("{id} never struck"));
    }
    broken
}
