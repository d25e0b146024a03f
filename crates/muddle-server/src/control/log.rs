//! The log as it is stored, as lines for people, or as CSV; read to its end or followed.
//!
//! For graders and the admin. Nothing here is a call of the office.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::header::CONTENT_TYPE;
use muddle_grade::lines::csv;
use muddle_office::{OfficeError, Stored};
use serde::Deserialize;
use utoipa::IntoParams;

use super::caller::{Caller, Role};
use super::error::{ApiError, ErrorBody};
use super::extract::Query;
use super::follow::{Follow, Next};
use super::telling::Teller;
use crate::enact::Conn;
use crate::state::Server;

/// Which part of a log, and in which form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Part {
    /// The first entry.
    #[serde(default)]
    pub from: Option<u64>,
    /// `jsonl` (default): the entries as they are stored; `text`: a line for people each; `csv`: the same in columns.
    #[serde(default)]
    pub format: Option<String>,
    /// Go on with every entry that becomes durable, until the seal, a reset or the server's stop.
    #[serde(default)]
    pub follow: Option<bool>,
}

/// How entries are written.
enum Form {
    Jsonl,
    Text { teller: Teller, day: String },
    Csv { teller: Teller, begun: bool },
}

/// The log, a line each. The grader.
#[utoipa::path(get, path = "/muddle/v1/workspaces/{workspace}/log", tag = "evidence",
    params(("workspace" = String, Path, description = "Its name"), Part),
    responses((status = 200, body = String, content_type = "application/jsonl"), (status = "4XX", body = ErrorBody)))]
pub async fn log(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
    Query(part): Query<Part>,
    Extension(conn): Extension<Conn>,
) -> Result<Response, ApiError> {
    caller.only(&[Role::Grader])?;
    let place = caller.at(&server.office, &name)?;
    let from = part.from.unwrap_or(1).max(1);
    let (office, id) = (&server.office, place.workspace.id);
    let (form, kind) = match part.format.as_deref() {
        None | Some("jsonl") => (Form::Jsonl, "application/jsonl"),
        Some("text") => {
            let teller = Teller::before(office, id, from).await?;
            let day = String::new();
            (Form::Text { teller, day }, "text/plain; charset=utf-8")
        }
        Some("csv") => {
            let teller = Teller::before(office, id, from).await?;
            let begun = false;
            (Form::Csv { teller, begun }, "text/csv; charset=utf-8")
        }
        Some(other) => {
            let message = format!("`{other}` is no format; take jsonl, text or csv");
            return Err(ApiError::field("format", message));
        }
    };
    let mut follow = Follow::read(&server, caller, &place, from);
    if part.follow == Some(true) {
        follow = follow.on(&server, &place, conn)?;
    }
    let pieces = stream::unfold(Some((follow, form)), |reading| async {
        let (mut follow, mut form) = reading?;
        match piece(&mut follow, &mut form).await {
            Ok(None) => None,
            Ok(Some(piece)) => Some((Ok(piece), Some((follow, form)))),
            // The body ends early, which the client's transport tells it.
            Err(error) => Some((Err(std::io::Error::other(error.to_string())), None)),
        }
    });
    Ok(([(CONTENT_TYPE, kind)], Body::from_stream(pieces)).into_response())
}

/// The next piece of the body; none at the end.
async fn piece(follow: &mut Follow, form: &mut Form) -> Result<Option<Bytes>, OfficeError> {
    if let Form::Csv { begun, .. } = form
        && !*begun
    {
        *begun = true;
        return Ok(Some(csv::header().into()));
    }
    loop {
        match follow.next().await? {
            Next::Page(page) => return form.write(page).await.map(Some),
            Next::Quiet => {}
            Next::End(_) => return Ok(None),
        }
    }
}

impl Form {
    async fn write(&mut self, page: Vec<Stored>) -> Result<Bytes, OfficeError> {
        let mut out = Vec::new();
        match self {
            Self::Jsonl => {
                for stored in &page {
                    out.extend_from_slice(&stored.bytes);
                    out.push(b'\n');
                }
            }
            Self::Text { teller, day } => {
                for line in teller.lines(page).await? {
                    if line.day() != *day {
                        *day = line.day();
                        out.extend_from_slice(format!("{day}\n").as_bytes());
                    }
                    out.extend_from_slice(format!("{}\n", line.text()).as_bytes());
                }
            }
            Self::Csv { teller, .. } => {
                for line in teller.lines(page).await? {
                    out.extend_from_slice(line.csv().as_bytes());
                }
            }
        }
        Ok(out.into())
    }
}
