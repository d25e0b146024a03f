//! Mail sent in by hand, as a customer. The interviewer's.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use muddle_office::mail::{self, Thread, Words};
use muddle_office::modes::{self, Deed};
use muddle_world::call::ActorKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::{Caller, Role};
use super::error::{ApiError, ErrorBody};
use super::extract::Body;
use crate::state::Server;

/// A mail in words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailRequest {
    /// The customer: an address, or a name that the CRM or the billing desk knows one address of.
    #[serde(rename = "as")]
    pub as_: String,
    /// What they write; at most 20,000 bytes.
    pub text: String,
    /// Of a new thread; how the text begins if absent. At most 200 bytes.
    #[serde(default)]
    pub subject: Option<String>,
    /// The thread that is answered, by its id in the mailbox, or `last` for the customer's own last one; a new one if absent.
    #[serde(default)]
    pub thread: Option<String>,
}

/// A mail that came in.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailArrived {
    /// Its entry.
    pub seq: u64,
    /// Office time.
    pub at: String,
    /// Whose address it comes from.
    pub from: String,
    /// Its subject.
    pub subject: String,
}

/// Lets a mail of a customer come in, as the story does; the report counts it among the hands on the scale. The
/// interviewer; nobody in an exam.
#[utoipa::path(post, path = "/muddle/v1/workspaces/{workspace}/mail", tag = "mail",
    params(("workspace" = String, Path, description = "Its name")), request_body = MailRequest,
    responses((status = 201, body = MailArrived), (status = "4XX", body = ErrorBody)))]
pub async fn send(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
    Body(request): Body<MailRequest>,
) -> Result<(StatusCode, Json<MailArrived>), ApiError> {
    caller.only(&[Role::Interviewer])?;
    let place = caller.at(&server.office, &name)?;
    modes::allow(&place.row.mode, Deed::SendMail, caller.kind())?;
    let words = Words {
        customer: request.as_,
        text: request.text,
        subject: request.subject,
        thread: request.thread.map(|thread| match thread.trim() {
            "last" => Thread::Last,
            id => Thread::Id(id.to_owned()),
        }),
    };
    let actor = caller.actor_for(ActorKind::Interviewer);
    let arrived = mail::send_in(&server.office, &place.workspace, actor, words).await?;
    let arrived = MailArrived {
        seq: arrived.seq,
        at: arrived.at.iso(),
        from: arrived.from,
        subject: arrived.subject,
    };
    Ok((StatusCode::CREATED, Json(arrived)))
}
