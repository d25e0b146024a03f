//! Arming, listing and lifting faults by hand. The interviewer's; how words become a rule is in [`super::rule`].

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use muddle_office::modes::{self, Deed};
use muddle_office::workspace;
use muddle_world::clock::{Clock, Mode};
use muddle_world::fault::Rule;
use muddle_world::office::{Call, Reply};
use muddle_world::time::{At, Up};
use muddle_world::world::World;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::caller::{Caller, Role};
use super::error::{ApiError, Code, ErrorBody};
use super::extract::Body;
use super::rule::{self, ArmRequest};
use super::told;
use crate::state::Server;

/// An armed fault and what it did so far.
#[derive(Debug, Serialize, ToSchema)]
pub struct FaultInfo {
    /// Its id.
    pub id: String,
    /// Whom it hits; all vendors if null.
    pub vendor: Option<String>,
    /// Which operation; all if null.
    pub operation: Option<String>,
    /// What it does.
    pub kind: String,
    /// Its parameters.
    #[schema(value_type = Object)]
    pub fault: Value,
    /// `before` or `after` the effect.
    pub position: String,
    /// Which of its matches it strikes.
    #[schema(value_type = Object)]
    pub select: Value,
    /// Office time from which it is armed.
    pub from: Option<String>,
    /// Office time at which it ends.
    pub to: Option<String>,
    /// Milliseconds since the opening at which it ends by itself.
    pub ends_up_ms: Option<i64>,
    /// How long until it ends by itself, milliseconds since the opening too: real time, whatever the speed of the office
    /// clock; under a clock that follows the calls, their time.
    pub ends_in_ms: Option<i64>,
    /// Office time at which it will end; null if it has no end, is over, or ends by itself while office time does not
    /// run as fast as the time since the opening.
    pub ends: Option<String>,
    /// The name a scenario gave it.
    pub title: Option<String>,
    /// Armed by hand, off the script.
    pub live: bool,
    /// Whether it can strike now.
    pub armed: bool,
    /// `waiting` for its time, `armed`, or `over`.
    pub state: String,
    /// Calls it matched.
    pub matched: u64,
    /// Calls it struck.
    pub struck: u64,
    /// Calls it struck and could bite.
    pub landed: u64,
    /// Of those landed: answers that never arrived, though the vendor had decided.
    pub lost_answers: u64,
    /// Of those landed: answers that arrived changed, cut or as an error, though the vendor had decided.
    pub altered_answers: u64,
    /// Of those landed: calls that failed before the vendor decided anything.
    pub failed: u64,
    /// Of those landed: calls that took longer.
    pub delayed: u64,
}

pub(super) fn info(world: &World, rule: &Rule, now: At, up: Up) -> FaultInfo {
    let count = world.faults.get(&rule.id).cloned().unwrap_or_default();
    let over = rule.to.is_some_and(|to| now >= to) || rule.ttl_up.is_some_and(|end| up >= end);
    let state = match (over, rule.from.is_some_and(|from| now < from)) {
        (true, _) => "over",
        (false, true) => "waiting",
        (false, false) => "armed",
    };
    FaultInfo {
        id: rule.id.to_string(),
        vendor: rule.vendor.map(|vendor| vendor.name().to_owned()),
        operation: rule.operation.as_deref().map(str::to_owned),
        kind: rule.fault.name().to_owned(),
        fault: serde_json::to_value(&rule.fault).unwrap_or_default(),
        position: rule::position_name(rule.position).to_owned(),
        select: serde_json::to_value(&rule.select).unwrap_or_default(),
        from: rule.from.map(At::iso),
        to: rule.to.map(At::iso),
        ends_up_ms: rule.ttl_up.map(|end| end.0),
        ends_in_ms: rule.ttl_up.filter(|_| !over).map(|end| end.since(up)),
        ends: ends(world.clock(), rule).filter(|_| !over).map(At::iso),
        title: rule.title.as_deref().map(str::to_owned),
        live: rule.live,
        armed: state == "armed",
        state: state.to_owned(),
        matched: count.matched,
        struck: count.struck,
        landed: count.landed,
        lost_answers: count.lost_answers,
        altered_answers: count.altered_answers,
        failed: count.failed,
        delayed: count.delayed,
    }
}

/// When a rule that is not over ends in office time: by the script, or by itself where both times run alike.
fn ends(clock: &Clock, rule: &Rule) -> Option<At> {
    let alike = matches!(clock.mode, Mode::Real | Mode::Step { .. });
    let by_itself = rule.ttl_up.filter(|_| alike).map(|end| clock.at(end));
    by_itself.into_iter().chain(rule.to).min()
}

/// Faults of a workspace with what they did: armed, matched, struck, landed. The interviewer, the grader.
#[utoipa::path(get, path = "/muddle/v1/workspaces/{workspace}/faults", tag = "faults",
    params(("workspace" = String, Path, description = "Its name")),
    responses((status = 200, body = Vec<FaultInfo>), (status = "4XX", body = ErrorBody)))]
pub async fn list(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Vec<FaultInfo>>, ApiError> {
    caller.only(&[Role::Interviewer, Role::Grader])?;
    let place = caller.at(&server.office, &name)?;
    let (at, up) = place.workspace.now(&server.office).await?;
    let faults = place
        .workspace
        .look(&server.office, |desk| {
            let rules = desk.world.office.faults.oldest_first();
            rules.map(|rule| info(&desk.world, rule, at, up)).collect()
        })
        .await?;
    Ok(Json(faults))
}

/// What was armed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Armed {
    /// Its id, for lifting it.
    pub fault: String,
}

/// Arms a fault. The interviewer; nobody in an exam.
#[utoipa::path(post, path = "/muddle/v1/workspaces/{workspace}/faults", tag = "faults",
    params(("workspace" = String, Path, description = "Its name")), request_body = ArmRequest,
    responses((status = 201, body = Armed), (status = "4XX", body = ErrorBody)))]
pub async fn arm(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
    Body(request): Body<ArmRequest>,
) -> Result<(StatusCode, Json<Armed>), ApiError> {
    caller.only(&[Role::Interviewer])?;
    let place = caller.at(&server.office, &name)?;
    modes::allow(&place.row.mode, Deed::ArmFault, caller.kind())?;
    let (at, _) = place.workspace.now(&server.office).await?;
    let new = rule::from_words(&request, at)?;
    let actor = caller.actor_for(muddle_world::call::ActorKind::Interviewer);
    let call = Call::ArmFault(new);
    let heard = server
        .office
        .call(&place.workspace, actor, call, workspace::around())
        .await?;
    match told(heard.told)? {
        Reply::Armed { fault } => Ok((
            StatusCode::CREATED,
            Json(Armed {
                fault: fault.to_string(),
            }),
        )),
        _ => Err(ApiError::new(
            Code::Internal,
            "the office did not say what it armed",
        )),
    }
}

/// What was lifted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Lifted {
    /// Their ids.
    pub lifted: Vec<String>,
}

/// Lifts one fault. The interviewer.
#[utoipa::path(delete, path = "/muddle/v1/workspaces/{workspace}/faults/{fault}", tag = "faults",
    params(("workspace" = String, Path, description = "Its name"), ("fault" = String, Path, description = "The fault's id")),
    responses((status = 200, body = Lifted), (status = "4XX", body = ErrorBody)))]
pub async fn lift(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((name, fault)): Path<(String, String)>,
) -> Result<Json<Lifted>, ApiError> {
    lifted(&server, &caller, &name, Some(fault)).await
}

/// Lifts at once every fault that was armed by hand; the scenario's own stay, each can be lifted by its id. The
/// interviewer.
#[utoipa::path(delete, path = "/muddle/v1/workspaces/{workspace}/faults", tag = "faults",
    params(("workspace" = String, Path, description = "Its name")),
    responses((status = 200, body = Lifted), (status = "4XX", body = ErrorBody)))]
pub async fn lift_all(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Lifted>, ApiError> {
    lifted(&server, &caller, &name, None).await
}

async fn lifted(
    server: &Server,
    caller: &Caller,
    name: &str,
    fault: Option<String>,
) -> Result<Json<Lifted>, ApiError> {
    caller.only(&[Role::Interviewer])?;
    let place = caller.at(&server.office, name)?;
    let actor = caller.actor_for(muddle_world::call::ActorKind::Interviewer);
    let call = Call::LiftFaults {
        by_hand: fault.is_none(),
        fault: fault.map(|fault| fault.as_str().into()),
    };
    let heard = server
        .office
        .call(&place.workspace, actor, call, workspace::around())
        .await?;
    match told(heard.told)? {
        Reply::Lifted { faults } => Ok(Json(Lifted {
            lifted: faults.iter().map(ToString::to_string).collect(),
        })),
        _ => Err(ApiError::new(
            Code::Internal,
            "the office did not say what it lifted",
        )),
    }
}
