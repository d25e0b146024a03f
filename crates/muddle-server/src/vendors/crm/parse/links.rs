//! Calls about associations.

use muddle_world::call::{Call, Problem, ProblemKind};
use muddle_world::crm::limits::{LINK_READS_MAX, PAIRS_MAX, WAYS_MAX};
use muddle_world::crm::{self, Category, Kind, LinkName, LinkType, Links, Pair};

use super::super::given::{self, body, problem};
use super::super::lists::Few;
use super::{Parsed, dated, param, query, unrouted};
use crate::vendors::{Params, Wire};

pub fn way(spec: given::Spec) -> Result<LinkType, Problem> {
    let category = match spec.association_category.as_str() {
        "HUBSPOT_DEFINED" => Category::HubspotDefined,
        "USER_DEFINED" | "INTEGRATOR_DEFINED" => Category::UserDefined,
        other => {
            let message = format!("associationCategory {other} is none of the vendor's");
            return Err(problem(
                ProblemKind::InvalidParam,
                Some("associationCategory"),
                message,
            ));
        }
    };
    Ok(LinkType {
        category,
        type_id: spec.association_type_id,
    })
}

/// A call about associations from `{from}` to `{to}`.
fn links(params: &Params, ask: Links, by_name: bool) -> Parsed {
    let kind = |name: &str| params.get(name).and_then(|text| Kind::spelled(text));
    match (kind("from"), kind("to")) {
        (Some(from), Some(to)) if dated(params) => Ok(Call::Crm(crm::Call::Links {
            from,
            to,
            ask,
            by_name,
        })),
        _ => Ok(unrouted(false)),
    }
}

fn pair(params: &Params, types: Vec<LinkName>) -> Pair {
    Pair {
        from: param(params, "id"),
        to: param(params, "other"),
        types,
    }
}

pub fn list_links(wire: &Wire<'_>, params: &Params) -> Parsed {
    let ask = Links::List {
        id: param(params, "id"),
        page: query(wire)?.page,
    };
    links(params, ask, false)
}

pub fn link_default(_wire: &Wire<'_>, params: &Params) -> Parsed {
    let pair = pair(params, Vec::new());
    links(params, Links::Default { pair }, false)
}

pub fn link(wire: &Wire<'_>, params: &Params) -> Parsed {
    let given: Few<given::Spec, WAYS_MAX> = body(wire, b'[')?;
    let types = given.within("types")?.into_iter();
    let types: Result<Vec<LinkType>, Problem> = types.map(way).collect();
    let pair = pair(params, types?.into_iter().map(LinkName::Typed).collect());
    links(params, Links::Create { pair }, false)
}

pub fn unlink(_wire: &Wire<'_>, params: &Params) -> Parsed {
    let pair = pair(params, Vec::new());
    links(params, Links::Archive { pair }, false)
}

/// The older interface names ways, the newer numbers them.
fn by_name(wire: &Wire<'_>) -> bool {
    wire.path.starts_with("/crm/v3/")
}

pub fn batch_read_links(wire: &Wire<'_>, params: &Params) -> Parsed {
    let given: given::Inputs<given::Id, LINK_READS_MAX> = body(wire, b'{')?;
    let inputs = given.inputs.inputs()?.into_iter();
    let ids = inputs.map(|id| id.id.0).collect();
    links(params, Links::BatchRead(ids), by_name(wire))
}

pub fn batch_link(wire: &Wire<'_>, params: &Params) -> Parsed {
    links(
        params,
        Links::BatchCreate(given_pairs(wire)?),
        by_name(wire),
    )
}

pub fn batch_link_default(wire: &Wire<'_>, params: &Params) -> Parsed {
    links(params, Links::BatchDefault(given_pairs(wire)?), false)
}

pub fn batch_unlink(wire: &Wire<'_>, params: &Params) -> Parsed {
    links(
        params,
        Links::BatchArchive(given_pairs(wire)?),
        by_name(wire),
    )
}

pub fn labels(_wire: &Wire<'_>, params: &Params) -> Parsed {
    links(params, Links::Labels, false)
}

fn given_pairs(wire: &Wire<'_>) -> Result<Vec<Pair>, Problem> {
    let given: given::Inputs<given::Pair, PAIRS_MAX> = body(wire, b'{')?;
    let mut pairs = Vec::new();
    for one in given.inputs.inputs()? {
        let mut types = Vec::new();
        for spec in one.types.unwrap_or_default().within("types")? {
            types.push(LinkName::Typed(way(spec)?));
        }
        types.extend(one.name.map(|name| LinkName::Named(name.0)));
        let ends = match one.to {
            given::OneOrMany::One(id) => vec![id],
            given::OneOrMany::Many(ids) => ids.within("to")?,
        };
        pairs.extend(ends.into_iter().map(|end| Pair {
            from: one.from.id.0.clone(),
            to: end.id.0,
            types: types.clone(),
        }));
        if pairs.len() > PAIRS_MAX {
            let message = format!("A batch can name {PAIRS_MAX} pairs, but more were sent");
            return Err(problem(ProblemKind::InvalidParam, Some("inputs"), message));
        }
    }
    Ok(pairs)
}
