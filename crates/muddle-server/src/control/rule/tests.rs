//! Words and the rules they mean, and refusals that name the word.

use muddle_world::fault::Latency;

use super::*;
use serde_json::json;

fn rule(words: serde_json::Value) -> Result<NewFault, String> {
    let words: ArmRequest = serde_json::from_value(words).unwrap();
    let now = At::parse("2026-03-02T09:00:00Z").unwrap();
    from_words(&words, now).map_err(|error| format!("{error:?}"))
}

#[test]
fn a_fault_without_an_end_lasts_fifteen_minutes() {
    let armed =
        rule(json!({"vendor": "billing", "kind": "reset", "operation": "create_refund"})).unwrap();
    assert_eq!((armed.ttl_ms, armed.to), (Some(TTL_MS), None));
    assert_eq!(armed.select, Select::Always);
    let for_a_while = rule(json!({"kind": "outage", "for": "2h", "from": "+1h"})).unwrap();
    assert_eq!(
        for_a_while.to.map(At::iso).as_deref(),
        Some("2026-03-02T12:00:00.000Z")
    );
    assert_eq!(for_a_while.ttl_ms, None);
    let hang = rule(json!({"kind": "hang", "for": "30s"})).unwrap();
    assert_eq!(
        hang.fault,
        Kind::Hang {
            for_ms: Some(30_000)
        }
    );
    assert_eq!(hang.ttl_ms, Some(TTL_MS));
}

#[test]
fn latencies_and_probabilities_are_whole_numbers() {
    let delay = |text: &str| rule(json!({"kind": "delay", "delay": text})).map(|rule| rule.fault);
    let fixed = Latency::Fixed(200);
    assert_eq!(delay("200ms"), Ok(Kind::Delay { latency: fixed }));
    let drawn = Latency::Lognormal {
        median: 900,
        p99: 4_000,
    };
    assert_eq!(
        delay("lognormal:900ms,4s"),
        Ok(Kind::Delay { latency: drawn })
    );
    assert_eq!(per_million("0.25").unwrap(), 250_000);
    assert_eq!(per_million("1").unwrap(), 1_000_000);
    for wrong in ["1.1", "-0.1", "0.1234567", "1e-3", "many"] {
        assert!(per_million(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn refusals_name_the_word() {
    for (words, named) in [
        (json!({"kind": "explode"}), "kind"),
        (json!({"kind": "error"}), "status"),
        (json!({"kind": "error", "status": 200}), "status"),
        (json!({"kind": "cut"}), "bytes"),
        (json!({"kind": "throttle", "limit": 3}), "window"),
        (json!({"kind": "reset", "status": 500}), "status"),
        (
            json!({"kind": "reset", "operation": "create_refund"}),
            "vendor",
        ),
        (json!({"kind": "reset", "vendor": "bank"}), "vendor"),
        (
            json!({"kind": "reset", "vendor": "billing", "operation": "create_refnd"}),
            "operation",
        ),
        (
            json!({"kind": "throttle", "limit": 3, "window": "60s", "position": "after"}),
            "position",
        ),
        (json!({"kind": "reset", "first": 1, "every": 2}), "first"),
        (json!({"kind": "reset", "to": "2026-03-01"}), "to"),
    ] {
        let said = rule(words.clone()).unwrap_err();
        assert!(
            said.contains(&format!("param: Some(\"{named}\")")),
            "{words}: {said}"
        );
    }
}

#[test]
fn a_vendor_that_is_none_is_answered_with_those_there_are() {
    for (given, meant) in [
        ("mailbox", "did you mean inbox?"),
        ("stripe", "did you mean billing?"),
        ("biling", "did you mean billing?"),
        ("ibnox", "did you mean inbox?"),
        ("crm2", "did you mean crm?"),
        ("chat", "`chat` is no vendor; there are"),
    ] {
        let said = rule(json!({"kind": "reset", "vendor": given})).unwrap_err();
        assert!(said.contains(meant), "{given}: {said}");
        for vendor in ["billing", "crm", "inbox"] {
            assert!(said.contains(vendor), "{given}: {said}");
        }
    }
}
