//! The billing desk's forms.

use http::Method;
use muddle_world::vendor::Vendor;

use crate::lab::{Lab, Request, on_a_small_stack};

fn customer(form: String) -> Request {
    Request::new(Vendor::Billing, Method::POST, "/v1/customers").form(form)
}

#[test]
fn a_form_of_many_fields_costs_what_its_length_does() {
    Lab::open().grows_with_its_input("metadata of a customer", 2_000, |n| {
        let fields = (0..n).map(|i| format!("metadata[k{i}]=v"));
        customer(fields.collect::<Vec<_>>().join("&"))
    });
}

#[test]
fn a_deep_form_needs_no_deep_stack() {
    let lab = Lab::open();
    on_a_small_stack(move || {
        let deep = format!("metadata{}=1", "[a]".repeat(50_000));
        lab.parse(&customer(deep));
    });
}
