//! Our own API, `/muddle/v1/…`: opening, time, faults, evidence and judging; and `/healthz`.
//!
//! Merged by the router beside the vendors' faces. Reading order: [`error`] (the table of codes), [`caller`] (who may
//! reach what), [`extract`] and [`words`] (how requests are read), then one file per noun. Each handler asks the caller's
//! role, finds the workspace, makes one call of the office and spells the answer; no rule is decided here.
//!
//! Invariant: with a candidate's token no route gives truth, rubric, seed, log or another workspace, by any id or error.

pub mod attempts;
pub mod caller;
pub mod clock;
pub mod error;
pub mod evidence;
pub mod extract;
pub mod faults;
pub(crate) mod follow;
pub mod judging;
pub mod keys;
pub mod listing;
pub mod log;
pub mod mail;
pub mod note;
pub mod packet;
pub mod rule;
pub mod scenarios;
pub mod status;
mod telling;
pub mod watch;
pub mod words;
pub mod workspaces;

use std::sync::Arc;

use axum::extract::State;
use axum::{Json, Router};
use muddle_office::OfficeError;
use muddle_office::act::Told;
use muddle_world::office::Reply;
use muddle_world::reply::Answer;
use serde::Serialize;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{OpenApi as _, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Server;
use error::{ApiError, Code};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Muddle",
        description = "Control API of a messy back office on demand. Tokens go as `Authorization: Bearer …`; each error carries its code in `x-muddle-error`."
    ),
    security(("token" = []))
)]
struct Frame;

/// The routes, to be merged into the server's.
pub fn routes() -> Router<Arc<Server>> {
    let (router, _) = described().split_for_parts();
    router
        .route(
            "/muddle/openapi.json",
            axum::routing::get(|| async { Json(openapi()) }),
        )
        .route("/muddle/{*rest}", axum::routing::any(no_route))
        .method_not_allowed_fallback(wrong_method)
}

/// The description of the routes, as it is kept in `docs/openapi.json`.
pub fn openapi() -> OpenApi {
    let mut api = described().into_openapi();
    let token = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let components = api.components.get_or_insert_with(Default::default);
    components.add_security_scheme("token", token);
    api
}

fn described() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::with_openapi(Frame::openapi())
        .routes(routes!(workspaces::open, listing::list))
        .routes(routes!(workspaces::get))
        .routes(routes!(workspaces::reset))
        .routes(routes!(workspaces::fork))
        .routes(routes!(clock::now))
        .routes(routes!(clock::wait))
        .routes(routes!(clock::set))
        .routes(routes!(faults::list, faults::arm, faults::lift_all))
        .routes(routes!(faults::lift))
        .routes(routes!(keys::list, keys::issue))
        .routes(routes!(keys::revoke))
        .routes(routes!(keys::expire))
        .routes(routes!(attempts::list, attempts::start))
        .routes(routes!(attempts::end))
        .routes(routes!(packet::brief))
        .routes(routes!(packet::contract))
        .routes(routes!(packet::check))
        .routes(routes!(status::status))
        .routes(routes!(mail::send))
        .routes(routes!(note::note))
        .routes(routes!(watch::watch))
        .routes(routes!(log::log))
        .routes(routes!(evidence::truth))
        .routes(routes!(evidence::replay_to))
        .routes(routes!(evidence::prove))
        .routes(routes!(judging::close, judging::receipt))
        .routes(routes!(judging::grade))
        .routes(routes!(scenarios::list))
        .routes(routes!(health))
}

/// That the server runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`, or `read-only` where the register is damaged.
    pub status: String,
    /// The server's version.
    pub version: String,
}

/// Says that the server runs. Needs no token.
#[utoipa::path(get, path = "/healthz", tag = "server", security(()), responses((status = 200, body = Health)))]
async fn health(State(server): State<Arc<Server>>) -> Json<Health> {
    let status = match server.office.writable() {
        Ok(()) => "ok",
        Err(_) => "read-only",
    };
    Json(Health {
        status: status.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

async fn no_route() -> ApiError {
    ApiError::new(
        Code::NoRoute,
        "Muddle's own API has no such route; see /muddle/openapi.json",
    )
}

async fn wrong_method() -> ApiError {
    ApiError::new(
        Code::MethodNotAllowed,
        "this route does not take that method; see /muddle/openapi.json",
    )
}

/// What the office replied, or its refusal as an error.
fn told(told: Told) -> Result<Reply, ApiError> {
    match told.answer {
        Some(Answer::Office(Reply::Refused { code, message })) => {
            let code = match &*code {
                "not_found" => Code::NotFound,
                "conflict" => Code::Conflict,
                "limit" => Code::Limit,
                _ => Code::Invalid,
            };
            Err(ApiError::new(code, message.to_string()))
        }
        Some(Answer::Office(reply)) => Ok(reply),
        _ => Err(ApiError::new(Code::Internal, "the office gave no answer")),
    }
}

/// As [`told`], for calls whose reply says nothing more.
fn done(heard: Told) -> Result<(), ApiError> {
    told(heard).map(drop)
}

/// Runs what blocks off the worker threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, OfficeError> + Send + 'static,
) -> Result<T, OfficeError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(_) => Err(OfficeError::Stopping),
    }
}
