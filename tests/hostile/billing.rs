//! The billing desk's forms, lists, expansions and searches.

use http::Method;
use muddle_world::vendor::Vendor;

use crate::lab::{Lab, Request, on_a_small_stack};

/// Bytes of an answer that no request of this desk goes beyond, its largest pages expanded as far as may be.
const ANSWER_BYTES_MAX: usize = 4 << 20;

fn post(path: &str, form: String) -> Request {
    Request::new(Vendor::Billing, Method::POST, path).form(form)
}

fn get(path: &str, query: &str) -> Request {
    Request::get(Vendor::Billing, &format!("{path}?{query}"))
}

fn customer(form: String) -> Request {
    post("/v1/customers", form)
}

fn joined(n: usize, one: impl Fn(usize) -> String) -> String {
    (0..n).map(one).collect::<Vec<_>>().join("&")
}

fn charges(query: &str) -> Request {
    get("/v1/charges", query)
}

fn search(query: &str) -> Request {
    get("/v1/charges/search", &format!("query={query}"))
}

fn credit_note(lines: &str) -> Request {
    post("/v1/credit_notes", format!("invoice=in_1&{lines}"))
}

fn long(n: usize) -> String {
    "x".repeat(n)
}

/// A request whose one part is so long.
type Make = fn(usize) -> Request;

/// Every place of a request where a caller's list, text or nesting goes, made `n` long.
const INPUTS: &[(&str, Make)] = &[
    ("metadata", |n| {
        customer(joined(n, |i| format!("metadata[k{i}]=v")))
    }),
    ("one pair again and again", |n| {
        customer(joined(n, |_| "metadata[k]=v".into()))
    }),
    ("unknown parameters", |n| {
        customer(joined(n, |i| format!("unknown{i}=v")))
    }),
    ("names that begin alike", |n| {
        customer(joined(n, |i| format!("{}{i}=v", "k".repeat(400))))
    }),
    ("one parameter again and again", |n| {
        customer(joined(n, |_| "name=v".into()))
    }),
    ("empty pairs", |n| customer("&".repeat(n))),
    ("a long name of a parameter", |n| {
        customer(format!("{}=1", long(n)))
    }),
    ("a long value", |n| customer(format!("name={}", long(n)))),
    ("escapes", |n| {
        customer(format!("description={}", "%41".repeat(n)))
    }),
    ("brackets", |n| {
        customer(format!("metadata{}=1", "[a]".repeat(n)))
    }),
    ("open brackets", |n| {
        customer(format!("metadata{}=1", "[".repeat(n)))
    }),
    ("expansions", |n| {
        charges(&joined(n, |i| format!("expand[]=data.review.f{i}")))
    }),
    ("one expansion again and again", |n| {
        charges(&joined(n, |_| "expand[]=data.customer".into()))
    }),
    ("a deep expansion", |n| {
        charges(&format!("expand[]={}", "data.".repeat(n)))
    }),
    ("event types", |n| {
        get("/v1/events", &joined(n, |i| format!("types[]=t{i}")))
    }),
    ("ids of products", |n| {
        get("/v1/products", &joined(n, |i| format!("ids[]=prod_{i}")))
    }),
    ("credit lines", |n| {
        credit_note(&joined(n, |i| {
            format!("lines[{i}][type]=invoice_line_item&lines[{i}][invoice_line_item]=il_{i}")
        }))
    }),
    ("credit lines without numbers", |n| {
        credit_note(&joined(n, |_| "lines[][type]=invoice_line_item".into()))
    }),
    ("a long search", |n| {
        search(&format!("status:'{}'", long(n)))
    }),
    ("clauses", |n| {
        search(&vec!["amount>1"; n].join("%20AND%20"))
    }),
    ("parentheses", |n| search(&"(".repeat(n))),
    ("a search's escapes", |n| {
        search(&format!("status:'{}'", "\\'".repeat(n)))
    }),
    ("a long cursor", |n| {
        charges(&format!("starting_after={}", long(n)))
    }),
    ("a long integer", |n| {
        charges(&format!("limit={}", "9".repeat(n)))
    }),
    ("a long page token", |n| {
        search(&format!("amount>1&page={}", long(n)))
    }),
    ("a long id", |n| {
        get(&format!("/v1/charges/{}", long(n)), "")
    }),
    ("a long key", |n| {
        customer("name=a".into()).header("idempotency-key", &long(n))
    }),
    ("a long version", |n| {
        charges("").header("stripe-version", &long(n))
    }),
    ("a long account", |n| {
        charges("").header("stripe-account", &long(n))
    }),
];

#[test]
fn each_kind_of_input_costs_what_its_length_does() {
    for (what, make) in INPUTS {
        // Below the caps, and far beyond them.
        for n in [200, 5_000] {
            Lab::open().grows_with_its_input(what, n, make);
        }
    }
}

#[test]
fn deep_and_long_input_needs_no_deep_stack() {
    let lab = Lab::open();
    on_a_small_stack(move || {
        for (_, make) in INPUTS {
            lab.parse(&make(100_000));
            lab.answer(&make(20_000));
        }
    });
}

#[test]
fn a_refusal_is_short_however_long_what_it_refuses() {
    const SHORT: usize = 30_000;
    for (what, make) in INPUTS {
        let answer = Lab::open().answer(&make(20_000));
        let bytes = answer.body.len();
        let short = answer.status < 400 || bytes < SHORT;
        assert!(short, "{what}: {} with {bytes} bytes", answer.status);
    }
}

#[test]
fn the_largest_pages_expanded_as_far_as_may_be_stay_bounded() {
    for (path, expand) in [
        ("/v1/customers", &["data.subscriptions", "data.sources"][..]),
        (
            "/v1/charges",
            &[
                "data.customer",
                "data.balance_transaction",
                "data.refunds.data.charge",
                "data.refunds.data.payment_intent",
                "data.payment_intent.latest_charge.customer",
                "data.payment_intent.latest_charge.refunds",
            ],
        ),
        (
            "/v1/invoices",
            &["data.customer", "data.payments.data.invoice"],
        ),
        (
            "/v1/invoice_payments",
            &[
                "data.invoice.customer",
                "data.invoice.payments",
                "data.payment.payment_intent.latest_charge",
            ],
        ),
        (
            "/v1/refunds",
            &[
                "data.charge.refunds",
                "data.charge.customer",
                "data.charge.payment_intent.latest_charge",
                "data.payment_intent.latest_charge",
            ],
        ),
        ("/v1/events", &[]),
    ] {
        let fields = joined(expand.len(), |i| format!("expand[]={}", expand[i]));
        let answer = Lab::open().answer(&get(path, &format!("limit=100&{fields}")));
        assert_eq!(answer.status, 200, "{path}");
        assert!(
            answer.body.len() < ANSWER_BYTES_MAX,
            "{path}: {}",
            answer.body.len()
        );
    }
}
