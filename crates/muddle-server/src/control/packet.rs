//! What a candidate is given: the brief, the contract, and a look at whether their keys are good.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use muddle_office::keys;
use muddle_office::register::{Holder, Scope};
use muddle_world::call::Credential;
use muddle_world::vendor::Vendor;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::clock::OfWorkspace;
use super::error::{ApiError, ErrorBody};
use super::extract::Query;
use super::keys::state;
use super::workspaces::BaseUrl;
use crate::state::Server;

/// The brief, Markdown. Every role.
#[utoipa::path(get, path = "/muddle/v1/brief", tag = "packet", params(OfWorkspace),
    responses((status = 200, body = String, content_type = "text/markdown"), (status = "4XX", body = ErrorBody)))]
pub async fn brief(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Query(of): Query<OfWorkspace>,
) -> Result<Response, ApiError> {
    let place = caller.own(&server.office, of.workspace.as_deref())?;
    let opened = server.office.opened(place.workspace.id).await?;
    let kind = [(CONTENT_TYPE, "text/markdown; charset=utf-8")];
    Ok((kind, opened.packet.brief.clone()).into_response())
}

/// What counts. Every role.
#[utoipa::path(get, path = "/muddle/v1/contract", tag = "packet", params(OfWorkspace),
    responses((status = 200, body = Object), (status = "4XX", body = ErrorBody)))]
pub async fn contract(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Query(of): Query<OfWorkspace>,
) -> Result<Json<serde_json::Value>, ApiError> {
    let place = caller.own(&server.office, of.workspace.as_deref())?;
    let opened = server.office.opened(place.workspace.id).await?;
    Ok(Json(opened.packet.contract.clone()))
}

/// What [`check`] looks at.
const LOOKED_AT: [&str; 2] = [
    "each vendor's key: whether it was issued, taken back or has ended",
    "whether the office is open",
];
/// What [`check`] leaves alone.
const NOT_LOOKED_AT: [&str; 3] = [
    "whether a vendor answers: no vendor was called, so armed faults do not show",
    "rate limits and quotas",
    "whether your SDK is pointed at the URLs above",
];

/// Whether the workspace can be worked in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Checked {
    /// The workspace.
    pub workspace: String,
    /// True if every key is good and the office is open.
    pub ok: bool,
    /// Whether the office is open.
    pub open: bool,
    /// Each vendor's key.
    pub vendors: BTreeMap<String, KeyState>,
    /// What was looked at.
    pub looked_at: Vec<String>,
    /// What was not, and may still be wrong.
    pub not_looked_at: Vec<String>,
}

/// What the register says of a key.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyState {
    /// Where the vendor is reached.
    pub url: String,
    /// The key's ordinal in the workspace; never the key.
    pub key: Option<String>,
    /// `valid`, `revoked`, `expired` or `missing`.
    pub state: String,
}

/// Looks every vendor key of the workspace up, without a call to a vendor, and says what that does not show. Every role.
#[utoipa::path(get, path = "/muddle/v1/check", tag = "packet", params(OfWorkspace),
    responses((status = 200, body = Checked), (status = "4XX", body = ErrorBody)))]
pub async fn check(
    State(server): State<Arc<Server>>,
    caller: Caller,
    BaseUrl(url): BaseUrl,
    Query(of): Query<OfWorkspace>,
) -> Result<Json<Checked>, ApiError> {
    let place = caller.own(&server.office, of.workspace.as_deref())?;
    let open = server.office.register().seal(&place.row.name).is_none();
    let held = server.office.register().keys_of(place.workspace.id);
    let mut vendors = BTreeMap::new();
    for vendor in Vendor::CANDIDATES {
        let state = state_of(&server, url.clone(), &held, vendor).await?;
        vendors.insert(vendor.name().to_owned(), state);
    }
    let good = vendors.values().all(|key| key.state == "valid");
    Ok(Json(Checked {
        workspace: place.row.name.clone(),
        ok: good && open,
        open,
        vendors,
        looked_at: LOOKED_AT.map(str::to_owned).to_vec(),
        not_looked_at: NOT_LOOKED_AT.map(str::to_owned).to_vec(),
    }))
}

/// The best of a vendor's keys: one may have been issued after another was taken back.
async fn state_of(
    server: &Server,
    url: String,
    held: &[Holder],
    vendor: Vendor,
) -> Result<KeyState, ApiError> {
    let mut best = KeyState {
        url,
        key: None,
        state: "missing".to_owned(),
    };
    for holder in held.iter().filter(|key| key.scope == Scope::Vendor(vendor)) {
        let credential = keys::credential(&server.office, holder).await?;
        if best.key.is_none() || credential == Credential::Valid {
            best.key = Some(holder.ordinal.to_string());
            best.state = state(credential).to_owned();
        }
    }
    Ok(best)
}
