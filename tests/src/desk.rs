//! A whole office as its people have it: a server on a free port, a workspace opened through its own API, a client each.
//!
//! Used by the tests of the control API and by whatever needs a scenario's office over HTTP. Nothing here knows an id
//! of the generated world.

#![expect(clippy::unwrap_used, reason = "a test harness fails by panicking")]

use std::sync::{Arc, Once};

use muddle_log::{Log, Memory, WriterLimits};
use muddle_office::Office;
use reqwest::Method;
use serde_json::{Value, json};

use crate::small::{Served, config};

/// The admin's token of every server that is started here.
pub const ADMIN: &str = "admin";

/// A server over a log in memory.
pub struct House {
    served: Served,
    office: Arc<Office>,
    http: reqwest::Client,
}

/// What a request was answered.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// `x-muddle-error`.
    pub error: Option<String>,
    /// Body.
    pub text: String,
}

impl Answer {
    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// The body as JSON, if the status is this one.
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }
}

/// A workspace that was opened: what `open --json` prints.
pub struct Desk {
    /// All of it.
    pub opened: Value,
}

impl Desk {
    /// The workspace's name.
    pub fn name(&self) -> &str {
        self.opened["workspace"].as_str().unwrap()
    }

    /// A role's token.
    pub fn token(&self, role: &str) -> &str {
        self.opened["tokens"][role].as_str().unwrap()
    }

    /// A vendor's key.
    pub fn key(&self, vendor: &str) -> &str {
        self.opened["vendors"][vendor]["key"].as_str().unwrap()
    }

    /// A path of the control API under this workspace.
    pub fn path(&self, rest: &str) -> String {
        format!("/muddle/v1/workspaces/{}{rest}", self.name())
    }
}

impl House {
    /// Starts one.
    pub async fn start() -> Self {
        Self::over(Arc::new(Memory::default())).await
    }

    /// Starts one over this log.
    pub async fn over(log: Arc<dyn Log>) -> Self {
        static TLS: Once = Once::new();
        TLS.call_once(|| {
            // An error means that one is installed already.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let office = Office::start(log, config(WriterLimits::default()))
            .await
            .unwrap();
        Self {
            served: Served::start(office.clone()).await,
            office,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    /// The server's address.
    pub fn addr(&self) -> std::net::SocketAddr {
        let url = self.url();
        url.trim_start_matches("http://").parse().unwrap()
    }

    /// The office behind it.
    pub const fn office(&self) -> &Arc<Office> {
        &self.office
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        self.served.url()
    }

    /// Opens a refund desk of few cases under `step`; `more` adds to the order or changes it.
    pub async fn open(&self, seed: u64, more: Value) -> Desk {
        let mut order =
            json!({"scenario": "refund-desk", "seed": seed, "clock": "step", "cases": 10});
        order
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let answer = self
            .ask(Method::POST, "/muddle/v1/workspaces", ADMIN, Some(order))
            .await;
        Desk {
            opened: answer.expect(201),
        }
    }

    /// One request with a Bearer token or key.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<Value>,
    ) -> Answer {
        let request = self
            .http
            .request(method, format!("{}{path}", self.url()))
            .bearer_auth(token);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let response = request.send().await.unwrap();
        Answer {
            status: response.status().as_u16(),
            error: response
                .headers()
                .get("x-muddle-error")
                .map(|code| code.to_str().unwrap().to_owned()),
            text: response.text().await.unwrap(),
        }
    }

    /// A GET.
    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.ask(Method::GET, path, token, None).await
    }

    /// A POST.
    pub async fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, token, Some(body)).await
    }

    /// Ends it in order.
    pub async fn stop(self) {
        self.served.stop().await;
        self.office.stop().await.unwrap();
    }
}
