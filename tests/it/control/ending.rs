//! A workspace's end: sealed by hand, by a grade, by its story.

use muddle_tests::desk::{ADMIN, House};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_office_takes_no_more_and_proves_its_end() {
    let house = House::start().await;
    let desk = house.open(6, json!({})).await;
    let begun = house
        .post(
            "/muddle/v1/attempts",
            desk.token("candidate"),
            json!({"label": "first"}),
        )
        .await
        .expect(201);
    assert_eq!(begun["attempt"], 1);
    assert_eq!(
        house.get("/v1/charges", desk.key("billing")).await.status,
        200
    );
    let receipt = house
        .post(&desk.path("/seal"), desk.token("interviewer"), json!({}))
        .await
        .expect(200);
    let again = house
        .post(&desk.path("/seal"), desk.token("grader"), json!({}))
        .await
        .expect(200);
    assert_eq!(receipt, again);
    assert_eq!(
        house
            .get(&desk.path("/seal"), desk.token("candidate"))
            .await
            .expect(200),
        receipt
    );
    for (method, path, token) in [
        ("GET", "/v1/charges".to_owned(), desk.key("billing")),
        ("POST", desk.path("/faults"), desk.token("interviewer")),
        ("POST", desk.path("/clock"), desk.token("candidate")),
    ] {
        let body = match method {
            "POST" if path.ends_with("clock") => Some(json!({"advance": "1m"})),
            "POST" => Some(json!({"kind": "reset"})),
            _ => None,
        };
        let late = house.ask(method.parse().unwrap(), &path, token, body).await;
        assert_eq!(
            (late.status, late.error.as_deref()),
            (410, Some("sealed")),
            "{path}: {}",
            late.text
        );
    }
    let proof = house
        .get(&desk.path("/verify"), desk.token("grader"))
        .await
        .expect(200);
    assert_eq!(
        (&proof["verdict"], &proof["entries"]),
        (&json!("whole"), &receipt["seq"]),
        "{proof}"
    );
    let log = house.get(&desk.path("/log"), desk.token("grader")).await;
    assert_eq!(
        log.text.lines().count() as u64,
        receipt["seq"].as_u64().unwrap()
    );
    let world = house
        .get(&desk.path("/replay?to=1"), desk.token("grader"))
        .await
        .expect(200);
    assert_eq!(
        (&world["seq"], &world["sealed"]),
        (&json!(1), &json!(false))
    );
    assert!(
        world["records"]["billing"]["charges"]
            .as_object()
            .unwrap()
            .len()
            > 100
    );
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grade_seals_first() {
    let house = House::start().await;
    let desk = house.open(7, json!({})).await;
    let report = house
        .post(&desk.path("/grade"), desk.token("grader"), json!({}))
        .await
        .expect(200);
    assert_eq!(report["workspace"], desk.name());
    for part in [
        "score",
        "strict",
        "precision",
        "coverage",
        "criticals",
        "exercised",
        "categories",
        "checks",
        "cases",
    ] {
        assert!(report.get(part).is_some(), "{part}");
    }
    let told = house.get(&desk.path(""), ADMIN).await.expect(200);
    assert_eq!(told["sealed"], true);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exam_ends_with_its_story() {
    let house = House::start().await;
    let desk = house.open(8, json!({"mode": "exam", "test": true})).await;
    let candidate = desk.token("candidate");
    house
        .post(
            "/muddle/v1/attempts",
            candidate,
            json!({"label": "the one"}),
        )
        .await
        .expect(201);
    let second = house
        .post(
            "/muddle/v1/attempts",
            candidate,
            json!({"label": "another"}),
        )
        .await;
    assert_eq!(
        (second.status, second.error.as_deref()),
        (409, Some("conflict"))
    );
    let waited = house
        .post("/muddle/v1/wait", candidate, json!({"for": "14d"}))
        .await
        .expect(200);
    assert_eq!(waited["sealed"], true);
    let late = house
        .post("/muddle/v1/wait", candidate, json!({"for": "1s"}))
        .await;
    assert_eq!(late.status, 410);
    house.stop().await;
}
