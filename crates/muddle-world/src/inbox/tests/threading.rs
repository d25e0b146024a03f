//! What belongs together: references, named threads, subjects.

use super::desk::{Desk, raw};
use crate::inbox::{Call, NewMail, Refusal, Request};

fn first(desk: &mut Desk) -> std::sync::Arc<crate::inbox::Message> {
    let mail = raw(
        &[
            ("From", "ada@example.com"),
            ("Subject", "Broken kettle"),
            ("Message-ID", "<one@example.com>"),
        ],
        "It leaks.",
    );
    desk.call(Call::deliver(&mail)).unwrap();
    let newest = desk.world.inbox.messages.newest_first().next();
    newest.unwrap().clone()
}

fn send(subject: &str, references: Option<&str>, thread: Option<&str>) -> Request {
    let mut headers = vec![("To", "ada@example.com"), ("Subject", subject)];
    headers.extend(references.map(|id| ("References", id)));
    Request::SendMessage(NewMail {
        raw: raw(&headers, "Done.").into(),
        thread_id: thread.map(Into::into),
        ..NewMail::default()
    })
}

#[test]
fn delivered_mail_is_unread_in_the_inbox_and_begins_a_thread() {
    let mut desk = Desk::open();
    let one = first(&mut desk);
    assert_eq!(one.id, one.thread_id);
    assert_eq!(one.id.len(), 16);
    assert_eq!(one.label_ids, ["INBOX".into(), "UNREAD".into()]);
    assert!(
        one.raw
            .starts_with("Date: Sat, 21 Nov 2026 09:00:01 +0000\r\n"),
        "{}",
        one.raw
    );
}

#[test]
fn references_join_incoming_mail_whatever_its_subject() {
    let mut desk = Desk::open();
    let one = first(&mut desk);
    for header in ["References", "In-Reply-To"] {
        let mail = raw(
            &[
                ("Subject", "Something else"),
                (header, "<gone@x.example> <one@example.com>"),
            ],
            "",
        );
        desk.call(Call::deliver(&mail)).unwrap();
        let two = desk
            .world
            .inbox
            .messages
            .newest_first()
            .next()
            .unwrap()
            .clone();
        assert_eq!(two.thread_id, one.thread_id);
        assert!(two.id > one.id, "ids rise in time");
    }
    desk.assert_replayed();
}

#[test]
fn the_same_subject_alone_joins_nothing() {
    let mut desk = Desk::open();
    let one = first(&mut desk);
    let alone = desk.made(send("Re: Broken kettle", None, None));
    assert_ne!(alone.thread_id, one.thread_id);
}

#[test]
fn an_answer_joins_by_thread_or_references_under_the_same_subject() {
    let mut desk = Desk::open();
    let one = first(&mut desk);
    let thread = Some(&*one.thread_id);
    let reference = Some("<one@example.com>");
    assert_eq!(
        desk.made(send("RE: Re: broken kettle", None, thread))
            .thread_id,
        one.thread_id
    );
    assert_eq!(
        desk.made(send("Aw: Broken kettle", reference, None))
            .thread_id,
        one.thread_id
    );
    assert_ne!(
        desk.made(send("Your refund", reference, thread)).thread_id,
        one.thread_id
    );
    let lost = desk.ask(send("Re: Broken kettle", None, Some("00000000deadbeef")));
    assert_eq!(lost.unwrap_err(), Refusal::NotFound);
}

#[test]
fn a_sent_mail_is_from_the_desk_and_can_travel() {
    let mut desk = Desk::open();
    let forged = raw(
        &[
            ("from", "Boss\n <boss@example.com>"),
            ("To", "desk@example.com, a@example.com"),
            ("Subject", "x"),
        ],
        "body",
    );
    let sent = desk.made(Request::SendMessage(NewMail {
        raw: forged.into(),
        ..NewMail::default()
    }));
    assert_eq!(&*sent.from.as_ref().unwrap().address, "desk@example.com");
    assert!(
        sent.raw
            .contains("X-Google-Original-From: Boss\r\n <boss@example.com>\r\n"),
        "{}",
        sent.raw
    );
    assert!(sent.message_id.ends_with("@example.com"));
    assert_eq!(
        sent.label_ids,
        ["INBOX".into(), "SENT".into(), "UNREAD".into()],
        "it is also for the desk itself"
    );
    assert_eq!(sent.text().trim(), "body");
    for (to, why) in [
        (None, "Recipient address required"),
        (Some("nobody"), "Invalid To header: nobody"),
    ] {
        let mut headers = vec![("Subject", "x")];
        headers.extend(to.map(|to| ("To", to)));
        let mail = NewMail {
            raw: raw(&headers, "").into(),
            ..NewMail::default()
        };
        assert_eq!(
            desk.ask(Request::SendMessage(mail)).unwrap_err(),
            Refusal::invalid(why)
        );
    }
    desk.assert_replayed();
}
