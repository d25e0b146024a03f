//! Requests read: routes, forms of base64, queries, uploads, and what cannot be read.

use http::Method;
use muddle_world::call::{Call, ProblemKind};
use muddle_world::inbox;
use muddle_world::inbox::{OPERATIONS, Request, unpack_raw};
use serde_json::{Value, json};

use super::scene::{ME, ask, ask_with, problem, request};
use crate::vendors::Face;
use crate::vendors::inbox::Inbox;

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

#[test]
fn closed_lists_are_closed_and_lists_have_limits() {
    let get = |path: &str, query: &str| {
        problem(
            Method::GET,
            &format!("{ME}{path}"),
            Some(query),
            &Value::Null,
        )
    };
    let post = |path: &str, query: Option<&str>, body: Value| {
        problem(Method::POST, &format!("{ME}{path}"), query, &body)
    };
    for query in [
        "alt=xml",
        "$.xgafv=3",
        "prettyPrint=perhaps",
        "fields=bogus",
    ] {
        assert_eq!(get("/labels", query), ProblemKind::InvalidParam, "{query}");
        let made = post("/labels", Some(query), json!({"name": "x"}));
        assert_eq!(made, ProblemKind::InvalidParam, "{query}");
    }
    let kind = json!({"name": "x", "type": "special"});
    assert_eq!(post("/labels", None, kind), ProblemKind::InvalidParam);
    let unknown = post("/messages/1/modify", Some("bogus=1"), json!({}));
    assert_eq!(unknown, ProblemKind::UnknownParam);
    let upload = "/upload/gmail/v1/users/me/messages";
    let upload = problem(Method::POST, upload, Some("uploadType=other"), &Value::Null);
    assert_eq!(upload, ProblemKind::InvalidParam);
    let labels = json!({"addLabelIds": vec!["STARRED"; 101]});
    assert_eq!(
        post("/messages/1/modify", None, labels),
        ProblemKind::InvalidParam
    );
    let values = json!({"ids": vec!["1"; 10_001]});
    assert_eq!(
        post("/messages/batchDelete", None, values),
        ProblemKind::BadJson
    );
    let long = format!("q={}", "a".repeat(64 * 1_024));
    assert_eq!(get("/messages", &long), ProblemKind::InvalidParam);
    let repeated = "metadataHeaders=To&".repeat(1_000);
    let Request::GetMessage { showing, .. } = request(
        Method::GET,
        &format!("{ME}/messages/1"),
        Some(&repeated),
        &Value::Null,
    ) else {
        panic!("it gets")
    };
    assert_eq!(showing.headers, ["To".into()]);
}
