//! One request to the server that runs: where it is, with which token, and what its refusals mean here.
//!
//! Used by every command but `serve` and `scenario`. Tokens go into the header and nowhere else.

use std::path::Path;
use std::sync::Once;
use std::time::Duration;

use reqwest::{Method, Response, StatusCode};
use serde_json::Value;

use crate::data;
use crate::failure::Failure;

/// Letters of a workspace's name as the server draws it.
const WHOLE_NAME: usize = 19;
/// Workspaces that a refusal names.
const NAMED_MAX: usize = 5;

/// Where commands find the server.
pub struct At<'a> {
    /// The server's data directory.
    pub data: &'a Path,
}

/// A request's place and right.
pub struct Reached {
    /// Scheme and authority of the server.
    pub url: String,
    /// Whose requests these are.
    pub token: String,
    /// The workspace's whole name.
    pub workspace: String,
}

impl Reached {
    /// A request; fails with the server's own sentence.
    pub fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer, Failure> {
        send(method, &self.url, path, &self.token, body)?.good()
    }

    /// As [`Reached::ask`], for an answer in JSON.
    pub fn json(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        self.ask(method, path, body)?.json()
    }
}

impl At<'_> {
    /// Whether commands here are the operator's: a server ran over this directory, or the environment names one.
    pub fn is_operator(&self) -> bool {
        let set = |name: &str| std::env::var(name).is_ok_and(|value| !value.is_empty());
        data::url(self.data).is_some() || (set("MUDDLE_URL") && set(data::TOKEN_VARIABLE))
    }

    /// A workspace as the operator names it.
    pub fn operator(&self, workspace: &str) -> Result<Reached, Failure> {
        let (url, token) = (self.url()?, self.token()?);
        let workspace = self.workspace(workspace)?;
        Ok(Reached {
            url,
            token,
            workspace,
        })
    }

    /// The whole name of a workspace that is named by how it begins.
    pub fn workspace(&self, named: &str) -> Result<String, Failure> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_~-".contains(c);
        if named.is_empty() || !named.chars().all(plain) {
            return Err(no_workspace(named));
        }
        if named.starts_with("ws_") && named.len() >= WHOLE_NAME {
            return Ok(named.to_owned());
        }
        let (url, token) = (self.url()?, self.token()?);
        let path = format!("/muddle/v1/workspaces?prefix={named}");
        let answer = send(Method::GET, &url, &path, &token, None)?;
        if answer.status() == StatusCode::FORBIDDEN {
            // A token of one workspace alone: the server knows which, and takes its whole name.
            return Ok(named.to_owned());
        }
        let rows = answer.good()?.json()?;
        let names = rows.as_array().into_iter().flatten();
        let names: Vec<&str> = names.filter_map(|row| row["workspace"].as_str()).collect();
        if names.contains(&named) {
            return Ok(named.to_owned());
        }
        // What a reset replaced is named in full or with its mark.
        let current = |name: &&str| named.contains('~') || !name.contains('~');
        let names: Vec<&str> = names.into_iter().filter(current).collect();
        match names.as_slice() {
            [one] => Ok((*one).to_owned()),
            [] => Err(no_workspace(named)),
            several => {
                let shown: Vec<&str> = several.iter().copied().take(NAMED_MAX).collect();
                let more = if several.len() > NAMED_MAX {
                    ", …"
                } else {
                    ""
                };
                Err(Failure::new(format!(
                    "`{named}` can be {}{more}: write more of it.",
                    shown.join(", ")
                )))
            }
        }
    }

    /// Scheme and authority of the server.
    pub fn url(&self) -> Result<String, Failure> {
        let given = std::env::var("MUDDLE_URL")
            .ok()
            .filter(|url| !url.is_empty());
        let url = given.or_else(|| data::url(self.data)).ok_or_else(|| {
            Failure::no_server(format!(
                "No server has run in {}: start one with `muddle serve`, or name the directory with --data or the server with MUDDLE_URL.",
                self.data.display()
            ))
        })?;
        Ok(url.trim_end_matches('/').to_owned())
    }

    fn token(&self) -> Result<String, Failure> {
        let given = std::env::var(data::TOKEN_VARIABLE)
            .ok()
            .filter(|token| !token.is_empty());
        given.or_else(|| data::written_token(self.data)).ok_or_else(|| {
            Failure::new(format!(
                "There is no admin token in {}: name the server's directory with --data, or set {}.",
                self.data.display(),
                data::TOKEN_VARIABLE
            ))
        })
    }

    /// A request with the admin's token; fails with the server's own sentence.
    pub fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer, Failure> {
        let (url, token) = (self.url()?, self.token()?);
        send(method, &url, path, &token, body)?.good()
    }

    /// As [`At::ask`], for an answer in JSON.
    pub fn json(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        self.ask(method, path, body)?.json()
    }
}

fn no_workspace(named: &str) -> Failure {
    Failure::new(format!(
        "There is no workspace `{named}`; `muddle list` names them."
    ))
}

/// An answer whose head has arrived.
pub struct Answer {
    runtime: tokio::runtime::Runtime,
    response: Response,
}

/// Sends one request.
pub fn send(
    method: Method,
    url: &str,
    path: &str,
    token: &str,
    body: Option<&Value>,
) -> Result<Answer, Failure> {
    install_tls();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .map_err(|error| Failure::new(format!("no request can be made: {error}")))?;
    let mut request = client
        .request(method, format!("{url}{path}"))
        .bearer_auth(token);
    if let Some(body) = body {
        request = request.json(body);
    }
    let response = runtime.block_on(request.send()).map_err(|error| {
        if error.is_connect() {
            Failure::no_server(format!(
                "No server answers at {url}: start it with `muddle serve`."
            ))
        } else {
            Failure::new(format!("The request to {url} failed: {error}."))
        }
    })?;
    Ok(Answer { runtime, response })
}

/// The client needs a provider of TLS even where no https is spoken.
pub fn install_tls() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error means that one is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

impl Answer {
    /// Its status.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The answer, if it is a success; otherwise the server's sentence.
    pub fn good(self) -> Result<Self, Failure> {
        if self.status().is_success() {
            return Ok(self);
        }
        let status = self.status();
        let text = self.text()?;
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        let error = &body["error"];
        let Some(message) = error["message"].as_str() else {
            return Err(Failure::new(format!(
                "The server answered {status} without a word."
            )));
        };
        Err(Failure::new(match error["param"].as_str() {
            Some(param) if param != "workspace" => {
                format!("--{}: {message}", param.replace('_', "-"))
            }
            _ => message.to_owned(),
        }))
    }

    /// Its body as text.
    pub fn text(self) -> Result<String, Failure> {
        let Self { runtime, response } = self;
        runtime
            .block_on(response.text())
            .map_err(|error| Failure::new(format!("The answer broke off: {error}.")))
    }

    /// Its body as JSON.
    pub fn json(self) -> Result<Value, Failure> {
        serde_json::from_str(&self.text()?)
            .map_err(|error| Failure::new(format!("The answer is no JSON: {error}.")))
    }

    /// The next piece of its body; nothing where none came within `patience`, none at its end.
    pub fn piece(&mut self, patience: Duration) -> Result<Option<Vec<u8>>, Failure> {
        let next = self.response.chunk();
        let next = async { tokio::time::timeout(patience, next).await };
        match self.runtime.block_on(next) {
            Err(_) => Ok(Some(Vec::new())),
            Ok(Ok(piece)) => Ok(piece.map(|piece| piece.to_vec())),
            Ok(Err(error)) => Err(Failure::new(format!("The answer broke off: {error}."))),
        }
    }

    /// Its body, written as it arrives.
    pub fn pour(self, to: &mut dyn std::io::Write) -> Result<(), Failure> {
        let Self {
            runtime,
            mut response,
        } = self;
        loop {
            let piece = runtime
                .block_on(response.chunk())
                .map_err(|error| Failure::new(format!("The answer broke off: {error}.")))?;
            match piece {
                Some(piece) => to.write_all(&piece)?,
                None => return Ok(to.flush()?),
            }
        }
    }
}
