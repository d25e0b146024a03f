//! Owners and pipelines: what the account has, only to be looked up.

use super::{Said, all, limit, one, page};
use crate::crm::Kind;
use crate::crm::call::{Page, Pipelines};
use crate::crm::refusal::{Refusal, Thing};
use crate::crm::state::{Owner, Pipeline};
use crate::row::Str;
use crate::view::View;

/// Owners of a page.
const OWNERS_MAX: u32 = 500;
const OWNERS_USUAL: u32 = 100;

/// `GET /crm/v3/owners`.
pub fn owners(view: &View<'_>, email: Option<&str>, asked: &Page, archived: bool) -> Said {
    let limit = limit(asked.limit, OWNERS_USUAL, OWNERS_MAX)?;
    let after: i64 = match asked.after.as_deref() {
        None => 0,
        Some(after) => after
            .parse()
            .map_err(|_| Refusal::bad(format!("after is not a place in this list: {after}")))?,
    };
    let fits = |owner: &&std::sync::Arc<Owner>| {
        owner.archived.is_some() == archived
            && email.is_none_or(|email| owner.email.eq_ignore_ascii_case(email))
    };
    let owners = &view.world.crm.owners;
    let mut ids: Vec<Str> = owners
        .newer_than(after, asked.after.as_deref().unwrap_or(""))
        .filter(fits)
        .take(limit + 1)
        .map(|owner| owner.id.clone())
        .collect();
    let more = ids.len() > limit;
    ids.truncate(limit);
    let next = ids.last().filter(|_| more).cloned();
    Ok(page("owners", ids, next))
}

/// `GET /crm/v3/owners/{id}`.
pub fn owner(view: &View<'_>, id: &str) -> Said {
    match view.world.crm.owners.get(id) {
        Some(owner) => Ok(one("owners", &owner.id)),
        None => Err(missing(Thing::Owner, id)),
    }
}

/// Everything under `/crm/v3/pipelines/{type}`.
pub fn pipelines(view: &View<'_>, of: Kind, ask: &Pipelines) -> Said {
    let all_of_type = || {
        let rows = view.world.crm.pipelines.oldest_first();
        rows.filter(move |row| row.object_type == of)
    };
    let found = |id: &str| -> Result<&Pipeline, Refusal> {
        let mut rows = all_of_type();
        rows.find(|row| *row.id == *id)
            .map(|row| &**row)
            .ok_or_else(|| missing(Thing::Pipeline, id))
    };
    match ask {
        Pipelines::List => {
            let ids = all_of_type().map(|row| row.id.clone()).collect();
            Ok(all("pipelines", ids))
        }
        Pipelines::Get { id } | Pipelines::Stages { id } => {
            found(id).map(|row| one("pipelines", &row.id))
        }
        Pipelines::Stage { id, stage } => {
            let pipeline = found(id)?;
            if pipeline.stages.iter().any(|one| one.id == *stage) {
                Ok(one("pipelines", &pipeline.id))
            } else {
                Err(missing(Thing::Stage, stage))
            }
        }
    }
}

fn missing(what: Thing, name: &str) -> Refusal {
    Refusal::NoSuch {
        what,
        name: name.into(),
    }
}
