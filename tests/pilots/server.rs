//! A server of its own in a temporary directory, and the few calls of the control API that a comparison needs.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Every office's week, so that a comparison repeats on any day.
const EPOCH: &str = "2026-11-16";

/// The server. Stopped and swept away when dropped.
pub struct Server {
    child: Child,
    url: String,
    admin: String,
    http: reqwest::Client,
    _data: TempDir,
}

impl Server {
    /// Starts it on a free port and waits until it listens.
    pub async fn start(binary: &Path) -> Result<Self, String> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let data = TempDir::new().map_err(|error| format!("no temporary directory: {error}"))?;
        let mut child = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data.path())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", binary.display()))?;
        let stdout = child.stdout.take().ok_or("the server has no output")?;
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .map_err(|error| error.to_string())?;
        let url = line
            .trim()
            .strip_prefix("listening on ")
            .ok_or(format!("the server said `{line}`"))?
            .to_owned();
        let admin = std::fs::read_to_string(data.path().join("admin.token"))
            .map_err(|error| format!("no admin token: {error}"))?;
        Ok(Self {
            child,
            url,
            admin: admin.trim().to_owned(),
            http: reqwest::Client::builder()
                .no_proxy()
                .build()
                .map_err(|error| error.to_string())?,
            _data: data,
        })
    }

    /// Opens an office; the answer holds its keys.
    pub async fn open(&self, mut order: Value) -> Result<Value, String> {
        order["epoch"] = EPOCH.into();
        self.post("/muddle/v1/workspaces", &self.admin, &order)
            .await
    }

    /// Arms a fault by hand.
    pub async fn arm(&self, workspace: &str, fault: &Value) -> Result<Value, String> {
        let path = format!("/muddle/v1/workspaces/{workspace}/faults");
        self.post(&path, &self.admin, fault).await
    }

    /// What every fault of an office did so far.
    pub async fn faults(&self, workspace: &str) -> Result<Value, String> {
        let path = format!("/muddle/v1/workspaces/{workspace}/faults");
        let request = self.http.get(format!("{}{path}", self.url));
        told(&path, request.bearer_auth(&self.admin)).await
    }

    /// Seals and grades.
    pub async fn grade(&self, workspace: &str, grader: &str) -> Result<Value, String> {
        self.post(
            &format!("/muddle/v1/workspaces/{workspace}/grade"),
            grader,
            &json!({}),
        )
        .await
    }

    async fn post(&self, path: &str, token: &str, body: &Value) -> Result<Value, String> {
        let request = self
            .http
            .post(format!("{}{path}", self.url))
            .bearer_auth(token)
            .json(body);
        told(path, request).await
    }
}

/// Sends a request and reads its JSON.
async fn told(path: &str, request: reqwest::RequestBuilder) -> Result<Value, String> {
    let lost = |error: reqwest::Error| format!("{path}: {error}");
    let answer = request.send().await.map_err(lost)?;
    let status = answer.status();
    let text = answer.text().await.map_err(lost)?;
    if !status.is_success() {
        return Err(format!("{path} answered {status}: {text}"));
    }
    serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that is gone already needs no stopping.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
