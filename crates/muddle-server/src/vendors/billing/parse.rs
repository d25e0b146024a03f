//! From wire to call, route by route.
//!
//! Each function reads exactly the parameters that the vendor's operation has; what the desk does not model is refused
//! by name, what the vendor does not have is unknown.

use muddle_world::billing::{
    Address, CustomerFields, Filter, Kind, Listed, NewCreditLine, NewCreditNote, NewRefund,
    Request, Search, Searched,
};
use muddle_world::call::{Call, Problem};
use muddle_world::row::Str;

use super::args::{Args, Group, invalid, required};
use crate::vendors::{Params, Wire};

type Parsed = Result<Call, Problem>;

fn param(params: &Params, name: &'static str) -> Str {
    params.get(name).map_or("", String::as_str).into()
}

/// One object by id.
pub fn get(wire: &Wire<'_>, params: &Params, kind: Kind) -> Parsed {
    let id = param(params, "id");
    Args::read(wire)?.ask(wire, Request::Get { kind, id })
}

/// A list, with the equalities and flags it can be narrowed by.
pub fn list(wire: &Wire<'_>, of: Listed, words: &[&str], flags: &[&str]) -> Parsed {
    let mut args = Args::read(wire)?;
    let mut filter = Filter::default();
    for name in words {
        if let Some(value) = args.word(name)? {
            filter.equal.insert((*name).into(), value);
        }
    }
    for name in flags {
        if let Some(value) = args.flag(name)? {
            filter.equal.insert((*name).into(), value);
        }
    }
    match of {
        Listed::Events => {
            filter.kinds = args.list("types")?;
            filter.kinds.extend(args.word("type")?);
        }
        Listed::Products => filter.ids = args.list("ids")?,
        Listed::InvoicePayments => narrow_payment(&mut args, &mut filter)?,
        _ => {}
    }
    args.not_modelled(unmodelled_filters(of))?;
    (filter.created_from, filter.created_to) = args.created()?;
    let page = args.page()?;
    args.ask(wire, Request::List { of, filter, page })
}

fn unmodelled_filters(of: Listed) -> &'static [&'static str] {
    match of {
        Listed::Customers => &["test_clock"],
        Listed::Charges => &["transfer_group"],
        Listed::PaymentIntents | Listed::CreditNotes => &["customer_account"],
        Listed::Invoices => &["customer_account", "due_date", "subscription"],
        Listed::Products => &["shippable", "url"],
        Listed::Prices => &["lookup_keys", "recurring"],
        _ => &[],
    }
}

/// `payment[type]`, `payment[payment_intent]`.
fn narrow_payment(args: &mut Args, filter: &mut Filter) -> Result<(), Problem> {
    if let Group::Given(mut payment) = args.group("payment")? {
        let kind = payment
            .word("type")?
            .ok_or_else(|| required("payment[type]"))?;
        filter.equal.insert("payment_type".into(), kind);
        if let Some(intent) = payment.word("payment_intent")? {
            filter.equal.insert("payment_intent".into(), intent);
        }
        payment.not_modelled(&["payment_record"])?;
        payment.done("payment")?;
    }
    Ok(())
}

/// A search.
pub fn search(wire: &Wire<'_>, of: Searched) -> Parsed {
    let mut args = Args::read(wire)?;
    let query = args.word("query")?.ok_or_else(|| required("query"))?;
    let search = Search {
        query,
        limit: args.limit()?,
        page: args.word("page")?,
    };
    args.ask(wire, Request::Search { of, search })
}

/// `GET /v1/invoices/{id}/lines`.
pub fn invoice_lines(wire: &Wire<'_>, params: &Params) -> Parsed {
    let mut args = Args::read(wire)?;
    let (invoice, page) = (param(params, "id"), args.page()?);
    args.ask(wire, Request::ListInvoiceLines { invoice, page })
}

/// `GET /v1/charges/{id}/refunds`.
pub fn charge_refunds(wire: &Wire<'_>, params: &Params) -> Parsed {
    let mut args = Args::read(wire)?;
    let (charge, page) = (param(params, "id"), args.page()?);
    args.ask(wire, Request::ListChargeRefunds { charge, page })
}

/// Parameters of a customer that this desk does not model.
const CUSTOMER_UNMODELLED: &[&str] = &[
    "balance",
    "business_name",
    "cash_balance",
    "default_source",
    "individual_name",
    "invoice_prefix",
    "invoice_settings",
    "next_invoice_sequence",
    "payment_method",
    "preferred_locales",
    "shipping",
    "source",
    "tax",
    "tax_exempt",
    "tax_id_data",
    "test_clock",
    "validate",
];

fn customer_fields(args: &mut Args) -> Result<CustomerFields, Problem> {
    let (metadata, clear_metadata) = args.metadata()?;
    let address = match args.group("address")? {
        Group::Absent => None,
        Group::Cleared => Some(None),
        Group::Given(mut address) => {
            let mut field = |name: &str| address.given(name).map(Option::flatten);
            let given = Address {
                line1: field("line1")?,
                line2: field("line2")?,
                city: field("city")?,
                state: field("state")?,
                postal_code: field("postal_code")?,
                country: field("country")?,
            };
            address.done("address")?;
            Some(Some(given))
        }
    };
    let fields = CustomerFields {
        email: args.given("email")?,
        name: args.given("name")?,
        phone: args.given("phone")?,
        description: args.given("description")?,
        address,
        metadata,
        clear_metadata,
    };
    args.not_modelled(CUSTOMER_UNMODELLED)?;
    Ok(fields)
}

/// `POST /v1/customers`.
pub fn create_customer(wire: &Wire<'_>) -> Parsed {
    let mut args = Args::read(wire)?;
    let fields = customer_fields(&mut args)?;
    args.ask(wire, Request::CreateCustomer(fields))
}

/// `POST /v1/customers/{id}`.
pub fn update_customer(wire: &Wire<'_>, params: &Params) -> Parsed {
    let mut args = Args::read(wire)?;
    let (id, fields) = (param(params, "id"), customer_fields(&mut args)?);
    args.ask(wire, Request::UpdateCustomer { id, fields })
}

/// `POST /v1/refunds`.
pub fn create_refund(wire: &Wire<'_>) -> Parsed {
    let mut args = Args::read(wire)?;
    let new = NewRefund {
        charge: args.word("charge")?,
        payment_intent: args.word("payment_intent")?,
        amount: args.integer("amount")?,
        reason: args.word("reason")?,
        metadata: args.metadata()?.0,
    };
    args.not_modelled(&[
        "currency",
        "customer",
        "instructions_email",
        "origin",
        "refund_application_fee",
        "reverse_transfer",
    ])?;
    args.ask(wire, Request::CreateRefund(new))
}

/// `POST /v1/refunds/{id}`.
pub fn update_refund(wire: &Wire<'_>, params: &Params) -> Parsed {
    let mut args = Args::read(wire)?;
    let (metadata, clear_metadata) = args.metadata()?;
    let request = Request::UpdateRefund {
        id: param(params, "id"),
        metadata,
        clear_metadata,
    };
    args.ask(wire, request)
}

/// `POST /v1/refunds/{id}/cancel`.
pub fn cancel_refund(wire: &Wire<'_>, params: &Params) -> Parsed {
    let id = param(params, "id");
    Args::read(wire)?.ask(wire, Request::CancelRefund { id })
}

/// `POST /v1/credit_notes`.
pub fn create_credit_note(wire: &Wire<'_>) -> Parsed {
    let mut args = Args::read(wire)?;
    let invoice = args.word("invoice")?.ok_or_else(|| required("invoice"))?;
    let mut lines = Vec::new();
    for (named, mut line) in args.groups("lines")? {
        let kind = line.word("type")?;
        let kind = kind.ok_or_else(|| required(&format!("{named}[type]")))?;
        if &*kind != "invoice_line_item" {
            let sentence = "The sandbox credits lines of type invoice_line_item only.";
            return Err(invalid(&format!("{named}[type]"), sentence.to_owned()));
        }
        let of = line.word("invoice_line_item")?;
        lines.push(NewCreditLine {
            line: of.ok_or_else(|| required(&format!("{named}[invoice_line_item]")))?,
            quantity: line.integer("quantity")?,
            amount: line.integer("amount")?,
        });
        line.not_modelled(&[
            "description",
            "metadata",
            "tax_amounts",
            "tax_rates",
            "unit_amount",
            "unit_amount_decimal",
        ])?;
        line.done(&named)?;
    }
    let new = NewCreditNote {
        invoice: Some(invoice),
        amount: args.integer("amount")?,
        lines,
        refund_amount: args.integer("refund_amount")?,
        credit_amount: args.integer("credit_amount")?,
        out_of_band_amount: args.integer("out_of_band_amount")?,
        reason: args.word("reason")?,
        memo: args.word("memo")?,
        metadata: args.metadata()?.0,
    };
    args.not_modelled(&["effective_at", "email_type", "refunds", "shipping_cost"])?;
    args.ask(wire, Request::CreateCreditNote(new))
}
