//! The one list of routes.
//!
//! Our own routes live under `/muddle/…` and `/healthz`; everything else is a vendor's and goes to `dispatch`, which
//! tells vendors apart by path and workspaces by key.

use std::sync::Arc;

use axum::Router;
use tower_http::catch_panic::CatchPanicLayer;

use crate::control;
use crate::dispatch::dispatch;
use crate::ours::OurError;
use crate::state::Server;

/// All routes of a server.
pub fn router(server: Arc<Server>) -> Router {
    Router::new()
        .merge(control::routes())
        .fallback(dispatch)
        .layer(CatchPanicLayer::custom(
            |_: Box<dyn std::any::Any + Send>| {
                tracing::error!("a handler panicked");
                OurError::broken().rendered().map(axum::body::Body::from)
            },
        ))
        .with_state(server)
}
