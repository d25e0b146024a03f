//! Facts of the truth as deeds: what `oracle` has to do to make each true.
//!
//! Called once per case. The facts' form is the grader's; only their names and fields are read here.

use serde_json::Value;

use crate::json::{int, list, text};

/// One thing that has to become true.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    Refund {
        charges: Vec<String>,
        amount: i64,
    },
    Reply {
        threads: Vec<String>,
        to: String,
        says: String,
    },
    Note {
        contacts: Vec<String>,
        says: String,
    },
    HandOff {
        threads: Vec<String>,
        contacts: Vec<String>,
        says: String,
    },
    Label {
        threads: Vec<String>,
    },
    Merge {
        survivor: String,
        losers: Vec<String>,
    },
    Contact {
        email: String,
    },
    Set {
        vendor: String,
        collection: String,
        id: String,
        field: String,
        value: String,
    },
    /// Until this mail is there.
    Arrival {
        message: String,
    },
    /// Until somebody from outside has written in one of these threads after us.
    Answer {
        threads: Vec<String>,
    },
}

fn strings(value: &Value, pointer: &str) -> Vec<String> {
    list(value, pointer)
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// The first wording of every group.
fn wordings(value: &Value, pointer: &str) -> String {
    let groups = list(value, pointer).iter();
    let first = groups
        .filter_map(|group| group.get(0))
        .filter_map(Value::as_str);
    first.collect::<Vec<_>>().join(", ")
}

/// What a fact asks for, in its order; negative facts ask for nothing, of alternatives the first is taken.
pub(super) fn unfold(fact: &Value, deeds: &mut Vec<Deed>) {
    let Some((name, inside)) = fact.as_object().and_then(|fact| fact.iter().next()) else {
        return;
    };
    let inner: Vec<&Value> = match name.as_str() {
        "before" => [inside.get("first"), inside.get("then")]
            .into_iter()
            .flatten()
            .collect(),
        "all" => inside.as_array().into_iter().flatten().collect(),
        "any" => inside.get(0).into_iter().collect(),
        _ => Vec::new(),
    };
    for fact in inner {
        unfold(fact, deeds);
    }
    if let Some(deed) = deed(name, inside).filter(|deed| !already_asked(deeds, deed)) {
        deeds.push(deed);
    }
}

fn deed(name: &str, inside: &Value) -> Option<Deed> {
    let threads = strings(inside, "/threads");
    let contacts = strings(inside, "/contacts");
    let first = |pointer| {
        strings(inside, pointer)
            .into_iter()
            .next()
            .unwrap_or_default()
    };
    Some(match name {
        "refunded" => Deed::Refund {
            charges: strings(inside, "/charges"),
            amount: int(inside, "/min"),
        },
        "replied" => Deed::Reply {
            threads,
            to: first("/to"),
            says: wordings(inside, "/says"),
        },
        "noted" => Deed::Note {
            contacts,
            says: wordings(inside, "/mentions"),
        },
        "handed_off" => Deed::HandOff {
            threads,
            contacts,
            says: wordings(inside, "/mentions"),
        },
        "labelled" => Deed::Label { threads },
        "merged" => Deed::Merge {
            survivor: text(inside, "/survivor"),
            losers: strings(inside, "/losers"),
        },
        "contact_exists" => Deed::Contact {
            email: text(inside, "/email"),
        },
        "field" => Deed::Set {
            vendor: text(inside, "/vendor"),
            collection: text(inside, "/collection"),
            id: text(inside, "/id"),
            field: text(inside, "/field"),
            value: first("/values"),
        },
        "arrived" => Deed::Arrival {
            message: text(inside, "/message"),
        },
        "answered" => Deed::Answer { threads },
        _ => return None,
    })
}

/// Facts may name the same thing twice (asked, then answered); it is done once.
fn already_asked(deeds: &[Deed], deed: &Deed) -> bool {
    match deed {
        Deed::Answer { threads } => deeds
            .iter()
            .any(|done| matches!(done, Deed::Answer { threads: same } if same == threads)),
        Deed::Refund { charges, .. } => deeds
            .iter()
            .any(|done| matches!(done, Deed::Refund { charges: same, .. } if same == charges)),
        _ => false,
    }
}
