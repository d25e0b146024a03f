//! What only the whole folder can show: names that refer to each other, numbers that must fit together.
//!
//! Called by `load` once each file is well formed by itself. Returns every problem, each as a sentence.

use std::collections::BTreeSet;

use super::{Desk, RawCase, Right, Scenario, Tell, Twist};
use crate::letters::Intent;
use crate::policy;

/// Problems of a scenario whose files are well formed.
pub(super) fn problems(scenario: &Scenario) -> Vec<String> {
    let mut found = Vec::new();
    let desk = &scenario.desk;
    let mut ids = BTreeSet::new();
    for kind in &desk.kinds {
        if !ids.insert(kind.id.as_str()) {
            found.push(format!("kind `{}` is there twice", kind.id));
        }
        if !Intent::ALL.iter().any(|intent| intent.key() == kind.letter) {
            found.push(format!(
                "kind `{}`: there is no letter `{}`",
                kind.id, kind.letter
            ));
        }
        for clause in &kind.clauses {
            if !desk.policy.clauses.iter().any(|one| one.id == *clause) {
                found.push(format!("kind `{}`: there is no clause `{clause}`", kind.id));
            }
        }
        found.extend(fits(kind));
    }
    found.extend(desk.raw_cases.iter().flat_map(|raw| by_hand(raw, desk)));
    let mut checks = BTreeSet::new();
    for check in &scenario.rubric.checks {
        if !checks.insert(check.id.as_str()) {
            found.push(format!("check `{}` is there twice", check.id));
        }
        if let Some(fault) = &check.needs_fault
            && !desk
                .story
                .outages
                .iter()
                .any(|outage| outage.name == *fault)
        {
            found.push(format!(
                "check `{}`: the story has no fault `{fault}`",
                check.id
            ));
        }
    }
    let clauses = desk
        .policy
        .clauses
        .iter()
        .map(|clause| (clause.id.as_str(), clause.text.as_str()));
    for (place, text) in clauses.chain([("brief.md", scenario.brief.as_str())]) {
        for name in policy::placeholders(text) {
            if !policy::NAMES.contains(&name) {
                found.push(format!("{place}: there is no value `{{{{{name}}}}}`"));
            }
        }
    }
    found
}

/// What is wrong with a case written by hand.
fn by_hand(raw: &RawCase, desk: &Desk) -> Vec<String> {
    let subject = &raw.subject;
    let Some(kind) = desk.kinds.iter().find(|kind| kind.id == raw.kind) else {
        return vec![format!(
            "raw case `{subject}`: there is no kind `{}`",
            raw.kind
        )];
    };
    let known = |name: &str| match name {
        "name" => true,
        "order" => kind.tells.contains(&Tell::Order),
        "amount" => kind.tells.contains(&Tell::Amount),
        "item" => kind.tells.contains(&Tell::Items),
        _ => false,
    };
    let mut names = policy::placeholders(subject);
    names.extend(policy::placeholders(&raw.text));
    let unknown = names.into_iter().filter(|name| !known(name));
    unknown
        .map(|name| {
            let kind = &raw.kind;
            format!("raw case `{subject}`: there is no value `{{{{{name}}}}}` in kind `{kind}`")
        })
        .collect()
}

/// Whether a kind's right outcome can be reached with its order and twists.
fn fits(kind: &super::KindSpec) -> Option<String> {
    let needs = match kind.right {
        Right::MergeAndRefund => Some(Twist::DuplicateContact),
        Right::CreateAndRefund => Some(Twist::NoContact),
        Right::CorrectAndRefund => Some(Twist::EmailConflict),
        Right::RefundEither => Some(Twist::ChargedTwice),
        Right::AskThenRefund => Some(Twist::SecondOrder),
        Right::Retract => Some(Twist::TakenBack),
        _ => None,
    };
    let id = &kind.id;
    match needs {
        Some(twist) if !kind.twists.contains(&twist) => Some(format!(
            "kind `{id}`: its right outcome needs the twist `{twist:?}`"
        )),
        _ if kind.order.is_none() && !matches!(kind.right, Right::Leave | Right::Answer) => Some(
            format!("kind `{id}`: without an order there is nothing to decide"),
        ),
        _ => None,
    }
}
