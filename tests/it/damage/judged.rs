//! What a grader is told of damage over the control API: a sentence with the workspace's name, a code of its own, and no grade.

use muddle_tests::desk::{ADMIN, House};
use reqwest::Method;
use rusqlite::Connection;
use serde_json::json;

use super::*;

async fn house(dir: &Path) -> (Arc<Sqlite>, House) {
    let log = Arc::new(Sqlite::open(dir).unwrap());
    (log.clone(), House::over(log).await)
}

fn spoil(dir: &Path, sql: &str) {
    let database = Connection::open(dir.join("muddle.db")).unwrap();
    database.execute_batch(sql).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_without_its_tail_is_neither_graded_nor_sealed_and_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let (_log, house) = house(dir.path()).await;
    let (sealed, open) = (
        house.open(1, json!({})).await,
        house.open(2, json!({})).await,
    );
    for desk in [&sealed, &open] {
        for _ in 0..4 {
            house
                .get("/v1/customers?limit=1", desk.key("billing"))
                .await
                .expect(200);
        }
    }
    house
        .post(&sealed.path("/seal"), ADMIN, json!({}))
        .await
        .expect(200);
    spoil(
        dir.path(),
        "DELETE FROM entries WHERE workspace > 0 AND seq > 2;
         UPDATE heads SET (seq, hash) = (SELECT seq, hash FROM entries WHERE workspace = 1 AND seq = 2) WHERE workspace = 1",
    );
    for (desk, to, who) in [(&sealed, 6, "receipt"), (&open, 5, "head row")] {
        let proof = house.get(&desk.path("/verify"), ADMIN).await.expect(200);
        let message = proof["message"].as_str().unwrap();
        assert!(
            message.starts_with(&format!("entries 3 to {to} are missing: the {who}")),
            "{message}"
        );
        assert_eq!(
            (&proof["verdict"], &proof["exit"]),
            (&json!("missing"), &json!(1))
        );
        let refused = house.post(&desk.path("/grade"), ADMIN, json!({})).await;
        assert_eq!(
            (refused.status, refused.error.as_deref()),
            (409, Some("not-whole"))
        );
        assert!(
            refused.text.contains(message) && refused.text.contains(desk.name()),
            "{}",
            refused.text
        );
    }
    let refused = house.post(&open.path("/seal"), ADMIN, json!({})).await;
    assert_eq!(
        refused.error.as_deref(),
        Some("not-whole"),
        "{}",
        refused.text
    );
    spoil(
        dir.path(),
        "UPDATE entries SET body = x'00' WHERE workspace = 1 AND seq = 2",
    );
    for (method, route) in [(Method::POST, "/grade"), (Method::GET, "/replay")] {
        let refused = house.ask(method, &sealed.path(route), ADMIN, None).await;
        assert!(
            refused.status >= 400 && refused.text.contains(sealed.name()),
            "{}",
            refused.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_damaged_register_the_admin_reads_and_nobody_else_does_anything() {
    let dir = tempfile::tempdir().unwrap();
    let (log, before) = house(dir.path()).await;
    let (sealed, open) = (
        before.open(1, json!({})).await,
        before.open(2, json!({})).await,
    );
    before
        .post(&sealed.path("/grade"), ADMIN, json!({}))
        .await
        .expect(200);
    before.stop().await;
    log.close().unwrap();
    spoil(
        dir.path(),
        "UPDATE entries SET body = CAST(body || x'20' AS BLOB) WHERE workspace = 0 AND seq = 1",
    );

    let (_log, house) = house(dir.path()).await;
    assert_eq!(
        house.get("/healthz", ADMIN).await.expect(200)["status"],
        "read-only"
    );
    let listed = house.get("/muddle/v1/workspaces", ADMIN).await.expect(200);
    assert_eq!(listed.as_array().unwrap().len(), 2);
    let log = house.get(&open.path("/log"), ADMIN).await;
    assert!(log.status == 200 && log.text.contains("\"operation\":\"open\""));
    let proof = house.get(&open.path("/verify"), ADMIN).await.expect(200);
    assert_eq!(
        (&proof["verdict"], &proof["exit"]),
        (&json!("register_damaged"), &json!(1))
    );
    assert!(
        proof["register"].as_str().unwrap().contains("entry 1"),
        "{proof}"
    );
    house
        .post(&sealed.path("/grade"), ADMIN, json!({}))
        .await
        .expect(200);

    let more = json!({"scenario": "refund-desk", "seed": 3});
    let refusals = [
        house.get("/v1/customers", open.key("billing")).await,
        house.get("/v1/customers", "sk_test_nobodys").await,
        house.get(&open.path("/log"), open.token("grader")).await,
        house.get("/muddle/v1/brief", open.token("candidate")).await,
        house.post(&open.path("/grade"), ADMIN, json!({})).await,
        house.post(&open.path("/reset"), ADMIN, json!({})).await,
        house.post(&open.path("/fork"), ADMIN, json!({})).await,
        house.post("/muddle/v1/workspaces", ADMIN, more).await,
        house
            .post(
                &open.path("/faults"),
                ADMIN,
                json!({"vendor": "billing", "kind": "reset"}),
            )
            .await,
    ];
    for (number, refused) in refusals.into_iter().enumerate() {
        let found = (refused.status, refused.error.as_deref());
        assert_eq!(
            found,
            (503, Some("read-only")),
            "{number}: {}",
            refused.text
        );
        assert!(
            refused.text.contains("the register is damaged: entry 1"),
            "{number}: {}",
            refused.text
        );
    }
}
