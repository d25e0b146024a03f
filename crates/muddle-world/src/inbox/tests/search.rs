//! The search language, row by row.

use super::desk::Desk;
use crate::inbox::query::parse;
use crate::inbox::{
    Answer, Enclosure, LabelFields, Letter, Listing, Mailbox, NewMail, Request, compose,
};
use crate::row::Str;
use crate::time::{At, DAY};

fn letter(date: At, subject: &str, text: &str) -> Letter {
    Letter {
        from: Mailbox::named("Eve Sender", "eve@example.com"),
        to: vec![Mailbox::bare("desk@example.com")],
        subject: subject.into(),
        text: text.into(),
        date,
        ..Letter::default()
    }
}

/// Mails named a to d, an old one, one in the trash and one in spam.
fn desk() -> (Desk, Vec<(Str, &'static str)>) {
    let mut desk = Desk::open();
    desk.ask(Request::CreateLabel(LabelFields {
        name: Some("To Do/Now".into()),
        ..LabelFields::default()
    }))
    .unwrap();
    let now = desk.world.at;
    let mut named = Vec::new();
    let mut put = |desk: &mut Desk, name, letter: Letter, labels: &[&str]| {
        let mail = NewMail {
            raw: compose(&letter).into(),
            label_ids: labels.iter().map(|label| Str::from(*label)).collect(),
            dated_by_header: Some(true),
            thread_id: None,
        };
        named.push((desk.made(Request::InsertMessage(mail)).id.clone(), name));
    };
    let letter = |subject: &str, text: &str| letter(now, subject, text);
    let from = Mailbox::named("Ann Archer", "ann.archer@example.com");
    put(
        &mut desk,
        "a",
        Letter {
            from,
            ..letter("First", "the blue kettle leaks, order #1042")
        },
        &["INBOX", "UNREAD"],
    );
    let to = vec![Mailbox::bare("bob@example.org")];
    put(
        &mut desk,
        "b",
        Letter {
            to,
            ..letter("Second", "a kettle that is blue")
        },
        &["INBOX", "STARRED"],
    );
    let c = Letter {
        cc: vec![Mailbox::bare("carl@example.net")],
        message_id: "c@example.com".into(),
        ..letter("Refund of order", "Änderung")
    };
    put(&mut desk, "c", c, &["Label_1"]);
    let enclosures = vec![Enclosure {
        name: "invoice-77.pdf".into(),
        mime_type: "application/pdf".into(),
        bytes: vec![1; 6000],
    }];
    put(
        &mut desk,
        "d",
        Letter {
            enclosures,
            ..letter("Fourth", "see attached")
        },
        &["INBOX", "UNREAD", "Label_1"],
    );
    let old = Letter {
        date: At(now.0 - 10 * DAY),
        ..letter("Old", "old")
    };
    put(&mut desk, "old", old, &["INBOX"]);
    put(&mut desk, "trashed", letter("Trashed", "x"), &["TRASH"]);
    put(&mut desk, "spam", letter("Spam", "x"), &["SPAM"]);
    (desk, named)
}

fn found(desk: &mut Desk, names: &[(Str, &'static str)], q: &str) -> String {
    let list = Listing {
        q: Some(q.into()),
        ..Listing::default()
    };
    let Answer::Messages { rows, .. } = desk.ask(Request::ListMessages(list)).unwrap() else {
        panic!("a list answers with rows")
    };
    let name = |id: &Str| names.iter().find(|(known, _)| known == id).unwrap().1;
    let mut names: Vec<&str> = rows.iter().map(|(id, _)| name(id)).collect();
    names.sort_unstable();
    names.join(" ")
}

const CASES: &[(&str, &str)] = &[
    ("", "a b c d old"),
    ("from:ann.archer@example.com", "a"),
    ("from:archer", "a"),
    ("FROM:ANN", "a"),
    ("from:arch", ""),
    ("to:bob@example.org", "b"),
    ("to:me", "a c d old"),
    ("cc:carl@example.net", "c"),
    ("subject:refund", "c"),
    ("subject:\"refund of\"", "c"),
    ("subject:\"of refund\"", ""),
    ("subject:(order refund)", "c"),
    ("subject:{order fourth}", "c d"),
    ("label:to-do-now", "c d"),
    ("label:\"To Do/Now\"", "c d"),
    ("label:Label_1 is:unread", "d"),
    ("has:userlabels", "c d"),
    ("has:nouserlabels", "a b old"),
    ("in:inbox", "a b d old"),
    ("in:trash", "trashed"),
    ("in:spam", "spam"),
    ("in:anywhere", "a b c d old spam trashed"),
    ("-in:trash", "a b c d old"),
    ("is:unread", "a d"),
    ("is:read", "b c old"),
    ("is:starred", "b"),
    ("has:attachment", "d"),
    ("filename:pdf", "d"),
    ("filename:invoice-77.pdf", "d"),
    ("larger:5K", "d"),
    ("older_than:5d", "old"),
    ("newer_than:5d", "a b c d"),
    ("older_than:1m", ""),
    ("after:2026/11/21", "a b c d"),
    ("after:11/21/2026", "a b c d"),
    ("before:2026-11-21", "old"),
    ("after:1795251600", "a b c d"),
    ("before:1795251600", "old"),
    ("after:soon", ""),
    ("rfc822msgid:c@example.com", "c"),
    ("rfc822msgid:<c@example.com>", "c"),
    ("kettle", "a b"),
    ("KETTLE", "a b"),
    ("änderung", "c"),
    ("kettl", ""),
    ("1042", "a"),
    ("#1042", "a"),
    ("\"blue kettle\"", "a"),
    ("\"blue kettle", "a"),
    ("kettle -leaks", "b"),
    ("-kettle -in:inbox", "c"),
    ("-(leaks OR attached)", "b c old"),
    ("-{leaks attached}", "b c old"),
    ("leaks OR attached", "a d"),
    ("kettle leaks OR blue", "a b"),
    ("from:archer OR to:bob@example.org", "a b"),
    ("{leaks attached}", "a d"),
    ("{from:archer cc:carl@example.net}", "a c"),
    ("(kettle (blue {leaks old}))", "a"),
    ("is:unread has:attachment", "d"),
    ("kettle )", "a b"),
    ("OR kettle OR", "a b"),
    ("-- kettle -", "a b"),
    ("re: kettle", "a b"),
    ("nonsense:kettle", ""),
];

#[test]
fn every_operator_finds_what_it_should() {
    let (mut desk, names) = desk();
    for (q, expected) in CASES {
        assert_eq!(found(&mut desk, &names, q), *expected, "{q}");
    }
}

#[test]
fn a_query_that_is_too_deep_is_refused_and_none_panics() {
    assert!(parse(&"(".repeat(10_000)).is_err());
    assert!(parse(&"-(".repeat(10_000)).is_err());
    assert!(parse(&"-".repeat(10_000)).is_ok());
    assert!(parse(&"a ".repeat(10_000)).is_err());
    for text in [
        "-\u{3000}x",
        "a:\u{a0}\"",
        "\"",
        "label:",
        "in:()",
        "subject:(",
        "{",
        ")",
        "-\u{a0}",
        "older_than:é",
        "after:-/-",
    ] {
        let _ = parse(text);
    }
}

#[test]
fn a_date_begins_at_midnight_pacific_time() {
    let mut desk = Desk::open();
    let mut names = Vec::new();
    // In winter the day begins at 08:00Z, in summer at 07:00Z; the clocks change on the 8th of March and the 1st of November.
    for (name, at) in [
        ("winter-", "2026-11-23T07:59:59Z"),
        ("winter", "2026-11-23T08:00:00Z"),
        ("summer-", "2026-07-01T06:59:59Z"),
        ("summer", "2026-07-01T07:00:00Z"),
        ("spring", "2026-03-08T08:00:00Z"),
        ("spring+", "2026-03-09T07:00:00Z"),
        ("autumn", "2026-11-01T07:00:00Z"),
        ("autumn+", "2026-11-02T08:00:00Z"),
    ] {
        let mail = NewMail {
            raw: compose(&letter(At::parse(at).unwrap(), name, "x")).into(),
            dated_by_header: Some(true),
            ..NewMail::default()
        };
        names.push((desk.made(Request::InsertMessage(mail)).id.clone(), name));
    }
    for (q, expected) in [
        ("after:2026/11/23", "winter"),
        ("newer:2026-11-23", "winter"),
        ("before:2026/11/23 after:2026/11/02", "autumn+ winter-"),
        ("older:2026/11/23 after:2026/11/02", "autumn+ winter-"),
        ("after:2026/07/01 before:2026/07/02", "summer"),
        ("after:2026/06/30 before:2026/07/01", "summer-"),
        ("after:2026/03/08 before:2026/03/09", "spring"),
        ("after:2026/03/09 before:2026/03/10", "spring+"),
        ("after:2026/11/01 before:2026/11/02", "autumn"),
        ("after:2026/11/02 before:2026/11/03", "autumn+"),
        ("after:1795420799 before:1795420800", "winter-"),
        ("after:2026/02/30", ""),
        ("after:99999/01/01", ""),
    ] {
        assert_eq!(found(&mut desk, &names, q), expected, "{q}");
    }
}
