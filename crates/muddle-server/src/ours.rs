//! Our own failures over HTTP: one table of code and status, never to be taken for a vendor's.
//!
//! Called wherever the sandbox itself cannot go on. Every answer carries `x-muddle-error` and a body that says so.

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use muddle_office::OfficeError;
use muddle_office::limits::{BODIES_BYTES_MAX, WORKSPACE_BODIES_BYTES_MAX};
use serde_json::json;

use crate::socket::SocketLimits;
use crate::state::{ANSWER_BYTES_MAX, ROOM_WAIT_MAX};
use crate::vendors::Rendered;

/// The header that marks an answer as the sandbox's own.
pub const MARK: HeaderName = HeaderName::from_static("x-muddle-error");

/// One of our own failures.
#[derive(Debug)]
pub struct OurError {
    code: &'static str,
    status: StatusCode,
    message: String,
}

impl OurError {
    /// A failure with its code and sentence.
    pub fn new(code: &'static str, status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            code,
            status,
            message: message.into(),
        }
    }

    /// Nothing here has this path.
    pub fn no_route(path: &str) -> Self {
        Self::new(
            "no-route",
            StatusCode::NOT_FOUND,
            format!("no vendor of this sandbox has the path `{path}`"),
        )
    }

    /// The request broke off.
    pub fn unreadable() -> Self {
        Self::new(
            "unreadable",
            StatusCode::BAD_REQUEST,
            "the request's body could not be read to its end",
        )
    }

    /// The request's body came more slowly than the limits of the socket allow.
    pub fn slow_body() -> Self {
        let SocketLimits {
            body_max,
            body_bytes_per_s_min,
            ..
        } = SocketLimits::default();
        Self::new(
            "slow-body",
            StatusCode::REQUEST_TIMEOUT,
            format!(
                "the request's body came too slowly: it may take {} s, and a second more for every \
                 {body_bytes_per_s_min} bytes that come; send it again",
                body_max.as_secs()
            ),
        )
    }

    /// Large bodies and answers are under way already, as many bytes as there may be.
    pub fn no_room() -> Self {
        Self::new(
            "bodies-in-flight",
            StatusCode::SERVICE_UNAVAILABLE,
            format!(
                "large bodies and answers under way may have {WORKSPACE_BODIES_BYTES_MAX} bytes for one workspace and \
                 {BODIES_BYTES_MAX} for all (BODIES_BYTES_MAX), and for {} s there was no room; try again",
                ROOM_WAIT_MAX.as_secs()
            ),
        )
    }

    /// The answer is longer than any answer may be.
    pub fn answer_too_large() -> Self {
        Self::new(
            "answer-too-large",
            StatusCode::INSUFFICIENT_STORAGE,
            format!(
                "the answer is longer than the sandbox's limit of {ANSWER_BYTES_MAX} bytes (ANSWER_BYTES_MAX); \
                 ask for less: a smaller page, fewer ids, properties or expansions, or one message at a time"
            ),
        )
    }

    /// A rule of ours broke.
    pub fn broken() -> Self {
        Self::new(
            "broken",
            StatusCode::INTERNAL_SERVER_ERROR,
            "the sandbox itself failed on this call; nothing was applied, and the log says so",
        )
    }

    /// The same as plain bytes.
    pub fn rendered(self) -> http::Response<Bytes> {
        let body =
            json!({"error": {"code": self.code, "message": format!("muddle: {}", self.message)}});
        let mut response = http::Response::new(Bytes::from(body.to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        headers.insert(MARK, HeaderValue::from_static(self.code));
        headers.insert("stripe-should-retry", HeaderValue::from_static("false"));
        response
    }
}

impl IntoResponse for OurError {
    fn into_response(self) -> Response {
        self.rendered().map(axum::body::Body::from)
    }
}

impl From<OfficeError> for OurError {
    fn from(error: OfficeError) -> Self {
        let (code, status) = match &error {
            OfficeError::NoWorkspace(_) => ("no-workspace", StatusCode::NOT_FOUND),
            OfficeError::NoKey(_) => ("not-found", StatusCode::NOT_FOUND),
            OfficeError::Sealed => ("sealed", StatusCode::GONE),
            OfficeError::NotKept | OfficeError::Log(_) => {
                ("not-kept", StatusCode::SERVICE_UNAVAILABLE)
            }
            OfficeError::Stopping => ("stopping", StatusCode::SERVICE_UNAVAILABLE),
            OfficeError::TooManyCases { .. }
            | OfficeError::Invalid(_)
            | OfficeError::Scenario(_) => ("invalid", StatusCode::BAD_REQUEST),
            OfficeError::Conflict(_) => ("conflict", StatusCode::CONFLICT),
            OfficeError::NotWhole { .. } => ("not-whole", StatusCode::CONFLICT),
            OfficeError::ReadOnly(_) => ("read-only", StatusCode::SERVICE_UNAVAILABLE),
            OfficeError::Limit(_) => ("limit", StatusCode::TOO_MANY_REQUESTS),
            OfficeError::Act(_) | OfficeError::Damaged { .. } => {
                ("broken", StatusCode::INTERNAL_SERVER_ERROR)
            }
        };
        // What is read-only stays so, and was said when the server started.
        if status.is_server_error() && !matches!(error, OfficeError::ReadOnly(_)) {
            tracing::error!(%error, code, "the sandbox failed");
            let message =
                "the sandbox could not carry this out; its server log says why".to_owned();
            return Self {
                code,
                status,
                message,
            };
        }
        Self {
            code,
            status,
            message: error.to_string(),
        }
    }
}

impl Rendered {
    /// The answer as a response, its body still in one piece.
    pub fn into_response_bytes(self) -> http::Response<Bytes> {
        let mut response = http::Response::new(self.body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.headers_mut().extend(
            self.headers
                .into_iter()
                .map(|(name, value)| (Some(name), value)),
        );
        response
    }
}

impl IntoResponse for Rendered {
    fn into_response(self) -> Response {
        self.into_response_bytes().map(axum::body::Body::from)
    }
}
