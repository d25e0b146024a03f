//! The office's clock, as a pilot uses it: what time it is there, and how one waits.
//!
//! Called by the retry policy and by the pilots' main loops. Under a clock that waits for the automation a pause is a
//! request (`POST /muddle/v1/wait`); under any other it is sleep. Holds no time of its own.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::error::{CallError, PilotError};
use crate::settings::Settings;

/// How long one request to Muddle's own routes may take; under a real clock a wait is answered when it is over.
const OWN_ROUTE_TIMEOUT: Duration = Duration::from_secs(120);
/// Sleep between two looks at a mailbox whose clock runs by itself.
const NAP: Duration = Duration::from_secs(1);

/// The office's clock and Muddle's own routes.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    http: reqwest::Client,
    url: String,
    token: String,
    steps: bool,
}

/// What time it is in the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub Timestamp);

impl Moment {
    /// Milliseconds since another moment.
    pub(crate) fn since_ms(self, earlier: Self) -> i64 {
        self.0.as_millisecond() - earlier.0.as_millisecond()
    }

    /// Later by so many milliseconds.
    pub(crate) fn plus_ms(self, ms: i64) -> Self {
        Self(
            self.0
                .saturating_add(SignedDuration::from_millis(ms))
                .unwrap_or(self.0),
        )
    }

    /// Its day.
    pub(crate) fn day(self) -> jiff::civil::Date {
        self.0.to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    /// From `2026-11-21T09:00:00Z`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

impl Clock {
    /// Looks at the clock once to learn how it runs.
    pub(crate) async fn find(
        http: reqwest::Client,
        settings: &Settings,
    ) -> Result<(Self, Moment), PilotError> {
        let mut clock = Self {
            http,
            url: settings.url.clone(),
            token: settings.token.clone(),
            steps: false,
        };
        let said = clock.own(Method::GET, "/muddle/v1/now", None).await?;
        clock.steps = runs_by_steps(&said);
        let now = moment_of(&said, "/muddle/v1/now")?;
        Ok((clock, now))
    }

    /// Whether time stands still between calls.
    pub(crate) const fn steps(&self) -> bool {
        self.steps
    }

    /// What time it is.
    pub(crate) async fn now(&self) -> Result<Moment, CallError> {
        let said = self.own(Method::GET, "/muddle/v1/now", None).await?;
        moment_of(&said, "/muddle/v1/now")
    }

    /// Lets so many milliseconds go by.
    pub(crate) async fn pause_ms(&self, ms: i64) -> Result<(), CallError> {
        if self.steps {
            self.wait(json!({ "for": format!("{ms}ms") }))
                .await
                .map(drop)
        } else {
            tokio::time::sleep(Duration::from_millis(ms.unsigned_abs())).await;
            Ok(())
        }
    }

    /// Waits until something happens by itself, or until a moment; false if nothing will ever happen any more.
    ///
    /// Where time runs by itself it naps: whoever asks looks again.
    pub(crate) async fn until_event(&self, latest: Option<Moment>) -> Result<bool, CallError> {
        if !self.steps {
            tokio::time::sleep(NAP).await;
            return Ok(true);
        }
        let body = match latest {
            Some(moment) => json!({ "until": moment.0.to_string() }),
            None => json!({ "next_event": true }),
        };
        let said = self.wait(body).await?;
        Ok(said.get("reached").and_then(Value::as_bool) == Some(true))
    }

    async fn wait(&self, body: Value) -> Result<Value, CallError> {
        self.own(Method::POST, "/muddle/v1/wait", Some(body)).await
    }

    /// Declares that an attempt begins, and gets its number.
    pub(crate) async fn begin_attempt(&self, label: &str, command: &str) -> Result<u64, CallError> {
        let body = json!({ "label": label, "command": command, "code": concat!("muddle-pilots ", env!("CARGO_PKG_VERSION")) });
        let begun = self
            .own(Method::POST, "/muddle/v1/attempts", Some(body))
            .await?;
        Ok(begun["attempt"].as_u64().unwrap_or_default())
    }

    /// Declares that it is over: what comes now is done by hand. An office that closed meanwhile has ended it.
    pub(crate) async fn end_attempt(&self, attempt: u64) -> Result<(), CallError> {
        let path = format!("/muddle/v1/attempts/{attempt}/end");
        match self.own(Method::POST, &path, None).await {
            Ok(_) | Err(CallError::Refused { status: 410, .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// What the brief says.
    pub(crate) async fn brief(&self) -> Result<String, CallError> {
        let said = self.own(Method::GET, "/muddle/v1/brief", None).await?;
        Ok(page(&said))
    }

    /// What the contract says.
    pub(crate) async fn contract(&self) -> Result<String, CallError> {
        let said = self.own(Method::GET, "/muddle/v1/contract", None).await?;
        Ok(page(&said))
    }

    /// The truth, for who holds a grader's token.
    pub(crate) async fn truth(
        &self,
        workspace: &str,
        grader_token: &str,
    ) -> Result<Value, CallError> {
        let path = format!("/muddle/v1/workspaces/{workspace}/truth");
        self.ask(Method::GET, &path, None, grader_token).await
    }

    async fn own(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, CallError> {
        self.ask(method, path, body, &self.token).await
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        token: &str,
    ) -> Result<Value, CallError> {
        let name = if method == Method::GET { "GET" } else { "POST" };
        let lost = |error: reqwest::Error| CallError::Indefinite {
            method: name,
            path: path.to_owned(),
            why: error.to_string(),
        };
        let mut request = self
            .http
            .request(method.clone(), format!("{}{path}", self.url))
            .bearer_auth(token)
            .timeout(OWN_ROUTE_TIMEOUT);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.map_err(lost)?;
        let status = answer.status();
        let text = answer.text().await.map_err(lost)?;
        if !status.is_success() {
            return Err(CallError::Refused {
                method: name,
                path: path.to_owned(),
                status: status.as_u16(),
                code: String::new(),
                message: text.chars().take(300).collect(),
            });
        }
        Ok(serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }
}

/// A page that came as text, or as JSON around it.
fn page(said: &Value) -> String {
    let inside = ["text", "markdown", "brief", "contract"]
        .iter()
        .find_map(|name| said.get(name)?.as_str());
    match (said.as_str(), inside) {
        (Some(text), _) | (None, Some(text)) => text.to_owned(),
        (None, None) => said.to_string(),
    }
}

fn runs_by_steps(said: &Value) -> bool {
    let clock = said.get("clock").or_else(|| said.get("mode"));
    match clock {
        Some(Value::String(name)) => name.starts_with("step"),
        Some(Value::Object(setting)) => {
            setting.contains_key("step")
                || setting
                    .get("mode")
                    .is_some_and(|mode| mode.to_string().contains("step"))
        }
        _ => false,
    }
}

fn moment_of(said: &Value, path: &str) -> Result<Moment, CallError> {
    let text = ["now", "at"]
        .iter()
        .find_map(|name| said.get(name)?.as_str());
    text.and_then(Moment::parse)
        .ok_or_else(|| CallError::Indefinite {
            method: "GET",
            path: path.to_owned(),
            why: format!("no time in {said}"),
        })
}
