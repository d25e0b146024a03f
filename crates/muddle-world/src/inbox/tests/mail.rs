//! Mail written out and taken apart again.

use crate::inbox::{Charset, Enclosure, Letter, Mailbox, compose, mime};
use crate::time::At;

fn letter() -> Letter {
    Letter {
        from: Mailbox::named("Änne \"Ö\" Öztürk, jr.", "anne@example.com"),
        to: vec![
            Mailbox::named("Desk", "desk@example.com"),
            Mailbox::bare("b@example.org"),
        ],
        subject: "Rückerstattung für Öfen – 50 €".into(),
        date: At(1_795_226_577_000),
        offset_min: 120,
        message_id: "one@example.com".into(),
        in_reply_to: Some("<zero@example.com>".into()),
        references: vec!["<root@example.com>".into(), "zero@example.com".into()],
        text: "Grüße,\r\nÄnne\r\n".into(),
        ..Letter::default()
    }
}

#[test]
fn a_letter_reads_as_it_was_written() {
    let written = letter();
    let raw = compose(&written);
    assert!(raw.is_ascii());
    let mail = mime::read(raw.as_bytes()).unwrap();
    assert_eq!(mail.head.from, Some(written.from));
    assert_eq!(mail.head.to, written.to);
    assert_eq!(&*mail.head.subject, written.subject);
    assert_eq!(&*mail.head.message_id, "one@example.com");
    let references: Vec<&str> = mail.head.references.iter().map(|id| &**id).collect();
    assert_eq!(references, ["root@example.com", "zero@example.com"]);
    assert_eq!(mail.head.date, Some(written.date.0));
    assert_eq!(&*mail.head.snippet, "Grüße, Änne");
    assert_eq!(mail.root.body, written.text.as_bytes());
    let names: Vec<&str> = mail.root.headers.iter().map(|(name, _)| &**name).collect();
    assert!(
        names.starts_with(&["Message-ID", "Date", "From", "To", "Subject"]),
        "{names:?}"
    );
}

#[test]
fn html_and_enclosures_have_their_places() {
    let csv = b"name;sum\n\xdcmit;5\n".repeat(40);
    let written = Letter {
        html: Some("<p>Gr&uuml;&szlig;e</p>".into()),
        enclosures: vec![
            Enclosure {
                name: "receipt ü.csv".into(),
                mime_type: "text/csv".into(),
                bytes: csv.clone(),
            },
            Enclosure {
                name: "all.bin".into(),
                mime_type: "application/octet-stream".into(),
                bytes: (0..=255).collect(),
            },
        ],
        charset: Charset::Latin1,
        ..letter()
    };
    let raw = compose(&written);
    assert_eq!(raw, compose(&written));
    let mail = mime::read(raw.as_bytes()).unwrap();
    let tree: Vec<(&str, &str)> = mail
        .root
        .walk()
        .iter()
        .map(|part| (&*part.id, &*part.mime_type))
        .collect();
    assert_eq!(
        tree,
        [
            ("", "multipart/mixed"),
            ("0", "multipart/alternative"),
            ("0.0", "text/plain"),
            ("0.1", "text/html"),
            ("1", "text/csv"),
            ("2", "application/octet-stream"),
        ]
    );
    let parts = mail.root.walk();
    assert_eq!(
        parts[2].body,
        written.text.as_bytes(),
        "a body is UTF-8, whatever it came in"
    );
    assert_eq!(
        (&*parts[4].filename, parts[4].attached),
        ("receipt ü.csv", true)
    );
    assert_eq!(parts[4].body, csv);
    assert_eq!(parts[5].body, (0..=255).collect::<Vec<u8>>());
}

#[test]
fn no_text_ends_a_header_line() {
    let evil = "x\r\nBcc: everyone@example.com\r\n\r\nbody";
    let written = Letter {
        from: Mailbox::named(evil, evil),
        to: vec![Mailbox::named(evil, "a@example.com")],
        reply_to: Some(Mailbox::bare(evil)),
        subject: evil.into(),
        message_id: evil.into(),
        in_reply_to: Some(evil.into()),
        references: vec![evil.into()],
        headers: vec![(evil.into(), evil.into())],
        enclosures: vec![Enclosure {
            name: evil.into(),
            mime_type: evil.into(),
            bytes: vec![],
        }],
        ..letter()
    };
    let raw = compose(&written);
    let mail = mime::read(raw.as_bytes()).unwrap();
    assert!(mail.head.bcc.is_empty());
    for part in mail.root.walk() {
        assert!(part.headers.iter().all(|(name, _)| name != "Bcc"), "{raw}");
    }
    assert_eq!(mail.root.parts[0].body, written.text.as_bytes());
}

#[test]
fn a_forwarded_mail_is_a_part_with_parts() {
    let inner = "From: ada@example.com\r\nSubject: Inner\r\nContent-Type: multipart/alternative; \
                 boundary=in\r\n\r\n--in\r\nContent-Type: text/plain\r\n\r\nplain\r\n--in\r\n\
                 Content-Type: text/html\r\n\r\n<b>rich</b>\r\n--in--\r\n";
    let raw = format!(
        "Subject: Fwd\r\nContent-Type: multipart/mixed; boundary=out\r\n\r\n--out\r\n\r\nsee \
         below\r\n--out\r\nContent-Type: message/rfc822\r\n\r\n{inner}--out\r\nContent-Type: \
         message/rfc822\r\nContent-Disposition: attachment; filename=old.eml\r\n\r\n{inner}--out--\r\n"
    );
    let mail = mime::read(raw.as_bytes()).unwrap();
    let tree: Vec<(&str, &str)> = mail
        .root
        .walk()
        .iter()
        .map(|part| (&*part.id, &*part.mime_type))
        .collect();
    assert_eq!(
        tree,
        [
            ("", "multipart/mixed"),
            ("0", "text/plain"),
            ("1", "message/rfc822"),
            ("1.0", "multipart/alternative"),
            ("1.0.0", "text/plain"),
            ("1.0.1", "text/html"),
            ("2", "message/rfc822"),
        ]
    );
    let parts = mail.root.walk();
    assert_eq!(parts[4].body, b"plain");
    assert!(parts[6].attached && parts[6].body.starts_with(b"From: ada@example.com\r\n"));
    assert_eq!(mail.head.filenames, ["old.eml".into()]);
    assert_eq!(mail.root.readable(), "see below\nplain");
}

#[test]
fn broken_mail_is_read_as_far_as_it_goes() {
    let latin = b"Subject: =?iso-8859-1?Q?=D6fen?=\nContent-Type: text/plain; charset=iso-8859-1\n\n\xd6fen\n";
    let mail = mime::read(latin).unwrap();
    assert_eq!(
        (&*mail.head.subject, &*mail.root.readable()),
        ("Öfen", "Öfen\n")
    );
    let no_boundary = b"Subject: x\nContent-Type: multipart/mixed\n\nonly text\n";
    assert!(mime::read(no_boundary).is_some());
    let unclosed = b"Subject: x\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\nonly text\n";
    assert_eq!(
        mime::read(unclosed).unwrap().root.readable().trim(),
        "only text"
    );
    let bad_base64 = b"Subject: x\nContent-Transfer-Encoding: base64\n\n%%%%\n";
    assert!(mime::read(bad_base64).is_some());
    assert!(mime::read(b"").is_none());
    let deep: String = (0..60)
        .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"))
        .collect();
    assert!(mime::read(deep.as_bytes()).is_some());
    let nested = "Content-Type: message/rfc822\n\n".repeat(200) + "Subject: x\n\ntext\n";
    assert!(mime::read(nested.as_bytes()).is_some());
}

#[test]
fn an_outline_says_what_the_whole_mail_says_of_itself() {
    let written = Letter {
        html: Some("<p>x</p>".into()),
        ..letter()
    };
    let raw = compose(&written);
    let (outline, whole) = (
        mime::outline(raw.as_bytes()).unwrap(),
        mime::read(raw.as_bytes()).unwrap(),
    );
    assert_eq!(outline.mime_type, "multipart/alternative");
    assert_eq!(outline.headers, whole.root.headers);
    assert!(outline.parts.is_empty() && outline.body.is_empty());
}
