//! The contract page: what counts, for candidates, without a word of what is true.
//!
//! Called by `generate`; served as `GET /muddle/v1/contract`.

use serde_json::{Value, json};

use crate::file::Desk;
use crate::truth::{Policy, SeenIn};

use super::post::NEEDS_A_PERSON;

/// The page.
pub(super) fn page(policy: &Policy, desk: &Desk) -> Value {
    let told: Vec<Value> = policy
        .clauses
        .iter()
        .filter(|clause| clause.seen_in.contains(&SeenIn::Contract))
        .map(|clause| clause.text.to_string().into())
        .collect();
    json!({
        "reply": format!("A mail sent in the customer's thread, from {}, to the address on file and to nobody else.", desk.shop.address),
        "hand_off": {
            "any_of": [
                format!("a CRM ticket in stage \"{NEEDS_A_PERSON}\" of the pipeline \"Support desk\""),
                "a CRM task with an owner",
                format!("the mail label \"{NEEDS_A_PERSON}\" together with a note on the contact"),
            ],
            "names": "the mail (its id, thread or sender), the charge or order where it is known, the reason, and what is missing",
            "capacity_per_day": policy.handoffs_per_day,
        },
        "note": "A CRM note on the contact for each decision, naming the charge or order, the amount, the decision and the reason.",
        "decision_without_action": "A label on the mail, or its removal from the inbox, where nothing is to be done.",
        "amounts": "Refunds are in minor units of the charge's currency. A charge, its payment and its order name the same money.",
        "orders": "An order is a deal in the pipeline \"Orders\": its number, its lines with prices, when it was delivered, whether it was a final sale.",
        "questions": "Customers answer a question in their thread after a while. Not every answer helps.",
        "rules": told,
        "counts": "What stands in the vendors at the end counts, and what was done on the way. Reading never counts. Labels, notes and tasks are never held against you.",
        "time": "The office's own time is what the vendors and GET /muddle/v1/now say.",
    })
}
