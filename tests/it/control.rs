//! Who may do what over the control API, and what they learn where they may not.

use muddle_tests::desk::{ADMIN, Desk, House};
use reqwest::Method;
use serde_json::{Value, json};

/// Routes under a workspace that a candidate never gets an answer from.
const CLOSED: [(&str, &str); 10] = [
    ("GET", "/truth"),
    ("GET", "/log"),
    ("GET", "/replay"),
    ("GET", "/verify"),
    ("POST", "/grade"),
    ("POST", "/seal"),
    ("GET", "/faults"),
    ("POST", "/faults"),
    ("DELETE", "/faults"),
    ("DELETE", "/faults/f1"),
];

async fn ask(house: &House, method: &str, path: &str, token: &str) -> muddle_tests::desk::Answer {
    let method: Method = method.parse().unwrap();
    let body = (method == Method::POST).then(|| json!({"kind": "reset"}));
    house.ask(method, path, token, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_candidates_token_and_keys_reach_no_truth_and_no_other_workspace() {
    let house = House::start().await;
    let (own, other) = (
        house.open(1, json!({})).await,
        house.open(2, json!({})).await,
    );
    for (method, rest) in CLOSED {
        let at_own = ask(&house, method, &own.path(rest), own.token("candidate")).await;
        assert_eq!(
            (at_own.status, at_own.error.as_deref()),
            (403, Some("forbidden")),
            "{method} {rest}"
        );
        for place in [
            other.path(rest),
            format!("/muddle/v1/workspaces/ws_nobodys{rest}"),
        ] {
            let elsewhere = ask(&house, method, &place, own.token("candidate")).await;
            assert_eq!(elsewhere.text, at_own.text, "{method} {place}");
            let by_key = ask(&house, method, &place, own.key("billing")).await;
            assert_eq!(
                (by_key.status, by_key.error.as_deref()),
                (401, Some("unauthorized")),
                "{method} {place}"
            );
        }
    }
    // Another's workspace and none at all get one answer, for every role and route that has a workspace.
    let open = [
        ("GET", ""),
        ("GET", "/seal"),
        ("POST", "/reset"),
        ("POST", "/fork"),
        ("POST", "/clock"),
    ];
    for (method, rest) in open {
        let others = ask(&house, method, &other.path(rest), own.token("candidate")).await;
        let nobodys = ask(
            &house,
            method,
            &format!("/muddle/v1/workspaces/ws_nobodys{rest}"),
            own.token("candidate"),
        )
        .await;
        assert_eq!(
            (others.status, &others.text),
            (nobodys.status, &nobodys.text),
            "{method} {rest}"
        );
        assert!(others.status >= 400, "{method} {rest}: {}", others.text);
    }
    for path in [
        "/muddle/v1/now",
        "/muddle/v1/brief",
        "/muddle/v1/contract",
        "/muddle/v1/check",
        "/muddle/v1/attempts",
    ] {
        let named = format!("{path}?workspace={}", other.name());
        let answer = house.get(&named, own.token("candidate")).await;
        assert_eq!(
            (answer.status, answer.error.as_deref()),
            (404, Some("no-workspace")),
            "{named}"
        );
        assert_eq!(
            house.get(path, own.token("candidate")).await.status,
            200,
            "{path}"
        );
    }
    for (role, path) in [
        ("grader", "/truth"),
        ("grader", "/log"),
        ("interviewer", "/faults"),
    ] {
        assert_eq!(
            house.get(&own.path(path), own.token(role)).await.status,
            200,
            "{role} {path}"
        );
        assert_eq!(
            house.get(&other.path(path), own.token(role)).await.status,
            404,
            "{role} {path}"
        );
    }
    assert_eq!(
        house
            .get("/muddle/v1/workspaces", own.token("grader"))
            .await
            .status,
        403
    );
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_candidate_is_told_of_their_workspace_holds_no_seed() {
    let house = House::start().await;
    let desk = house.open(77, json!({})).await;
    let told = house
        .get(&desk.path(""), desk.token("candidate"))
        .await
        .expect(200);
    assert_eq!(told.get("seed"), None);
    let copy = house
        .post(&desk.path("/fork"), desk.token("candidate"), json!({}))
        .await
        .expect(201);
    assert_eq!(copy["seed"], Value::Null);
    assert_eq!(
        copy["tokens"]
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>(),
        ["candidate"]
    );
    let admins = house.get(&desk.path(""), ADMIN).await.expect(200);
    assert_eq!(admins["seed"], 77);
    house.stop().await;
}

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
