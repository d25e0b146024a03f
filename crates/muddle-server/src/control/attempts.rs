//! Declared runs of an automation: begun, ended, listed. The candidate's.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use muddle_office::{attempts, workspace};
use muddle_world::call::ActorKind;
use muddle_world::office::{Call, Reply};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::{Caller, Role};
use super::clock::OfWorkspace;
use super::error::{ApiError, Code, ErrorBody};
use super::extract::{Body, Query};
use super::{done, told};
use crate::state::Server;

/// The longest word of an attempt.
const WORDS_MAX: usize = 2_000;

/// An attempt in words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttemptRequest {
    /// Its name; `attempt` and its number if absent.
    #[serde(default)]
    pub label: Option<String>,
    /// Commit or digest of the code.
    #[serde(default)]
    pub code: Option<String>,
    /// How it is run.
    #[serde(default)]
    pub command: Option<String>,
}

/// An attempt.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttemptInfo {
    /// Its number, from 1.
    pub attempt: u32,
    /// Its name.
    pub label: String,
    /// Commit or digest of the code.
    pub code: Option<String>,
    /// How it is run.
    pub command: Option<String>,
    /// Office time of its beginning.
    pub started: String,
    /// Office time of its end.
    pub ended: Option<String>,
}

/// What began.
#[derive(Debug, Serialize, ToSchema)]
pub struct Begun {
    /// Its number.
    pub attempt: u32,
    /// Its name.
    pub label: String,
}

/// What ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttemptEnded {
    /// Its number.
    pub attempt: u32,
}

/// The attempts so far. The candidate, the interviewer, the grader.
#[utoipa::path(get, path = "/muddle/v1/attempts", tag = "attempts", params(OfWorkspace),
    responses((status = 200, body = Vec<AttemptInfo>), (status = "4XX", body = ErrorBody)))]
pub async fn list(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Query(of): Query<OfWorkspace>,
) -> Result<Json<Vec<AttemptInfo>>, ApiError> {
    let place = caller.own(&server.office, of.workspace.as_deref())?;
    let attempts = place
        .workspace
        .look(&server.office, |desk| {
            let attempts = desk.world.office.attempts.oldest_first();
            attempts
                .map(|attempt| AttemptInfo {
                    attempt: attempt.number,
                    label: attempt.label.to_string(),
                    code: attempt.code.as_deref().map(str::to_owned),
                    command: attempt.command.as_deref().map(str::to_owned),
                    started: attempt.started.iso(),
                    ended: attempt.ended.map(muddle_world::time::At::iso),
                })
                .collect()
        })
        .await?;
    Ok(Json(attempts))
}

/// Begins an attempt; the one before ends. An exam takes one. The candidate.
#[utoipa::path(post, path = "/muddle/v1/attempts", tag = "attempts", params(OfWorkspace), request_body = AttemptRequest,
    responses((status = 201, body = Begun), (status = "4XX", body = ErrorBody)))]
pub async fn start(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Query(of): Query<OfWorkspace>,
    Body(request): Body<AttemptRequest>,
) -> Result<(StatusCode, Json<Begun>), ApiError> {
    caller.only(&[Role::Candidate])?;
    let place = caller.own(&server.office, of.workspace.as_deref())?;
    let texts = [
        ("label", request.label.as_ref()),
        ("code", request.code.as_ref()),
        ("command", request.command.as_ref()),
    ];
    for (field, text) in texts {
        if text.is_some_and(|text| text.len() > WORDS_MAX) {
            return Err(ApiError::field(
                field,
                format!("it has at most {WORDS_MAX} bytes"),
            ));
        }
    }
    let label = request.label.as_deref().map(str::trim);
    let words = attempts::Words {
        label: label.filter(|label| !label.is_empty()).map(Into::into),
        code: request.code.as_deref().map(Into::into),
        command: request.command.as_deref().map(Into::into),
    };
    let actor = caller.actor_for(ActorKind::Candidate);
    let begun = attempts::start(&server.office, &place.row, &place.workspace, actor, words).await?;
    match told(begun.heard.told)? {
        Reply::Attempt { attempt } => {
            let label = begun.label.to_string();
            Ok((StatusCode::CREATED, Json(Begun { attempt, label })))
        }
        _ => Err(ApiError::new(
            Code::Internal,
            "the office did not number the attempt",
        )),
    }
}

/// Ends an attempt. The candidate.
#[utoipa::path(post, path = "/muddle/v1/attempts/{attempt}/end", tag = "attempts",
    params(("attempt" = u32, Path, description = "Its number"), OfWorkspace),
    responses((status = 200, body = AttemptEnded), (status = "4XX", body = ErrorBody)))]
pub async fn end(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(attempt): Path<String>,
    Query(of): Query<OfWorkspace>,
) -> Result<Json<AttemptEnded>, ApiError> {
    caller.only(&[Role::Candidate])?;
    let place = caller.own(&server.office, of.workspace.as_deref())?;
    let attempt: u32 = attempt
        .parse()
        .map_err(|_| ApiError::field("attempt", "an attempt has a number"))?;
    let actor = caller.actor_for(ActorKind::Candidate);
    let call = Call::EndAttempt { attempt };
    let heard = server
        .office
        .call(&place.workspace, actor, call, workspace::around())
        .await?;
    done(heard.told)?;
    Ok(Json(AttemptEnded { attempt }))
}
