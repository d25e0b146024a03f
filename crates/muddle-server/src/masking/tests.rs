//! Proofs that no key gets through in any of the ways it can be written, and that nothing else is touched.
//!
//! Run by `cargo test`; no server.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use muddle_office::source;
use muddle_world::vendor::Vendor;

use super::*;

fn keys() -> [String; 5] {
    [
        source::vendor_key(Vendor::Billing),
        source::vendor_key(Vendor::Crm),
        source::vendor_key(Vendor::Inbox),
        source::token("candidate"),
        source::token("admin"),
    ]
}

/// The part of a key that nobody may read.
fn secret(key: &str) -> &str {
    &key[key.len() - 32..]
}

fn through(raw: &str, mail: bool) -> String {
    let masked = body(Bytes::from(raw.to_owned()), mail);
    assert_eq!(masked.len(), raw.len());
    String::from_utf8(masked.to_vec()).unwrap()
}

#[test]
fn every_issued_key_is_masked_and_its_kind_can_still_be_told() {
    for key in keys() {
        let masked = through(&format!("metadata[note]={key}&amount=100"), false);
        assert!(!masked.contains(secret(&key)), "{masked}");
        assert!(masked.contains("***&amount=100"), "{masked}");
        assert!(
            masked.starts_with(&format!("metadata[note]={}", &key[..4])),
            "{masked}"
        );
    }
    let key = source::vendor_key(Vendor::Billing);
    assert!(through(&key, false).starts_with("sk_test_***"));
}

#[test]
fn a_key_is_known_however_its_letters_are_written() {
    for key in keys() {
        let percent: String = key.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let marks = key
            .replace('_', "%5F")
            .replace('.', "%2E")
            .replace('-', "%2d");
        let json: String = key.bytes().map(|byte| format!("\\u{byte:04X}")).collect();
        let quoted = key.replace('_', "=5F");
        let folded = format!("{}=\r\n{}=\n{}", &key[..3], &key[3..40], &key[40..]);
        for written in [percent, marks, json, quoted, folded] {
            let masked = through(&format!("\"{written}\""), false);
            let bare: String = masked.replace("=\r\n", "").replace("=\n", "");
            assert!(!bare.contains(secret(&key)), "{written} became {masked}");
            assert!(masked.contains('*') || masked.contains("2A"), "{masked}");
        }
    }
}

#[test]
fn a_key_in_a_mail_is_masked_through_every_layer_of_base64() {
    let lines = |bytes: &[u8]| {
        let text = BASE64.encode(bytes);
        let lines = text.as_bytes().chunks(76);
        lines
            .map(|line| String::from_utf8(line.to_vec()).unwrap())
            .collect::<Vec<_>>()
            .join("\r\n")
    };
    for key in keys() {
        for lead in 0..3 {
            let inner = format!(
                "{}Hello, my key is {key}, please keep it.",
                "x".repeat(lead)
            );
            let subject = format!("=?utf-8?b?{}?=", BASE64.encode(key.as_bytes()));
            let mime = format!(
                "Subject: {subject}\r\nContent-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n\
                 Content-Transfer-Encoding: base64\r\n\r\n{}\r\n--bb--\r\n",
                lines(inner.as_bytes())
            );
            let raw = BASE64URL_NOPAD.encode(mime.as_bytes());
            let sent = through(&format!("{{\"raw\": \"{raw}\"}}"), true);
            let decoded = sent.split('"').nth(3).unwrap();
            let decoded = BASE64URL_NOPAD.decode(decoded.as_bytes()).unwrap();
            let decoded = String::from_utf8(decoded).unwrap();
            let part = decoded.split("\r\n\r\n").nth(2).unwrap();
            let part = part.split("\r\n--bb").next().unwrap().replace("\r\n", "");
            let text = String::from_utf8(BASE64.decode(part.as_bytes()).unwrap()).unwrap();
            assert!(!text.contains(secret(&key)), "{text}");
            assert!(text.ends_with("***, please keep it."), "{text}");
            assert!(!decoded.contains(&BASE64.encode(key.as_bytes())));
        }
    }
}

#[test]
fn a_key_is_found_in_base64_however_its_lines_are_broken() {
    for key in keys() {
        let mail = format!(
            "Subject: a\r\n\r\nMy key is {key}, keep it; {}",
            "x".repeat(90)
        );
        let standard = BASE64.encode(mail.as_bytes());
        let (first, second) = standard.split_at(48);
        for between in ["\\n", "\\r\\n", "\n", "\r\n", " ", "\\t"] {
            let sent = through(&format!("{{\"raw\": \"{first}{between}{second}\"}}"), true);
            let raw = sent.split('"').nth(3).unwrap().replace(between, "");
            let text = String::from_utf8(BASE64.decode(raw.as_bytes()).unwrap()).unwrap();
            assert!(!text.contains(secret(&key)), "{between:?}: {text}");
        }
        let word = format!("{{\"text\": \"this is {standard} and more\"}}");
        assert!(
            !through(&word, true).contains(&standard),
            "a word among others"
        );
    }
}

#[test]
fn what_holds_no_key_keeps_its_bytes() {
    let mut dice = 1_u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (dice >> 24) as u8
    })
    .take(100_000)
    .collect();
    let mail = format!("{{\"raw\":\"{}\"}}", BASE64URL_NOPAD.encode(&noise));
    for ordinary in [
        "amount=6290&charge=ch_3PqW&metadata[sk_test_]=short&reason=requested_by_customer",
        "pat-a-cake, pat-a-cake; compat-mode; ya29.com; mdl_file; sk_test_abc; 100%25; a=b",
        "{\"note\":\"\\u0073k\",\"digest\":\"2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae\"}",
        mail.as_str(),
    ] {
        assert_eq!(through(ordinary, true), ordinary);
    }
    assert_eq!(body(Bytes::from(noise.clone()), true), noise);
}

#[test]
fn a_request_s_line_and_headers_are_masked_and_its_credential_is_left() {
    for key in keys() {
        let request = http::Request::get(format!(
            "http://h:1/v1/charges/{key}?customer={key}&limit=3"
        ))
        .header("authorization", format!("Bearer {key}"))
        .header("user-agent", format!("bot/1 ({key})"))
        .header("idempotency-key", key.as_str())
        .body(())
        .unwrap();
        let (mut parts, ()) = request.into_parts();
        head(&mut parts);
        let target = parts.uri.to_string();
        assert!(
            !target.contains(secret(&key)) && target.ends_with("&limit=3"),
            "{target}"
        );
        for name in ["user-agent", "idempotency-key"] {
            let value = parts.headers[name].to_str().unwrap();
            assert!(
                !value.contains(secret(&key)) && value.contains("***"),
                "{value}"
            );
        }
        assert_eq!(parts.headers["authorization"], format!("Bearer {key}"));
    }
}
