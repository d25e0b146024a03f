//! What a candidate reaches, and what it is told of its own workspace.

use muddle_tests::desk::{ADMIN, House};
use reqwest::Method;
use serde_json::{Value, json};

/// Routes under a workspace that a candidate never gets an answer from.
const CLOSED: [(&str, &str); 14] = [
    ("GET", "/status"),
    ("GET", "/watch"),
    ("POST", "/notes"),
    ("POST", "/mail"),
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
    let body = match path.rsplit('/').next() {
        Some("notes") => json!({"text": "seen"}),
        Some("mail") => json!({"as": "jane@mail.example", "text": "Hello?"}),
        _ => json!({"kind": "reset"}),
    };
    let body = (method == Method::POST).then_some(body);
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
        ("interviewer", "/status"),
        ("grader", "/status"),
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
    for role in ["candidate", "interviewer", "grader"] {
        for list in ["/muddle/v1/workspaces", "/muddle/v1/workspaces?prefix=ws_"] {
            let listed = house.get(list, own.token(role)).await;
            assert_eq!(listed.status, 403, "{role} learns no other's name: {list}");
        }
        let begins = format!("/muddle/v1/workspaces/{}", &own.name()[..8]);
        let probed = house.get(&begins, own.token(role)).await;
        assert_eq!(
            probed.status, 404,
            "{role} finds nothing by how a name begins"
        );
    }
    // Who may only judge breaks nothing, and who may break reads no log.
    for (role, method, rest) in [
        ("grader", "POST", "/mail"),
        ("grader", "POST", "/faults"),
        ("interviewer", "GET", "/log"),
        ("interviewer", "GET", "/log?format=csv"),
        ("interviewer", "GET", "/replay?record=x"),
    ] {
        let refused = ask(&house, method, &own.path(rest), own.token(role)).await;
        assert_eq!(refused.status, 403, "{role} {method} {rest}");
    }
    for role in ["interviewer", "grader"] {
        let noted = ask(&house, "POST", &own.path("/notes"), own.token(role)).await;
        assert_eq!(noted.status, 201, "{role}: {}", noted.text);
        let elsewhere = ask(&house, "POST", &other.path("/notes"), own.token(role)).await;
        assert_eq!(elsewhere.status, 404, "{role}");
        let watched = house.get(&other.path("/watch"), own.token(role)).await;
        assert_eq!(watched.status, 404, "{role}");
    }
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
    // Whoever breaks things comes to no judge's token by copying.
    let live = house.open(78, json!({"mode": "live", "test": true})).await;
    let copy = house
        .post(&live.path("/fork"), live.token("interviewer"), json!({}))
        .await
        .expect(201);
    assert!(copy["tokens"]["interviewer"].is_string());
    assert_eq!(copy["tokens"]["grader"], Value::Null);
    house.stop().await;
}
