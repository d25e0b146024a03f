//! What the machine gives without Muddle: a route that reads a request's body and answers as many bytes as asked.
//!
//! Started by `serve --bench` beside the server, on a port of its own, in the same process; `make bench` measures
//! against it. It has no layers, no credential, no log and no socket of ours.

use axum::Router;
use axum::routing::any;
use bytes::Bytes;
use http::Uri;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Its only path; `?bytes=N` says how long the answer is.
pub const PATH: &str = "/muddle/bench/baseline";
/// The longest answer.
static ANSWER: [u8; 65_536] = [b' '; 65_536];

/// Serves until `stop`.
pub async fn serve(listener: TcpListener, stop: CancellationToken) -> std::io::Result<()> {
    let router = Router::new().route(PATH, any(answer));
    axum::serve(listener, router)
        .with_graceful_shutdown(stop.cancelled_owned())
        .await
}

async fn answer(uri: Uri, body: Bytes) -> ([(http::HeaderName, &'static str); 1], Bytes) {
    let asked = uri
        .query()
        .and_then(|query| query.strip_prefix("bytes="))
        .and_then(|length| length.parse().ok())
        .unwrap_or(body.len());
    let length = asked.min(ANSWER.len());
    (
        [(http::header::CONTENT_TYPE, "application/json")],
        Bytes::from_static(&ANSWER[..length]),
    )
}
