//! What is near to a route that we lack, vendor by vendor, and what is not.

use super::*;
use crate::vendors::Face;
use crate::vendors::billing::Billing;
use crate::vendors::crm::Crm;
use crate::vendors::inbox::Inbox;

fn near(face: &dyn Face, method: &str, path: &str) -> &'static str {
    nearest(&face.routes(), &method.parse().unwrap(), path).unwrap_or("nothing")
}

#[test]
fn what_is_about_the_same_thing_is_near() {
    for (method, path, operation) in [
        ("GET", "/v1/invoices/search", "list_invoices"),
        ("POST", "/v1/invoices/{invoice}/void", "get_invoice"),
        ("GET", "/v1/charges/{charge}/refunds/{refund}", "get_refund"),
        ("GET", "/v1/application_fees/{id}/refunds", "nothing"),
        ("GET", "/v1/customers/{customer}/sources", "get_customer"),
        ("GET", "/v1/subscriptions", "nothing"),
        ("GET", "/v1/issuing/cards", "nothing"),
    ] {
        assert_eq!(near(&Billing, method, path), operation, "{method} {path}");
    }
    for (method, path, operation) in [
        (
            "POST",
            "/crm/v3/objects/contacts/gdpr-delete",
            "delete_contact",
        ),
        ("GET", "/crm/v3/objects/quotes/{quoteId}", "nothing"),
        ("GET", "/crm/v3/lists", "nothing"),
        ("GET", "/settings/v3/users/{userId}", "nothing"),
    ] {
        assert_eq!(near(&Crm, method, path), operation, "{method} {path}");
    }
    for (method, path, operation) in [
        ("GET", "/gmail/v1/users/{userId}/settings/sendAs", "nothing"),
        ("POST", "/gmail/v1/users/{userId}/watch", "nothing"),
    ] {
        assert_eq!(near(&Inbox, method, path), operation, "{method} {path}");
    }
}
