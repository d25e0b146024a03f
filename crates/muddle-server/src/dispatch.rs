//! A vendor request from its first header to the enacted answer.
//!
//! Called by the router's vendor door for every path that is not ours. Decides nothing: the credential picks the workspace, the face parses,
//! the office acts, the face renders, `enact` makes the socket feel it. Our own failures carry `x-muddle-error`.

mod asked;
mod body;
mod spoken;

use std::sync::Arc;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, header};
use muddle_office::keys;
use muddle_office::limits::LARGE_BYTES_MIN;
use muddle_office::load::Room;
use muddle_office::register::{Holder, Scope};
use muddle_office::{OfficeError, Workspace, WorkspaceId};
use muddle_world::call::{Actor, ActorKind, Credential};
use muddle_world::entry::Around;
use muddle_world::fault::Kind;
use muddle_world::row::Str;
use muddle_world::vendor::Vendor;
use tokio::time::Instant;

use crate::credential;
use crate::dispatch::asked::Asked;
use crate::dispatch::body::Body;
use crate::dispatch::spoken::Spoken;
use crate::enact::{Conn, Enactment, enact};
use crate::masking;
use crate::origin;
use crate::ours::OurError;
use crate::state::{
    BODY_BYTES_MAX, MAIL_BODY_BYTES_MAX, ROOM_WAIT_MAX, STRANGER_BODY_BYTES_MAX, Server,
    USER_AGENT_BYTES_MAX,
};

/// Whose path it is. The shared origin tells vendors apart by path alone.
pub fn vendor_of(path: &str) -> Option<Vendor> {
    let path = path.trim_start_matches('/');
    let first = path.split('/').next().unwrap_or_default();
    match first {
        "v1" | "v2" => Some(Vendor::Billing),
        "crm"
        | "oauth"
        | "automation"
        | "communication-preferences"
        | "marketing"
        | "settings"
        | "account-info"
        | "files"
        | "events"
        | "conversations"
        | "cms"
        | "webhooks"
        | "integrations" => Some(Vendor::Crm),
        "gmail" | "upload" | "resumable" | "batch" => Some(Vendor::Inbox),
        _ => None,
    }
}

/// Answers one vendor request.
pub async fn dispatch(server: &Arc<Server>, conn: &Conn, request: Request) -> Response {
    let arrival = Arrival {
        at: Instant::now(),
        monotonic_ms: muddle_office::source::monotonic_ms(),
    };
    let Some(vendor) = vendor_of(request.uri().path()) else {
        return OurError::no_route(request.uri().path()).into_response();
    };
    // A register that may have lost a key's end vouches for none, and must not call one that it lost a stranger's either.
    if let Err(error) = server.office.writable() {
        return OurError::from(error).into_response();
    }
    let (mut parts, body) = request.into_parts();
    let limit = if vendor == Vendor::Inbox {
        MAIL_BODY_BYTES_MAX
    } else {
        BODY_BYTES_MAX
    };
    let key = credential::presented(&parts.headers, parts.uri.query());
    let holder = || key.as_deref().and_then(|key| server.office.holder(key));
    let mut ended = true;
    let read = match holder() {
        Some(holder) => {
            body::read(body, limit, |bytes| {
                room_for(server, holder.workspace, bytes)
            })
            .await
        }
        // What goes beyond is not read: the connection ends with the answer.
        None => {
            let drained = body::drain(body, STRANGER_BODY_BYTES_MAX).await;
            ended = drained.as_ref().is_ok_and(|ended| *ended);
            drained.map(|_| (Body::Whole(Bytes::new()), None))
        }
    };
    let (body, room) = match read {
        Ok((Body::Whole(body), room)) => (Body::Whole(masked(server, vendor, body).await), room),
        Ok(read) => read,
        Err(error) => return closing(error.into_response()),
    };
    masking::head(&mut parts);
    let mut asked = Asked::new(
        vendor,
        &parts.method,
        &parts.uri,
        &parts.headers,
        body,
        limit,
        server.public_url.as_deref(),
    );
    // Asked again: a key may have been taken back while its body came in.
    let Some(holder) = holder() else {
        let refusal = asked.refuse_stranger(server).into_response();
        return if ended { refusal } else { closing(refusal) };
    };
    match act(server, conn, &mut asked, room, &holder, arrival).await {
        Ok(response) => response,
        Err(error) => OurError::from(error).into_response(),
    }
}

/// A body without keys in it.
async fn masked(server: &Server, vendor: Vendor, body: Bytes) -> Bytes {
    let large = body.len() > LARGE_BYTES_MIN;
    let mask = || masking::body(body, vendor == Vendor::Inbox);
    server.office.load().run(large, mask).await
}

/// When a request came in.
#[derive(Clone, Copy)]
struct Arrival {
    at: Instant,
    /// The same moment, as the office reads it.
    monotonic_ms: i64,
}

/// An answer that is being given out; once it is in the socket's hands, or its caller has left, the workspace knows when.
struct Leaving {
    workspace: Arc<Workspace>,
    vendor: Vendor,
    key: Str,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.workspace.answer_left(self.vendor, &self.key);
    }
}

/// An answer behind which the connection ends: the rest of its request is not read.
fn closing(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Room for a large body or answer of about so many bytes, in the order of asking.
async fn room_for(server: &Server, workspace: WorkspaceId, bytes: usize) -> Result<Room, OurError> {
    let workspace = server.office.workspace(workspace);
    let room = workspace.room(&server.office, bytes);
    tokio::time::timeout(ROOM_WAIT_MAX, room)
        .await
        .map_err(|_| OurError::no_room())
}

/// Who calls with this key.
async fn caller(server: &Server, vendor: Vendor, holder: &Holder) -> Result<Actor, OfficeError> {
    let held = keys::credential(&server.office, holder).await?;
    let credential = match holder.scope {
        _ if held != Credential::Valid => held,
        Scope::Vendor(its) if its == vendor => Credential::Valid,
        Scope::Vendor(_) => Credential::WrongVendor,
        _ => Credential::WrongRole,
    };
    Ok(Actor {
        kind: ActorKind::Candidate,
        name: None,
        attempt: None,
        key: Some(holder.ordinal.clone()),
        credential,
    })
}

/// Acts on a request whose key somebody holds.
async fn act(
    server: &Arc<Server>,
    conn: &Conn,
    asked: &mut Asked<'_>,
    room: Option<Room>,
    holder: &Holder,
    arrival: Arrival,
) -> Result<Response, OfficeError> {
    let actor = caller(server, asked.vendor, holder).await?;
    let load = server.office.load();
    let (call, origin) = load
        .run(asked.is_large(), || {
            // In this order: the copies that parsing makes are gone when the origin makes its own.
            let call = asked.parse(server);
            let origin = origin::of(&asked.method, asked.uri, asked.headers, &asked.body);
            (call, origin)
        })
        .await;
    asked.forget_body();
    let (operation, key) = (call.operation(), call.idempotency_key().cloned());
    let around = around(server, asked);
    let workspace = server.office.workspace(holder.workspace);
    let heard = workspace
        .act_on_arrival(
            &server.office,
            actor,
            Some(origin),
            call,
            around,
            arrival.monotonic_ms,
        )
        .await?;
    // A call that waits has room for others to wait beside it.
    drop(room);
    let asked = &*asked;
    let (mut told, waited) = (heard.told, heard.later.is_some());
    let verdict = told.verdict.clone();
    if let Some(later) = heard.later {
        if let Some(Kind::Hang { for_ms: None }) = verdict.as_ref().map(|verdict| &verdict.effect) {
            release_with_socket(server.clone(), workspace.clone(), conn.clone(), told.seq);
        }
        let parked = told.seq;
        told = match later.await {
            Ok(told) => told,
            Err(_) => return Err(workspace.why_dropped(&server.office).await),
        };
        tracing::debug!(parked, seq = told.seq, "a parked call went on");
    }
    let row = server.office.register().workspace_by_id(holder.workspace);
    let answer = Spoken {
        asked,
        told: &told,
        operation: operation.as_deref(),
        key: key.as_deref(),
        address: row.as_ref().map_or("", |row| &row.address),
        waited,
    };
    let response = spell(server, holder.workspace, &answer).await;
    let real_latency = row.as_ref().is_some_and(|row| row.real_latency);
    let enactment = answer.enactment(verdict.as_ref(), real_latency, arrival.at);
    let _leaving = Leaving {
        workspace,
        vendor: asked.vendor,
        key: holder.ordinal.clone(),
    };
    let place = (holder.workspace, told.seq);
    Ok(report_and_enact(server, conn, place, enactment, response).await)
}

/// The answer as its face spells it, with the room that a large one takes until it has left.
async fn spell(
    server: &Server,
    workspace: WorkspaceId,
    answer: &Spoken<'_>,
) -> (http::Response<Bytes>, Option<Room>) {
    let face = server.faces.face(answer.asked.vendor);
    let Some(bytes) = answer.large() else {
        return (answer.response(face), None);
    };
    match room_for(server, workspace, bytes).await {
        Ok(room) => {
            let load = server.office.load();
            let response = load.run(true, || answer.response(face)).await;
            (response, Some(room))
        }
        Err(error) => (error.rendered(), None),
    }
}

/// The circumstances of a request.
fn around(server: &Server, asked: &Asked<'_>) -> Around {
    let agent = asked.headers.get(header::USER_AGENT);
    Around {
        wall: Some(muddle_office::source::wall_ms()),
        node: Some(server.node.clone()),
        trace: None,
        user_agent: agent
            .and_then(|value| value.to_str().ok())
            .map(|agent| agent[..agent.len().min(USER_AGENT_BYTES_MAX)].into()),
    }
}

/// A hang without an end goes on when its socket ends: the client left (or ended its side, and is then answered), or the
/// longest wait is over.
fn release_with_socket(server: Arc<Server>, workspace: Arc<Workspace>, conn: Conn, seq: u64) {
    tokio::spawn(async move {
        tokio::select! {
            () = conn.left() => {}
            () = tokio::time::sleep(crate::enact::SOCKET_WAIT_MAX) => {}
        }
        if let Err(error) = workspace.resume(&server.office, seq).await {
            tracing::warn!(seq, %error, "a hanging call could not go on");
        }
    });
}

async fn report_and_enact(
    server: &Arc<Server>,
    conn: &Conn,
    (workspace, seq): (WorkspaceId, u64),
    enactment: Enactment,
    (response, room): (http::Response<Bytes>, Option<Room>),
) -> Response {
    let server = server.clone();
    enact(conn, enactment, response, move |fact| {
        // Held until the answer has left, or nobody is there to take it.
        drop(room);
        let large = fact.body.len() > LARGE_BYTES_MIN;
        let keep = move || {
            let json = crate::wire::row(seq, &fact);
            server.office.wire(workspace, seq, json);
        };
        if large {
            // Its digest takes a while, and this is the connection's own task.
            tokio::task::spawn_blocking(keep);
        } else {
            keep();
        }
    })
    .await
}
