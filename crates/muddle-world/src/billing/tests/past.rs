//! Events: the request that made them, and what an update changed.

use super::desk::{act, desk, refund, view};
use crate::billing::*;
use crate::call::{Actor, ActorKind};

fn newest(world: &crate::world::World, kind: &str) -> Past {
    let filter = Filter {
        kinds: vec![kind.into()],
        ..Filter::default()
    };
    let call = Call::plain(Request::List {
        of: Listed::Events,
        filter,
        page: Page::default(),
    });
    let said = decide(&view(world), &call, None).reply;
    let crate::reply::Reply::Billing(said) = said else {
        panic!("the desk answers")
    };
    let Answer::List { mut items, .. } = resolve(&view(world), &call, &said) else {
        panic!("a list")
    };
    *items
        .swap_remove(0)
        .past
        .expect("the event tells of something")
}

fn refund_of(past: Option<&Expanded>) -> &Refund {
    match past.map(|expanded| &expanded.record) {
        Some(Record::Refund(row)) => row,
        other => panic!("a refund, not {other:?}"),
    }
}

#[test]
fn an_update_keeps_what_was_before_and_a_creation_does_not() {
    let mut world = desk();
    let made = act(&mut world, &refund(Some(100), None));
    let id = world.billing.refunds.rows().next().unwrap().id.clone();
    let update = Call::plain(Request::UpdateRefund {
        id,
        metadata: [("a".into(), Some("b".into()))].into(),
        clear_metadata: false,
    });
    let updated = act(&mut world, &update);
    let past = newest(&world, "refund.updated");
    assert!(refund_of(past.before.as_ref()).metadata.is_empty());
    assert_eq!(&*refund_of(Some(&past.object)).metadata["a"], "b");
    assert_eq!(past.request, Some(world.request(updated.seq)));
    let past = newest(&world, "refund.created");
    assert_eq!(past.before, None);
    assert_eq!(past.request, Some(world.request(made.seq)));
}

#[test]
fn what_the_vendor_does_by_itself_names_no_request() {
    let mut world = desk();
    act(&mut world, &refund(Some(100), None));
    let id = world.billing.refunds.rows().next().unwrap().id.clone();
    let settle = Call::plain(Request::SettleRefund {
        id,
        status: RefundStatus::Failed,
        failure_reason: None,
    });
    let decision = decide(&view(&world), &settle, None);
    let mut core = super::desk::entry(&world, &settle, decision, None);
    core.actor = Actor::inside(ActorKind::Vendor, "billing");
    world.apply(&core).unwrap();
    let past = newest(&world, "refund.updated");
    assert_eq!(past.request, None);
    let before = refund_of(past.before.as_ref());
    assert_eq!(before.status, RefundStatus::Succeeded);
    assert_eq!(refund_of(Some(&past.object)).status, RefundStatus::Failed);
}

#[test]
fn whole_numbers_are_written_in_one_way() {
    for (text, number) in [
        ("0", 0),
        ("7", 7),
        ("-12", -12),
        ("9223372036854775807", i64::MAX),
    ] {
        assert_eq!(whole_number(text), Some(number), "{text}");
    }
    for text in [
        "",
        "-",
        "+1",
        "01",
        "-01",
        "-0",
        " 1",
        "1 ",
        "1.0",
        "9223372036854775808",
        "\u{661}",
    ] {
        assert_eq!(whole_number(text), None, "{text:?}");
    }
}
