//! Why an outcome is right: the clause, and the record and field that show it.
//!
//! Called once per case after numbering; `scenario check` and a test demand that each is in data a candidate can see.

use muddle_world::row::Str;
use muddle_world::vendor::Vendor;

use crate::file::{KindSpec, PolicyRanges, Shown};
use crate::generate::cases::CaseDraft;
use crate::generate::draft::Draft;
use crate::generate::ids::Ids;
use crate::truth::{Because, RecordName};

/// The reasons of one case.
pub fn because(
    case: &CaseDraft,
    spec: &KindSpec,
    policy: &PolicyRanges,
    draft: &Draft,
    ids: &Ids,
) -> Vec<Because> {
    let clauses = spec
        .clauses
        .iter()
        .filter_map(|id| policy.clauses.iter().find(|clause| clause.id == *id));
    clauses
        .map(|clause| {
            let (record, field) =
                shown(clause.shown_by, case, draft, ids).unwrap_or_else(|| mail(case, draft));
            Because {
                clause: clause.id.as_str().into(),
                record,
                field: field.into(),
            }
        })
        .collect()
}

fn mail(case: &CaseDraft, draft: &Draft) -> (RecordName, &'static str) {
    let name = case.threads.first().map_or_else(
        || Str::from(""),
        |&thread| draft.threads[thread].mails[0].name(),
    );
    (record(Vendor::Inbox, "messages", &name), "raw")
}

fn record(vendor: Vendor, collection: &str, id: &Str) -> RecordName {
    RecordName {
        vendor,
        collection: collection.into(),
        id: id.clone(),
    }
}

fn shown(
    by: Shown,
    case: &CaseDraft,
    draft: &Draft,
    ids: &Ids,
) -> Option<(RecordName, &'static str)> {
    let order = || {
        case.order
            .map(|order| record(Vendor::Crm, "deals", &ids.deals[order]))
    };
    let charge = || {
        case.charges
            .first()
            .map(|&charge| record(Vendor::Billing, "charges", &ids.charges[charge]))
    };
    let soul = &draft.souls[case.soul];
    Some(match by {
        Shown::Mail => return None,
        Shown::Delivered => (order()?, "properties.delivered_on"),
        Shown::Ordered => (order()?, "properties.closedate"),
        Shown::OrderName => (order()?, "properties.order_number"),
        Shown::FinalSale => (order()?, "properties.final_sale"),
        Shown::Amount => (charge()?, "amount"),
        Shown::Card => (charge()?, "card.last4"),
        Shown::Refund => (
            record(
                Vendor::Billing,
                "refunds",
                &ids.refunds[*case.refunds.first()?],
            ),
            "amount",
        ),
        Shown::Dispute => (
            record(Vendor::Billing, "disputes", &ids.disputes[case.dispute?]),
            "status",
        ),
        Shown::Email => (
            record(Vendor::Billing, "customers", &ids.payers[soul.customer?]),
            "email",
        ),
        Shown::Contact => (
            record(
                Vendor::Crm,
                "contacts",
                &ids.contacts[*soul.contacts.first()?],
            ),
            "created",
        ),
    })
}
