//! Whatever is written reads the same, and whatever is asked replays the same.

use proptest::prelude::*;

use super::desk::{Desk, raw};
use crate::inbox::query::parse;
use crate::inbox::{
    Call, Enclosure, Letter, Mailbox, NewMail, Relabel, Request, compose, mime, pack_raw,
    unpack_raw,
};
use crate::row::Str;
use crate::time::At;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~\n]{0,200}",
        "\\PC{0,120}",
        "([a-zäöüß€ .]{0,90}\n){0,8}"
    ]
}

fn with_crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_letter_reads_as_written(
        body in text(),
        html in proptest::option::of(text()),
        subject in "\\PC{0,80}",
        name in "[A-Za-zÄÖÜäöüß .,\"()]{1,30}",
        files in proptest::collection::vec(("[a-zäö -]{1,20}\\.[a-z]{3}", proptest::collection::vec(any::<u8>(), 0..600)), 0..3),
    ) {
        let letter = Letter {
            from: Mailbox::named(&name, "ada@example.com"),
            to: vec![Mailbox::bare("desk@example.com")],
            subject: subject.clone(),
            date: At(1_795_226_577_000),
            message_id: "x@example.com".into(),
            text: body.clone(),
            html: html.clone(),
            enclosures: files.iter().map(|(name, bytes)| Enclosure {
                name: name.clone(), mime_type: "application/octet-stream".into(), bytes: bytes.clone(),
            }).collect(),
            ..Letter::default()
        };
        let written = compose(&letter);
        prop_assert!(written.is_ascii());
        let mail = mime::read(written.as_bytes()).unwrap();
        let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        prop_assert_eq!(&*mail.head.subject, line(&subject));
        prop_assert_eq!(&*mail.head.from.unwrap().address, "ada@example.com");
        let parts = mail.root.walk();
        let body_of = |kind: &str| parts.iter().find(|part| part.mime_type == kind && !part.attached).map(|part| part.body.clone());
        // A formatted body stands alone where there is no plain one.
        let plain = (html.is_none() || !body.is_empty()).then(|| with_crlf(&body));
        prop_assert_eq!(body_of("text/plain").map(|bytes| String::from_utf8(bytes).unwrap()), plain);
        prop_assert_eq!(body_of("text/html").map(|bytes| String::from_utf8(bytes).unwrap()), html.as_deref().map(with_crlf));
        let attached: Vec<(String, Vec<u8>)> = parts.iter().filter(|part| part.attached)
            .map(|part| (part.filename.clone(), part.body.clone())).collect();
        let sent: Vec<(String, Vec<u8>)> = files.iter().map(|(name, bytes)| (line(name), bytes.clone())).collect();
        prop_assert_eq!(attached, sent);
    }

    #[test]
    fn any_bytes_are_kept(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let packed = pack_raw(&bytes);
        prop_assert_eq!(&*unpack_raw(&packed), &bytes[..]);
        let _ = mime::read(&bytes);
    }

    #[test]
    fn no_query_panics(q in "([-+(){}\"|: a-z\u{a0}0-9/]|OR |from:|in:|after:){0,60}") {
        let _ = parse(&q);
    }

    #[test]
    fn what_is_asked_replays(steps in proptest::collection::vec((0u8..12, 0usize..6), 1..25)) {
        let mut desk = Desk::open();
        for (what, which) in steps {
            let ids: Vec<Str> = desk.world.inbox.messages.rows().map(|row| row.id.clone()).collect();
            let id = ids.get(which).or(ids.first()).cloned().unwrap_or_else(|| "0".into());
            let drafts: Vec<Str> = desk.world.inbox.drafts.rows().map(|row| row.id.clone()).collect();
            let draft = drafts.first().cloned().unwrap_or_else(|| "r0".into());
            let reference = desk.world.inbox.messages.get(&id).map(|row| format!("<{}>", row.message_id));
            let mail = raw(&[("To", "a@example.com"), ("Subject", "x"), ("References", reference.as_deref().unwrap_or("<>"))], "text");
            let new = NewMail { raw: mail.as_str().into(), ..NewMail::default() };
            let labels = Relabel { add: vec!["STARRED".into()], remove: vec!["UNREAD".into()] };
            let _ = desk.call(match what {
                0 | 1 => Call::deliver(&mail),
                2 => Call::plain(Request::SendMessage(new)),
                3 => Call::plain(Request::ModifyMessage { id, labels }),
                4 => Call::plain(Request::TrashMessage { id }),
                5 => Call::plain(Request::UntrashThread { id }),
                6 => Call::plain(Request::DeleteMessage { id }),
                7 => Call::plain(Request::CreateDraft(new)),
                8 => Call::plain(Request::UpdateDraft { id: draft, mail: new }),
                9 => Call::plain(Request::SendDraft { id: Some(draft), mail: None }),
                10 => Call::plain(Request::DeleteDraft { id: draft }),
                _ => Call::plain(Request::ImportMessage(new)),
            });
        }
        desk.assert_replayed();
    }
}
