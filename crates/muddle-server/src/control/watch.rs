//! A workspace watched live: a line an entry, as server-sent events.
//!
//! For those who break and judge, never for candidates. Events carry the entry's number as their id, so that whoever comes
//! back with `Last-Event-ID` or `after` misses nothing; the last event is `end` and says why.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::HeaderMap;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use muddle_office::OfficeError;
use serde::Deserialize;
use utoipa::IntoParams;

use super::blocking;
use super::caller::{Caller, Role};
use super::error::{ApiError, ErrorBody};
use super::extract::Query;
use super::follow::{Follow, Next};
use super::telling::Teller;
use crate::enact::Conn;
use crate::state::Server;

/// Quiet looks after which a comment keeps the connection known to be alive.
const QUIET_MAX: u32 = 15;

/// Where to begin.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct After {
    /// The last entry that was seen already; the log's end if absent, 0 for all of it.
    #[serde(default)]
    pub after: Option<u64>,
}

struct Watching {
    follow: Follow,
    teller: Teller,
    quiet: u32,
    ended: bool,
}

/// Every entry as a line, live: events `line` with `{seq, day, time, actor, operation, text, quiet}`, then `end` with `{why}`:
/// `sealed`, `reset`, `token`, `stopping` or `damaged`. The interviewer, the grader.
#[utoipa::path(get, path = "/muddle/v1/workspaces/{workspace}/watch", tag = "evidence",
    params(("workspace" = String, Path, description = "Its name"), After),
    responses((status = 200, body = String, content_type = "text/event-stream"), (status = "4XX", body = ErrorBody)))]
pub async fn watch(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
    Query(query): Query<After>,
    Extension(conn): Extension<Conn>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    caller.only(&[Role::Interviewer, Role::Grader])?;
    let place = caller.at(&server.office, &name)?;
    let last = headers.get("last-event-id");
    let last = last.and_then(|id| id.to_str().ok()?.trim().parse().ok());
    let (log, id) = (server.office.log().clone(), place.workspace.id);
    let after = match last.or(query.after) {
        Some(after) => after,
        None => blocking(move || Ok(log.head(id)?.seq)).await?,
    };
    let from = after.saturating_add(1);
    let follow = Follow::read(&server, caller, &place, from).on(&server, &place, conn)?;
    let watching = Watching {
        follow,
        teller: Teller::before(&server.office, id, from).await?,
        quiet: 0,
        ended: false,
    };
    let events = stream::unfold(watching, |mut watching| async {
        let events = watching.next().await?;
        Some((Ok::<_, Infallible>(events), watching))
    });
    let head = [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((head, Body::from_stream(events)).into_response())
}

impl Watching {
    /// The next events; none after the last.
    async fn next(&mut self) -> Option<Bytes> {
        if self.ended {
            return None;
        }
        let events = self.events().await.unwrap_or_else(|error| {
            tracing::error!(%error, "a watched log could not be read");
            self.end("damaged")
        });
        Some(events)
    }

    async fn events(&mut self) -> Result<Bytes, OfficeError> {
        loop {
            match self.follow.next().await? {
                Next::Page(page) => {
                    self.quiet = 0;
                    let mut out = String::new();
                    for line in self.teller.lines(page).await? {
                        let shown = serde_json::to_string(&line.shown()).unwrap_or_default();
                        out.push_str(&format!("id: {}\nevent: line\ndata: {shown}\n\n", line.seq));
                    }
                    return Ok(out.into());
                }
                Next::Quiet => {
                    self.quiet += 1;
                    if self.quiet >= QUIET_MAX {
                        self.quiet = 0;
                        return Ok(Bytes::from_static(b": still here\n\n"));
                    }
                }
                Next::End(end) => return Ok(self.end(end.name())),
            }
        }
    }

    fn end(&mut self, why: &str) -> Bytes {
        self.ended = true;
        format!("event: end\ndata: {{\"why\":\"{why}\"}}\n\n").into()
    }
}
