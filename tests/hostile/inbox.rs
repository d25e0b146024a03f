//! The mailbox's mails, labels, queries and selections of fields.

use std::fmt::Write;

use data_encoding::BASE64URL;
use http::Method;
use muddle_world::inbox::limits::{MIME_DEPTH_MAX, MIME_PARTS_MAX};
use muddle_world::inbox::mime;
use muddle_world::vendor::Vendor;
use serde_json::{Value, json};

use crate::lab::{Lab, Request, on_a_small_stack};

const ME: &str = "/gmail/v1/users/me";

fn get(path: &str) -> Request {
    Request::get(Vendor::Inbox, &format!("{ME}{path}"))
}

fn post(path: &str, body: &Value) -> Request {
    Request::new(Vendor::Inbox, Method::POST, &format!("{ME}{path}")).json(body)
}

fn encoded(raw: &str) -> String {
    BASE64URL.encode(raw.as_bytes())
}

fn insert(raw: &str) -> Request {
    post("/messages", &json!({"raw": encoded(raw)}))
}

fn newest() -> String {
    let lab = Lab::open();
    let newest = lab.desk().world.inbox.messages.newest_first().next();
    newest.unwrap().id.to_string()
}

fn modify(labels: &[String]) -> Request {
    let path = format!("/messages/{}/modify", newest());
    post(&path, &json!({"addLabelIds": labels}))
}

/// The sentence of an answer that is refused.
fn refusal(request: &Request) -> String {
    let rendered = Lab::open().answer(request);
    let body: Value = serde_json::from_slice(&rendered.body).unwrap();
    assert_eq!(rendered.status, 400, "{body}");
    body["error"]["message"].as_str().unwrap().to_owned()
}

fn times(n: usize, each: impl Fn(usize) -> String) -> String {
    (0..n).fold(String::new(), |mut text, i| {
        let _ = write!(text, "{}", each(i));
        text
    })
}

/// Multiparts within one another, never closed.
fn multiparts(n: usize) -> String {
    let inner = times(n, |i| {
        format!("Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n")
    });
    format!("To: a@example.com\r\nSubject: x\r\n{inner}\r\ntext\r\n")
}

/// Multiparts within one another, each closed.
fn closed_multiparts(n: usize) -> String {
    let ends = times(n, |i| format!("\r\n--b{}--\r\n", n - 1 - i));
    format!("{}{ends}", multiparts(n))
}

/// Mails within one another.
fn mails(n: usize) -> String {
    let inner = "Content-Type: message/rfc822\r\n\r\n".repeat(n);
    format!("To: a@example.com\r\nSubject: x\r\n{inner}Subject: in\r\n\r\ntext\r\n")
}

/// A mail in a multipart in a mail, and so on.
fn alternating(n: usize) -> String {
    let inner = times(n, |i| {
        format!(
            "Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\nContent-Type: \
             message/rfc822\r\n\r\nSubject: in\r\n"
        )
    });
    format!("To: a@example.com\r\nSubject: x\r\n{inner}\r\ntext\r\n")
}

/// A digest in a digest, whose parts need not say that they are mails.
fn digests(n: usize) -> String {
    let inner = times(n, |i| {
        format!("Content-Type: multipart/digest; boundary=b{i}\r\n\r\n--b{i}\r\n\r\n")
    });
    format!("To: a@example.com\r\nSubject: x\r\n{inner}Subject: in\r\n\r\ntext\r\n")
}

/// Mails in base64 within one another.
fn encoded_mails(n: usize) -> String {
    (0..n).fold("Subject: in\r\n\r\ntext\r\n".to_owned(), |inner, _| {
        let coded = data_encoding::BASE64.encode(inner.as_bytes());
        format!(
            "To: a@example.com\r\nSubject: x\r\nContent-Type: message/rfc822\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{coded}\r\n"
        )
    })
}

/// Parts side by side.
fn parts(n: usize) -> String {
    let parts = times(n, |i| {
        format!("--b\r\nContent-Type: text/plain\r\n\r\npart {i}\r\n")
    });
    format!(
        "To: a@example.com\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n"
    )
}

/// Multiparts side by side whose boundaries never come.
fn lost_boundaries(n: usize) -> String {
    let parts = times(n, |i| {
        format!("--b\r\nContent-Type: multipart/mixed; boundary=z{i}\r\n\r\n--\r\n")
    });
    format!(
        "To: a@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n"
    )
}

fn header(name: &str, n: usize, each: impl Fn(usize) -> String) -> String {
    format!(
        "To: a@example.com\r\n{name}: {}\r\n\r\ntext\r\n",
        times(n, each)
    )
}

#[test]
fn deep_mail_needs_no_deep_stack() {
    for make in [
        multiparts,
        closed_multiparts,
        mails,
        alternating,
        digests,
        parts,
        lost_boundaries,
    ] {
        for n in [MIME_DEPTH_MAX, 5_000] {
            on_a_small_stack(move || {
                let mail = mime::read(make(n).as_bytes()).unwrap();
                let parts = mail.root.walk();
                assert!(parts.len() <= MIME_PARTS_MAX);
                let _ = mail.root.readable();
            });
        }
    }
    on_a_small_stack(|| drop(mime::read(encoded_mails(12).as_bytes()).unwrap()));
}

#[test]
fn every_way_in_takes_deep_mail_on_a_small_stack() {
    let lab = Lab::open();
    for make in [multiparts, mails, alternating] {
        on_a_small_stack(move || {
            let raw = make(1_546);
            let message = json!({"raw": encoded(&raw)});
            let upload = "/upload/gmail/v1/users/me/messages?uploadType=media";
            let upload = Request::new(Vendor::Inbox, Method::POST, upload);
            for request in [
                post("/messages", &message),
                post("/messages/import", &message),
                post("/messages/send", &message),
                post("/drafts", &json!({"message": message})),
                post("/drafts/send", &json!({"message": message})),
                upload.body("message/rfc822", raw.clone()),
            ] {
                let rendered = lab.answer(&request);
                assert_eq!(rendered.status, 200, "{}", request.path);
            }
        });
    }
}

#[test]
fn a_deep_mail_in_full_is_no_longer_than_a_few_times_its_length() {
    let lab = Lab::open();
    for make in [multiparts, alternating, mails, parts] {
        on_a_small_stack(move || {
            let raw = make(1_500);
            let mut desk = lab.fresh_desk();
            let made = lab.answer_at(&mut desk, &insert(&raw));
            let made: Value = serde_json::from_slice(&made.body).unwrap();
            let id = made["id"].as_str().unwrap();
            let full = get(&format!("/messages/{id}?format=full"));
            let rendered = lab.answer_at(&mut desk, &full);
            assert_eq!(rendered.status, 200);
            assert!(
                rendered.body.len() < 5 * raw.len(),
                "{} of {}",
                rendered.body.len(),
                raw.len()
            );
            let some = get(&format!(
                "/messages/{id}?fields=payload(partId,parts(parts/partId))"
            ));
            assert_eq!(lab.answer_at(&mut desk, &some).status, 200);
        });
    }
}

#[test]
fn deep_queries_selections_and_json_need_no_deep_stack() {
    let lab = Lab::open();
    for unit in [
        "(",
        "{",
        "-(",
        "-",
        "subject:(",
        "a:(",
        "\"",
        ")",
        "OR ",
        "{(",
        "-{from:(",
    ] {
        on_a_small_stack(move || {
            let q = unit.repeat(50_000 / unit.len()).replace(' ', "%20");
            lab.answer(&get(&format!("/messages?q={q}")));
            let q = unit.repeat(2_000 / unit.len()).replace(' ', "%20");
            lab.answer(&get(&format!("/messages?q={q}")));
        });
    }
    for unit in [
        "messages(",
        "messages/",
        "(",
        ",",
        "payload/parts/",
        "*/",
        "*(",
    ] {
        on_a_small_stack(move || {
            for n in [4_000, 50_000] {
                let fields = unit.repeat(n / unit.len());
                lab.answer(&get(&format!("/messages?fields={fields}")));
            }
        });
    }
    for unit in ["[", "{\"a\":", "{\"message\":"] {
        on_a_small_stack(move || {
            let path = format!("{ME}/drafts");
            let request = Request::new(Vendor::Inbox, Method::POST, &path);
            let json = format!("{{\"message\":{}", unit.repeat(100_000));
            lab.answer(&request.body("application/json", json));
        });
    }
}

#[test]
fn mail_costs_what_its_length_does() {
    let lab = Lab::open();
    let grows = |what: &str, n: usize, make: &dyn Fn(usize) -> String| {
        lab.grows_with_its_input(what, n, |n| insert(&make(n)));
    };
    grows("nested multiparts", 400, &multiparts);
    grows("closed multiparts", 400, &closed_multiparts);
    grows("nested mails", 400, &mails);
    grows("multiparts and mails in turn", 400, &alternating);
    grows("parts", 240, &parts);
    grows("more parts than are read", 1_500, &parts);
    grows("boundaries that never come", 240, &lost_boundaries);
    grows(
        "boundaries that never come, too many",
        1_500,
        &lost_boundaries,
    );
    grows("references", 6_000, &|n| {
        header("References", n, |i| format!("<{i}@example.com>\r\n "))
    });
    grows("references and the mail replied to", 3_000, &|n| {
        let ids = |name: &str, from: usize| {
            format!(
                "{name}: {}\r\n",
                times(n, |i| format!("<{}@x.org>", from + i))
            )
        };
        let reply = times(n.min(1_500), |i| format!("<{i}@y.org>"));
        format!(
            "{}In-Reply-To: {reply}\r\n\r\ntext\r\n",
            ids("References", 0)
        )
    });
    grows("recipients", 100, &|n| {
        header("Cc", n, |i| format!("a{i}@example.com, "))
    });
    grows("headers", 1_000, &|n| {
        format!("{}\r\ntext\r\n", times(n, |i| format!("X-{i}: y\r\n")))
    });
    grows("encoded words that never end", 4_000, &|n| {
        header("Bcc", n, |_| "=?ab?q?x ".into())
    });
    grows("encoded words that begin in others", 4_000, &|n| {
        header("Bcc", n, |_| "x=?ab?q?".into())
    });
    grows("a long type", 500, &|n| {
        header("Content-Type", n, |i| format!("text/x; a{i}*=b'c'd;"))
    });
    grows("addresses in groups and comments", 2_000, &|n| {
        header("Bcc", n, |_| "g:((\"a\\\"".into())
    });
    grows("text of one line", 20_000, &|n| {
        format!("Subject: x\r\n\r\n{}", "word ".repeat(n))
    });
    grows("formatted text", 8_000, &|n| {
        let html = "<p>&amp;<!-- -->".repeat(n);
        format!("Subject: x\r\nContent-Type: text/html\r\n\r\n{html}")
    });
}

#[test]
fn lists_cost_what_their_length_does() {
    let lab = Lab::open();
    let texts = |n: usize| -> Vec<String> { (0..n).map(|i| format!("{i:016x}")).collect() };
    lab.grows_with_its_input("repeated labels of a modify", 2_000, |n| {
        modify(&vec!["STARRED".to_owned(); n])
    });
    lab.grows_with_its_input("labels of a modify, few enough", 25, |n| {
        modify(&vec!["STARRED".to_owned(); n])
    });
    lab.grows_with_its_input("ids of a batch", 250, |n| {
        post(
            "/messages/batchModify",
            &json!({"ids": texts(n), "addLabelIds": ["STARRED"]}),
        )
    });
    lab.grows_with_its_input("ids of a batch, too many", 5_000, |n| {
        post("/messages/batchDelete", &json!({"ids": texts(n)}))
    });
    lab.grows_with_its_input("labels of an insert", 2_000, |n| {
        post(
            "/messages",
            &json!({"raw": encoded("Subject: x\n\n"), "labelIds": texts(n)}),
        )
    });
    let query = |name: &str, n: usize| times(n, |i| format!("&{name}=a{i}"));
    lab.grows_with_its_input("labels of a list", 1_000, |n| {
        get(&format!("/messages?alt=json{}", query("labelIds", n)))
    });
    lab.grows_with_its_input("headers of a message", 1_000, |n| {
        let names = query("metadataHeaders", n);
        get(&format!("/messages/{}?format=metadata{names}", newest()))
    });
    lab.grows_with_its_input("kinds of history", 1_000, |n| {
        let kinds = "&historyTypes=labelAdded".repeat(n);
        get(&format!("/history?startHistoryId=41200{kinds}"))
    });
    lab.grows_with_its_input("terms of a query", 120, |n| {
        get(&format!(
            "/messages?q={}",
            times(n, |i| format!("-word{i}+"))
        ))
    });
    lab.grows_with_its_input("labels of a query", 120, |n| {
        get(&format!(
            "/messages?q={}",
            times(n, |i| format!("-label:a{i}+"))
        ))
    });
    lab.grows_with_its_input("fields", 200, |n| {
        get(&format!(
            "/messages?fields={}messages",
            "messages/id,".repeat(n / 3)
        ))
    });
    lab.grows_with_its_input("values of JSON", 10_000, |n| {
        post("/messages/batchDelete", &json!({"ids": vec![0; n]}))
    });
    lab.grows_with_its_input("a page's token", 2_000, |n| {
        get(&format!("/messages?pageToken=1{}", "000".repeat(n)))
    });
    lab.grows_with_its_input("pieces of an upload", 5_000, |n| {
        let path = "/upload/gmail/v1/users/me/messages?uploadType=multipart";
        let pieces = "--b\n\n{}\n".repeat(n);
        Request::new(Vendor::Inbox, Method::POST, path)
            .body("multipart/related; boundary=b", pieces)
    });
}

#[test]
fn what_is_too_much_is_refused_by_the_limits_name() {
    let labels = vec!["STARRED".to_owned(); 150_000];
    assert!(refusal(&modify(&labels)).contains("10000 values"));
    let labels = vec!["STARRED".to_owned(); 101];
    assert!(refusal(&modify(&labels)).contains("'addLabelIds': at most 100"));
    let ids: Vec<String> = (0..1_001).map(|i| i.to_string()).collect();
    let batch = post("/messages/batchDelete", &json!({"ids": ids}));
    assert!(refusal(&batch).contains("'ids': at most 1000"));
    let people = header("Cc", 501, |i| format!("a{i}@example.com, "));
    assert!(refusal(&insert(&people)).contains("at most 500"));
    let names = times(101, |i| format!("&metadataHeaders=a{i}"));
    let names = get(&format!("/messages/{}?format=metadata{names}", newest()));
    assert!(refusal(&names).contains("'metadataHeaders': at most 100"));
    let terms = get(&format!("/messages?q={}", "a+".repeat(501)));
    assert!(refusal(&terms).contains("more than 500 terms"));
}
