//! Calls about owners and pipelines.

use muddle_world::call::Call;
use muddle_world::crm::{self, Kind, Pipelines};

use super::{Parsed, dated, param, query, unrouted};
use crate::vendors::{Params, Wire};

pub fn list_owners(wire: &Wire<'_>, params: &Params) -> Parsed {
    if !dated(params) {
        return Ok(unrouted(false));
    }
    let query = query(wire)?;
    Ok(Call::Crm(crm::Call::ListOwners {
        email: query.email,
        page: query.page,
        archived: query.archived,
    }))
}

pub fn get_owner(_wire: &Wire<'_>, params: &Params) -> Parsed {
    if !dated(params) {
        return Ok(unrouted(false));
    }
    let id = param(params, "id");
    Ok(Call::Crm(crm::Call::GetOwner { id }))
}

fn pipelines(params: &Params, ask: Pipelines) -> Parsed {
    match params.get("type").and_then(|text| Kind::spelled(text)) {
        Some(of) if dated(params) => Ok(Call::Crm(crm::Call::Pipelines { of, ask })),
        _ => Ok(unrouted(false)),
    }
}

pub fn list_pipelines(_wire: &Wire<'_>, params: &Params) -> Parsed {
    pipelines(params, Pipelines::List)
}

pub fn get_pipeline(_wire: &Wire<'_>, params: &Params) -> Parsed {
    let id = param(params, "id");
    pipelines(params, Pipelines::Get { id })
}

pub fn list_stages(_wire: &Wire<'_>, params: &Params) -> Parsed {
    let id = param(params, "id");
    pipelines(params, Pipelines::Stages { id })
}

pub fn get_stage(_wire: &Wire<'_>, params: &Params) -> Parsed {
    let ask = Pipelines::Stage {
        id: param(params, "id"),
        stage: param(params, "stage"),
    };
    pipelines(params, ask)
}
