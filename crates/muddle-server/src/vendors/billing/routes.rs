//! The billing vendor's routes: one for each operation that candidates are offered, and the older ones of a charge.

use http::Method;
use muddle_world::billing::{Kind, Listed, Searched};
use muddle_world::call::{Call, Problem};

use super::parse;
use crate::vendors::{Params, Route, Wire};

type Parse = fn(&Wire<'_>, &Params) -> Result<Call, Problem>;

fn route(method: Method, path: &'static str, operation: &'static str, parse: Parse) -> Route {
    Route {
        method,
        path,
        operation,
        parse,
    }
}

fn read(path: &'static str, operation: &'static str, parse: Parse) -> Route {
    route(Method::GET, path, operation, parse)
}

fn write(path: &'static str, operation: &'static str, parse: Parse) -> Route {
    route(Method::POST, path, operation, parse)
}

/// All routes.
pub fn routes() -> Vec<Route> {
    let mut routes = singles();
    routes.extend(lists());
    routes.extend([
        read("/v1/customers/search", "search_customers", |wire, _| {
            parse::search(wire, Searched::Customers)
        }),
        read("/v1/charges/search", "search_charges", |wire, _| {
            parse::search(wire, Searched::Charges)
        }),
        read(
            "/v1/payment_intents/search",
            "search_payment_intents",
            |wire, _| parse::search(wire, Searched::PaymentIntents),
        ),
        read(
            "/v1/charges/{id}/refunds",
            "list_charge_refunds",
            parse::charge_refunds,
        ),
        read(
            "/v1/invoices/{id}/lines",
            "list_invoice_lines",
            parse::invoice_lines,
        ),
        write("/v1/customers", "create_customer", |wire, _| {
            parse::create_customer(wire)
        }),
        write(
            "/v1/customers/{id}",
            "update_customer",
            parse::update_customer,
        ),
        write("/v1/refunds", "create_refund", |wire, _| {
            parse::create_refund(wire)
        }),
        write(
            "/v1/charges/{id}/refunds",
            "create_refund",
            parse::refund_charge,
        ),
        write(
            "/v1/charges/{id}/refund",
            "create_refund",
            parse::refund_charge_whole,
        ),
        read(
            "/v1/charges/{id}/refunds/{refund}",
            "get_refund",
            parse::charge_refund,
        ),
        write("/v1/refunds/{id}", "update_refund", parse::update_refund),
        write(
            "/v1/refunds/{id}/cancel",
            "cancel_refund",
            parse::cancel_refund,
        ),
        write("/v1/credit_notes", "create_credit_note", |wire, _| {
            parse::create_credit_note(wire)
        }),
    ]);
    routes
}

/// One object by id.
fn singles() -> Vec<Route> {
    vec![
        read("/v1/customers/{id}", "get_customer", |w, p| {
            parse::get(w, p, Kind::Customer)
        }),
        read("/v1/charges/{id}", "get_charge", |w, p| {
            parse::get(w, p, Kind::Charge)
        }),
        read("/v1/payment_intents/{id}", "get_payment_intent", |w, p| {
            parse::get(w, p, Kind::PaymentIntent)
        }),
        read("/v1/invoices/{id}", "get_invoice", |w, p| {
            parse::get(w, p, Kind::Invoice)
        }),
        read(
            "/v1/invoice_payments/{id}",
            "get_invoice_payment",
            |w, p| parse::get(w, p, Kind::InvoicePayment),
        ),
        read("/v1/refunds/{id}", "get_refund", |w, p| {
            parse::get(w, p, Kind::Refund)
        }),
        read("/v1/disputes/{id}", "get_dispute", |w, p| {
            parse::get(w, p, Kind::Dispute)
        }),
        read("/v1/credit_notes/{id}", "get_credit_note", |w, p| {
            parse::get(w, p, Kind::CreditNote)
        }),
        read("/v1/events/{id}", "get_event", |w, p| {
            parse::get(w, p, Kind::Event)
        }),
        read(
            "/v1/balance_transactions/{id}",
            "get_balance_transaction",
            |w, p| parse::get(w, p, Kind::BalanceTransaction),
        ),
        read("/v1/products/{id}", "get_product", |w, p| {
            parse::get(w, p, Kind::Product)
        }),
        read("/v1/prices/{id}", "get_price", |w, p| {
            parse::get(w, p, Kind::Price)
        }),
    ]
}

/// Lists, each with what it can be narrowed by.
fn lists() -> Vec<Route> {
    vec![
        read("/v1/customers", "list_customers", |wire, _| {
            parse::list(wire, Listed::Customers, &["email"], &[])
        }),
        read("/v1/charges", "list_charges", |wire, _| {
            parse::list(wire, Listed::Charges, &["customer", "payment_intent"], &[])
        }),
        read("/v1/payment_intents", "list_payment_intents", |wire, _| {
            parse::list(wire, Listed::PaymentIntents, &["customer"], &[])
        }),
        read("/v1/invoices", "list_invoices", |wire, _| {
            let words = ["customer", "status", "collection_method"];
            parse::list(wire, Listed::Invoices, &words, &[])
        }),
        read(
            "/v1/invoice_payments",
            "list_invoice_payments",
            |wire, _| parse::list(wire, Listed::InvoicePayments, &["invoice", "status"], &[]),
        ),
        read("/v1/refunds", "list_refunds", |wire, _| {
            parse::list(wire, Listed::Refunds, &["charge", "payment_intent"], &[])
        }),
        read("/v1/disputes", "list_disputes", |wire, _| {
            parse::list(wire, Listed::Disputes, &["charge", "payment_intent"], &[])
        }),
        read("/v1/credit_notes", "list_credit_notes", |wire, _| {
            parse::list(wire, Listed::CreditNotes, &["invoice", "customer"], &[])
        }),
        read("/v1/events", "list_events", |wire, _| {
            parse::list(wire, Listed::Events, &[], &["delivery_success"])
        }),
        read("/v1/products", "list_products", |wire, _| {
            parse::list(wire, Listed::Products, &["type"], &["active"])
        }),
        read("/v1/prices", "list_prices", |wire, _| {
            let words = ["product", "currency", "type"];
            parse::list(wire, Listed::Prices, &words, &["active"])
        }),
    ]
}
