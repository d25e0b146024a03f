//! Which scenarios there are. For the admin.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::error::{ApiError, ErrorBody};
use crate::state::Server;

/// A scenario that can be opened.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScenarioInfo {
    /// Its name.
    pub name: String,
    /// True if it ships with Muddle.
    pub shipped: bool,
}

/// The scenarios that can be opened. Admin only.
#[utoipa::path(get, path = "/muddle/v1/scenarios", tag = "scenarios",
    responses((status = 200, body = Vec<ScenarioInfo>), (status = "4XX", body = ErrorBody)))]
pub async fn list(
    State(server): State<Arc<Server>>,
    caller: Caller,
) -> Result<Json<Vec<ScenarioInfo>>, ApiError> {
    caller.only(&[])?;
    let names = muddle_office::open::scenario_names(&server.office)?;
    let infos = names
        .into_iter()
        .map(|(name, shipped)| ScenarioInfo { name, shipped });
    Ok(Json(infos.collect()))
}
