//! From wire to call, route by route.
//!
//! Each function reads exactly the parameters that the vendor's operation has; what the desk does not model is refused
//! by name, what the vendor does not have is unknown.

use muddle_world::billing::limits::{EMAIL_CHARS_MAX, NAME_CHARS_MAX, PHONE_CHARS_MAX};
use muddle_world::billing::{
    Address, CustomerFields, Filter, Kind, Listed, NewCreditLine, NewCreditNote, NewRefund,
    Request, Search, Searched,
};
use muddle_world::call::{Call, Problem};
use muddle_world::row::Str;

use super::args::{Args, Group, invalid};
use crate::vendors::{Params, Wire};

type Parsed = Result<Call, Problem>;

fn param(params: &Params, name: &'static str) -> Str {
    params.get(name).map_or("", String::as_str).into()
}

/// One object by id.
pub fn get(wire: &Wire<'_>, params: &Params, kind: Kind) -> Parsed {
    let id = param(params, "id");
    let request = Request::Get {
        kind,
        id,
        under: None,
    };
    Args::read(wire)?.ask(wire, request)
}

/// `GET /v1/charges/{id}/refunds/{refund}`.
pub fn charge_refund(wire: &Wire<'_>, params: &Params) -> Parsed {
    let request = Request::Get {
        kind: Kind::Refund,
        id: param(params, "refund"),
        under: Some(param(params, "id")),
    };
    Args::read(wire)?.ask(wire, request)
}

/// A list, with the equalities and flags it can be narrowed by.
pub fn list(wire: &Wire<'_>, of: Listed, words: &[&str], flags: &[&str]) -> Parsed {
    let mut args = Args::read(wire)?;
    let mut filter = Filter::default();
    for name in words {
        let value = match *name {
            "currency" => args.currency(name)?,
            name => args.word(name)?,
        };
        if let Some(value) = value {
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
            match args.word("type")? {
                Some(_) if !filter.kinds.is_empty() => {
                    let message = "You may only specify one of these parameters: type, types.";
                    return Err(invalid("type", message.to_owned()));
                }
                kind => filter.kinds.extend(kind),
            }
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
        let kind = payment.needed("type")?;
        filter.equal.insert("payment_type".into(), kind);
        if let Some(intent) = payment.word("payment_intent")? {
            filter.equal.insert("payment_intent".into(), intent);
        }
        payment.not_modelled(&["payment_record"])?;
        payment.done()?;
    }
    Ok(())
}

/// A search.
pub fn search(wire: &Wire<'_>, of: Searched) -> Parsed {
    let mut args = Args::read(wire)?;
    let query = args.needed("query")?;
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
            address.done()?;
            Some(Some(given))
        }
    };
    let fields = CustomerFields {
        email: args.given_within("email", EMAIL_CHARS_MAX)?,
        name: args.given_within("name", NAME_CHARS_MAX)?,
        phone: args.given_within("phone", PHONE_CHARS_MAX)?,
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
    let charge = args.word("charge")?;
    refund_of(wire, args, charge, false)
}

/// `POST /v1/charges/{id}/refunds`.
pub fn refund_charge(wire: &Wire<'_>, params: &Params) -> Parsed {
    let charge = param(params, "id");
    refund_of(wire, Args::read(wire)?, Some(charge), false)
}

/// `POST /v1/charges/{id}/refund`, which answers with the charge.
pub fn refund_charge_whole(wire: &Wire<'_>, params: &Params) -> Parsed {
    let charge = param(params, "id");
    refund_of(wire, Args::read(wire)?, Some(charge), true)
}

fn refund_of(wire: &Wire<'_>, mut args: Args, charge: Option<Str>, answer_charge: bool) -> Parsed {
    let new = NewRefund {
        charge,
        payment_intent: args.word("payment_intent")?,
        amount: args.integer("amount")?,
        reason: args.word("reason")?,
        metadata: args.metadata()?.0,
        answer_charge,
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
    let invoice = args.needed("invoice")?;
    let mut lines = Vec::new();
    for mut line in args.groups("lines")? {
        if &*line.needed("type")? != "invoice_line_item" {
            let sentence = "The sandbox credits lines of type invoice_line_item only.";
            return Err(invalid(&line.named("type"), sentence.to_owned()));
        }
        lines.push(NewCreditLine {
            line: line.needed("invoice_line_item")?,
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
        line.done()?;
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
