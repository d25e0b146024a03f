//! Real time under the step clock: an SDK that sleeps between its retries gets past an outage, and thinking costs nothing.

use std::time::{Duration, Instant};

use muddle_office::verify::{Verified, verify};
use muddle_tests::desk::{ADMIN, House};
use serde_json::json;

/// A little more than what counts as a pause; SDKs sleep longer.
const NAP: Duration = Duration::from_millis(120);

#[tokio::test(flavor = "multi_thread")]
async fn two_calls_with_four_retries_each_are_past_an_outage_of_two_hours() {
    let house = House::start().await;
    let desk = house.open(1, json!({})).await;
    let outage = json!({"vendor": "billing", "kind": "outage", "for": "2h", "lost_for": "1m"});
    house
        .post(&desk.path("/faults"), desk.token("interviewer"), outage)
        .await
        .expect(201);
    let began = Instant::now();
    let mut statuses = Vec::new();
    for _ in 0..2 {
        for tried in 0..5 {
            if tried > 0 {
                tokio::time::sleep(NAP).await;
            }
            let answer = house.get("/v1/charges?limit=1", desk.key("billing")).await;
            statuses.push(answer.status);
            if answer.status == 200 {
                break;
            }
        }
    }
    assert_eq!(statuses.last(), Some(&200), "{statuses:?}");
    assert!(began.elapsed() < Duration::from_secs(20));
    let log = house.get(&desk.path("/log"), ADMIN).await.text;
    let paused = log.matches("\"paused\":true").count();
    assert!((6..=8).contains(&paused), "{paused} of {statuses:?}");
    let (_, workspace) = house.office().named(desk.name()).unwrap();
    let proof = verify(&**house.office().log(), workspace.id).unwrap();
    assert!(matches!(proof, Verified::Whole { .. }), "{proof:?}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_running_goes_on_from_where_the_calls_had_left_it() {
    let house = House::start().await;
    let desk = house.open(2, json!({})).await;
    let candidate = desk.token("candidate");
    house
        .get("/v1/charges", desk.key("billing"))
        .await
        .expect(200);
    let up = async || {
        let now = house.get("/muddle/v1/now", candidate).await.expect(200);
        now["up_ms"].as_i64().unwrap()
    };
    let (before, began) = (up().await, Instant::now());
    // Whoever thinks for a while before letting time run has not spent that while.
    tokio::time::sleep(Duration::from_millis(400)).await;
    let set = Instant::now();
    house
        .post(&desk.path("/clock"), candidate, json!({"mode": "real"}))
        .await
        .expect(200);
    let passed = up().await - before;
    let running = i64::try_from(set.elapsed().as_millis()).unwrap();
    assert!(passed <= running + 1, "{passed} ms passed in {running}");
    assert!(began.elapsed() > set.elapsed());
    house.stop().await;
}
