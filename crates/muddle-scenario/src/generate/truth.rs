//! The draft as truth: cases with outcomes, defects, decoys, people.
//!
//! Called by `generate` last, when everything has its id.

use muddle_world::row::Str;
use muddle_world::time::At;

use super::cases::CaseDraft;
use super::draft::{Draft, Place, Spoiled, TrueValue};
use super::ids::Ids;
use super::mail::{Hand, Matter};
use super::{records, verdict};
use crate::file::{KindSpec, Scenario};
use crate::letters::Notice;
use crate::truth::{Case, Decoy, Defect, Persona, Policy, ScriptedFault, Touches, Truth, VERSION};

/// What else the truth holds.
pub(super) struct Rest {
    pub(super) start: At,
    pub(super) people: Vec<Persona>,
    pub(super) script: Vec<ScriptedFault>,
}

/// The message that tells the rules now in force.
pub(super) fn notice(draft: &Draft) -> Str {
    let mut mails = draft.threads.iter().flat_map(|thread| &thread.mails);
    let found = mails.find(|mail| matches!(mail.matter, Matter::Notice(Notice::Policy)));
    found.map_or_else(|| Str::from(""), |mail| mail.name())
}

/// All that is true.
pub(super) fn write(
    scenario: &Scenario,
    policy: Policy,
    draft: &Draft,
    ids: &Ids,
    rest: Rest,
) -> Truth {
    let desk = &scenario.desk;
    let case = |(place, case): (usize, &CaseDraft)| {
        let spec = &desk.kinds[case.kind];
        let touches = touches(case, draft, ids);
        Case {
            id: case_id(place),
            kind: spec.id.as_str().into(),
            title: title(case, spec, draft),
            opens: case.opens,
            because: verdict::because(case, spec, &desk.policy, draft, ids),
            money: money(case, draft),
            currency: case
                .order
                .map_or("usd", |order| draft.orders[order].currency)
                .into(),
            outcomes: verdict::outcomes(case, spec, draft, ids, &policy, &touches),
            touches,
        }
    };
    Truth {
        version: VERSION,
        scenario: desk.name.as_str().into(),
        start: rest.start,
        story_ends: records::office::story_ends(desk, rest.start),
        desk: desk.shop.address.as_str().into(),
        cases: draft.cases.iter().enumerate().map(case).collect(),
        defects: draft
            .spoiled
            .iter()
            .enumerate()
            .map(|(nth, one)| defect(nth, one, draft, ids))
            .collect(),
        decoys: decoys(draft, ids),
        people: rest.people,
        script: rest.script,
        rubric: scenario.rubric.clone(),
        policy,
    }
}

/// `case-007`.
pub(super) fn case_id(place: Place) -> Str {
    format!("case-{:03}", place + 1).into()
}

fn title(case: &CaseDraft, spec: &KindSpec, draft: &Draft) -> Str {
    format!("{}: {}", draft.souls[case.soul].person.full(), spec.title).into()
}

/// What may be lost: the charges in question, or what was refunded of them already.
fn money(case: &CaseDraft, draft: &Draft) -> i64 {
    case.charges
        .iter()
        .map(|&charge| draft.charges[charge].amount)
        .sum()
}

fn touches(case: &CaseDraft, draft: &Draft, ids: &Ids) -> Touches {
    let soul = &draft.souls[case.soul];
    let of = |places: &[Place], ids: &[Str]| -> Vec<Str> {
        places.iter().map(|&place| ids[place].clone()).collect()
    };
    let mut charges = of(&case.charges, &ids.charges);
    for &order in &soul.orders {
        for charge in of(&draft.orders[order].charges, &ids.charges) {
            if !charges.contains(&charge) {
                charges.push(charge);
            }
        }
    }
    let mails = case
        .threads
        .iter()
        .flat_map(|&thread| &draft.threads[thread].mails);
    let mut addresses = vec![Str::from(soul.person.email.to_lowercase())];
    for mail in mails.clone() {
        if let Hand::Soul { from, .. } = &mail.hand {
            addresses.push(from.to_lowercase().into());
        }
    }
    addresses.sort();
    addresses.dedup();
    Touches {
        threads: case
            .threads
            .iter()
            .map(|&thread| draft.threads[thread].mails[0].name())
            .collect(),
        messages: mails
            .filter(|mail| !mail.is_ours())
            .map(super::mail::Mail::name)
            .collect(),
        contacts: of(&soul.contacts, &ids.contacts),
        orders: case
            .order
            .iter()
            .chain(&case.second_order)
            .map(|&order| ids.deals[order].clone())
            .collect(),
        customers: soul
            .customer
            .map(|payer| ids.payers[payer].clone())
            .into_iter()
            .collect(),
        charges,
        refunds: of(&case.refunds, &ids.refunds),
        disputes: case
            .dispute
            .map(|dispute| ids.disputes[dispute].clone())
            .into_iter()
            .collect(),
        addresses,
    }
}

fn defect(nth: usize, spoiled: &Spoiled, draft: &Draft, ids: &Ids) -> Defect {
    let truth = match &spoiled.truth {
        TrueValue::Text(text) => text.as_str().into(),
        TrueValue::Number(order) => draft.orders[*order].number.to_string().into(),
        TrueValue::Record(spot) => ids.name(draft, *spot).id.to_string().into(),
        TrueValue::Nothing => serde_json::Value::Null,
    };
    Defect {
        id: format!("defect-{:03}", nth + 1).into(),
        operator: spoiled.operator.into(),
        records: spoiled
            .spots
            .iter()
            .map(|&spot| ids.name(draft, spot))
            .collect(),
        fields: spoiled
            .fields
            .iter()
            .map(|field| Str::from(*field))
            .collect(),
        truth,
        repair: spoiled.repair,
    }
}

fn decoys(draft: &Draft, ids: &Ids) -> Vec<Decoy> {
    let of_case = |(place, case): (usize, &CaseDraft)| {
        let one = |&soul: &Place| {
            let soul = &draft.souls[soul];
            let charges = soul
                .orders
                .iter()
                .flat_map(|&order| &draft.orders[order].charges);
            Decoy {
                case: case_id(place),
                charges: charges.map(|&charge| ids.charges[charge].clone()).collect(),
                contacts: soul
                    .contacts
                    .iter()
                    .map(|&contact| ids.contacts[contact].clone())
                    .collect(),
            }
        };
        case.decoys.iter().map(one).collect::<Vec<_>>()
    };
    draft.cases.iter().enumerate().flat_map(of_case).collect()
}
