//! Which fields of an object lead to other objects, and which paths may be expanded.
//!
//! Used by `ops` to refuse what cannot be expanded, and by `resolve` to follow what can.

use crate::billing::limits::{EXPAND_LEVELS_MAX, EXPAND_PATHS_MAX};
use crate::billing::{Call, Refusal, Request};
use crate::row::Str;

/// Where a field leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leads {
    /// To one object of a collection.
    One(&'static str),
    /// To the objects of a collection that belong to this one.
    Many(&'static str),
    /// To something of the vendor that this desk never has: the field stays null.
    Nowhere,
}

/// Where a field of an object of `collection` leads; none where it is no such field.
pub fn leads(collection: &str, field: &str) -> Option<Leads> {
    use Leads::{Many, Nowhere, One};
    Some(match (collection, field) {
        ("charges", "refunds") => Many("refunds"),
        ("charges" | "payment_intents" | "invoices" | "credit_notes" | "refunds", "customer") => {
            One("customers")
        }
        ("charges" | "refunds" | "disputes", "payment_intent") => One("payment_intents"),
        ("invoice_payments" | "credit_notes", "invoice") => One("invoices"),
        ("charges" | "refunds", "balance_transaction") => One("balance_transactions"),
        ("refunds", "failure_balance_transaction") => One("balance_transactions"),
        ("payment_intents", "latest_charge") => One("charges"),
        ("refunds" | "disputes", "charge") => One("charges"),
        ("balance_transactions", "source") => One(""),
        ("products", "default_price") => One("prices"),
        ("prices", "product") => One("products"),
        ("invoice_payments", "payment") => One("payment"),
        ("payment", "payment_intent") => One("payment_intents"),
        ("invoices", "payments") => Many("invoice_payments"),
        ("customers", "sources" | "subscriptions" | "tax_ids") => Many("nothing"),
        ("credit_notes", "refunds") => One("credit_note_refunds"),
        ("credit_note_refunds", "refund") => One("refunds"),
        ("charges", "application" | "application_fee" | "failure_balance_transaction")
        | ("charges", "on_behalf_of" | "review" | "source_transfer" | "transfer")
        | ("payment_intents", "application" | "on_behalf_of" | "payment_method" | "review")
        | ("refunds", "transfer_reversal" | "source_transfer_reversal")
        | ("refunds", "payment_method")
        | ("customers", "default_source" | "tax")
        | ("customers", "cash_balance" | "invoice_credit_balance" | "test_clock")
        | ("invoices", "application" | "default_payment_method" | "default_source" | "discounts")
        | ("invoices", "account_tax_ids" | "on_behalf_of" | "test_clock" | "latest_revision")
        | ("invoices", "confirmation_secret")
        | ("products", "tax_code")
        | ("prices", "currency_options" | "tiers")
        | ("credit_notes", "customer_balance_transaction") => Nowhere,
        _ => return None,
    })
}

/// What a request answers with: the collection, and whether in a list.
fn answered(request: &Request) -> (&'static str, bool) {
    match request {
        Request::Get { kind, .. } => (kind.collection(), false),
        Request::List { of, .. } => (of.kind().collection(), true),
        Request::Search { of, .. } => (of.kind().collection(), true),
        Request::ListInvoiceLines { .. } => ("invoice_lines", true),
        Request::ListChargeRefunds { .. } => ("refunds", true),
        Request::CreateCustomer(_) | Request::UpdateCustomer { .. } => ("customers", false),
        Request::CreateRefund(new) if new.answer_charge => ("charges", false),
        Request::CreateRefund(_)
        | Request::UpdateRefund { .. }
        | Request::CancelRefund { .. }
        | Request::SettleRefund { .. } => ("refunds", false),
        Request::CreateCreditNote(_) => ("credit_notes", false),
        Request::OpenDispute { .. } => ("disputes", false),
    }
}

/// Refuses a call that wants something expanded that leads nowhere.
pub fn check(call: &Call) -> Result<(), Refusal> {
    let (collection, in_list) = answered(&call.request);
    if call.expand.len() > EXPAND_PATHS_MAX {
        let message = format!("You can expand up to {EXPAND_PATHS_MAX} properties at once.");
        return Err(too_much(message));
    }
    for path in &call.expand {
        if path.split('.').count() > EXPAND_LEVELS_MAX {
            return Err(too_much(format!(
                "You cannot expand more than {EXPAND_LEVELS_MAX} levels of a property. Property: {path}"
            )));
        }
        let fields = match (in_list, path.strip_prefix("data.")) {
            (false, _) => &**path,
            (true, Some(fields)) => fields,
            (true, None)
                if &**path == "total_count" && matches!(call.request, Request::Search { .. }) =>
            {
                continue;
            }
            (true, None) => {
                return Err(Refusal::NotExpandable {
                    path: path.clone(),
                    in_list: follows(collection, path),
                });
            }
        };
        if !follows(collection, fields) {
            return Err(Refusal::NotExpandable {
                path: Str::clone(path),
                in_list: false,
            });
        }
    }
    Ok(())
}

fn too_much(message: String) -> Refusal {
    Refusal::InvalidParam {
        param: "expand".into(),
        message: message.into(),
    }
}

fn follows(collection: &str, path: &str) -> bool {
    let mut at = collection;
    for (depth, field) in path.split('.').enumerate() {
        // Behind something that is always null, or whose kind depends on the record, any path is taken.
        match leads(at, field) {
            Some(Leads::One("") | Leads::Nowhere) => return true,
            Some(Leads::One(next) | Leads::Many(next)) => at = next,
            // In a list of its own, `data` stands between.
            None if field == "data" && depth > 0 => {}
            None => return false,
        }
    }
    true
}
