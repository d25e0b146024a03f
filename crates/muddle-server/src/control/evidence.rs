//! What follows from a log: the world at any moment or one record of it, the log's proof, and the truth beside it.
//!
//! For graders and the admin. Everything is read from what is durable; nothing here is a call of the office.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use muddle_office::proof;
use muddle_office::verify::Verified;
use muddle_office::{OfficeError, replay};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::blocking;
use super::caller::{Caller, Role};
use super::error::{ApiError, Code, ErrorBody};
use super::extract::Query;
use crate::state::Server;

/// What only the sandbox knows: every case with its right outcome, defects, people, rubric. The grader.
#[utoipa::path(get, path = "/muddle/v1/workspaces/{workspace}/truth", tag = "evidence",
    params(("workspace" = String, Path, description = "Its name")),
    responses((status = 200, body = Object), (status = "4XX", body = ErrorBody)))]
pub async fn truth(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Response, ApiError> {
    caller.only(&[Role::Grader])?;
    let place = caller.at(&server.office, &name)?;
    let opened = server.office.opened(place.workspace.id).await?;
    let body = serde_json::to_vec(&*opened.truth)
        .map_err(|_| ApiError::new(Code::Internal, "the truth could not be written"))?;
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

/// Up to where a log is folded.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UpTo {
    /// The last entry folded; the log's end if absent.
    #[serde(default)]
    pub to: Option<u64>,
    /// Only the records of this id; `collection/id` where several collections have it.
    #[serde(default)]
    pub record: Option<String>,
}

/// The world at one entry: every record of every vendor, or those of one id. The grader.
#[utoipa::path(get, path = "/muddle/v1/workspaces/{workspace}/replay", tag = "evidence",
    params(("workspace" = String, Path, description = "Its name"), UpTo),
    responses((status = 200, body = Object), (status = "4XX", body = ErrorBody)))]
pub async fn replay_to(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
    Query(up_to): Query<UpTo>,
) -> Result<Response, ApiError> {
    caller.only(&[Role::Grader])?;
    let place = caller.at(&server.office, &name)?;
    let (office, id) = (server.office.clone(), place.workspace.id);
    let body = blocking(move || {
        let (desk, _) = replay::fold(&**office.log(), office.openings(), id, up_to.to)
            .map_err(|error| office.by_name(id, error))?;
        if let Some(to) = up_to.to.filter(|to| *to != desk.world.seq) {
            let end = desk.world.seq;
            return Err(OfficeError::Invalid(format!(
                "there is no entry {to}; the log ends at {end}"
            )));
        }
        let world = match &up_to.record {
            None => world_json(&name, &desk.world),
            Some(record) => records_json(&name, &desk.world, record)?,
        };
        serde_json::to_vec(&world)
            .map_err(|_| OfficeError::Invalid("the world could not be written".into()))
    })
    .await?;
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

/// The records that go by this id at that entry.
fn records_json(
    name: &str,
    world: &muddle_world::world::World,
    wanted: &str,
) -> Result<Value, OfficeError> {
    let (collection, id) = match wanted.rsplit_once('/') {
        Some((collection, id)) => (Some(collection), id),
        None => (None, wanted),
    };
    let found = world.records().filter(|record| {
        &**record.id() == id && collection.is_none_or(|name| name == record.collection())
    });
    let found: Vec<Value> = found
        .map(|record| {
            json!({
                "vendor": record.vendor().name(),
                "collection": record.collection(),
                "record": serde_json::to_value(&record).unwrap_or_default(),
            })
        })
        .collect();
    if found.is_empty() {
        return Err(OfficeError::Invalid(format!(
            "there is no record `{wanted}` after entry {}",
            world.seq
        )));
    }
    Ok(json!({
        "workspace": name,
        "seq": world.seq,
        "now": world.at.iso(),
        "records": found,
    }))
}

fn world_json(name: &str, world: &muddle_world::world::World) -> Value {
    let mut vendors: BTreeMap<&str, BTreeMap<&str, BTreeMap<String, Value>>> = BTreeMap::new();
    for record in world.records() {
        let rows = vendors
            .entry(record.vendor().name())
            .or_default()
            .entry(record.collection())
            .or_default();
        let value = serde_json::to_value(&record).unwrap_or_default();
        rows.insert(record.id().to_string(), value);
    }
    json!({
        "workspace": name,
        "seq": world.seq,
        "now": world.at.iso(),
        "up_ms": world.up.0,
        "clock": world.clock().mode.words(),
        "sealed": world.sealed(),
        "records": vendors,
    })
}

/// What a proof found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Proof {
    /// `whole`, `broken` (chain or value), `missing` (entries at the end), `register_damaged` (the log is whole, but whether
    /// the office was sealed is not known), `differs` (a decision) or `not_redecidable` (other rules).
    pub verdict: String,
    /// What `muddle verify` exits with: 0, 1, 2 or 3.
    pub exit: u8,
    /// Entries seen, where the chain holds.
    pub entries: Option<u64>,
    /// The first entry concerned.
    pub seq: Option<u64>,
    /// A sentence.
    pub message: String,
    /// How far the witness has seen the log, in a sentence.
    pub witness: String,
    /// What is wrong with the register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register: Option<String>,
    /// The stored core of an entry that would be decided otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stored: Option<String>,
    /// What it would be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<String>,
}

/// Proves the log: its chain, its end by head row, receipt and witness, then every decision again. The grader.
#[utoipa::path(get, path = "/muddle/v1/workspaces/{workspace}/verify", tag = "evidence",
    params(("workspace" = String, Path, description = "Its name")),
    responses((status = 200, body = Proof), (status = "4XX", body = ErrorBody)))]
pub async fn prove(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Proof>, ApiError> {
    caller.only(&[Role::Grader])?;
    let place = caller.at(&server.office, &name)?;
    let (office, id) = (server.office.clone(), place.workspace.id);
    let proved = blocking(move || proof::prove(&office, id)).await?;
    Ok(Json(told(proved)))
}

/// What a proof found, with the exit code that says so.
fn told(proof: proof::Proof) -> Proof {
    let proof::Proof {
        found,
        witness,
        register,
    } = proof;
    let (verdict, exit) = match &found {
        // Exit 0 must never be told of a log whose seal may be what was lost.
        Verified::Whole { .. } if register.is_some() => ("register_damaged", 1),
        Verified::Whole { .. } => ("whole", 0),
        Verified::Broken { .. } => ("broken", 1),
        Verified::Missing { .. } => ("missing", 1),
        Verified::Differs { .. } => ("differs", 2),
        Verified::NotRedecidable { .. } => ("not_redecidable", 3),
    };
    let seq = match &found {
        Verified::Broken { seq, .. } | Verified::Differs { seq, .. } => Some(*seq),
        Verified::Missing { from, .. } => Some(*from),
        Verified::Whole { .. } | Verified::NotRedecidable { .. } => None,
    };
    let (message, entries) = (found.sentence(), found.entries());
    let (stored, decided) = match found {
        Verified::Differs {
            stored, decided, ..
        } => (Some(stored), Some(decided)),
        _ => (None, None),
    };
    Proof {
        verdict: verdict.to_owned(),
        exit,
        entries,
        seq,
        message,
        witness,
        register,
        stored,
        decided,
    }
}
