//! The mailbox's mails, labels and queries.

use http::Method;
use muddle_world::vendor::Vendor;
use serde_json::json;

use crate::lab::{Lab, Request, on_a_small_stack};

fn modify(labels: &[String]) -> Request {
    let lab = Lab::open();
    let newest = lab.desk().world.inbox.messages.newest_first().next();
    let id = &newest.unwrap().id;
    let path = format!("/gmail/v1/users/me/messages/{id}/modify");
    Request::new(Vendor::Inbox, Method::POST, &path).json(&json!({"addLabelIds": labels}))
}

#[test]
fn many_labels_cost_what_their_length_does() {
    Lab::open().grows_with_its_input("labels of a modify", 2_000, |n| {
        let labels: Vec<String> = (0..n).map(|_| "STARRED".to_owned()).collect();
        modify(&labels)
    });
}

#[test]
fn a_deep_query_needs_no_deep_stack() {
    let lab = Lab::open();
    on_a_small_stack(move || {
        let deep = format!("/gmail/v1/users/me/messages?q={}", "(".repeat(50_000));
        lab.parse(&Request::get(Vendor::Inbox, &deep));
    });
}
