//! How a workspace stands: what was called last, what is armed, what is due, how its vendors do. For those who watch.
//!
//! One look at the desk and one at the log's end; nothing here is a call of the office.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use muddle_grade::lines::Line;
use muddle_office::act::Desk;
use muddle_office::{Office, WorkspaceId};
use muddle_world::call::{ActorKind, Call};
use muddle_world::fault::{Kind, Per, Position, Rule, Select};
use muddle_world::office::AgendaItem;
use muddle_world::time::{At, Up};
use muddle_world::vendor::Vendor;
use muddle_world::{inbox, world::World};
use serde::Serialize;
use utoipa::ToSchema;

use super::blocking;
use super::caller::{Caller, Role};
use super::error::{ApiError, ErrorBody};
use super::faults::{FaultInfo, info};
use super::telling::Teller;
use crate::state::Server;

/// Entries before the log's end that are looked through for the last call.
const LAST_CALL_MAX: u64 = 2_000;
/// Entries read at once.
const PAGE: usize = 512;

/// How a workspace stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Status {
    /// Its name.
    pub workspace: String,
    /// Its scenario.
    pub scenario: String,
    /// `practice`, `live` or `exam`.
    pub mode: String,
    /// Who works in it.
    pub candidate: Option<String>,
    /// Office time, RFC 3339.
    pub now: String,
    /// `real`, `fast 30x`, `step`, `paused` or `manual`.
    pub clock: String,
    /// Entries in its log.
    pub entries: u64,
    /// Whether its office is closed.
    pub sealed: bool,
    /// The candidate's last call of a vendor; null where there was none among the last 2,000 entries.
    pub last_call: Option<LastCall>,
    /// The declared attempt that is open.
    pub attempt: Option<OpenAttempt>,
    /// Faults that are armed or wait for their time.
    pub faults: Vec<FaultInfo>,
    /// Calls that wait for a fault to let them go.
    pub parked: u64,
    /// Mail of the story and of people that is still to come.
    pub mail_due: MailDue,
    /// Each vendor as a candidate meets it now.
    pub vendors: BTreeMap<String, Health>,
    /// `documented`, or `off`.
    pub rate_limits: String,
}

/// A call as a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct LastCall {
    /// Its entry.
    pub seq: u64,
    /// Office time, RFC 3339.
    pub at: String,
    /// As `watch` prints it.
    pub line: String,
}

/// An attempt that is open.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenAttempt {
    /// Its number.
    pub attempt: u32,
    /// Its name.
    pub label: String,
    /// Office time of its beginning.
    pub started: String,
}

/// Mail that is to come.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailDue {
    /// How many.
    pub count: u64,
    /// Office time of the next.
    pub next: Option<String>,
}

/// A vendor as a candidate meets it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `up`, `faulty` (some calls suffer) or `down` (an outage).
    pub state: String,
    /// The faults that make it so.
    pub faults: Vec<String>,
}

/// How the workspace stands. The interviewer, the grader.
#[utoipa::path(get, path = "/muddle/v1/workspaces/{workspace}/status", tag = "workspaces",
    params(("workspace" = String, Path, description = "Its name")),
    responses((status = 200, body = Status), (status = "4XX", body = ErrorBody)))]
pub async fn status(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Status>, ApiError> {
    caller.only(&[Role::Interviewer, Role::Grader])?;
    let place = caller.at(&server.office, &name)?;
    let (at, up) = place.workspace.now(&server.office).await?;
    let row = &place.row;
    let mut status = place
        .workspace
        .look(&server.office, |desk| of_desk(desk, at, up))
        .await?;
    status.workspace.clone_from(&row.name);
    status.scenario.clone_from(&row.scenario);
    status.mode.clone_from(&row.mode);
    status.candidate.clone_from(&row.candidate);
    let line = last_call(&server.office, place.workspace.id, status.entries).await?;
    status.last_call = line.map(|line| LastCall {
        seq: line.seq,
        at: line.at.iso(),
        line: line.text(),
    });
    Ok(Json(status))
}

fn of_desk(desk: &Desk, at: At, up: Up) -> Status {
    let world = &desk.world;
    let tables = &world.office;
    let open = tables
        .attempts
        .rows()
        .find(|attempt| attempt.ended.is_none());
    let mail = |item: &&Arc<AgendaItem>| matches!(&item.call, Call::Inbox(call) if matches!(call.request, inbox::Request::Deliver(_)));
    let mut mail = tables.agenda.oldest_first().filter(mail).peekable();
    let next = mail.peek().map(|item| item.due.iso());
    let faults = tables.faults.oldest_first();
    let faults: Vec<FaultInfo> = faults
        .map(|rule| info(world, rule, at, up))
        .filter(|fault| fault.state != "over")
        .collect();
    Status {
        workspace: String::new(),
        scenario: String::new(),
        mode: String::new(),
        candidate: None,
        now: at.iso(),
        clock: world.clock().mode.words(),
        entries: world.seq,
        sealed: world.sealed(),
        last_call: None,
        attempt: open.map(|attempt| OpenAttempt {
            attempt: attempt.number,
            label: attempt.label.to_string(),
            started: attempt.started.iso(),
        }),
        faults,
        parked: tables.parked.len() as u64,
        mail_due: MailDue {
            count: mail.count() as u64,
            next,
        },
        vendors: Vendor::CANDIDATES
            .into_iter()
            .map(|vendor| (vendor.name().to_owned(), health(world, vendor, at, up)))
            .collect(),
        rate_limits: match tables.rate_limits.is_empty() {
            true => "off".to_owned(),
            false => "documented".to_owned(),
        },
    }
}

/// Whether a rule that strikes so many calls has met them all.
fn is_spent(world: &World, rule: &Rule) -> bool {
    let matched = world.faults.get(&rule.id).map_or(0, |count| count.matched);
    let last = match rule.select {
        Select::First(last) | Select::Between(_, last) => last,
        Select::Always | Select::Probability { .. } | Select::Every(_) => return false,
    };
    rule.per == Per::Rule && matched >= last
}

/// How a vendor does, by the faults that can strike it now.
fn health(world: &World, vendor: Vendor, at: At, up: Up) -> Health {
    let strikes = |rule: &&Arc<Rule>| {
        rule.vendor.is_none_or(|whose| whose == vendor)
            && rule.actors.contains(&ActorKind::Candidate)
            && rule.from.is_none_or(|from| at >= from)
            && rule.to.is_none_or(|to| at < to)
            && rule.ttl_up.is_none_or(|end| up < end)
            && !is_spent(world, rule)
    };
    let rules: Vec<&Arc<Rule>> = world.office.faults.oldest_first().filter(strikes).collect();
    let down =
        |rule: &&Arc<Rule>| matches!(rule.fault, Kind::Outage { .. }) && rule.operation.is_none();
    let state = if rules.iter().any(down) {
        "down"
    } else if rules.is_empty() {
        "up"
    } else {
        "faulty"
    };
    let words = |rule: &&Arc<Rule>| {
        let kind = rule.fault.name().replace('_', " ");
        let of = rule.operation.as_deref();
        let of = of.map_or_else(String::new, |name| format!(" on {name}"));
        let after = match rule.position {
            Position::After => " after the effect",
            Position::Before => "",
        };
        format!("{}: {kind}{of}{after}", rule.id)
    };
    Health {
        state: state.to_owned(),
        faults: rules.iter().map(words).collect(),
    }
}

/// The candidate's last call of a vendor, where it is among the last entries.
async fn last_call(
    office: &Arc<Office>,
    id: WorkspaceId,
    end: u64,
) -> Result<Option<Line>, ApiError> {
    let from = end.saturating_sub(LAST_CALL_MAX).max(1);
    let mut teller = Teller::new(office, id).await?;
    let (mut next, mut last) = (from, None);
    while next <= end {
        let log = office.log().clone();
        let page = blocking(move || Ok(log.read(id, next, PAGE)?)).await?;
        let Some(stored) = page.last() else {
            break;
        };
        next = stored.seq + 1;
        let calls = teller.lines(page).await?.into_iter();
        let calls = calls
            .filter(|line| line.actor == ActorKind::Candidate && line.vendor != Vendor::Office);
        last = calls.last().or(last);
    }
    Ok(last)
}
