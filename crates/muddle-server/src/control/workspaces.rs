//! Opening, looking at, resetting and forking workspaces.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use http::StatusCode;
use http::header::HOST;
use http::request::Parts;
use muddle_office::modes::{self, Deed, Mode};
use muddle_office::open::{self, New, Order};
use muddle_office::register::WorkspaceRow;
use muddle_world::office;
use muddle_world::vendor::Vendor;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::{Caller, Place, Role};
use super::error::{ApiError, Code, ErrorBody};
use super::extract::Body;
use super::words;
use crate::state::Server;

/// The longest name of a candidate.
const CANDIDATE_MAX: usize = 200;

/// Scheme and authority under which this caller reaches the server.
pub struct BaseUrl(pub String);

impl FromRequestParts<Arc<Server>> for BaseUrl {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, ApiError> {
        if let Some(url) = &server.public_url {
            return Ok(Self(url.clone()));
        }
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = host.ok_or_else(|| {
            ApiError::new(
                Code::Invalid,
                "the request names no Host, so no address can be told",
            )
        })?;
        Ok(Self(format!("http://{host}")))
    }
}

/// What is to be opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenRequest {
    /// The scenario's name.
    pub scenario: String,
    /// The seed, which is public by its number; a secret one of 256 bits is drawn where it is absent.
    #[serde(default)]
    pub seed: Option<u64>,
    /// `practice` (default), `live` or `exam`.
    #[serde(default)]
    pub mode: Option<String>,
    /// `real`, `fast 30x`, `step`, `paused` or `manual`; `real` by default, `step` in an exam.
    #[serde(default)]
    pub clock: Option<String>,
    /// What a fast clock does with the hours in which the office is closed: `pass` (default) or `jump`.
    #[serde(default)]
    pub nights: Option<String>,
    /// A day of the week that becomes the office's this week.
    #[serde(default)]
    pub epoch: Option<String>,
    /// The same office without the mess.
    #[serde(default)]
    pub clean: bool,
    /// Who will work in it.
    #[serde(default)]
    pub candidate: Option<String>,
    /// `counted` (default) or `real`: vendors take as long as on any day, and injected latency is slept in full even
    /// where the clock counts it.
    #[serde(default)]
    pub latency: Option<String>,
    /// Cut the story to this many cases: all their mail is there at the opening, and no vendor fails by script.
    #[serde(default)]
    pub cases: Option<u32>,
    /// `documented` (default): the vendors count calls as their documents say; `off`: they count none. An exam keeps them.
    #[serde(default)]
    pub rate_limits: Option<String>,
    /// Allow a known seed outside practice. Ids, names and mail all follow from a seed that has a number: the answer, the
    /// log and every report say that it was opened so.
    #[serde(default)]
    pub test: bool,
}

/// A workspace that was just opened, with its keys, which are told only now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Opened {
    /// Its name.
    pub workspace: String,
    /// Its scenario.
    pub scenario: String,
    /// Its seed; null where that is secret.
    pub seed: Option<u64>,
    /// True where a known seed was allowed outside practice by `test`: what comes of it can be compared with no other run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub test: bool,
    /// Where the server is reached.
    pub url: String,
    /// What time it is in the office.
    pub now: String,
    /// Address and key of each vendor.
    pub vendors: BTreeMap<String, VendorAccess>,
    /// Tokens for our own API, by role.
    pub tokens: Tokens,
}

/// How a vendor is reached.
#[derive(Debug, Serialize, ToSchema)]
pub struct VendorAccess {
    /// Its origin: SDKs are pointed here.
    pub url: String,
    /// Its key, in the vendor's own format.
    pub key: String,
    /// The mailbox's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Tokens for our own API.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tokens {
    /// For the automation and its author.
    pub candidate: String,
    /// For who breaks things.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interviewer: Option<String>,
    /// For who judges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grader: Option<String>,
}

impl Opened {
    /// What this role may hold: nobody comes to another role by copying a workspace.
    fn told(new: New, url: String, to: Role) -> Self {
        let candidates = to == Role::Candidate;
        let New { row, now, keys } = new;
        let vendors = keys.vendors.into_iter().map(|(vendor, key)| {
            let access = VendorAccess {
                url: url.clone(),
                key,
                address: (vendor == Vendor::Inbox).then(|| row.address.clone()),
            };
            (vendor.name().to_owned(), access)
        });
        Self {
            vendors: vendors.collect(),
            test: modes::is_test(&row.mode, row.seed) && !candidates,
            workspace: row.name,
            scenario: row.scenario,
            seed: row.seed.filter(|_| !candidates),
            url,
            now: now.iso(),
            tokens: Tokens {
                candidate: keys.candidate,
                interviewer: (!candidates).then_some(keys.interviewer),
                grader: (to == Role::Admin).then_some(keys.grader),
            },
        }
    }
}

/// A workspace as its callers see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceInfo {
    /// Its name.
    pub workspace: String,
    /// Its scenario.
    pub scenario: String,
    /// `practice`, `live` or `exam`.
    pub mode: String,
    /// Without the mess.
    pub clean: bool,
    /// Its seed; absent where it is secret and for candidates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// True where a known seed was allowed outside practice by `test`; never for candidates.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub test: bool,
    /// Who works in it.
    pub candidate: Option<String>,
    /// The mailbox's address.
    pub address: String,
    /// The one it was copied from, and up to which entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forked: Option<Forked>,
    /// Whether its office is closed.
    pub sealed: bool,
    /// Calls that came after the seal.
    pub late_calls: u64,
}

/// Where a copy comes from.
#[derive(Debug, Serialize, ToSchema)]
pub struct Forked {
    /// The workspace.
    pub from: String,
    /// Its last entry that was copied.
    pub seq: u64,
}

pub(super) fn info(server: &Server, row: &WorkspaceRow, to: Role) -> WorkspaceInfo {
    let register = server.office.register();
    let (sealed, late_calls) = (register.seal(&row.name).is_some(), register.late(&row.name));
    let candidates = to == Role::Candidate;
    WorkspaceInfo {
        workspace: row.name.clone(),
        scenario: row.scenario.clone(),
        mode: row.mode.clone(),
        clean: row.clean,
        seed: row.seed.filter(|_| !candidates),
        test: modes::is_test(&row.mode, row.seed) && !candidates,
        candidate: row.candidate.clone(),
        address: row.address.clone(),
        forked: row
            .forked
            .clone()
            .filter(|_| !candidates)
            .map(|(from, seq)| Forked { from, seq }),
        sealed,
        late_calls,
    }
}

/// Opens a workspace. Admin only.
#[utoipa::path(post, path = "/muddle/v1/workspaces", tag = "workspaces", request_body = OpenRequest,
    responses((status = 201, body = Opened), (status = "4XX", body = ErrorBody)))]
pub async fn open(
    State(server): State<Arc<Server>>,
    caller: Caller,
    BaseUrl(url): BaseUrl,
    Body(request): Body<OpenRequest>,
) -> Result<(StatusCode, Json<Opened>), ApiError> {
    caller.only(&[])?;
    let test = request.test;
    let order = order(request)?;
    modes::check(&order, test)?;
    let new = open::open(&server.office, order).await?;
    Ok((
        StatusCode::CREATED,
        Json(Opened::told(new, url, caller.role)),
    ))
}

fn order(request: OpenRequest) -> Result<Order, ApiError> {
    let mode = request.mode.unwrap_or_else(|| "practice".to_owned());
    let known = Mode::named(&mode).ok_or_else(|| {
        ApiError::field("mode", format!("`{mode}` is no mode; take {}", Mode::NAMES))
    })?;
    let clock = match request.clock.as_deref() {
        Some(text) => words::clock_mode("clock", text)?,
        None => known.clock(),
    };
    let clock = words::with_nights(clock, request.nights.as_deref())?;
    let epoch = match request.epoch.as_deref() {
        Some(text) => Some(muddle_world::time::At::parse(text).ok_or_else(|| {
            ApiError::field("epoch", format!("`{text}` is no date; write 2026-03-02"))
        })?),
        None => None,
    };
    let real_latency = match request.latency.as_deref() {
        None | Some("counted") => false,
        Some("real") => true,
        Some(other) => {
            let message = format!("`{other}` is no latency; take counted or real");
            return Err(ApiError::field("latency", message));
        }
    };
    if request
        .candidate
        .as_ref()
        .is_some_and(|name| name.len() > CANDIDATE_MAX)
    {
        let message = format!("a candidate's name has at most {CANDIDATE_MAX} bytes");
        return Err(ApiError::field("candidate", message));
    }
    if request.cases == Some(0) {
        let message = "a story has at least one case; leave it out for all of them";
        return Err(ApiError::field("cases", message));
    }
    let unlimited = match request.rate_limits.as_deref() {
        None | Some("documented") => false,
        Some(office::RATE_LIMITS_OFF) => true,
        Some(other) => {
            let message = format!("`{other}` is no rate limit; take documented or off");
            return Err(ApiError::field("rate_limits", message));
        }
    };
    Ok(Order {
        scenario: request.scenario,
        seed: request.seed,
        mode,
        clock,
        epoch,
        clean: request.clean,
        candidate: request.candidate,
        real_latency,
        cases: request.cases,
        unlimited,
    })
}

/// One workspace. Every role of it.
#[utoipa::path(get, path = "/muddle/v1/workspaces/{workspace}", tag = "workspaces",
    params(("workspace" = String, Path, description = "Its name")),
    responses((status = 200, body = WorkspaceInfo), (status = "4XX", body = ErrorBody)))]
pub async fn get(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<WorkspaceInfo>, ApiError> {
    let Place { row, .. } = caller.at(&server.office, &name)?;
    Ok(Json(info(&server, &row, caller.role)))
}

/// Begins again under the same name and keys; the log so far is kept under a name of its own. Practice: the candidate.
/// Live: the interviewer. Exam: nobody.
#[utoipa::path(post, path = "/muddle/v1/workspaces/{workspace}/reset", tag = "workspaces",
    params(("workspace" = String, Path, description = "Its name")),
    responses((status = 200, body = WorkspaceInfo), (status = "4XX", body = ErrorBody)))]
pub async fn reset(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<WorkspaceInfo>, ApiError> {
    caller.only(&[Role::Candidate, Role::Interviewer])?;
    let Place { row, .. } = caller.at(&server.office, &name)?;
    modes::allow(&row.mode, Deed::Reset, caller.kind())?;
    let row = open::reset(&server.office, &name).await?;
    Ok(Json(info(&server, &row, caller.role)))
}

/// Up to where a copy goes.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForkRequest {
    /// The last entry that is copied; the last before the seal if absent.
    #[serde(default)]
    pub at: Option<u64>,
}

/// Copies a workspace into one of its own with keys of its own. Practice: the candidate. Live: the interviewer. Exam: nobody.
#[utoipa::path(post, path = "/muddle/v1/workspaces/{workspace}/fork", tag = "workspaces",
    params(("workspace" = String, Path, description = "Its name")), request_body = ForkRequest,
    responses((status = 201, body = Opened), (status = "4XX", body = ErrorBody)))]
pub async fn fork(
    State(server): State<Arc<Server>>,
    caller: Caller,
    BaseUrl(url): BaseUrl,
    Path(name): Path<String>,
    Body(request): Body<ForkRequest>,
) -> Result<(StatusCode, Json<Opened>), ApiError> {
    caller.only(&[Role::Candidate, Role::Interviewer])?;
    let Place { row, .. } = caller.at(&server.office, &name)?;
    modes::allow(&row.mode, Deed::Fork, caller.kind())?;
    if request.at == Some(0) {
        return Err(ApiError::field("at", "entries are numbered from 1"));
    }
    let sealed = server.office.register().seal(&name).map(|seal| seal.seq);
    let at = match (request.at, sealed) {
        (Some(at), Some(seal)) if at >= seal => {
            let message = format!("entry {seal} sealed the office; name an entry before it");
            return Err(ApiError::field("at", message));
        }
        (None, Some(seal)) => Some(seal - 1),
        (at, _) => at,
    };
    let new = open::fork(&server.office, &name, at).await?;
    Ok((
        StatusCode::CREATED,
        Json(Opened::told(new, url, caller.role)),
    ))
}
