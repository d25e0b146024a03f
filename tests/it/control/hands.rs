//! Hands on a running workspace: its clock, its faults, and the form in which mistakes are told.

use muddle_tests::desk::{ADMIN, Desk, House};
use reqwest::Method;
use serde_json::json;

async fn now(house: &House, desk: &Desk) -> String {
    let now = house
        .get("/muddle/v1/now", desk.token("candidate"))
        .await
        .expect(200);
    now["now"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mode_says_whose_hand_is_on_the_clock() {
    let house = House::start().await;
    for (mode, hands) in [
        ("practice", [200, 409]),
        ("live", [409, 200]),
        ("exam", [409, 409]),
    ] {
        let desk = house.open(3, json!({"mode": mode, "test": true})).await;
        for (role, status) in ["candidate", "interviewer"].into_iter().zip(hands) {
            let moved = house
                .post(
                    &desk.path("/clock"),
                    desk.token(role),
                    json!({"advance": "10m"}),
                )
                .await;
            assert_eq!(moved.status, status, "{mode} {role}: {}", moved.text);
            let reset = house
                .post(&desk.path("/reset"), desk.token(role), json!({}))
                .await;
            assert_eq!(reset.status, status, "{mode} {role}: {}", reset.text);
        }
        let before = now(&house, &desk).await;
        let waited = house
            .post(
                "/muddle/v1/wait",
                desk.token("candidate"),
                json!({"for": "90s"}),
            )
            .await
            .expect(200);
        assert_eq!(
            (&waited["waited_ms"], &waited["reached"]),
            (&json!(90_000), &json!(true))
        );
        assert_ne!(
            now(&house, &desk).await,
            before,
            "a wait moves the step clock in every mode"
        );
    }
    let known = json!({"scenario": "refund-desk", "mode": "exam", "seed": 4});
    let refused = house.post("/muddle/v1/workspaces", ADMIN, known).await;
    assert_eq!(
        (refused.status, refused.error.as_deref()),
        (400, Some("invalid"))
    );
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_is_armed_counted_and_lifted() {
    let house = House::start().await;
    let desk = house.open(5, json!({})).await;
    let interviewer = desk.token("interviewer");
    let wrong = house
        .post(
            &desk.path("/faults"),
            interviewer,
            json!({"kind": "error", "vendor": "billing"}),
        )
        .await;
    assert_eq!(wrong.status, 400);
    assert_eq!(wrong.json()["error"]["param"], "status");
    let fault = json!({"kind": "error", "vendor": "billing", "operation": "list_charges", "status": 503, "first": 1});
    let armed = house
        .post(&desk.path("/faults"), interviewer, fault)
        .await
        .expect(201);
    let id = armed["fault"].as_str().unwrap().to_owned();
    let key = desk.key("billing");
    let statuses = [
        house.get("/v1/charges", key).await.status,
        house.get("/v1/charges", key).await.status,
    ];
    assert_eq!(statuses, [503, 200]);
    let listed = house
        .get(&desk.path("/faults"), interviewer)
        .await
        .expect(200);
    let row = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["id"] == *id)
        .unwrap()
        .clone();
    assert_eq!(
        (&row["matched"], &row["struck"], &row["landed"]),
        (&json!(2), &json!(1), &json!(1))
    );
    let lifted = house
        .ask(
            Method::DELETE,
            &desk.path(&format!("/faults/{id}")),
            interviewer,
            None,
        )
        .await
        .expect(200);
    assert_eq!(lifted, json!({"lifted": [id]}));
    let again = house
        .ask(
            Method::DELETE,
            &desk.path(&format!("/faults/{id}")),
            interviewer,
            None,
        )
        .await;
    assert_eq!(
        (again.status, again.error.as_deref()),
        (404, Some("not-found"))
    );
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_told_in_one_form() {
    let house = House::start().await;
    let desk = house.open(9, json!({})).await;
    for (method, path, body, status, code) in [
        ("GET", "/muddle/v1/nothing", None, 404, "no-route"),
        (
            "PATCH",
            "/muddle/v1/workspaces",
            None,
            405,
            "method-not-allowed",
        ),
        (
            "POST",
            "/muddle/v1/workspaces",
            Some(json!({"scenario": "no-such"})),
            400,
            "invalid",
        ),
        (
            "POST",
            "/muddle/v1/workspaces",
            Some(json!({"scenario": 7})),
            400,
            "invalid",
        ),
        (
            "POST",
            "/muddle/v1/workspaces",
            Some(json!({"scenario": "refund-desk", "sede": 1})),
            400,
            "invalid",
        ),
        ("GET", "/muddle/v1/now", None, 400, "invalid"),
    ] {
        let answer = house.ask(method.parse().unwrap(), path, ADMIN, body).await;
        assert_eq!(
            (answer.status, answer.error.as_deref()),
            (status, Some(code)),
            "{path}: {}",
            answer.text
        );
        assert_eq!(answer.json()["error"]["code"], code);
    }
    for body in [
        json!({}),
        json!({"for": "soon"}),
        json!({"for": "1s", "next_event": true}),
    ] {
        let answer = house
            .post("/muddle/v1/wait", desk.token("candidate"), body.clone())
            .await;
        assert_eq!(
            (answer.status, answer.error.as_deref()),
            (400, Some("invalid")),
            "{body}"
        );
    }
    assert_eq!(
        house
            .get("/muddle/v1/now", "mdl_candidate_nobodys")
            .await
            .status,
        401
    );
    assert_eq!(house.get("/healthz", "").await.json()["status"], "ok");
    house.stop().await;
}

/// Three answers to the same refund are lost; its retries repeat the first answer and are hit like any other call.
#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_faults_counts_every_lost_answer() {
    let house = House::start().await;
    let desk = house.open(6, json!({})).await;
    let (interviewer, key) = (desk.token("interviewer"), desk.key("billing"));
    let charges = house.get("/v1/charges?limit=100", key).await.expect(200);
    let mut rows = charges["data"].as_array().unwrap().iter();
    let whole = rows.find(|row| {
        (&row["status"], &row["amount_refunded"], &row["disputed"])
            == (&json!("succeeded"), &json!(0), &json!(false))
    });
    let charge = whole.unwrap()["id"].as_str().unwrap();
    let fault = json!({"kind": "close", "position": "after", "vendor": "billing", "operation": "create_refund", "first": 3});
    house
        .post(&desk.path("/faults"), interviewer, fault)
        .await
        .expect(201);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let refund = || {
        http.post(format!("{}/v1/refunds", house.url()))
            .bearer_auth(key)
            .header("idempotency-key", "the-same")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("charge={charge}&amount=1"))
            .send()
    };
    for _ in 0..3 {
        assert!(refund().await.is_err(), "the answer is lost");
    }
    assert_eq!(refund().await.unwrap().status(), 200);
    let listed = house
        .get(&desk.path("/faults"), interviewer)
        .await
        .expect(200);
    let mut rows = listed.as_array().unwrap().iter();
    let row = rows.find(|row| row["live"] == true).unwrap();
    let counts = ["matched", "struck", "landed", "lost_answers", "failed"];
    assert_eq!(
        counts.map(|name| row[name].as_u64()),
        [4, 3, 3, 3, 0].map(Some)
    );
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_faster_clock_jumps_nothing_unless_it_is_asked_to_and_says_so_then() {
    let house = House::start().await;
    let desk = house.open(7, json!({"clock": "paused"})).await;
    let (candidate, interviewer) = (desk.token("candidate"), desk.token("interviewer"));
    let set = async |request: serde_json::Value| {
        house
            .post(&desk.path("/clock"), candidate, request)
            .await
            .expect(200)
    };
    let fault = json!({"vendor": "crm", "kind": "reset"});
    house
        .post(&desk.path("/faults"), interviewer, fault)
        .await
        .expect(201);
    let end = async || {
        let listed = house
            .get(&desk.path("/faults"), interviewer)
            .await
            .expect(200);
        let mut rows = listed.as_array().unwrap().iter();
        let row = rows.find(|row| row["live"] == true).unwrap().clone();
        (
            row["ends_up_ms"].clone(),
            row["ends_in_ms"].as_i64().unwrap(),
        )
    };
    let (ends, _) = end().await;
    let early = json!({"to": "2126-03-04T03:31:00Z"});
    let refused = house.post(&desk.path("/clock"), candidate, early).await;
    assert_eq!(refused.status, 400, "a jump has a limit");
    let before = set(json!({"advance": "13h"})).await;
    assert_eq!(before["note"], serde_json::Value::Null);
    let fast = set(json!({"mode": "fast 60x"})).await;
    let minute = |now: &serde_json::Value| {
        let at = muddle_world::time::At::parse(now["now"].as_str().unwrap()).unwrap();
        at.0 / 60_000
    };
    assert!(minute(&fast) - minute(&before) <= 60, "{before} {fast}");
    assert_eq!(
        (&fast["clock"], &fast["note"]),
        (&json!("fast 60x"), &json!(null))
    );
    let (still, left) = end().await;
    assert_eq!(still, ends, "a fault's end stays where it was");
    assert!(left <= 15 * 60_000, "{left}");
    let jump = set(json!({"mode": "fast 60x", "nights": "jump"})).await;
    assert_eq!(jump["clock"], "fast 60x nights:jump");
    assert!(
        jump["note"]
            .as_str()
            .unwrap()
            .contains("closed hours are jumped"),
        "{jump}"
    );
    assert_eq!(end().await.0, ends);
    let wrong = house
        .post(
            &desk.path("/clock"),
            candidate,
            json!({"mode": "real", "nights": "jump"}),
        )
        .await;
    assert_eq!(wrong.status, 400);
    assert_eq!(wrong.json()["error"]["param"], "nights");
    house.stop().await;
}
