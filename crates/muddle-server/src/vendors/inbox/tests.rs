//! The mailbox's dialect: requests read, answers and errors spelled.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method};
use muddle_world::call::{Call, Credential, ProblemKind};
use muddle_world::fault::Kind;
use muddle_world::inbox::{
    self, Answer, Enclosure, Format, Letter, Mailbox, OPERATIONS, Refusal, Request, Showing, Shown,
    compose, message_from_raw, unpack_raw,
};
use muddle_world::limits::Limited;
use muddle_world::reply::{self, Denial};
use muddle_world::time::{At, Up};
use muddle_world::vendor::Vendor;
use serde_json::{Value, json};

use super::Inbox;
use crate::vendors::matching::{Matched, Matching};
use crate::vendors::{Face, Rendered, Scene, Wire};

fn ask(method: Method, path: &str, query: Option<&str>, body: &Value) -> Call {
    ask_with(method, path, query, body, HeaderMap::new())
}

fn ask_with(
    method: Method,
    path: &str,
    query: Option<&str>,
    body: &Value,
    headers: HeaderMap,
) -> Call {
    let body = match body {
        Value::Null => Bytes::new(),
        Value::String(text) => Bytes::from(text.clone()),
        body => Bytes::from(body.to_string()),
    };
    let matching = Matching::new(&Inbox);
    let Matched::Offered(route, params) = matching.find(&method, path) else {
        panic!("{method} {path} is offered")
    };
    let wire = Wire {
        method: &method,
        path,
        query,
        headers: &headers,
        body: &body,
    };
    let operation = Some(route.operation.into());
    let call = (route.parse)(&wire, &params);
    call.unwrap_or_else(|problem| Call::Malformed {
        vendor: Vendor::Inbox,
        operation,
        problem,
    })
}

fn request(method: Method, path: &str, query: Option<&str>, body: &Value) -> Request {
    match ask(method, path, query, body) {
        Call::Inbox(call) => call.request,
        other => panic!("{other:?}"),
    }
}

fn problem(method: Method, path: &str, query: Option<&str>, body: &Value) -> ProblemKind {
    match ask(method, path, query, body) {
        Call::Malformed { problem, .. } => problem.kind,
        other => panic!("{other:?}"),
    }
}

fn with_scene<T>(status: u16, use_it: impl FnOnce(&Scene<'_>) -> T) -> T {
    use_it(&Scene {
        method: &Method::GET,
        path: "/asked",
        status,
        request_id: "0000000000000001",
        original_request_id: None,
        at: At::parse("2026-09-11T19:59:00Z").unwrap(),
        up: Up(1_000),
        base_url: "http://127.0.0.1:4600",
        address: "desk@example.com",
        headers: &HeaderMap::new(),
        operation: None,
        idempotency_key: None,
        rate: None,
    })
}

fn told(status: u16, answer: reply::Answer) -> (Rendered, Value) {
    let rendered = with_scene(status, |scene| Inbox.render(&answer, scene));
    let body = serde_json::from_slice(&rendered.body).unwrap_or(Value::Null);
    (rendered, body)
}

const ME: &str = "/gmail/v1/users/me";

#[test]
fn every_operation_has_a_route_and_every_route_an_operation() {
    let routes = Inbox.routes();
    let mut routed: Vec<&str> = routes.iter().map(|route| route.operation).collect();
    routed.sort_unstable();
    routed.dedup();
    let offered = OPERATIONS.iter().filter(|operation| operation.offered);
    let mut offered: Vec<&str> = offered.map(|operation| operation.name).collect();
    offered.sort_unstable();
    assert_eq!(routed, offered);
    for route in &routes {
        let path = route.path.replace("{userId}", "me");
        let call = ask(route.method.clone(), &path, None, &Value::Null);
        if path.starts_with("/upload/") {
            assert!(matches!(call, Call::Malformed { .. }), "{path}");
        }
        assert_eq!(call.operation().as_deref(), Some(route.operation), "{path}");
    }
}

#[test]
fn base64_comes_in_all_its_forms() {
    let mail = b"Subject: x\n\n??>>~~\xff\xfe\n";
    let padded = data_encoding::BASE64.encode(mail);
    let url = data_encoding::BASE64URL.encode(mail);
    for raw in [
        &*padded,
        padded.trim_end_matches('='),
        &*url,
        url.trim_end_matches('='),
    ] {
        let body = json!({"raw": raw, "labelIds": ["INBOX"]});
        let Request::InsertMessage(new) =
            request(Method::POST, &format!("{ME}/messages"), None, &body)
        else {
            panic!("it inserts")
        };
        assert_eq!(&*unpack_raw(&new.raw), mail);
    }
}

#[test]
fn what_cannot_be_read_is_malformed() {
    let send = format!("{ME}/messages/send");
    for (body, kind) in [
        (json!({"raw": "!!not base64!!"}), ProblemKind::BadBase64),
        (json!({"raw": "abcde"}), ProblemKind::BadBase64),
        (json!({"raw": 5}), ProblemKind::InvalidParam),
        (json!({}), ProblemKind::MissingParam),
        (json!([]), ProblemKind::BadJson),
        (json!("{"), ProblemKind::BadJson),
        (json!({"rwa": ""}), ProblemKind::UnknownParam),
    ] {
        assert_eq!(problem(Method::POST, &send, None, &body), kind, "{body}");
    }
    let query = |path: &str, query| {
        problem(
            Method::GET,
            &format!("{ME}{path}"),
            Some(query),
            &Value::Null,
        )
    };
    assert_eq!(
        query("/messages", "max_results=5"),
        ProblemKind::UnknownParam
    );
    assert_eq!(
        query("/messages", "maxResults=many"),
        ProblemKind::InvalidParam
    );
    assert_eq!(
        query("/messages/1", "format=fancy"),
        ProblemKind::InvalidParam
    );
    assert_eq!(query("/history", "alt=json"), ProblemKind::MissingParam);
    assert_eq!(
        query("/history", "startHistoryId=nonsense"),
        ProblemKind::InvalidParam
    );
}

#[test]
fn queries_take_spaces_in_both_forms_and_names_more_than_once() {
    for q in ["subject%3Aa+b", "subject:a%20b"] {
        let query = format!("q={q}&labelIds=INBOX&labelIds=UNREAD&alt=json&includeSpamTrash=true");
        let Request::ListMessages(list) = request(
            Method::GET,
            &format!("{ME}/messages"),
            Some(&query),
            &Value::Null,
        ) else {
            panic!("it lists")
        };
        assert_eq!(list.q.as_deref(), Some("subject:a b"));
        assert_eq!(list.label_ids, ["INBOX".into(), "UNREAD".into()]);
        assert!(list.include_spam_trash);
    }
    let call = ask(
        Method::GET,
        "/gmail/v1/users/a%40example.com/profile",
        None,
        &Value::Null,
    );
    assert!(
        matches!(call, Call::Inbox(inbox::Call { user: Some(user), .. }) if &*user == "a@example.com")
    );
}

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

fn error(rendered: &Rendered) -> (u16, String, String, String) {
    let body: Value = serde_json::from_slice(&rendered.body).unwrap();
    let error = &body["error"];
    assert_eq!(error["code"], rendered.status);
    assert_eq!(error["errors"][0]["message"], error["message"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (
        rendered.status,
        text(&error["errors"][0]["reason"]),
        text(&error["status"]),
        text(&error["message"]),
    )
}

#[test]
fn errors_are_the_vendors_own() {
    let refused = |refusal| error(&told(0, reply::Answer::Inbox(Answer::Refused(refusal))).0);
    let not_found = refused(Refusal::NotFound);
    assert_eq!(
        not_found,
        (
            404,
            "notFound".into(),
            "NOT_FOUND".into(),
            "Requested entity was not found.".into()
        )
    );
    assert_eq!(refused(Refusal::LabelExists).0, 409);
    assert_eq!(
        refused(Refusal::OtherMailbox {
            user: "x@example.com".into()
        })
        .0,
        403
    );
    let denied = |status, denial| told(status, reply::Answer::Denied(denial)).0;
    let stranger = error(&denied(401, Denial::Credential(Credential::Revoked)));
    assert_eq!(
        (stranger.0, &*stranger.1, &*stranger.2),
        (401, "authError", "UNAUTHENTICATED")
    );
    let limited = Limited {
        limit: "inbox".into(),
        units: 15_000,
        window_ms: 60_000,
        opens_up: Up(61_000),
    };
    let limited = error(&denied(403, Denial::Limited(limited)));
    assert_eq!((limited.0, &*limited.1), (403, "rateLimitExceeded"));
    assert_eq!(
        limited.3,
        "User-rate limit exceeded.  Retry after 2026-09-11T20:00:00.000Z"
    );
    let lacking = denied(
        501,
        Denial::NotOffered {
            nearest: Some("list_labels".into()),
        },
    );
    assert_eq!(error(&lacking).0, 501);
    assert!(
        lacking
            .headers
            .iter()
            .any(|(name, value)| name == "x-muddle-error" && value == "not-offered")
    );
    let nobodys = denied(404, Denial::NoRoute);
    assert!(String::from_utf8_lossy(&nobodys.body).contains("The requested URL /asked was"));
    assert!(
        error(&nobodys).0 == 404
            && !nobodys
                .headers
                .iter()
                .any(|(name, _)| name == "x-muddle-error")
    );
}

#[test]
fn injected_failures_are_the_vendors_own() {
    let injected = |kind: &Kind| error(&with_scene(0, |scene| Inbox.injected(kind, scene)));
    let throttled = injected(&Kind::Throttle {
        limit: 1,
        window_ms: 60_000,
    });
    assert_eq!((throttled.0, &*throttled.1), (403, "rateLimitExceeded"));
    assert!(
        throttled
            .3
            .contains("exceeded.  Retry after 2026-09-11T20:00:00.000Z")
    );
    assert_eq!(&*injected(&Kind::QuotaExhausted).1, "dailyLimitExceeded");
    for (status, reason, name) in [
        (429, "rateLimitExceeded", "RESOURCE_EXHAUSTED"),
        (500, "backendError", "INTERNAL"),
        (503, "backendError", "UNAVAILABLE"),
        (401, "authError", "UNAUTHENTICATED"),
    ] {
        let told = injected(&Kind::Error { status, code: None });
        assert_eq!((told.0, &*told.1, &*told.2), (status, reason, name));
    }
}

#[test]
fn mail_is_uploaded_alone_or_beside_json() {
    let mail = "To: a@example.com\r\nSubject: x\r\n\r\n--text\r\n";
    let upload = |path: &str, kind: &str, body: String| {
        let headers = [(http::header::CONTENT_TYPE, kind.parse().unwrap())];
        let path = format!("/upload/gmail/v1/users/me{path}");
        let headers = headers.into_iter().collect();
        ask_with(
            Method::POST,
            &path,
            Some("uploadType=media"),
            &json!(body),
            headers,
        )
    };
    let Call::Inbox(alone) = upload("/messages/send", "message/rfc822", mail.into()) else {
        panic!("a mail alone is sent")
    };
    assert!(matches!(alone.request, Request::SendMessage(sent) if &*sent.raw == mail));
    let body = format!(
        "--=b\nContent-Type: application/json\nMIME-Version: 1.0\n\n{{\"message\": {{\"threadId\": \
         \"18c0\"}}}}\n--=b\nContent-Type: message/rfc822\n\n{mail}\n--=b--\n"
    );
    let Call::Inbox(beside) = upload("/drafts", "multipart/related; boundary=\"=b\"", body) else {
        panic!("a draft is made")
    };
    let Request::CreateDraft(draft) = beside.request else {
        panic!("a draft is made")
    };
    assert_eq!(
        (&*draft.raw, draft.thread_id.as_deref()),
        (mail, Some("18c0"))
    );
    let broken = upload("/messages", "multipart/related; boundary=b", "--b\n".into());
    assert!(
        matches!(broken, Call::Malformed { problem, .. } if problem.kind == ProblemKind::BadMime)
    );
    let path = "/upload/gmail/v1/users/me/messages";
    let resumable = ask(
        Method::POST,
        path,
        Some("uploadType=resumable&alt=json"),
        &Value::Null,
    );
    assert!(matches!(resumable, Call::Unrouted { exists: true, .. }));
}
