//! Errors of our own API: the one table of codes and statuses, and how they are spelled.
//!
//! Every handler of [`super`] fails with an [`ApiError`]. The body is `{"error":{"code","message"}}`, the code is also
//! in the header `x-muddle-error`. No message names a workspace that the caller may not see.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode};
use muddle_office::OfficeError;
use serde::Serialize;
use utoipa::ToSchema;

/// Names our own failures on every route, a vendor's too.
pub const HEADER: &str = "x-muddle-error";

/// What is said of an office that is closed, with the ways on.
pub const SEALED: &str = "the workspace is sealed and takes no more calls; `reset` begins it again under the same keys, \
                          `fork` goes on with a copy from before the seal; in an exam neither";

/// What went wrong, for a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// No token, or one that nobody issued or that was taken back.
    Unauthorized,
    /// A good token whose role may not do this.
    Forbidden,
    /// No such route.
    NoRoute,
    /// The route takes other methods.
    MethodNotAllowed,
    /// No such workspace, or none that the caller may see.
    NoWorkspace,
    /// Something named inside the workspace does not exist.
    NotFound,
    /// The request cannot be understood.
    Invalid,
    /// The body is longer than we take.
    TooLarge,
    /// Mode or state do not allow it now.
    Conflict,
    /// A limit of the workspace is reached.
    Limit,
    /// The office is closed.
    Sealed,
    /// A scenario has mistakes.
    Scenario,
    /// The log could not keep it, so it did not happen.
    NotKept,
    /// The server stops.
    Stopping,
    /// The log is damaged.
    Damaged,
    /// The log lacks what somebody saw of it, so nothing is signed or judged.
    NotWhole,
    /// The register is damaged: only reading is left, and only for the admin.
    ReadOnly,
    /// A fault of our own.
    Internal,
}

impl Code {
    /// The table.
    const fn row(self) -> (&'static str, StatusCode) {
        match self {
            Self::Unauthorized => ("unauthorized", StatusCode::UNAUTHORIZED),
            Self::Forbidden => ("forbidden", StatusCode::FORBIDDEN),
            Self::NoRoute => ("no-route", StatusCode::NOT_FOUND),
            Self::MethodNotAllowed => ("method-not-allowed", StatusCode::METHOD_NOT_ALLOWED),
            Self::NoWorkspace => ("no-workspace", StatusCode::NOT_FOUND),
            Self::NotFound => ("not-found", StatusCode::NOT_FOUND),
            Self::Invalid => ("invalid", StatusCode::BAD_REQUEST),
            Self::TooLarge => ("too-large", StatusCode::PAYLOAD_TOO_LARGE),
            Self::Conflict => ("conflict", StatusCode::CONFLICT),
            Self::Limit => ("limit", StatusCode::TOO_MANY_REQUESTS),
            Self::Sealed => ("sealed", StatusCode::GONE),
            Self::Scenario => ("scenario-invalid", StatusCode::UNPROCESSABLE_ENTITY),
            Self::NotKept => ("not-kept", StatusCode::SERVICE_UNAVAILABLE),
            Self::Stopping => ("stopping", StatusCode::SERVICE_UNAVAILABLE),
            Self::Damaged => ("damaged", StatusCode::INTERNAL_SERVER_ERROR),
            Self::NotWhole => ("not-whole", StatusCode::CONFLICT),
            Self::ReadOnly => ("read-only", StatusCode::SERVICE_UNAVAILABLE),
            Self::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// Its HTTP status.
    pub const fn status(self) -> StatusCode {
        self.row().1
    }
}

/// A failed request.
#[derive(Clone, Debug)]
pub struct ApiError {
    code: Code,
    message: String,
    param: Option<String>,
}

impl ApiError {
    /// An error with a sentence that says what to do.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            param: None,
        }
    }

    /// A field that cannot be taken as it is.
    pub fn field(name: &str, message: impl Into<String>) -> Self {
        Self {
            param: Some(name.to_owned()),
            ..Self::new(Code::Invalid, message)
        }
    }

    /// What one hears of workspaces that do not exist and of those that are none of one's business alike.
    pub fn no_workspace() -> Self {
        Self::new(
            Code::NoWorkspace,
            "there is no such workspace, or this token does not open it",
        )
    }

    /// What one hears of an office that is closed, with the ways on.
    pub fn sealed() -> Self {
        Self::new(Code::Sealed, SEALED)
    }

    /// What it is.
    pub const fn code(&self) -> Code {
        self.code
    }
}

impl From<OfficeError> for ApiError {
    fn from(error: OfficeError) -> Self {
        let code = match &error {
            OfficeError::NoWorkspace(_) => return Self::no_workspace(),
            OfficeError::NoKey(_) => Code::NotFound,
            OfficeError::Sealed => return Self::sealed(),
            OfficeError::NotKept => Code::NotKept,
            OfficeError::Stopping => Code::Stopping,
            OfficeError::Damaged { .. } => Code::Damaged,
            OfficeError::TooManyCases { .. } => return Self::field("cases", error.to_string()),
            OfficeError::NotWhole { .. } => Code::NotWhole,
            OfficeError::ReadOnly(_) => Code::ReadOnly,
            OfficeError::Invalid(_) => Code::Invalid,
            OfficeError::Conflict(_) => Code::Conflict,
            OfficeError::Limit(_) => Code::Limit,
            OfficeError::Scenario(_) => Code::Scenario,
            OfficeError::Log(_) | OfficeError::Act(_) => {
                tracing::error!(%error, "a request of the control API failed");
                let message = "the sandbox failed at this request; it is not your fault";
                return Self::new(Code::Internal, message);
            }
        };
        Self::new(code, error.to_string())
    }
}

/// The body of an error.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorDetail {
    /// For a program; also in the header `x-muddle-error`.
    pub code: String,
    /// For a person.
    pub message: String,
    /// The field or parameter concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub param: Option<String>,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ErrorBody {
            error: ErrorDetail {
                code: self.code.name().to_owned(),
                message: self.message,
                param: self.param,
            },
        };
        let mut response = (self.code.status(), Json(body)).into_response();
        let name = HeaderValue::from_static(self.code.name());
        response.headers_mut().insert(HEADER, name);
        response
    }
}
