//! A vendor request from its first header to the enacted answer.
//!
//! Called by the router's vendor door for every path that is not ours. Decides nothing: the credential picks the workspace, the face parses,
//! the office acts, the face renders, `enact` makes the socket feel it. Our own failures carry `x-muddle-error`.

mod body;

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header};
use muddle_office::act::Told;
use muddle_office::keys;
use muddle_office::register::{Holder, Scope};
use muddle_office::{OfficeError, Workspace, WorkspaceId};
use muddle_world::call::{Actor, ActorKind, Call, Credential};
use muddle_world::entry::Around;
use muddle_world::fault::{Garble as How, Kind, Position};
use muddle_world::reply::{Answer, Denial};
use muddle_world::time::{At, Up};
use muddle_world::vendor::Vendor;
use tokio::time::Instant;

use crate::credential;
use crate::dispatch::body::Body;
use crate::enact::{Conn, Enactment, Ending, Garble, enact, garble};
use crate::origin;
use crate::ours::OurError;
use crate::state::{
    BODY_BYTES_DRAINED_MAX, BODY_BYTES_MAX, COUNTED_SLEEP_MS_MAX, MAIL_BODY_BYTES_MAX, Server,
};
use crate::vendors::{Face, RateUse, Rendered, Scene, Wire};

/// Header that overrides a POST's method when a URI would be too long.
static METHOD_OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

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
    let received_at = Instant::now();
    let Some(vendor) = vendor_of(request.uri().path()) else {
        return OurError::no_route(request.uri().path()).into_response();
    };
    let (parts, body) = request.into_parts();
    let limit = if vendor == Vendor::Inbox {
        MAIL_BODY_BYTES_MAX
    } else {
        BODY_BYTES_MAX
    };
    let key = credential::presented(&parts.headers, parts.uri.query());
    let holder = || key.as_deref().and_then(|key| server.office.holder(key));
    let read = if holder().is_some() {
        body::read(body, limit).await
    } else {
        body::drain(body, BODY_BYTES_DRAINED_MAX)
            .await
            .map(|()| Body::Whole(Bytes::new()))
    };
    let body = match read {
        Ok(body) => body,
        Err(error) => return error.into_response(),
    };
    let asked = Asked::new(
        vendor,
        &parts.method,
        &parts.uri,
        &parts.headers,
        body,
        limit,
    );
    // Asked again: a key may have been taken back while its body came in.
    let Some(holder) = holder() else {
        return asked.refuse_stranger(server).into_response();
    };
    match act(server, conn, &asked, &holder, received_at).await {
        Ok(response) => response,
        Err(error) => OurError::from(error).into_response(),
    }
}

/// A path without doubled and trailing slashes.
fn tidy(path: &str) -> Cow<'_, str> {
    if !path.contains("//") && !path.ends_with('/') {
        return Cow::Borrowed(path);
    }
    let parts = path.split('/').filter(|part| !part.is_empty());
    Cow::Owned(parts.fold(String::new(), |path, part| path + "/" + part))
}

/// A request with its body, as a face sees it.
struct Asked<'a> {
    vendor: Vendor,
    method: Method,
    uri: &'a Uri,
    path: Cow<'a, str>,
    headers: &'a HeaderMap,
    body: Bytes,
    too_large: Option<usize>,
    base_url: String,
}

impl<'a> Asked<'a> {
    fn new(
        vendor: Vendor,
        method: &Method,
        uri: &'a Uri,
        headers: &'a HeaderMap,
        body: Body,
        limit: usize,
    ) -> Self {
        let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let overridden = text(&METHOD_OVERRIDE)
            .filter(|_| method == Method::POST)
            .and_then(|name| name.parse().ok());
        let (body, too_large) = match body {
            Body::Whole(bytes) => (bytes, None),
            Body::TooLarge => (Bytes::new(), Some(limit)),
        };
        let path = tidy(uri.path());
        let base_url = format!("http://{}", text(&header::HOST).unwrap_or("127.0.0.1"));
        Self {
            vendor,
            method: overridden.unwrap_or_else(|| method.clone()),
            uri,
            path,
            headers,
            body,
            too_large,
            base_url,
        }
    }

    /// The query; of a GET that came as a POST, the form in its body.
    fn query(&self) -> Option<&str> {
        let from_body = self.headers.contains_key(&METHOD_OVERRIDE) && self.method == Method::GET;
        match self.uri.query() {
            None if from_body => std::str::from_utf8(&self.body).ok(),
            query => query,
        }
    }

    fn parse(&self, server: &Server) -> Call {
        if let Some(limit) = self.too_large {
            return server
                .faces
                .too_large(self.vendor, &self.method, &self.path, limit);
        }
        let wire = Wire {
            method: &self.method,
            path: &self.path,
            query: self.query(),
            headers: self.headers,
            body: &self.body,
        };
        server.faces.parse(self.vendor, &wire)
    }

    /// The vendor's own 401 for a key that nobody issued: no workspace, so no entry.
    fn refuse_stranger(&self, server: &Server) -> Rendered {
        tracing::info!(vendor = %self.vendor, path = %self.path, "a key that nobody issued");
        let scene = Scene {
            method: &self.method,
            path: self.uri.path(),
            status: 401,
            request_id: "0000000000000000",
            original_request_id: None,
            at: At(0),
            up: Up(0),
            base_url: &self.base_url,
            address: "",
            headers: self.headers,
            operation: None,
            idempotency_key: None,
            rate: None,
        };
        let answer = Answer::Denied(Denial::Credential(Credential::Revoked));
        server.faces.face(self.vendor).render(&answer, &scene)
    }
}

/// Acts on a request whose key somebody holds.
async fn act(
    server: &Arc<Server>,
    conn: &Conn,
    asked: &Asked<'_>,
    holder: &Holder,
    received_at: Instant,
) -> Result<Response, OfficeError> {
    let held = keys::credential(&server.office, holder).await?;
    let credential = match holder.scope {
        _ if held != Credential::Valid => held,
        Scope::Vendor(vendor) if vendor == asked.vendor => Credential::Valid,
        Scope::Vendor(_) => Credential::WrongVendor,
        _ => Credential::WrongRole,
    };
    let actor = Actor {
        kind: ActorKind::Candidate,
        name: None,
        attempt: None,
        key: Some(holder.ordinal.clone()),
        credential,
    };
    let call = asked.parse(server);
    let (operation, key) = (call.operation(), call.idempotency_key().cloned());
    let origin = origin::of(&asked.method, asked.uri, asked.headers, &asked.body);
    let around = Around {
        wall: Some(muddle_office::source::wall_ms()),
        node: Some(server.node.clone()),
        trace: None,
        user_agent: asked
            .headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .map(Into::into),
    };
    let workspace = server.office.workspace(holder.workspace);
    let heard = workspace
        .act(&server.office, actor, Some(origin), call, around)
        .await?;
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
    let face = server.faces.face(asked.vendor);
    let response = answer.response(face);
    let real_latency = row.as_ref().is_some_and(|row| row.real_latency);
    let enactment = answer.enactment(verdict.as_ref(), real_latency, received_at);
    Ok(report_and_enact(
        server,
        conn,
        holder.workspace,
        told.seq,
        enactment,
        response,
    )
    .await)
}

/// A hang without an end goes on when its socket ends: the client left, or the longest wait is over.
fn release_with_socket(server: Arc<Server>, workspace: Arc<Workspace>, conn: Conn, seq: u64) {
    tokio::spawn(async move {
        tokio::select! {
            () = conn.gone() => {}
            () = tokio::time::sleep(crate::enact::SOCKET_WAIT_MAX) => {}
        }
        if let Err(error) = workspace.resume(&server.office, seq).await {
            tracing::warn!(seq, %error, "a hanging call could not go on");
        }
    });
}

/// What is about to be said.
struct Spoken<'a> {
    asked: &'a Asked<'a>,
    told: &'a Told,
    operation: Option<&'a str>,
    key: Option<&'a str>,
    address: &'a str,
    waited: bool,
}

impl Spoken<'_> {
    fn response(&self, face: &dyn Face) -> http::Response<Bytes> {
        let told = self.told;
        let request_id = format!("{:016x}", told.request);
        let original = told
            .original_request
            .map(|request| format!("{request:016x}"));
        let scene = Scene {
            method: &self.asked.method,
            path: self.asked.uri.path(),
            status: told.status,
            request_id: &request_id,
            original_request_id: original.as_deref(),
            at: told.at,
            up: told.up,
            base_url: &self.asked.base_url,
            address: self.address,
            headers: self.asked.headers,
            operation: self.operation,
            idempotency_key: self.key,
            rate: told.rate.map(|(units, used, window_ms, opens_up)| RateUse {
                units,
                used,
                window_ms,
                opens_up,
            }),
        };
        let verdict = told.verdict.as_ref().filter(|_| !self.waited);
        let mut rendered = match (
            verdict.map(|verdict| (&verdict.effect, verdict.position)),
            &told.answer,
        ) {
            (
                Some((
                    kind @ (Kind::Error { .. } | Kind::Throttle { .. } | Kind::QuotaExhausted),
                    _,
                )),
                _,
            ) => face.injected(kind, &scene),
            // Body faults before the effect have nothing decided to spoil: they bite on a 503.
            (Some((Kind::Cut { .. } | Kind::Garble { .. }, Position::Before)), _) => face.injected(
                &Kind::Error {
                    status: 503,
                    code: None,
                },
                &scene,
            ),
            (_, Some(answer)) => face.render(answer, &scene),
            (_, None) => return OurError::broken().rendered(),
        };
        if let Some((Kind::Garble { how }, _)) =
            verdict.map(|verdict| (&verdict.effect, verdict.position))
        {
            spoil(
                &mut rendered,
                *how,
                verdict.map_or(0, |verdict| verdict.draw),
            );
        }
        rendered.into_response_bytes()
    }

    fn enactment(
        &self,
        verdict: Option<&muddle_world::fault::Verdict>,
        real_latency: bool,
        received_at: Instant,
    ) -> Enactment {
        let asked_ms = verdict.map_or(0, |verdict| match &verdict.effect {
            Kind::Delay { .. } => verdict.delay_ms.unwrap_or(0),
            Kind::Hang { for_ms: Some(ms) } if self.waited || self.told.counted => *ms,
            _ => 0,
        });
        let asked_ms = u64::try_from(asked_ms).unwrap_or(0);
        let asked_delay_ms = if self.told.counted && !real_latency {
            asked_ms.min(COUNTED_SLEEP_MS_MAX)
        } else {
            asked_ms
        };
        let ending = match verdict.map(|verdict| (&verdict.effect, verdict.position)) {
            Some((Kind::Reset, _)) => Ending::Reset,
            Some((Kind::Close, _)) => Ending::Close,
            Some((Kind::Cut { after_bytes }, _)) => Ending::Cut {
                after_bytes: *after_bytes,
            },
            Some((Kind::Hang { for_ms }, Position::After)) => Ending::Hang {
                for_ms: for_ms.and_then(|ms| u64::try_from(ms).ok()),
            },
            _ => Ending::Whole,
        };
        Enactment {
            ending,
            asked_delay_ms,
            received_at,
        }
    }
}

fn spoil(rendered: &mut Rendered, how: How, draw: u64) {
    let kind = match how {
        How::BitFlip => Garble::BitFlip,
        How::RandomBytes => Garble::RandomBytes,
        How::HtmlPage => Garble::HtmlPage,
    };
    let (body, content_type) = garble(kind, rendered.body.clone(), draw);
    rendered.body = body;
    if let Some(content_type) = content_type {
        rendered.status = StatusCode::OK.as_u16();
        rendered
            .headers
            .retain(|(name, _)| name != http::header::CONTENT_TYPE);
        rendered.headers.push((
            http::header::CONTENT_TYPE,
            http::HeaderValue::from_static(content_type),
        ));
    }
}

async fn report_and_enact(
    server: &Arc<Server>,
    conn: &Conn,
    workspace: WorkspaceId,
    seq: u64,
    enactment: Enactment,
    response: http::Response<Bytes>,
) -> Response {
    let server = server.clone();
    enact(conn, enactment, response, move |fact| {
        let json = crate::wire::row(seq, &fact);
        server.office.wire(workspace, seq, json);
    })
    .await
}
