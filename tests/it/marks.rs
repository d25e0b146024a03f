//! What a caller names like a mark of the log's own: it stays what they wrote, and the workspace comes back from its log.

use muddle_tests::desk::{ADMIN, House};
use reqwest::{Client, Method};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_record_with_a_field_named_blob_comes_back_from_the_log() {
    let house = House::start().await;
    let desk = house.open(31, json!({})).await;
    let made = Client::new()
        .post(format!("{}/v1/customers", house.url()))
        .bearer_auth(desk.key("billing"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("metadata[$blob]=x&metadata[length]=5")
        .send()
        .await
        .unwrap();
    let made: Value = serde_json::from_str(&made.text().await.unwrap()).unwrap();
    assert_eq!(made["metadata"], json!({"$blob": "x", "length": "5"}));
    let contact = json!({"properties": {"$blob": "x", "a": "b"}});
    let path = "/crm/v3/objects/contacts";
    let refused = house.post(path, desk.key("crm"), contact).await;
    assert_eq!(refused.status, 400);

    let (_, workspace) = house.office().named(desk.name()).unwrap();
    assert!(workspace.doze(0));
    let path = format!("/v1/customers/{}", made["id"].as_str().unwrap());
    let again = house.get(&path, desk.key("billing")).await.expect(200);
    assert_eq!(again["metadata"], made["metadata"]);
    for rest in ["/status", "/log?format=text", "/log?format=csv"] {
        let told = house.ask(Method::GET, &desk.path(rest), ADMIN, None).await;
        assert_eq!(told.status, 200, "{rest}: {}", told.text);
    }
    let proof = house.get(&desk.path("/verify"), ADMIN).await;
    assert_eq!(proof.expect(200)["verdict"], "whole");
    house.stop().await;
}
