//! Search: it lags, and index and scan find the same.

use super::desk::{Desk, LAG_MS, edit, key};
use crate::crm::*;

#[test]
fn search_lags_and_index_and_scan_agree() {
    let mut desk = Desk::open();
    let id = desk.create(
        Kind::Contacts,
        &[("email", "ann@example.com"), ("numemployees", "20")],
    );
    assert!(
        desk.search("email", Operator::Eq, "ann@example.com")
            .is_empty()
    );
    desk.up += LAG_MS + 1;
    for (property, operator, value) in [
        ("email", Operator::Eq, "ANN@example.com"),
        ("email", Operator::ContainsToken, "*@example.com"),
        ("email", Operator::ContainsToken, "ann*"),
        ("numemployees", Operator::Lte, "20.0"),
        ("hs_object_id", Operator::Eq, &*id),
        ("createdate", Operator::Gt, "2020-01-01"),
    ] {
        assert_eq!(
            desk.search(property, operator, value),
            std::slice::from_ref(&id),
            "{property}"
        );
    }
    desk.objects(
        Kind::Contacts,
        Objects::Update(edit(key(&id), &[("email", "new@example.com")])),
    );
    assert_eq!(
        desk.search("email", Operator::Eq, "ann@example.com"),
        std::slice::from_ref(&id)
    );
    desk.up += LAG_MS + 1;
    assert!(
        desk.search("email", Operator::Eq, "ann@example.com")
            .is_empty()
    );
}
