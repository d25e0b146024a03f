//! What a mail, a search and a change of labels may hold at most.

use super::desk::{Desk, raw};
use crate::effect;
use crate::inbox::limits::{
    FILENAME_CHARS_MAX, HEADERS_MAX, LABELS_CALL_MAX, LABELS_MESSAGE_MAX, MIME_DEPTH_MAX,
    MIME_PARTS_MAX, RECIPIENTS_MAX, REFERENCES_MAX, SHOWN_BYTES_MAX,
};
use crate::inbox::mime::{self, Part};
use crate::inbox::{
    Answer, Format, LabelColor, LabelFields, Message, NewMail, Record, Refusal, Relabel, Request,
    Showing, Since, message_from_raw,
};
use crate::row::Str;

fn nested(n: usize) -> String {
    let open: String = (0..n)
        .map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n"))
        .collect();
    let close: String = (0..n).rev().map(|i| format!("\r\n--b{i}--\r\n")).collect();
    format!("Subject: x\r\n{open}Content-Type: text/plain\r\n\r\ndeep{close}")
}

fn depth(part: &Part) -> usize {
    part.walk()
        .iter()
        .map(|part| part.id.split('.').filter(|n| !n.is_empty()).count())
        .max()
        .unwrap_or_default()
}

fn invalid<T: std::fmt::Debug>(said: Result<T, Refusal>) -> String {
    match said.unwrap_err() {
        Refusal::Invalid { message } => message.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_mail_is_read_down_to_the_limit_and_what_is_deeper_is_one_attachment() {
    let whole = mime::read(nested(MIME_DEPTH_MAX).as_bytes()).unwrap();
    assert_eq!(depth(&whole.root), MIME_DEPTH_MAX);
    assert_eq!(whole.root.readable(), "deep");
    assert!(whole.head.filenames.is_empty());
    let deeper = mime::read(nested(MIME_DEPTH_MAX + 40).as_bytes()).unwrap();
    let parts = deeper.root.walk();
    let last = parts.last().unwrap();
    assert_eq!(depth(&deeper.root), MIME_DEPTH_MAX);
    assert!(last.attached && last.parts.is_empty());
    assert_eq!(last.mime_type, "application/octet-stream");
    assert!(
        last.body
            .starts_with(b"--b100\r\nContent-Type: multipart/mixed; boundary=b101")
    );
    assert!(last.body.ends_with(b"--b100--\r\n"));
    assert_eq!(deeper.head.filenames, ["".into()]);
}

#[test]
fn mails_within_mails_count_like_multiparts() {
    let mails = format!(
        "Subject: x\r\n{}Subject: in\r\n\r\ntext",
        "Content-Type: message/rfc822\r\n\r\n".repeat(MIME_DEPTH_MAX + 5)
    );
    let read = mime::read(mails.as_bytes()).unwrap();
    assert_eq!(depth(&read.root), MIME_DEPTH_MAX);
    let parts = read.root.walk();
    assert_eq!(parts.last().unwrap().mime_type, "application/octet-stream");
}

#[test]
fn the_last_part_that_is_read_takes_all_that_follows() {
    let parts: String = (0..MIME_PARTS_MAX + 50)
        .map(|n| format!("--b\r\n\r\npart {n}\r\n"))
        .collect();
    let raw =
        format!("Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n");
    let root = mime::read(raw.as_bytes()).unwrap().root;
    assert_eq!(root.walk().len(), MIME_PARTS_MAX);
    assert_eq!(root.parts[0].body, b"part 0");
    let last = root.parts.last().unwrap();
    assert!(last.attached && last.mime_type == "application/octet-stream");
    assert!(last.body.starts_with(b"\r\npart 998") && last.body.ends_with(b"--b--\r\n"));
}

#[test]
fn a_boundary_is_a_whole_line_and_closes_what_is_open_within() {
    let raw = "Subject: x\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: \
               multipart/mixed; boundary=ab\r\n\r\n--ab\r\n\r\none\r\n--abc\r\nx --ab\r\n--a \r\n\r\ntwo\r\n--a--\r\n--a\r\n\r\nno more\r\n";
    let root = mime::read(raw.as_bytes()).unwrap().root;
    let bodies: Vec<&[u8]> = root.walk().iter().map(|part| &*part.body).collect();
    assert_eq!(bodies, [b"", b"", &b"one\r\n--abc\r\nx --ab"[..], b"two"]);
}

#[test]
fn a_digest_holds_mails() {
    let raw = "Subject: x\r\nContent-Type: multipart/digest; boundary=a\r\n\r\n--a\r\n\r\nSubject: \
               in\r\n\r\none\r\n--a--\r\n";
    let root = mime::read(raw.as_bytes()).unwrap().root;
    let tree: Vec<(&str, &str)> = root
        .walk()
        .iter()
        .map(|part| (&*part.id, &*part.mime_type))
        .collect();
    assert_eq!(
        tree,
        [
            ("", "multipart/digest"),
            ("0", "message/rfc822"),
            ("0.0", "text/plain")
        ]
    );
}

#[test]
fn an_encoded_mail_is_decoded_and_read() {
    let inner = data_encoding::BASE64.encode(b"Subject: in\r\n\r\ntext");
    let raw = format!(
        "Subject: x\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{inner}\r\n"
    );
    let root = mime::read(raw.as_bytes()).unwrap().root;
    assert!(root.body.is_empty() && !root.attached);
    assert_eq!(
        (&*root.parts[0].id, &*root.parts[0].body),
        ("0", &b"text"[..])
    );
}

#[test]
fn of_many_references_the_first_and_the_last_are_kept_and_the_parent_is_found() {
    let mut desk = Desk::open();
    let parent = desk.insert(
        &raw(&[("Subject", "x"), ("Message-ID", "<parent@x.org>")], ""),
        &[],
    );
    let ids: String = (0..25_000).map(|n| format!("<{n}@x.org> ")).collect();
    let ids = ids.trim_end();
    let answer = raw(
        &[
            ("Subject", "Re: x"),
            ("References", ids),
            ("In-Reply-To", "<parent@x.org>"),
        ],
        "",
    );
    let kept = desk.insert(&answer, &[]);
    assert_eq!(kept.thread_id, parent.thread_id);
    assert_eq!(kept.references.len(), REFERENCES_MAX);
    assert_eq!(&*kept.references[0], "0@x.org");
    assert_eq!(&**kept.references.last().unwrap(), "parent@x.org");
}

#[test]
fn headers_people_and_names_have_limits() {
    let mut desk = Desk::open();
    let mut insert = |raw: String| {
        desk.ask(Request::InsertMessage(NewMail {
            raw: raw.into(),
            ..NewMail::default()
        }))
    };
    let headers = |n: usize| "X: y\n".repeat(n) + "\ntext";
    assert!(insert(headers(HEADERS_MAX)).is_ok());
    assert!(invalid(insert(headers(HEADERS_MAX + 1))).contains("more than 5000 headers"));
    let people = |n: usize| format!("To: {}\n\n", "a@example.com, ".repeat(n));
    assert!(insert(people(RECIPIENTS_MAX)).is_ok());
    assert!(invalid(insert(people(RECIPIENTS_MAX + 1))).contains("at most 500"));
    let long = format!(
        "Subject: x\nContent-Type: text/plain; name={}\n\n",
        "n".repeat(3_000)
    );
    let part = mime::read(long.as_bytes()).unwrap().root;
    assert_eq!(part.filename.len(), FILENAME_CHARS_MAX);
}

#[test]
fn labels_of_a_call_and_of_a_message_have_limits() {
    let mut desk = Desk::open();
    let labels: Vec<Str> = (0..=LABELS_MESSAGE_MAX)
        .map(|n| {
            let fields = LabelFields {
                name: Some(format!("label {n}").into()),
                ..LabelFields::default()
            };
            match desk.ask(Request::CreateLabel(fields)).unwrap() {
                Answer::Label(label) => label.id,
                other => panic!("{other:?}"),
            }
        })
        .collect();
    let id = desk.insert(&raw(&[("Subject", "x")], ""), &[]).id.clone();
    let mut add = |labels: &[Str]| {
        desk.ask(Request::ModifyMessage {
            id: id.clone(),
            labels: Relabel {
                add: labels.to_vec(),
                remove: Vec::new(),
            },
        })
    };
    assert!(invalid(add(&labels[..=LABELS_CALL_MAX])).contains("at most 100 in one call"));
    for some in labels[..LABELS_MESSAGE_MAX].chunks(LABELS_CALL_MAX) {
        add(some).unwrap();
    }
    assert!(invalid(add(&labels[LABELS_MESSAGE_MAX..])).contains("at most 500"));
    add(&[labels[0].clone(), labels[0].clone()]).unwrap();
}

#[test]
fn a_label_has_colours_of_the_palette() {
    let mut desk = Desk::open();
    let mut make = |name: &str, background: &str| {
        desk.ask(Request::CreateLabel(LabelFields {
            name: Some(name.into()),
            color: Some(LabelColor {
                text: "#ffffff".into(),
                background: background.into(),
            }),
            ..LabelFields::default()
        }))
    };
    assert!(make("a", "#16a766").is_ok());
    let refused = invalid(make("b", "#16a767"));
    assert!(refused.contains("#16a767 is not on the allowed color palette"));
}

#[test]
fn history_begins_at_the_opening_and_ends_now() {
    let mut desk = Desk::open();
    let now = desk.world.history.now();
    let since = |start| {
        Request::ListHistory(Since {
            start,
            ..Since::default()
        })
    };
    let Answer::History {
        events, history_id, ..
    } = desk.ask(since(now)).unwrap()
    else {
        panic!("history is told")
    };
    assert!(events.is_empty() && history_id == now);
    for never in [0, 1, now - 1, now + 1, u64::MAX] {
        assert_eq!(desk.ask(since(never)).unwrap_err(), Refusal::HistoryGone);
    }
}

#[test]
fn a_thread_too_long_for_one_answer_is_got_message_by_message() {
    let mut desk = Desk::open();
    let id: Str = "00000000000000a0".into();
    for n in 0..2 {
        let own = format!("00000000000000a{n}");
        let text = raw(&[("Subject", "x")], "text");
        let message = Message {
            size: SHOWN_BYTES_MAX / 2 + 1,
            ..message_from_raw(&text, own.into(), id.clone(), &[], desk.world.at)
        };
        let record = Record::Message(message.into());
        desk.world.load(&effect::Record::Inbox(record));
    }
    let mut get = |format| {
        desk.ask(Request::GetThread {
            id: id.clone(),
            showing: Showing {
                format,
                headers: Vec::new(),
            },
        })
    };
    assert!(invalid(get(Format::Full)).contains("larger than the limit of 67108864 bytes"));
    assert!(get(Format::Metadata).is_ok() && get(Format::Minimal).is_ok());
}
