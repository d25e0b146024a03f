//! Exams: faults follow the script alone, one attempt counts, and the seal tells who was waiting what it is.

use std::time::Duration;

use muddle_tests::desk::{ADMIN, House};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_arms_a_fault_in_an_exam_by_hand() {
    let house = House::start().await;
    let exam = house.open(1, json!({"mode": "exam", "test": true})).await;
    for token in [exam.token("interviewer"), ADMIN] {
        let fault = json!({"kind": "error", "vendor": "billing", "status": 503});
        let armed = house.post(&exam.path("/faults"), token, fault).await;
        assert_eq!(
            (armed.status, armed.error.as_deref()),
            (409, Some("conflict")),
            "{}",
            armed.text
        );
    }
    let calls = house.get("/v1/charges", exam.key("billing")).await;
    assert_eq!(calls.status, 200, "nothing was armed");
    // The safety lever works everywhere, and is an entry.
    let lever = exam.path("/faults");
    let lifted = house
        .ask(Method::DELETE, &lever, exam.token("interviewer"), None)
        .await;
    assert_eq!(lifted.status, 200, "{}", lifted.text);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_attempts_that_start_at_once_in_an_exam_one_wins() {
    let house = House::start().await;
    let exam = house.open(2, json!({"mode": "exam", "test": true})).await;
    let start = |label: &'static str| {
        house.post(
            "/muddle/v1/attempts",
            exam.token("candidate"),
            json!({"label": label}),
        )
    };
    let answers = tokio::join!(start("a"), start("b"), start("c"), start("d"));
    let mut statuses = [answers.0, answers.1, answers.2, answers.3].map(|answer| answer.status);
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409]);
    let begun = house
        .get("/muddle/v1/attempts", exam.token("candidate"))
        .await
        .expect(200);
    assert_eq!(begun.as_array().map(Vec::len), Some(1), "{begun}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_when_the_office_is_sealed_is_told_so() {
    let house = House::start().await;
    let desk = house.open(3, json!({"clock": "real"})).await;
    let interviewer = desk.token("interviewer");
    let hang = json!({"kind": "hang", "vendor": "billing", "operation": "list_charges", "position": "before"});
    house
        .post(&desk.path("/faults"), interviewer, hang)
        .await
        .expect(201);
    let waiting = house.get("/v1/charges", desk.key("billing"));
    let sealing = async {
        loop {
            let faults = house
                .get(&desk.path("/faults"), interviewer)
                .await
                .expect(200);
            if faults
                .as_array()
                .unwrap()
                .iter()
                .any(|fault| fault["struck"] == 1)
            {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        house
            .post(&desk.path("/seal"), interviewer, json!({}))
            .await
            .expect(200)
    };
    let (waited, receipt) = tokio::join!(waiting, sealing);
    assert_eq!(
        (waited.status, waited.error.as_deref()),
        (410, Some("sealed")),
        "{}",
        waited.text
    );
    let log = house.get(&desk.path("/log"), desk.token("grader")).await;
    assert_eq!(
        log.text.lines().count() as u64,
        receipt["seq"].as_u64().unwrap()
    );
    assert!(log.text.contains("\"operation\":\"drop_parked\""));
    house.stop().await;
}

/// A seed that has a number is public: wherever it was allowed outside practice, the answer, entry 1 and the report say so.
#[tokio::test(flavor = "multi_thread")]
async fn a_known_seed_outside_practice_is_told_wherever_a_run_is_weighed() {
    let house = House::start().await;
    let secret = json!({"scenario": "refund-desk", "mode": "live", "clock": "step", "cases": 10});
    for (order, test) in [
        (json!({"mode": "exam", "test": true}), true),
        (json!({"mode": "live", "test": true}), true),
        (json!({"mode": "practice", "test": true}), false),
    ] {
        let desk = house.open(8, order).await;
        assert_eq!(desk.opened["test"] == true, test, "{}", desk.opened);
        let log = house.get(&desk.path("/log"), ADMIN).await.text;
        let first = log.lines().next().unwrap();
        assert_eq!(first.contains("\"test\":true"), test, "{first}");
        let grade = house.post(&desk.path("/grade"), ADMIN, json!({})).await;
        assert_eq!(grade.status, 200, "{}", grade.text);
        assert_eq!(grade.json()["test"], json!(test));
    }
    let opened = house
        .post("/muddle/v1/workspaces", ADMIN, secret)
        .await
        .expect(201);
    assert_eq!(opened["test"], json!(null), "a secret seed is no test");
    house.stop().await;
}
