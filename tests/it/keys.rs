//! Keys taken back and keys past their end: the vendor's own 401, an entry each, and nothing forgotten over a restart.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use muddle_log::{Log, LogError, Sqlite};
use muddle_tests::desk::{ADMIN, Answer, Desk, House};
use reqwest::Method;
use serde_json::{Value, json};

/// A harmless read of each vendor, with where its dialect says 401 in the body.
const READS: [(&str, &str, &str, &str); 3] = [
    (
        "billing",
        "/v1/charges",
        "/error/type",
        "invalid_request_error",
    ),
    (
        "crm",
        "/crm/v3/objects/contacts",
        "/category",
        "INVALID_AUTHENTICATION",
    ),
    (
        "inbox",
        "/gmail/v1/users/me/profile",
        "/error/status",
        "UNAUTHENTICATED",
    ),
];

/// The ordinal of the desk's key for a vendor or role.
async fn ordinal(house: &House, desk: &Desk, opens: &str) -> String {
    let keys = house.get(&desk.path("/keys"), ADMIN).await.expect(200);
    let mut rows = keys.as_array().unwrap().iter();
    let row = rows.find(|row| row["opens"] == opens).unwrap();
    row["key"].as_str().unwrap().to_owned()
}

async fn revoke(house: &House, desk: &Desk, opens: &str, by: &str) -> Answer {
    let path = desk.path(&format!("/keys/{}", ordinal(house, desk, opens).await));
    house.ask(Method::DELETE, &path, by, None).await
}

/// The cores of the last entries of a desk, oldest first.
async fn last_entries(house: &House, desk: &Desk, count: usize) -> Vec<Value> {
    let log = house.get(&desk.path("/log"), ADMIN).await;
    let lines: Vec<Value> = log
        .text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["core"].clone())
        .collect();
    lines[lines.len() - count..].to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_with_a_revoked_key_is_refused_as_the_vendor_does_and_is_an_entry() {
    let house = House::start().await;
    let desk = house.open(1, json!({})).await;
    let interviewer = desk.token("interviewer");
    for (vendor, path, pointer, word) in READS {
        assert_eq!(
            house.get(path, desk.key(vendor)).await.status,
            200,
            "{vendor}"
        );
        let taken = revoke(&house, &desk, vendor, interviewer).await.expect(200);
        assert_eq!(
            (&taken["opens"], &taken["state"]),
            (&json!(vendor), &json!("revoked"))
        );
        let refused = house.get(path, desk.key(vendor)).await;
        assert_eq!((refused.status, &refused.error), (401, &None), "{vendor}");
        assert_eq!(
            refused.json().pointer(pointer),
            Some(&json!(word)),
            "{}",
            refused.text
        );
        let [cause, call] = &last_entries(&house, &desk, 2).await[..] else {
            panic!("two entries were asked for")
        };
        assert_eq!(
            (&cause["operation"], &cause["actor"]["kind"]),
            (&json!("revoke_key"), &json!("interviewer"))
        );
        assert_eq!(cause["call"]["office"]["revoke_key"]["opens"], vendor);
        assert_eq!(
            (&call["vendor"], &call["outcome"], &call["status"]),
            (&json!(vendor), &json!("refused"), &json!(401))
        );
        assert_eq!(
            (&call["actor"]["kind"], &call["actor"]["credential"]),
            (&json!("candidate"), &json!("revoked"))
        );
        assert_eq!(call["actor"]["key"], taken["key"]);
        assert_eq!(call["reply"]["denied"]["credential"], "revoked", "{call}");
        assert_eq!(call.get("effects"), None, "{call}");
    }
    // Said once, however often it is asked for.
    revoke(&house, &desk, "inbox", interviewer)
        .await
        .expect(200);
    let last = &last_entries(&house, &desk, 1).await[0];
    assert_eq!(last["operation"], "get_profile");
    let checked = house
        .get("/muddle/v1/check", desk.token("candidate"))
        .await
        .expect(200);
    assert_eq!(
        (&checked["ok"], &checked["vendors"]["crm"]["state"]),
        (&json!(false), &json!("revoked"))
    );
    let report = house
        .post(&desk.path("/grade"), desk.token("grader"), json!({}))
        .await;
    let report = report.expect(200);
    let hands = report.pointer("/hands/keys").and_then(Value::as_array);
    assert_eq!(hands.map(Vec::len), Some(3), "{report}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_ends_in_the_workspaces_time_and_another_is_issued() {
    let house = House::start().await;
    let desk = house.open(2, json!({})).await;
    let (interviewer, candidate) = (desk.token("interviewer"), desk.token("candidate"));
    let (_, profile, ..) = READS[2];
    let ending = desk.path(&format!(
        "/keys/{}/expire",
        ordinal(&house, &desk, "inbox").await
    ));
    let ends = house
        .post(&ending, interviewer, json!({"expires_in": "1h"}))
        .await
        .expect(200);
    assert_eq!(ends["state"], "valid");
    assert_eq!(house.get(profile, desk.key("inbox")).await.status, 200);
    house
        .post("/muddle/v1/wait", candidate, json!({"for": "1h"}))
        .await
        .expect(200);
    let refused = house.get(profile, desk.key("inbox")).await;
    assert_eq!(refused.status, 401);
    assert_eq!(refused.json()["error"]["errors"][0]["reason"], "authError");
    let call = &last_entries(&house, &desk, 1).await[0];
    assert_eq!(
        (&call["actor"]["credential"], &call["outcome"]),
        (&json!("expired"), &json!("refused"))
    );
    assert!(call["up"].as_i64() >= ends["ends_up_ms"].as_i64(), "{call}");

    let fresh = house
        .post(
            &desk.path("/keys"),
            interviewer,
            json!({"opens": "inbox", "expires_in": "59m"}),
        )
        .await
        .expect(201);
    let secret = fresh["secret"].as_str().unwrap();
    assert!(secret.starts_with("ya29."), "{fresh}");
    assert_eq!(house.get(profile, secret).await.status, 200);
    let called = &last_entries(&house, &desk, 1).await[0];
    assert_eq!(called["actor"]["key"], fresh["key"]);
    assert_eq!(
        house.get("/muddle/v1/check", candidate).await.expect(200)["ok"],
        true
    );
    // The other vendors say it in their own words.
    for (vendor, path, pointer, word) in [
        ("billing", "/v1/charges", "/error/code", "api_key_expired"),
        (
            "crm",
            "/crm/v3/objects/contacts",
            "/category",
            "EXPIRED_AUTHENTICATION",
        ),
    ] {
        let now = desk.path(&format!(
            "/keys/{}/expire",
            ordinal(&house, &desk, vendor).await
        ));
        let ended = house
            .post(&now, interviewer, json!({"expires_in": "0s"}))
            .await
            .expect(200);
        assert_eq!(ended["state"], "expired");
        let refused = house.get(path, desk.key(vendor)).await;
        assert_eq!(refused.status, 401);
        assert_eq!(
            refused.json().pointer(pointer),
            Some(&json!(word)),
            "{}",
            refused.text
        );
    }
    house.stop().await;
}

/// The log of a folder, as soon as an office that is stopping has let go of it.
async fn open(dir: &Path) -> Arc<dyn Log> {
    loop {
        match Sqlite::open(dir) {
            Ok(log) => return Arc::new(log),
            Err(LogError::Locked { .. }) => tokio::time::sleep(Duration::from_millis(50)).await,
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_or_has_ended_is_so_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let house = House::over(open(dir.path()).await).await;
    let desk = house.open(3, json!({})).await;
    revoke(&house, &desk, "billing", ADMIN).await.expect(200);
    revoke(&house, &desk, "grader", ADMIN).await.expect(200);
    let now = desk.path(&format!(
        "/keys/{}/expire",
        ordinal(&house, &desk, "inbox").await
    ));
    house
        .post(&now, ADMIN, json!({"expires_in": "0s"}))
        .await
        .expect(200);
    let issued = house
        .post(&desk.path("/keys"), ADMIN, json!({"opens": "grader"}))
        .await
        .expect(201);
    house.stop().await;

    let house = House::over(open(dir.path()).await).await;
    for (vendor, credential) in [("billing", "revoked"), ("inbox", "expired")] {
        let (_, path, ..) = READS.into_iter().find(|read| read.0 == vendor).unwrap();
        assert_eq!(
            house.get(path, desk.key(vendor)).await.status,
            401,
            "{vendor}"
        );
        let call = &last_entries(&house, &desk, 1).await[0];
        assert_eq!(call["actor"]["credential"], credential);
    }
    let truth = desk.path("/truth");
    let old = house.get(&truth, desk.token("grader")).await;
    assert_eq!(
        (old.status, old.error.as_deref()),
        (401, Some("unauthorized"))
    );
    let new = house.get(&truth, issued["secret"].as_str().unwrap()).await;
    assert_eq!(new.status, 200, "{}", new.text);
    assert_eq!(
        house
            .get("/crm/v3/objects/contacts", desk.key("crm"))
            .await
            .status,
        200
    );
    let proof = house.get(&desk.path("/verify"), ADMIN).await.expect(200);
    assert_eq!(proof["verdict"], "whole", "{proof}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_changed_by_who_may_and_by_nobody_else() {
    let house = House::start().await;
    let desk = house.open(4, json!({})).await;
    let exam = house.open(4, json!({"mode": "exam", "test": true})).await;
    let k1 = desk.path("/keys/k1");
    for (method, path, body) in [
        (Method::GET, desk.path("/keys"), None),
        (
            Method::POST,
            desk.path("/keys"),
            Some(json!({"opens": "inbox"})),
        ),
        (Method::DELETE, k1.clone(), None),
        (
            Method::POST,
            format!("{k1}/expire"),
            Some(json!({"expires_in": "0s"})),
        ),
    ] {
        let candidates = house
            .ask(method, &path, desk.token("candidate"), body)
            .await;
        assert_eq!(
            (candidates.status, candidates.error.as_deref()),
            (403, Some("forbidden"))
        );
    }
    for opens in ["grader", "interviewer"] {
        let refused = revoke(&house, &desk, opens, desk.token("interviewer")).await;
        assert_eq!(
            (refused.status, refused.error.as_deref()),
            (403, Some("forbidden"))
        );
    }
    let interviewer = exam.token("interviewer");
    let refused = revoke(&house, &exam, "inbox", interviewer).await;
    assert_eq!(
        (refused.status, refused.error.as_deref()),
        (409, Some("conflict"))
    );
    revoke(&house, &exam, "inbox", ADMIN).await.expect(200);
    let listed = house.get(&exam.path("/keys"), interviewer).await;
    assert!(
        !listed.text.contains(exam.key("inbox")),
        "keys are told once"
    );
    for (path, body, status, code) in [
        (
            "/keys/k99/expire",
            json!({"expires_in": "1h"}),
            404,
            "not-found",
        ),
        (
            "/keys/k1/expire",
            json!({"expires_in": "soon"}),
            400,
            "invalid",
        ),
        (
            "/keys/k1/expire",
            json!({"expires_in": "9999d"}),
            400,
            "invalid",
        ),
        ("/keys", json!({"opens": "chat"}), 400, "invalid"),
    ] {
        let answer = house.post(&desk.path(path), ADMIN, body).await;
        assert_eq!(
            (answer.status, answer.error.as_deref()),
            (status, Some(code)),
            "{path}"
        );
    }
    // A sealed office takes no entry, but a key that leaked can still be taken back.
    house
        .post(&desk.path("/seal"), ADMIN, json!({}))
        .await
        .expect(200);
    revoke(&house, &desk, "candidate", ADMIN).await.expect(200);
    let late = house.get("/muddle/v1/now", desk.token("candidate")).await;
    assert_eq!(late.status, 401);
    house.stop().await;
}
