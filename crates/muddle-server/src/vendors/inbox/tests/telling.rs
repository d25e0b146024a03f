//! Answers spelled: a message in each of its forms, and an empty page.

use std::sync::Arc;

use muddle_world::inbox::{
    Answer, Enclosure, Format, Letter, Mailbox, Refusal, Showing, Shown, compose, message_from_raw,
};
use muddle_world::reply;
use muddle_world::time::At;
use serde_json::{Value, json};

use super::scene::{told, with_scene};
use crate::vendors::inbox::Inbox;
use crate::vendors::{Face, Scene};

fn shown(format: Format, headers: &[&str]) -> Value {
    let letter = Letter {
        from: Mailbox::named("Änne", "anne@example.com"),
        to: vec![Mailbox::bare("desk@example.com")],
        subject: "Öfen".into(),
        message_id: "one@example.com".into(),
        text: "Tom & <Jerry>\n".into(),
        html: Some("<p>x</p>".into()),
        enclosures: vec![Enclosure {
            name: "a.bin".into(),
            mime_type: "image/png".into(),
            bytes: vec![1; 8],
        }],
        ..Letter::default()
    };
    let message = message_from_raw(
        &compose(&letter),
        "18c0000000000003".into(),
        "18c0000000000001".into(),
        &["UNREAD".into()],
        At(1_795_226_577_000),
    );
    let showing = Showing {
        format,
        headers: headers.iter().map(|name| (*name).into()).collect(),
    };
    let shown = Shown {
        message: Arc::new(message),
        history_id: 102,
        showing,
    };
    told(200, reply::Answer::Inbox(Answer::Message(shown))).1
}

#[test]
fn a_message_in_full_is_a_tree() {
    let body = shown(Format::Full, &[]);
    assert_eq!(body["internalDate"], "1795226577000");
    assert_eq!(body["historyId"], "102");
    assert_eq!(body["snippet"], "Tom &amp; &lt;Jerry&gt;");
    assert_eq!(body["labelIds"], json!(["UNREAD"]));
    let payload = &body["payload"];
    assert_eq!(
        (&payload["partId"], &payload["mimeType"], &payload["body"]),
        (&json!(""), &json!("multipart/mixed"), &json!({"size": 0}))
    );
    let text = &payload["parts"][0]["parts"][0];
    assert_eq!(text["partId"], "0.0");
    assert_eq!(
        text["body"],
        json!({"size": 15, "data": "VG9tICYgPEplcnJ5Pg0K"})
    );
    let file = &payload["parts"][1];
    assert_eq!(
        (&file["partId"], &file["filename"], &file["body"]["size"]),
        (&json!("1"), &json!("a.bin"), &json!(8))
    );
    assert!(
        file["body"]["attachmentId"]
            .as_str()
            .unwrap()
            .starts_with("ANGjdJ")
    );
    assert!(file["body"].get("data").is_none());
    let headers = payload["headers"].as_array().unwrap();
    assert!(
        headers.contains(&json!({"name": "Subject", "value": "Öfen"})),
        "{headers:?}"
    );
    assert!(
        headers.contains(&json!({"name": "From", "value": "\"Änne\" <anne@example.com>"}))
            || headers.contains(&json!({"name": "From", "value": "Änne <anne@example.com>"})),
        "{headers:?}"
    );
}

#[test]
fn the_other_forms_show_less() {
    let some = shown(Format::Metadata, &["subject"]);
    assert_eq!(
        some["payload"]["headers"],
        json!([{"name": "Subject", "value": "Öfen"}])
    );
    assert!(some["payload"].get("parts").is_none());
    let raw = shown(Format::Raw, &[]);
    assert!(raw.get("payload").is_none());
    let mail = data_encoding::BASE64URL
        .decode(raw["raw"].as_str().unwrap().as_bytes())
        .unwrap();
    assert!(mail.starts_with(b"Message-ID: <one@example.com>\r\n"));
    let minimal = shown(Format::Minimal, &[]);
    assert!(minimal.get("payload").is_none() && minimal.get("raw").is_none());
}

#[test]
fn an_empty_page_has_no_rows_key() {
    let answer = Answer::Messages {
        rows: Vec::new(),
        next: None,
        estimate: 0,
    };
    let (rendered, body) = told(200, reply::Answer::Inbox(answer));
    assert_eq!(
        (rendered.status, body),
        (200, json!({"resultSizeEstimate": 0}))
    );
    let (done, _) = told(204, reply::Answer::Inbox(Answer::Done));
    assert!(done.status == 204 && done.body.is_empty() && done.headers.is_empty());
}

#[test]
fn an_answer_is_told_in_part_and_an_error_whole() {
    let letter = Letter {
        subject: "Parts".into(),
        text: "text".into(),
        ..Letter::default()
    };
    let message = message_from_raw(
        &compose(&letter),
        "18c0000000000003".into(),
        "18c0000000000001".into(),
        &[],
        At(0),
    );
    let told = |answer: Answer| {
        with_scene(200, |scene| {
            let scene = Scene {
                query: Some("fields=id,payload(mimeType)"),
                operation: Some("get_message"),
                ..*scene
            };
            Inbox.render(&reply::Answer::Inbox(answer), &scene)
        })
    };
    let some = told(Answer::Message(Shown {
        message: Arc::new(message),
        history_id: 102,
        showing: Showing::default(),
    }));
    assert_eq!(
        serde_json::from_slice::<Value>(&some.body).unwrap(),
        json!({"id": "18c0000000000003", "payload": {"mimeType": "text/plain"}})
    );
    let refused = told(Answer::Refused(Refusal::NotFound));
    let refused: Value = serde_json::from_slice(&refused.body).unwrap();
    assert_eq!(refused["error"]["code"], 404);
}
