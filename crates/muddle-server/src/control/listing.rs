//! Which workspaces there are, and how each stands. For the admin.
//!
//! Wakes nobody: of a workspace that sleeps the last entry's time is told.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use muddle_office::register::WorkspaceRow;
use muddle_office::{OfficeError, WorkspaceId};
use muddle_world::time::At;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::blocking;
use super::caller::Caller;
use super::error::{ApiError, ErrorBody};
use super::extract::Query;
use super::workspaces::{WorkspaceInfo, info};
use crate::state::Server;

/// Which workspaces.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Only those whose name begins so, with or without `ws_`.
    #[serde(default)]
    pub prefix: Option<String>,
}

/// A workspace in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedWorkspace {
    /// What every role may know, and the admin besides.
    #[serde(flatten)]
    pub info: WorkspaceInfo,
    /// Office time, RFC 3339; where the workspace is asleep, that of its last entry.
    pub now: Option<String>,
    /// Entries in its log.
    pub entries: u64,
    /// Whether it is out of memory, as a workspace is that nobody called for a while.
    pub asleep: bool,
}

/// Every workspace, oldest first. Admin only.
#[utoipa::path(get, path = "/muddle/v1/workspaces", tag = "workspaces", params(Which),
    responses((status = 200, body = Vec<ListedWorkspace>), (status = "4XX", body = ErrorBody)))]
pub async fn list(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Query(which): Query<Which>,
) -> Result<Json<Vec<ListedWorkspace>>, ApiError> {
    caller.only(&[])?;
    let prefix = which.prefix.unwrap_or_default();
    let begins = |row: &Arc<WorkspaceRow>| {
        let bare = row.name.strip_prefix("ws_").unwrap_or(&row.name);
        row.name.starts_with(&prefix) || bare.starts_with(&prefix)
    };
    let rows: Vec<Arc<WorkspaceRow>> = server
        .office
        .register()
        .workspaces()
        .into_iter()
        .filter(begins)
        .collect();
    let office = server.office.clone();
    let ids: Vec<WorkspaceId> = rows.iter().map(|row| WorkspaceId(row.id)).collect();
    let stands = blocking(move || {
        let stand = |id: &WorkspaceId| {
            let entries = office.log().head(*id)?.seq;
            let awake = office.workspace(*id).peek().map(|(at, _)| at);
            let now = match awake {
                Some(at) => Some(at),
                // One log that cannot be read keeps none of the others from being listed.
                None => last_time(&office, *id, entries).unwrap_or_else(|error| {
                    tracing::warn!(workspace = id.0, %error, "a log's last entry could not be read");
                    None
                }),
            };
            Ok((entries, now, !office.workspace(*id).resident()))
        };
        ids.iter()
            .map(stand)
            .collect::<Result<Vec<_>, OfficeError>>()
    })
    .await?;
    let listed = rows.iter().zip(stands);
    let listed = listed.map(|(row, (entries, now, asleep))| ListedWorkspace {
        info: info(&server, row, caller.role),
        now: now.map(At::iso),
        entries,
        asleep,
    });
    Ok(Json(listed.collect()))
}

/// The office time of an entry, as it is stored.
fn last_time(
    office: &muddle_office::Office,
    id: WorkspaceId,
    seq: u64,
) -> Result<Option<At>, OfficeError> {
    #[derive(Deserialize)]
    struct Entry {
        core: Core,
    }
    #[derive(Deserialize)]
    struct Core {
        at: At,
    }
    let stored = office.log().read(id, seq.max(1), 1)?;
    let read = stored
        .first()
        .and_then(|stored| serde_json::from_slice::<Entry>(&stored.bytes).ok());
    Ok(read.map(|entry| entry.core.at))
}
