//! Office time: what it is, waiting for it, and moving it by hand.
//!
//! Under a clock that follows the calls, waiting is what moves it; under a running one a wait really waits, at most
//! [`WAIT_REAL_MAX`] or until the server stops, and says what it was still waiting for. Who may move it by hand is a
//! matter of the mode.

mod note;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use muddle_office::modes::{self, Deed};
use muddle_office::{seal, waits, workspace};
use muddle_world::call::ActorKind;
use muddle_world::clock::{Clock, Mode};
use muddle_world::office::{self, Call};
use muddle_world::time::{At, DAY, Up};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::{Caller, Place, Role};
use super::error::{ApiError, Code, ErrorBody};
use super::extract::{Body, Query};
use super::{done, words};
use crate::enact::Conn;
use crate::state::Server;
use note::Unreached;

/// The longest that one request waits in real time: shorter than what common HTTP clients give an answer.
const WAIT_REAL_MAX: Duration = Duration::from_secs(25);
/// The longest wait in office time.
const WAIT_MS_MAX: i64 = 60 * DAY;

/// Which workspace, for callers who have none of their own.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OfWorkspace {
    /// Needed with the admin's token only.
    #[serde(default)]
    pub workspace: Option<String>,
}

/// What time it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Now {
    /// Office time, RFC 3339.
    pub now: String,
    /// Milliseconds since the opening, without down time.
    pub up_ms: i64,
    /// `real`, `fast 30x` (`fast 30x nights:jump` where closed hours are jumped), `step`, `paused` or `manual`.
    pub clock: String,
    /// What the setting does that the times alone do not say: that closed hours are jumped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What to wait for: exactly one of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaitRequest {
    /// A duration of office time, as `30s`, `15m` or `2h`.
    #[serde(default, rename = "for")]
    pub for_: Option<String>,
    /// An office time.
    #[serde(default)]
    pub until: Option<String>,
    /// Until the next thing happens by itself.
    #[serde(default)]
    pub next_event: Option<bool>,
    /// Under a clock that runs by itself: the real time after which to answer anyway, as `10s`; 25 seconds if absent, and
    /// never more.
    #[serde(default)]
    pub at_most: Option<String>,
}

/// What became of a wait.
#[derive(Debug, Serialize, ToSchema)]
pub struct Waited {
    /// Office time, RFC 3339.
    pub now: String,
    /// Milliseconds since the opening, without down time.
    pub up_ms: i64,
    /// Milliseconds of office time that passed.
    pub waited_ms: i64,
    /// False where the moment did not come: nothing is due any more, the longest real wait was over, or the clock was
    /// stopped.
    pub reached: bool,
    /// The office time that was waited for; null where nothing is due any more, and for a `next_event` that has not come.
    pub until: Option<String>,
    /// Whether there was anything to wait for: false where nothing will happen by itself any more.
    pub due: bool,
    /// Why the moment did not come, and what to do about it.
    pub note: Option<String>,
    /// True once the office is closed.
    pub sealed: bool,
}

/// How the clock is moved: a setting, a jump, or both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockRequest {
    /// `real`, `fast 30x`, `step`, `paused` or `manual`. A change of speed alone moves nothing.
    #[serde(default)]
    pub mode: Option<String>,
    /// What a fast clock does with the hours in which the office is closed: `pass` (default) lets them pass at its speed,
    /// `jump` leaves them out.
    #[serde(default)]
    pub nights: Option<String>,
    /// An office time to go to; never an earlier one.
    #[serde(default)]
    pub to: Option<String>,
    /// A duration of office time to go on by.
    #[serde(default)]
    pub advance: Option<String>,
}

/// What time it is in the office. Every role.
#[utoipa::path(get, path = "/muddle/v1/now", tag = "clock", params(OfWorkspace),
    responses((status = 200, body = Now), (status = "4XX", body = ErrorBody)))]
pub async fn now(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Query(of): Query<OfWorkspace>,
) -> Result<Json<Now>, ApiError> {
    let place = caller.own(&server.office, of.workspace.as_deref())?;
    Ok(Json(read(&server, &place).await?))
}

async fn read(server: &Server, place: &Place) -> Result<Now, ApiError> {
    let (at, up) = place.workspace.now(&server.office).await?;
    let clock = place
        .workspace
        .look(&server.office, |desk| desk.world.clock().clone())
        .await?;
    Ok(Now {
        now: at.iso(),
        up_ms: up.0,
        clock: clock.mode.words(),
        note: note::jumped(&clock),
    })
}

/// What a wait has to know of the workspace.
struct Moment {
    at: At,
    up: Up,
    clock: Clock,
    due: Option<At>,
    sealed: bool,
}

async fn moment(server: &Server, place: &Place) -> Result<Moment, ApiError> {
    let (at, up) = place.workspace.now(&server.office).await?;
    let look = |desk: &muddle_office::act::Desk| {
        let due = desk.world.office.agenda.oldest_first().next();
        let due = due.map(|item| item.due);
        (desk.world.clock().clone(), due, desk.world.sealed())
    };
    let (clock, due, sealed) = place.workspace.look(&server.office, look).await?;
    Ok(Moment {
        at,
        up,
        clock,
        due,
        sealed,
    })
}

/// Waits in office time. Under `step` this is what moves the clock. Under `real` and `fast` the request really waits, at
/// most 25 seconds: then it answers `reached: false` with what is still waited for; ask again. The candidate.
#[utoipa::path(post, path = "/muddle/v1/wait", tag = "clock", params(OfWorkspace), request_body = WaitRequest,
    responses((status = 200, body = Waited), (status = "4XX", body = ErrorBody)))]
pub async fn wait(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Query(of): Query<OfWorkspace>,
    Extension(conn): Extension<Conn>,
    Body(request): Body<WaitRequest>,
) -> Result<Json<Waited>, ApiError> {
    caller.only(&[Role::Candidate])?;
    let place = caller.own(&server.office, of.workspace.as_deref())?;
    let before = moment(&server, &place).await?;
    if before.sealed {
        return Err(muddle_office::OfficeError::Sealed.into());
    }
    let at_most = at_most(&request)?;
    let Some(target) = target(&request, &before)? else {
        return Ok(Json(
            waited(&server, &place, before.at, None, at_most).await?,
        ));
    };
    if target.since(before.at) > WAIT_MS_MAX {
        let message = format!(
            "a wait is at most {} days of office time",
            WAIT_MS_MAX / DAY
        );
        return Err(ApiError::new(Code::Invalid, message));
    }
    sleep(&place, &conn, &before, target, at_most).await?;
    let actor = caller.actor_for(ActorKind::Candidate);
    let span = waits::Span {
        began: before.at,
        target,
    };
    let heard = waits::end(&server.office, &place.workspace, actor, span).await?;
    done(heard.told)?;
    if let Err(error) = seal::seal_if_over(&server.office, place.workspace.id).await {
        // Time has moved, and that is what was asked for; the office seals the exam itself once it can.
        tracing::warn!(workspace = %place.row.name, %error, "an exam could not be sealed");
    }
    let target = Target {
        at: target,
        named: request.next_event.is_none(),
    };
    let waited = waited(&server, &place, before.at, Some(target), at_most).await?;
    Ok(Json(waited))
}

/// What was waited for.
#[derive(Clone, Copy)]
struct Target {
    at: At,
    /// Whether the caller named it, and may be told it before it has come.
    named: bool,
}

/// The moment that is waited for; none where nothing will happen by itself.
fn target(request: &WaitRequest, moment: &Moment) -> Result<Option<At>, ApiError> {
    match (&request.for_, &request.until, request.next_event) {
        (Some(text), None, None) => Ok(Some(moment.at.plus(words::duration_ms("for", text)?))),
        (None, Some(text), None) => {
            let until = words::office_time("until", text, moment.at)?;
            Ok(Some(until.max(moment.at)))
        }
        (None, None, Some(true)) => Ok(moment.due.map(|due| due.max(moment.at))),
        _ => Err(ApiError::new(
            Code::Invalid,
            "say what to wait for: {\"for\":\"30s\"}, {\"until\":\"2026-03-02T09:30:00Z\"} or {\"next_event\":true}",
        )),
    }
}

/// How long the request may really wait.
fn at_most(request: &WaitRequest) -> Result<Duration, ApiError> {
    let Some(text) = &request.at_most else {
        return Ok(WAIT_REAL_MAX);
    };
    let ms = words::duration_ms("at_most", text)?;
    Ok(Duration::from_millis(ms.unsigned_abs()).min(WAIT_REAL_MAX))
}

/// Really waits, where time runs by itself, until the office has reached `target` or `at_most` is over. A stop of
/// the server ends it at once.
async fn sleep(
    place: &Place,
    conn: &Conn,
    before: &Moment,
    target: At,
    at_most: Duration,
) -> Result<(), ApiError> {
    if before.clock.follows_calls() {
        return Ok(());
    }
    let Some(reached) = before.clock.up_of(target) else {
        return Err(ApiError::new(
            Code::Conflict,
            note::paused(moves_clock(place)),
        ));
    };
    let ahead = u64::try_from(reached.since(before.up)).unwrap_or(0);
    tokio::select! {
        () = tokio::time::sleep(Duration::from_millis(ahead).min(at_most)) => Ok(()),
        () = conn.gone_or_stopping() => Err(muddle_office::OfficeError::Stopping.into()),
    }
}

/// Whether the candidate's own hand is on the clock.
fn moves_clock(place: &Place) -> bool {
    modes::allow(&place.row.mode, Deed::MoveClock, ActorKind::Candidate).is_ok()
}

async fn waited(
    server: &Server,
    place: &Place,
    began: At,
    target: Option<Target>,
    at_most: Duration,
) -> Result<Waited, ApiError> {
    let after = moment(server, place).await?;
    let reached = target.is_some_and(|target| after.at >= target.at);
    let told = target.filter(|target| target.named || reached);
    let until = told.map(|target| target.at.iso());
    let unreached = Unreached {
        sealed: after.sealed,
        clock: after.clock.mode,
        due: target.is_some(),
        until: until.as_deref(),
        at_most,
        own: moves_clock(place),
    };
    Ok(Waited {
        now: after.at.iso(),
        up_ms: after.up.0,
        waited_ms: after.at.since(began).max(0),
        reached,
        due: target.is_some(),
        note: (!reached).then(|| unreached.note()),
        until,
        sealed: after.sealed,
    })
}

/// Sets, pauses or advances the clock. Practice: the candidate. Live: the interviewer. Exam: nobody.
#[utoipa::path(post, path = "/muddle/v1/workspaces/{workspace}/clock", tag = "clock",
    params(("workspace" = String, Path, description = "Its name")), request_body = ClockRequest,
    responses((status = 200, body = Now), (status = "4XX", body = ErrorBody)))]
pub async fn set(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
    Body(request): Body<ClockRequest>,
) -> Result<Json<Now>, ApiError> {
    caller.only(&[Role::Candidate, Role::Interviewer])?;
    let place = caller.at(&server.office, &name)?;
    modes::allow(&place.row.mode, Deed::MoveClock, caller.kind())?;
    let moment = moment(&server, &place).await?;
    let call = by_hand(&request, &moment)?;
    let heard = server
        .office
        .call(&place.workspace, caller.actor(), call, workspace::around())
        .await?;
    done(heard.told)?;
    // What the jump made due fires now, not at the next call.
    place.workspace.tick(&server.office).await?;
    Ok(Json(read(&server, &place).await?))
}

fn by_hand(request: &ClockRequest, moment: &Moment) -> Result<Call, ApiError> {
    let named = match &request.mode {
        Some(text) => words::clock_mode("mode", text)?,
        None => moment.clock.mode,
    };
    let mode = words::with_nights(named, request.nights.as_deref())?;
    let same_mode = request.mode.is_none() && request.nights.is_none();
    let to = match (&request.to, &request.advance) {
        (None, None) if same_mode => {
            let message = "say how to move the clock: `mode`, `nights`, `to` or `advance`";
            return Err(ApiError::new(Code::Invalid, message));
        }
        (None, None) => return Ok(office::Call::SetClock { mode, to: None }),
        (Some(to), None) => words::office_time("to", to, moment.at)?,
        (None, Some(by)) => moment.at.plus(words::duration_ms("advance", by)?),
        (Some(_), Some(_)) => {
            return Err(ApiError::field(
                "advance",
                "name `to` or `advance`, not both",
            ));
        }
    };
    if to.since(moment.at) > WAIT_MS_MAX {
        let message = format!(
            "a jump is at most {} days of office time",
            WAIT_MS_MAX / DAY
        );
        return Err(ApiError::new(Code::Invalid, message));
    }
    let follows = matches!(mode, Mode::Step { .. } | Mode::Manual);
    if follows && same_mode && to >= moment.at {
        // Under such a clock both times move together.
        let for_ms = to.since(moment.at);
        return Ok(office::Call::Wait { for_ms });
    }
    Ok(office::Call::SetClock { mode, to: Some(to) })
}
