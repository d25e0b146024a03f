//! Notes of those who watch and judge: an entry each, shown in the report.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use muddle_office::workspace;
use muddle_world::call::ActorKind;
use muddle_world::office::Call;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::{Caller, Role};
use super::error::{ApiError, ErrorBody};
use super::extract::Body;
use super::told;
use crate::state::Server;

/// A note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteRequest {
    /// What was seen; at most 2,000 bytes.
    pub text: String,
}

/// A note that was taken down.
#[derive(Debug, Serialize, ToSchema)]
pub struct Noted {
    /// Its entry.
    pub seq: u64,
    /// Office time.
    pub at: String,
}

/// Writes a note into the log; the report shows it. The interviewer, the grader.
#[utoipa::path(post, path = "/muddle/v1/workspaces/{workspace}/notes", tag = "evidence",
    params(("workspace" = String, Path, description = "Its name")), request_body = NoteRequest,
    responses((status = 201, body = Noted), (status = "4XX", body = ErrorBody)))]
pub async fn note(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
    Body(request): Body<NoteRequest>,
) -> Result<(StatusCode, Json<Noted>), ApiError> {
    caller.only(&[Role::Interviewer, Role::Grader])?;
    let place = caller.at(&server.office, &name)?;
    let call = Call::Note {
        text: request.text.trim().into(),
    };
    let actor = caller.actor_for(ActorKind::Interviewer);
    let heard = server
        .office
        .call(&place.workspace, actor, call, workspace::around())
        .await?;
    let (seq, at) = (heard.told.seq, heard.told.at.iso());
    told(heard.told)?;
    Ok((StatusCode::CREATED, Json(Noted { seq, at })))
}
