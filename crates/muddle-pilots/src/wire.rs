//! One vendor's line: requests, and the one policy for trying again.
//!
//! Called by the vendor clients. A failure is *definite* (the vendor said no), *passing* (come back later; nothing was
//! done) or *indefinite* (nobody knows). What is safe to repeat is repeated here; an indefinite write goes back to
//! the client, which reads before it writes again. Requests carry nothing random.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::clock::{Clock, Moment};
use crate::error::CallError;
use crate::habit::{Habit, Without};
use crate::settings::Door;

/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Tries of one call before a vendor counts as down.
const TRIES: u32 = 5;
/// Tries of somebody who does not wait in between.
const HASTY_TRIES: u32 = 40;
/// The first pause between two tries, doubled each time.
const FIRST_PAUSE_MS: i64 = 1_000;
/// Longest pause that a vendor may ask for within a call.
const ASKED_PAUSE_MS_MAX: i64 = 120_000;
/// How long a vendor that is down is left alone.
const REST_MS: i64 = 5 * 60_000;

/// What stands in a request beside its path.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// Nothing.
    None,
    /// A form, as billing wants it.
    Form(Vec<(String, String)>),
    /// JSON.
    Json(Value),
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    body: Body,
    key: Option<String>,
    repeatable: bool,
}

impl Request {
    /// A read.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            query: Vec::new(),
            body: Body::None,
            key: None,
            repeatable: true,
        }
    }

    /// A write that must not be repeated blindly.
    pub(crate) fn write(method: Method, path: impl Into<String>, body: Body) -> Self {
        Self {
            method,
            body,
            repeatable: false,
            ..Self::get(path)
        }
    }

    /// A write that does the same however often it is made.
    pub(crate) fn settle(method: Method, path: impl Into<String>, body: Body) -> Self {
        Self {
            repeatable: true,
            ..Self::write(method, path, body)
        }
    }

    /// With a query parameter.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    /// With an idempotency key.
    pub(crate) fn keyed(mut self, key: Option<String>) -> Self {
        self.key = key;
        self
    }
}

/// Since when a vendor is left alone, and until when.
#[derive(Debug, Default)]
struct Rest {
    until: Option<Moment>,
}

/// A vendor's line.
#[derive(Debug)]
pub(crate) struct Line {
    vendor: &'static str,
    http: reqwest::Client,
    url: String,
    key: String,
    clock: Arc<Clock>,
    patient: bool,
    rest: Mutex<Rest>,
}

/// One try's end.
enum End {
    Done(Value),
    Refused(CallError),
    /// Nothing was done; the vendor may say how long to wait.
    Later(CallError, Option<i64>),
    /// Nobody knows.
    Lost(CallError),
}

impl Line {
    /// A line with the retry policy, or without it.
    pub(crate) fn new(
        vendor: &'static str,
        http: reqwest::Client,
        door: &Door,
        clock: Arc<Clock>,
        without: Without,
    ) -> Self {
        Self {
            vendor,
            http,
            url: door.url.clone(),
            key: door.key.clone(),
            clock,
            patient: without.keeps(Habit::Backoff),
            rest: Mutex::default(),
        }
    }

    /// Sends a request until there is an answer to rely on, a refusal, or no use in going on.
    pub(crate) async fn send(&self, request: Request) -> Result<Value, CallError> {
        let tries = match self.resting_until() {
            _ if !self.patient => HASTY_TRIES,
            Some(until) if self.clock.now().await? < until => return Err(self.down()),
            Some(_) => 1,
            None => TRIES,
        };
        let mut pause_ms = FIRST_PAUSE_MS;
        let mut last = self.down();
        for _ in 0..tries {
            let asked = match self.once(&request).await {
                End::Done(value) => {
                    self.set_rest(None);
                    return Ok(value);
                }
                End::Refused(error) => return Err(error),
                End::Lost(error) if !request.repeatable => {
                    self.pause(pause_ms).await?;
                    return Err(error);
                }
                End::Lost(error) => {
                    last = error;
                    None
                }
                End::Later(error, asked) => {
                    last = error;
                    asked
                }
            };
            self.pause(asked.unwrap_or(pause_ms)).await?;
            pause_ms *= 2;
        }
        tracing::debug!(vendor = self.vendor, error = %last, "left alone for a while");
        if self.patient {
            self.set_rest(Some(self.clock.now().await?.plus_ms(REST_MS)));
        }
        Err(self.down())
    }

    /// Waits after each failure, also the last: whatever calls this vendor next has waited in office time.
    async fn pause(&self, ms: i64) -> Result<(), CallError> {
        if self.patient {
            self.clock.pause_ms(ms.min(ASKED_PAUSE_MS_MAX)).await?;
        }
        Ok(())
    }

    /// When a vendor that is down may be tried again.
    pub(crate) fn resting_until(&self) -> Option<Moment> {
        self.rest
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .until
    }

    fn set_rest(&self, until: Option<Moment>) {
        self.rest
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .until = until;
    }

    const fn down(&self) -> CallError {
        CallError::Down {
            vendor: self.vendor,
        }
    }

    async fn once(&self, request: &Request) -> End {
        let mut http = self
            .http
            .request(
                request.method.clone(),
                format!("{}{}", self.url, request.path),
            )
            .bearer_auth(&self.key)
            .timeout(TIMEOUT);
        if !request.query.is_empty() {
            http = http.query(&request.query);
        }
        if let Some(key) = &request.key {
            http = http.header("Idempotency-Key", key);
        }
        http = match &request.body {
            Body::None => http,
            Body::Form(fields) => http.form(fields),
            Body::Json(value) => http.json(value),
        };
        let answer = match http.send().await {
            Ok(answer) => answer,
            Err(error) => return End::Lost(self.lost(request, describe(&error))),
        };
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        match answer.text().await {
            Ok(text) => self.judge(request, status, &headers, &text),
            Err(error) => End::Lost(self.lost(request, describe(&error))),
        }
    }

    fn judge(&self, request: &Request, status: u16, headers: &HeaderMap, text: &str) -> End {
        let said: Option<Value> = if text.is_empty() {
            Some(Value::Null)
        } else {
            serde_json::from_str(text).ok()
        };
        let is_success = (200..300).contains(&status);
        let Some(said) = said.filter(|said| !is_success || said.is_object() || status == 204)
        else {
            return End::Lost(self.lost(
                request,
                format!("status {status} with a body that is not JSON"),
            ));
        };
        if is_success {
            return End::Done(said);
        }
        let (code, message) = complaint(&said);
        let refused = CallError::Refused {
            method: method_name(&request.method),
            path: request.path.clone(),
            status,
            code: code.clone(),
            message: message.clone(),
        };
        let busy = [
            "idempotency_key_in_use",
            "lock_timeout",
            "rateLimitExceeded",
            "userRateLimitExceeded",
        ];
        if status == 429 || status == 423 || busy.contains(&&*code) {
            return End::Later(refused, asked_pause(headers));
        }
        if status >= 500
            && headers
                .get("x-muddle-error")
                .is_none_or(|error| error != "not-offered")
        {
            return End::Lost(self.lost(request, format!("status {status}: {message}")));
        }
        End::Refused(refused)
    }

    fn lost(&self, request: &Request, why: String) -> CallError {
        tracing::debug!(
            vendor = self.vendor,
            path = request.path,
            why,
            "no answer to rely on"
        );
        CallError::Indefinite {
            method: method_name(&request.method),
            path: request.path.clone(),
            why,
        }
    }
}

fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::PUT => "PUT",
        _ => "DELETE",
    }
}

/// The transport's complaint without addresses.
fn describe(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "no answer in time".to_owned()
    } else if error.is_body() || error.is_decode() {
        "half an answer".to_owned()
    } else {
        "the connection was lost".to_owned()
    }
}

/// The vendors' three forms of saying no, as (code, message).
fn complaint(said: &Value) -> (String, String) {
    let error = said.get("error").unwrap_or(said);
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let reason = error
        .pointer("/errors/0/reason")
        .or_else(|| error.get("code"));
    let code = text(reason)
        .or_else(|| text(error.get("category")))
        .or_else(|| text(error.get("type")));
    (
        code.unwrap_or_default(),
        text(error.get("message")).unwrap_or_default(),
    )
}

/// `Retry-After` in milliseconds.
fn asked_pause(headers: &HeaderMap) -> Option<i64> {
    let seconds: i64 = headers
        .get("retry-after")?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    (seconds >= 0).then(|| seconds.saturating_mul(1_000))
}

#[cfg(test)]
mod tests;
