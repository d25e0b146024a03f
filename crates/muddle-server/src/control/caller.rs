//! Who calls our own API, and what they may reach.
//!
//! A handler takes a [`Caller`] and asks it for a role first, then for a workspace; in this order, so that what a role
//! may never do is answered alike whether or not the workspace exists. A vendor's key is no token here.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use muddle_office::keys;
use muddle_office::register::{Scope, WorkspaceRow};
use muddle_office::{Office, Workspace, WorkspaceId};
use muddle_world::call::{Actor, ActorKind, Credential};

use super::error::{ApiError, Code};
use crate::state::Server;

/// What a token makes of its bearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Runs the server; every workspace.
    Admin,
    /// Breaks one workspace.
    Interviewer,
    /// Judges one workspace.
    Grader,
    /// Works in one workspace.
    Candidate,
}

/// The bearer of a token.
#[derive(Clone, Debug)]
pub struct Caller {
    /// What they may.
    pub role: Role,
    workspace: Option<WorkspaceId>,
    key: Option<Arc<str>>,
}

/// A workspace that the caller may reach.
pub struct Place {
    /// As the register knows it.
    pub row: Arc<WorkspaceRow>,
    /// Itself.
    pub workspace: Arc<Workspace>,
}

impl Caller {
    /// Goes on only for these roles; the admin is always among them.
    pub fn only(&self, roles: &[Role]) -> Result<(), ApiError> {
        if self.role == Role::Admin || roles.contains(&self.role) {
            return Ok(());
        }
        let message = "this token's role may not do that";
        Err(ApiError::new(Code::Forbidden, message))
    }

    /// The workspace of this name, if it is the caller's.
    pub fn at(&self, office: &Office, name: &str) -> Result<Place, ApiError> {
        let row = office.register().workspace(name);
        let row = row.filter(|row| self.workspace.is_none_or(|own| own.0 == row.id));
        let row = row.ok_or_else(ApiError::no_workspace)?;
        Ok(place(office, row))
    }

    /// The caller's own workspace; the admin, who has none, must name one.
    pub fn own(&self, office: &Office, named: Option<&str>) -> Result<Place, ApiError> {
        match (named, self.workspace) {
            (Some(name), _) => self.at(office, name),
            (None, Some(id)) => {
                let row = office.register().workspace_by_id(id);
                Ok(place(office, row.ok_or_else(ApiError::no_workspace)?))
            }
            (None, None) => Err(ApiError::field(
                "workspace",
                "the admin's token opens every workspace: name one, as in ?workspace=ws_…",
            )),
        }
    }

    /// Whether the token they came with opens their workspace still.
    pub async fn is_still_good(&self, office: &Office) -> bool {
        let (Some(id), Some(key)) = (self.workspace, &self.key) else {
            return true;
        };
        match keys::held(office, id, key) {
            Ok(holder) => matches!(
                keys::credential(office, &holder).await,
                Ok(Credential::Valid)
            ),
            Err(_) => false,
        }
    }

    /// The caller as an actor of the log.
    pub fn actor(&self) -> Actor {
        let kind = self.kind();
        match &self.key {
            None => Actor::inside(kind, "admin"),
            Some(key) => Actor {
                kind,
                name: None,
                attempt: None,
                key: Some((**key).into()),
                credential: Credential::Valid,
            },
        }
    }

    /// The caller as an actor of the log; the admin, who acts for others, as `kind`.
    pub fn actor_for(&self, kind: ActorKind) -> Actor {
        Actor {
            kind: if self.role == Role::Admin {
                kind
            } else {
                self.kind()
            },
            ..self.actor()
        }
    }

    /// The kind of actor.
    pub const fn kind(&self) -> ActorKind {
        match self.role {
            Role::Admin => ActorKind::System,
            Role::Interviewer => ActorKind::Interviewer,
            Role::Grader => ActorKind::Grader,
            Role::Candidate => ActorKind::Candidate,
        }
    }
}

fn place(office: &Office, row: Arc<WorkspaceRow>) -> Place {
    let workspace = office.workspace(WorkspaceId(row.id));
    Place { row, workspace }
}

impl FromRequestParts<Arc<Server>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, ApiError> {
        let unknown = || {
            let message =
                "this route needs one of Muddle's own tokens: Authorization: Bearer mdl_…";
            ApiError::new(Code::Unauthorized, message)
        };
        let header = parts.headers.get(AUTHORIZATION);
        let token = header
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim());
        let token = token.ok_or_else(unknown)?;
        if server.is_admin(token) {
            return Ok(Self {
                role: Role::Admin,
                workspace: None,
                key: None,
            });
        }
        server.office.writable()?;
        let Some(holder) = server.office.holder(token) else {
            server.strangers.count();
            return Err(unknown());
        };
        let role = match holder.scope {
            Scope::Candidate => Role::Candidate,
            Scope::Interviewer => Role::Interviewer,
            Scope::Grader => Role::Grader,
            Scope::Vendor(_) => return Err(unknown()),
        };
        if keys::credential(&server.office, &holder).await? != Credential::Valid {
            let message = "this token was taken back or has ended";
            return Err(ApiError::new(Code::Unauthorized, message));
        }
        Ok(Self {
            role,
            workspace: Some(holder.workspace),
            key: Some(holder.ordinal),
        })
    }
}
