//! Bodies and queries of our own API, refused with a sentence that names the field.
//!
//! Used by every handler of [`super`] instead of the framework's own extractors, whose refusals are not in our form.

use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use bytes::Bytes;
use http::request::Parts;
use muddle_office::limits::LARGE_BYTES_MIN;
use muddle_office::load::aside;
use serde::de::DeserializeOwned;

use super::error::{ApiError, Code};
use crate::masking;

/// A JSON body. An absent body reads as `{}`.
pub struct Body<T>(pub T);

/// The query string.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let raw =
            Bytes::from_request(request, state)
                .await
                .map_err(|rejection: BytesRejection| {
                    let code = match rejection.status().as_u16() {
                        413 => Code::TooLarge,
                        _ => Code::Invalid,
                    };
                    ApiError::new(code, "the body could not be read")
                })?;
        let text: &[u8] = if raw.iter().all(u8::is_ascii_whitespace) {
            b"{}"
        } else {
            &raw
        };
        aside(text.len() > LARGE_BYTES_MIN, || {
            read_json(&masking::words(text))
        })
        .map(Self)
    }
}

fn read_json<T: DeserializeOwned>(raw: &[u8]) -> Result<T, ApiError> {
    let mut reader = serde_json::Deserializer::from_slice(raw);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let message = error.into_inner().to_string();
        if path == "." {
            ApiError::new(
                Code::Invalid,
                format!("the body is not as this route takes it: {message}"),
            )
        } else {
            ApiError::field(&path, message)
        }
    })?;
    reader
        .end()
        .map_err(|_| ApiError::new(Code::Invalid, "the body goes on after its JSON"))?;
    Ok(value)
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state);
        query
            .await
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection| ApiError::new(Code::Invalid, rejection.body_text()))
    }
}
