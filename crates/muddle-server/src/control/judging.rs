//! Sealing, the receipt of it, and the grade.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use muddle_office::seal::{self, Receipt};
use muddle_world::call::ActorKind;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::{Caller, Role};
use super::error::{ApiError, Code, ErrorBody};
use crate::state::Server;

/// Proof that a log ended there. It holds neither seed nor truth.
#[derive(Debug, Serialize, ToSchema)]
pub struct SealReceipt {
    /// The workspace.
    pub workspace: String,
    /// Its last entry.
    pub seq: u64,
    /// That entry's hash, hex.
    pub head: String,
    /// Ed25519 over `signed`, hex.
    pub signature: String,
    /// The public key that proves it, hex.
    pub public_key: String,
    /// The text that was signed.
    pub signed: String,
}

impl From<Receipt> for SealReceipt {
    fn from(receipt: Receipt) -> Self {
        Self {
            signed: seal::signed_text(&receipt.workspace, receipt.seq, &receipt.head),
            workspace: receipt.workspace,
            seq: receipt.seq,
            head: receipt.head,
            signature: receipt.signature,
            public_key: receipt.public_key,
        }
    }
}

/// Closes the office: what waits is dropped, the agenda emptied, the last hash signed. Again: the same receipt. The
/// interviewer, the grader.
#[utoipa::path(post, path = "/muddle/v1/workspaces/{workspace}/seal", tag = "judging",
    params(("workspace" = String, Path, description = "Its name")),
    responses((status = 200, body = SealReceipt), (status = "4XX", body = ErrorBody)))]
pub async fn close(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<SealReceipt>, ApiError> {
    caller.only(&[Role::Interviewer, Role::Grader])?;
    let place = caller.at(&server.office, &name)?;
    let actor = caller.actor_for(ActorKind::System);
    let receipt = seal::seal(&server.office, &place.row.name, actor).await?;
    Ok(Json(receipt.into()))
}

/// The receipt of a sealed office. Every role.
#[utoipa::path(get, path = "/muddle/v1/workspaces/{workspace}/seal", tag = "judging",
    params(("workspace" = String, Path, description = "Its name")),
    responses((status = 200, body = SealReceipt), (status = "4XX", body = ErrorBody)))]
pub async fn receipt(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<SealReceipt>, ApiError> {
    let place = caller.at(&server.office, &name)?;
    let receipt = seal::receipt(&server.office, &place.row.name)?;
    let receipt =
        receipt.ok_or_else(|| ApiError::new(Code::NotFound, "the office is not sealed"))?;
    Ok(Json(receipt.into()))
}
