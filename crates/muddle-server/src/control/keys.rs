//! Keys of a workspace: listed, issued, given an end, taken back. The interviewer's; in an exam the admin's alone.
//!
//! A key is named by its ordinal (`k3`), the name that entries give it; what it reads is told once, when it is issued. An
//! interviewer reaches the keys that the candidate works with, not those of the grader or of another interviewer.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use muddle_office::keys;
use muddle_office::modes::{self, Deed};
use muddle_office::register::{Holder, Scope};
use muddle_world::call::{ActorKind, Credential};
use muddle_world::time::DAY;
use muddle_world::vendor::Vendor;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::{Caller, Place, Role};
use super::error::{ApiError, Code, ErrorBody};
use super::extract::Body;
use super::words;
use crate::state::Server;

/// The latest end that a key can be given.
const ENDS_IN_MS_MAX: i64 = 366 * DAY;

/// A key, without what it reads.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyInfo {
    /// Its ordinal in the workspace, as entries name it: `k1`.
    pub key: String,
    /// What it opens: a vendor or a role.
    pub opens: String,
    /// `valid`, `revoked` or `expired`.
    pub state: String,
    /// Milliseconds since the opening at which it ends by itself.
    pub ends_up_ms: Option<i64>,
}

/// A key that was just issued.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedKey {
    /// As the list shows it.
    #[serde(flatten)]
    pub info: KeyInfo,
    /// The key itself, told only now.
    pub secret: String,
}

/// What is to be issued.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueRequest {
    /// `billing`, `crm`, `inbox`, `candidate`, `interviewer` or `grader`.
    pub opens: String,
    /// How long it is good, as `1h`, in the workspace's time without down time; for ever if absent.
    #[serde(default)]
    pub expires_in: Option<String>,
}

/// When a key ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpireRequest {
    /// How long it is still good, as `30s`, in the workspace's time without down time; `0s` ends it now.
    pub expires_in: String,
}

/// The word for what a key is good for.
pub(super) const fn state(credential: Credential) -> &'static str {
    match credential {
        Credential::Valid => "valid",
        Credential::Expired => "expired",
        _ => "revoked",
    }
}

async fn info(server: &Server, holder: &Holder) -> Result<KeyInfo, ApiError> {
    let credential = keys::credential(&server.office, holder).await?;
    Ok(KeyInfo {
        key: holder.ordinal.to_string(),
        opens: holder.scope.name().to_owned(),
        state: state(credential).to_owned(),
        ends_up_ms: holder.ends_up.map(|end| end.0),
    })
}

/// Keys of a workspace. The interviewer, the grader.
#[utoipa::path(get, path = "/muddle/v1/workspaces/{workspace}/keys", tag = "keys",
    params(("workspace" = String, Path, description = "Its name")),
    responses((status = 200, body = Vec<KeyInfo>), (status = "4XX", body = ErrorBody)))]
pub async fn list(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Vec<KeyInfo>>, ApiError> {
    caller.only(&[Role::Interviewer, Role::Grader])?;
    let place = caller.at(&server.office, &name)?;
    let mut infos = Vec::new();
    for holder in server.office.register().keys_of(place.workspace.id) {
        infos.push(info(&server, &holder).await?);
    }
    Ok(Json(infos))
}

/// Issues one more key, as after one was taken back. The interviewer; in an exam the admin alone.
#[utoipa::path(post, path = "/muddle/v1/workspaces/{workspace}/keys", tag = "keys",
    params(("workspace" = String, Path, description = "Its name")), request_body = IssueRequest,
    responses((status = 201, body = IssuedKey), (status = "4XX", body = ErrorBody)))]
pub async fn issue(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
    Body(request): Body<IssueRequest>,
) -> Result<(StatusCode, Json<IssuedKey>), ApiError> {
    let Place { row, .. } = reached(&server, &caller, &name)?;
    let scope = scope(&request.opens)?;
    within_reach(&caller, scope)?;
    let in_ms = request.expires_in.as_deref().map(ends_in).transpose()?;
    let actor = caller.actor_for(ActorKind::Interviewer);
    let (secret, holder) = keys::issue(&server.office, &row, scope, in_ms, actor).await?;
    let info = info(&server, &holder).await?;
    Ok((StatusCode::CREATED, Json(IssuedKey { info, secret })))
}

/// Takes a key back for good: from now on its calls get the vendor's own 401 and are entries. The interviewer; in an
/// exam the admin alone.
#[utoipa::path(delete, path = "/muddle/v1/workspaces/{workspace}/keys/{key}", tag = "keys",
    params(("workspace" = String, Path, description = "Its name"), ("key" = String, Path, description = "The key's ordinal, as k1")),
    responses((status = 200, body = KeyInfo), (status = "4XX", body = ErrorBody)))]
pub async fn revoke(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((name, key)): Path<(String, String)>,
) -> Result<Json<KeyInfo>, ApiError> {
    let Place { row, .. } = key_reached(&server, &caller, &name, &key)?;
    let actor = caller.actor_for(ActorKind::Interviewer);
    let holder = keys::revoke(&server.office, &row, &key, actor).await?;
    Ok(Json(info(&server, &holder).await?))
}

/// Gives a key an end, as an access token has one. The interviewer; in an exam the admin alone.
#[utoipa::path(post, path = "/muddle/v1/workspaces/{workspace}/keys/{key}/expire", tag = "keys",
    params(("workspace" = String, Path, description = "Its name"), ("key" = String, Path, description = "The key's ordinal, as k1")),
    request_body = ExpireRequest,
    responses((status = 200, body = KeyInfo), (status = "4XX", body = ErrorBody)))]
pub async fn expire(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path((name, key)): Path<(String, String)>,
    Body(request): Body<ExpireRequest>,
) -> Result<Json<KeyInfo>, ApiError> {
    let Place { row, .. } = key_reached(&server, &caller, &name, &key)?;
    let in_ms = ends_in(&request.expires_in)?;
    let actor = caller.actor_for(ActorKind::Interviewer);
    let holder = keys::expire(&server.office, &row, &key, in_ms, actor).await?;
    Ok(Json(info(&server, &holder).await?))
}

/// The workspace, if the caller may change its keys.
fn reached(server: &Server, caller: &Caller, name: &str) -> Result<Place, ApiError> {
    caller.only(&[Role::Interviewer])?;
    let place = caller.at(&server.office, name)?;
    modes::allow(&place.row.mode, Deed::ChangeKey, caller.kind())?;
    Ok(place)
}

/// The workspace of a key that is there, if the caller may change that key.
fn key_reached(server: &Server, caller: &Caller, name: &str, key: &str) -> Result<Place, ApiError> {
    let place = reached(server, caller, name)?;
    let held = keys::held(&server.office, place.workspace.id, key)?;
    within_reach(caller, held.scope)?;
    Ok(place)
}

fn within_reach(caller: &Caller, scope: Scope) -> Result<(), ApiError> {
    match scope {
        Scope::Vendor(_) | Scope::Candidate => Ok(()),
        Scope::Interviewer | Scope::Grader if caller.role == Role::Admin => Ok(()),
        Scope::Interviewer | Scope::Grader => Err(ApiError::new(
            Code::Forbidden,
            "an interviewer changes the candidate's keys only; ask the admin",
        )),
    }
}

fn ends_in(text: &str) -> Result<i64, ApiError> {
    let in_ms = words::duration_ms("expires_in", text)?;
    if in_ms > ENDS_IN_MS_MAX {
        return Err(ApiError::field("expires_in", "take a year at most"));
    }
    Ok(in_ms)
}

fn scope(name: &str) -> Result<Scope, ApiError> {
    let vendors = Vendor::CANDIDATES.map(Scope::Vendor);
    let roles = [Scope::Candidate, Scope::Interviewer, Scope::Grader];
    let mut all = vendors.into_iter().chain(roles);
    all.find(|scope| scope.name() == name).ok_or_else(|| {
        let message = format!(
            "a key opens billing, crm, inbox, candidate, interviewer or grader, not `{name}`"
        );
        ApiError::field("opens", message)
    })
}
