//! Sealing, the receipt of it, and the grade.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use muddle_grade::{GradeError, Report, WireRow};
use muddle_office::proof;
use muddle_office::register::Event;
use muddle_office::replay::Reader;
use muddle_office::seal::{self, Receipt};
use muddle_office::{Office, OfficeError, WorkspaceId};
use muddle_world::call::ActorKind;
use muddle_world::entry::Entry;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::blocking;
use super::caller::{Caller, Role};
use super::error::{ApiError, Code, ErrorBody};
use super::extract::Query;
use crate::state::Server;

/// Wire rows read at once.
const WIRE_PAGE: usize = 4_096;

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

/// How a grade is told.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Form {
    /// `json` (default) or `text`.
    #[serde(default)]
    pub format: Option<String>,
}

/// Seals the office, then grades its log; refused as `not-whole` where the log lacks what somebody saw of it. The grader.
#[utoipa::path(post, path = "/muddle/v1/workspaces/{workspace}/grade", tag = "judging",
    params(("workspace" = String, Path, description = "Its name"), Form),
    responses((status = 200, body = Object), (status = "4XX", body = ErrorBody)))]
pub async fn grade(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
    Query(form): Query<Form>,
) -> Result<Response, ApiError> {
    caller.only(&[Role::Grader])?;
    let place = caller.at(&server.office, &name)?;
    let text = match form.format.as_deref() {
        None | Some("json") => false,
        Some("text") => true,
        Some(other) => {
            let message = format!("`{other}` is no format; take json or text");
            return Err(ApiError::field("format", message));
        }
    };
    let office = &server.office;
    let id = place.workspace.id;
    if office.register().seal(&place.row.name).is_some() {
        // One that is still to be sealed is proved by its sealing.
        let proving = office.clone();
        blocking(move || proof::require_whole(&proving, id)).await?;
    }
    let receipt = seal::seal(office, &place.row.name, caller.actor_for(ActorKind::System)).await?;
    office.writer().wire_flushed().await;
    let opened = office.opened(place.workspace.id).await?;
    let reading = office.clone();
    let options = muddle_grade::Options {
        workspace: name.clone(),
    };
    let graded = tokio::task::spawn_blocking(move || {
        let wire = wire(&reading, id)?;
        judge(&reading, id, |entries| {
            muddle_grade::grade(&opened.records, &opened.truth, entries, &wire, &options)
        })
    })
    .await;
    let report =
        graded.map_err(|_| ApiError::new(Code::Internal, "the grading itself failed"))??;
    let event = Event::Graded {
        workspace: name,
        seq: receipt.seq,
        score_x100: report.score.total.map(|total| total / 100),
    };
    if office.writable().is_ok() {
        office.register().record(event).await?;
    }
    if text {
        let kind = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
        return Ok((kind, report.to_text()).into_response());
    }
    Ok(Json(report.to_json()).into_response())
}

/// Hands a log's entries to `grade`, and says so if one of them could not be read.
fn judge(
    office: &Office,
    id: WorkspaceId,
    grade: impl FnOnce(&mut dyn Iterator<Item = Entry>) -> Result<Report, GradeError>,
) -> Result<Report, ApiError> {
    let mut reader = Reader::new(&**office.log(), id);
    let mut unreadable = None;
    let mut entries = std::iter::from_fn(|| match reader.read_next() {
        Ok(next) => next.map(|(_, entry)| entry),
        Err(error) => {
            unreadable = Some(error);
            None
        }
    });
    let graded = grade(&mut entries);
    if let Some(error) = unreadable {
        return Err(office.by_name(id, error).into());
    }
    graded.map_err(|error| match error {
        GradeError::Check { .. } => ApiError::new(Code::Scenario, error.to_string()),
        GradeError::Entry { .. } => ApiError::new(Code::Damaged, error.to_string()),
        GradeError::Database(_) => {
            tracing::error!(%error, "a grading failed");
            ApiError::new(Code::Internal, "the grading itself failed")
        }
    })
}

/// What the sockets did. A row that cannot be read is left out: no rule rests on them.
fn wire(office: &Office, id: WorkspaceId) -> Result<Vec<WireRow>, OfficeError> {
    let (mut rows, mut from) = (Vec::new(), 0);
    loop {
        let page = office.log().read_wire(id, from, WIRE_PAGE)?;
        let Some(last) = page.last() else {
            return Ok(rows);
        };
        from = last.seq + 1;
        for row in &page {
            match serde_json::from_str::<WireRow>(&row.json) {
                Ok(read) => rows.push(WireRow {
                    seq: row.seq,
                    ..read
                }),
                Err(error) => tracing::warn!(seq = row.seq, %error, "a wire row cannot be read"),
            }
        }
    }
}
