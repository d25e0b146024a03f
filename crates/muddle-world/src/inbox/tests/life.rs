//! Labels, trash, drafts, history, attachments and refusals.

use super::desk::{ADDRESS, Desk, raw};
use crate::inbox::history::{HISTORY_START, Happening};
use crate::inbox::{
    Answer, Call, Enclosure, HistoryKind, LabelFields, Letter, Listing, Mailbox, NewMail, Refusal,
    Relabel, Request, Showing, Since, attachment_id, compose,
};
use crate::row::Str;

fn named(name: &str) -> LabelFields {
    LabelFields {
        name: Some(name.into()),
        ..LabelFields::default()
    }
}

fn label(desk: &mut Desk, name: &str) -> Str {
    match desk.ask(Request::CreateLabel(named(name))).unwrap() {
        Answer::Label(label) => label.id,
        other => panic!("{other:?}"),
    }
}

fn add(label: &str) -> Relabel {
    Relabel {
        add: vec![label.into()],
        remove: vec!["UNREAD".into()],
    }
}

#[test]
fn a_label_lives_and_dies() {
    let mut desk = Desk::open();
    let id = label(&mut desk, "Refunds/Done");
    assert_eq!(&*id, "Label_1");
    assert_eq!(
        desk.ask(Request::CreateLabel(named("refunds/done")))
            .unwrap_err(),
        Refusal::LabelExists
    );
    assert!(matches!(
        desk.ask(Request::CreateLabel(named("inbox"))),
        Err(Refusal::Invalid { .. })
    ));
    let mail = desk.insert(&raw(&[("Subject", "x")], ""), &["INBOX", &id]);
    assert!(matches!(
        desk.ask(Request::DeleteLabel { id: "INBOX".into() }),
        Err(Refusal::Invalid { .. })
    ));
    desk.ask(Request::DeleteLabel { id: id.clone() }).unwrap();
    assert_eq!(desk.message(&mail.id).label_ids, ["INBOX".into()]);
    assert_eq!(
        desk.ask(Request::GetLabel { id }).unwrap_err(),
        Refusal::NotFound
    );
    assert_eq!(
        &*label(&mut desk, "Refunds/Done"),
        "Label_2",
        "an id is never used again"
    );
    desk.assert_replayed();
}

#[test]
fn looking_leaves_a_mail_unread() {
    let mut desk = Desk::open();
    let mail = desk.insert(&raw(&[("Subject", "x")], ""), &["INBOX", "UNREAD"]);
    let now = desk.world.history.now();
    desk.ask(Request::GetMessage {
        id: mail.id.clone(),
        showing: Showing::default(),
    })
    .unwrap();
    desk.ask(Request::GetThread {
        id: mail.id.clone(),
        showing: Showing::default(),
    })
    .unwrap();
    assert!(desk.message(&mail.id).has("UNREAD"));
    assert_eq!(desk.world.history.now(), now);
}

#[test]
fn trash_takes_out_of_the_inbox_and_delete_out_of_the_box() {
    let mut desk = Desk::open();
    let mail = desk.insert(&raw(&[("Subject", "x")], ""), &["INBOX"]);
    let id = mail.id.clone();
    assert_eq!(
        desk.made(Request::TrashMessage { id: id.clone() })
            .label_ids,
        ["TRASH".into()]
    );
    assert!(
        desk.made(Request::UntrashMessage { id: id.clone() })
            .label_ids
            .is_empty()
    );
    desk.ask(Request::DeleteThread { id: id.clone() }).unwrap();
    assert_eq!(
        desk.ask(Request::TrashMessage { id }).unwrap_err(),
        Refusal::NotFound
    );
    desk.assert_replayed();
}

#[test]
fn labels_that_only_the_box_sets_cannot_be_set() {
    let mut desk = Desk::open();
    let id = desk.insert(&raw(&[("Subject", "x")], ""), &[]).id.clone();
    for name in ["SENT", "DRAFT", "Label_99", "inbox"] {
        let refused = desk.ask(Request::ModifyMessage {
            id: id.clone(),
            labels: add(name),
        });
        assert_eq!(
            refused.unwrap_err(),
            Refusal::invalid(format!("Invalid label: {name}"))
        );
    }
    let ids = vec![id.clone(), id.clone(), "00000000deadbeef".into()];
    desk.ask(Request::BatchModifyMessages {
        ids,
        labels: add("STARRED"),
    })
    .unwrap();
    assert!(desk.message(&id).has("STARRED"));
}

#[test]
fn a_draft_is_rewritten_and_sent() {
    let mut desk = Desk::open();
    let mail = |subject: &str, to: Option<&str>| {
        let mut headers = vec![("Subject", subject)];
        headers.extend(to.map(|to| ("To", to)));
        NewMail {
            raw: raw(&headers, "text").into(),
            ..NewMail::default()
        }
    };
    let Answer::ChangedDraft { id, message } =
        desk.ask(Request::CreateDraft(mail("a", None))).unwrap()
    else {
        panic!("a draft answers with itself")
    };
    assert_eq!(message.label_ids, ["DRAFT".into()]);
    let unsendable = desk.ask(Request::SendDraft {
        id: Some(id.clone()),
        mail: None,
    });
    assert!(matches!(unsendable, Err(Refusal::Invalid { .. })));
    let update = Request::UpdateDraft {
        id: id.clone(),
        mail: mail("b", Some("a@example.com")),
    };
    let second = desk.made(update);
    assert_ne!(second.id, message.id);
    let sent = desk.made(Request::SendDraft {
        id: Some(id.clone()),
        mail: None,
    });
    assert_eq!(
        (&sent.label_ids[..], &*sent.subject),
        (&["SENT".into()][..], "b")
    );
    assert_eq!(sent.thread_id, sent.id);
    assert_eq!(desk.world.inbox.messages.len(), 1);
    let again = desk.ask(Request::SendDraft {
        id: Some(id),
        mail: None,
    });
    assert_eq!(again.unwrap_err(), Refusal::NotFound);
    desk.assert_replayed();
}

#[test]
fn history_tells_every_change_once_and_reaches_back_to_the_opening_only() {
    let mut desk = Desk::open();
    let id = desk
        .insert(&raw(&[("Subject", "x")], ""), &["INBOX", "UNREAD"])
        .id
        .clone();
    desk.ask(Request::ModifyMessage {
        id: id.clone(),
        labels: add("STARRED"),
    })
    .unwrap();
    desk.ask(Request::DeleteMessage { id }).unwrap();
    let list = |desk: &mut Desk, since: Since| desk.ask(Request::ListHistory(since));
    let all = Since {
        start: HISTORY_START,
        ..Since::default()
    };
    let Answer::History {
        events,
        next: None,
        history_id,
        ..
    } = list(&mut desk, all.clone()).unwrap()
    else {
        panic!("a history answers with events")
    };
    let kinds: Vec<&Happening> = events.iter().map(|event| &event.what).collect();
    let relabelled = Happening::Labels {
        added: vec!["STARRED".into()],
        removed: vec!["UNREAD".into()],
    };
    assert_eq!(kinds, [&Happening::Added, &relabelled, &Happening::Deleted]);
    assert_eq!(history_id, HISTORY_START + 3);
    let page = Since {
        max: Some(1),
        kinds: vec![HistoryKind::MessageAdded, HistoryKind::MessageDeleted],
        ..all.clone()
    };
    let Answer::History { events, next, .. } = list(&mut desk, page.clone()).unwrap() else {
        panic!()
    };
    assert_eq!(events.len(), 1);
    let Answer::History {
        events, next: None, ..
    } = list(&mut desk, Since { page: next, ..page }).unwrap()
    else {
        panic!()
    };
    assert_eq!(events[0].what, Happening::Deleted);
    let old = list(
        &mut desk,
        Since {
            start: HISTORY_START - 1,
            ..Since::default()
        },
    );
    assert_eq!(old.unwrap_err(), Refusal::HistoryGone);
}

#[test]
fn an_attachment_is_fetched_by_its_id() {
    let mut desk = Desk::open();
    let letter = Letter {
        from: Mailbox::bare("a@example.com"),
        enclosures: vec![Enclosure {
            name: "a.bin".into(),
            mime_type: "image/png".into(),
            bytes: vec![0, 10, 13, 255],
        }],
        text: "see".into(),
        ..Letter::default()
    };
    let mail = desk.insert(&compose(&letter), &["INBOX"]);
    let root = mail.parts();
    let part = root.walk().into_iter().find(|part| part.attached).unwrap();
    let id: Str = attachment_id(&mail.id, part).into();
    let found = desk.ask(Request::GetAttachment {
        message: mail.id.clone(),
        id,
    });
    assert!(matches!(found, Ok(Answer::Attachment(bytes)) if bytes == [0, 10, 13, 255]));
    let lost = desk.ask(Request::GetAttachment {
        message: mail.id.clone(),
        id: "x".into(),
    });
    assert_eq!(lost.unwrap_err(), Refusal::NotFound);
}

#[test]
fn a_key_opens_one_mailbox() {
    let mut desk = Desk::open();
    let of = |user: &str| Call {
        user: Some(user.into()),
        request: Request::GetProfile,
    };
    assert!(desk.call(of(&ADDRESS.to_uppercase())).is_ok());
    assert!(matches!(
        desk.call(of("other@example.com")),
        Err(Refusal::OtherMailbox { .. })
    ));
}

#[test]
fn pages_of_messages_and_threads_hold_each_row_once() {
    let mut desk = Desk::open();
    for n in 0..25 {
        let id = format!("<m{n}@example.com>");
        let before = format!("<m{}@example.com>", n - n % 5);
        desk.insert(
            &raw(
                &[
                    ("Subject", "x"),
                    ("Message-ID", &id),
                    ("References", &before),
                ],
                "",
            ),
            &["INBOX"],
        );
    }
    for (request, total) in [
        (Request::ListMessages as fn(Listing) -> Request, 25),
        (Request::ListThreads, 5),
    ] {
        let mut page = None;
        let mut ids = Vec::new();
        loop {
            let list = Listing {
                max: Some(3),
                page: page.clone(),
                ..Listing::default()
            };
            let (rows, next) = match desk.ask(request(list)).unwrap() {
                Answer::Messages { rows, next, .. } => {
                    (rows.into_iter().map(|row| row.0).collect::<Vec<_>>(), next)
                }
                Answer::Threads { rows, next, .. } => {
                    (rows.into_iter().map(|row| row.0).collect(), next)
                }
                other => panic!("{other:?}"),
            };
            ids.extend(rows);
            page = next;
            if page.is_none() {
                break;
            }
        }
        let mut each = ids.clone();
        each.sort();
        each.dedup();
        assert_eq!((ids.len(), each.len()), (total, total));
    }
    let bad = Listing {
        page: Some("nonsense".into()),
        ..Listing::default()
    };
    assert_eq!(
        desk.ask(Request::ListMessages(bad)).unwrap_err(),
        Refusal::invalid("Invalid pageToken")
    );
}
