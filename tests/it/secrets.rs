//! Keys where no key belongs, over every wire that takes text: no entry and no record holds one.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use muddle_tests::desk::{ADMIN, Desk, House};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

/// All that was issued for a desk.
fn issued(desk: &Desk) -> Vec<String> {
    let vendors = ["billing", "crm", "inbox"].map(|vendor| desk.key(vendor).to_owned());
    let roles = ["candidate", "interviewer", "grader"].map(|role| desk.token(role).to_owned());
    vendors.into_iter().chain(roles).collect()
}

/// What of a text tells a key: some of its letters, plain or in any of the three places that base64 has for them.
fn traces(key: &str) -> Vec<String> {
    let secret = &key[key.len() - 30..];
    let shifted = (0..3).map(|lead| {
        let text = format!("{}{secret}", "x".repeat(lead));
        let encoded = BASE64.encode(text.as_bytes());
        // The first and the last group hold other letters too.
        encoded[4..encoded.len() - 4].to_owned()
    });
    std::iter::once(secret.to_owned()).chain(shifted).collect()
}

/// Everybody can send a request in which a key stands in a parameter, a path, a body, a mail or the user agent.
fn requests(
    http: &Client,
    house: &House,
    desk: &Desk,
    charge: &str,
    key: &str,
) -> Vec<RequestBuilder> {
    let ask = |method: Method, path: String, opens: &str| {
        http.request(method, format!("{}{path}", house.url()))
            .bearer_auth(opens)
            .header("user-agent", format!("bot/1.0 ({key})"))
    };
    let (billing, crm, inbox) = (desk.key("billing"), desk.key("crm"), desk.key("inbox"));
    let part = BASE64.encode(format!("Hello, here is my key: {key}").as_bytes());
    let mail = format!(
        "To: someone@example.com\r\nSubject: {key}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{part}\r\n"
    );
    let raw = BASE64URL_NOPAD.encode(mail.as_bytes());
    let refund = format!("charge={charge}&amount=1&metadata[note]={key}");
    let escaped = refund.replace('_', "%5F").replace("amount%5F", "amount_");
    let send = "/gmail/v1/users/me/messages/send";
    let upload = "/upload/gmail/v1/users/me/messages/send?uploadType=media";
    let form = "application/x-www-form-urlencoded";
    vec![
        ask(Method::POST, "/v1/refunds".into(), billing)
            .header("idempotency-key", key)
            .header("content-type", form)
            .body(refund),
        ask(Method::POST, "/v1/refunds".into(), billing)
            .header("content-type", form)
            .body(escaped),
        ask(Method::GET, format!("/v1/charges/{key}?x={key}"), billing),
        ask(Method::GET, format!("/v1/charges?customer={key}"), billing),
        ask(Method::POST, "/crm/v3/objects/contacts".into(), crm)
            .json(&json!({"properties": {"firstname": key, "email": "a.b@example.com"}})),
        ask(Method::POST, "/crm/v3/objects/contacts/search".into(), crm)
            .json(&json!({"query": key})),
        ask(Method::POST, send.into(), inbox).json(&json!({"raw": raw})),
        ask(Method::POST, upload.into(), inbox)
            .header("content-type", "message/rfc822")
            .body(mail),
        ask(
            Method::GET,
            format!("/gmail/v1/users/me/messages?q={key}"),
            inbox,
        ),
        ask(
            Method::POST,
            "/muddle/v1/attempts".into(),
            desk.token("candidate"),
        )
        .json(&json!({"label": key, "command": format!("run --key {key}")})),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_anywhere_in_a_request_is_in_no_entry_and_in_no_record() {
    let house = House::start().await;
    let desk = house.open(1, json!({})).await;
    let http = Client::builder().no_proxy().build().unwrap();
    let charges = house.get("/v1/charges?limit=1", desk.key("billing")).await;
    let charge = charges.expect(200)["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for key in issued(&desk) {
        for request in requests(&http, &house, &desk, &charge, &key) {
            let answer = request.send().await.unwrap();
            let (status, text) = (answer.status(), answer.text().await.unwrap());
            assert!(!status.is_server_error(), "{status} {text}");
            assert!(!text.contains(&key), "{text}");
        }
    }
    let log = house.get(&desk.path("/log"), ADMIN).await;
    assert_eq!(log.status, 200);
    for key in issued(&desk) {
        for trace in traces(&key) {
            let line = log.text.lines().find(|line| line.contains(&trace));
            assert_eq!(line, None, "{trace} of {key}");
        }
    }
    // What was meant can still be told, and the record agrees with the log.
    let refunds = house
        .get("/v1/refunds?limit=100", desk.key("billing"))
        .await;
    let refunds = refunds.expect(200);
    let notes: Vec<&str> = refunds["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|refund: &Value| refund["metadata"]["note"].as_str())
        .collect();
    assert!(
        notes.iter().any(|note| note.starts_with("sk_test_***")),
        "{notes:?}"
    );
    assert!(notes.iter().all(|note| note.ends_with("***")), "{notes:?}");
    assert!(log.text.contains("metadata[note]=sk_test_***"));
    house.stop().await;
}
