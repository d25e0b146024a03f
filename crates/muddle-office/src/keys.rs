//! Keys after the opening: issued, taken back, given an end, and what that makes of one at a moment.
//!
//! Called by the control API, and by whoever reads a credential off a request. The register says which keys are good;
//! the workspace's own log says when somebody changed that, so that a refusal never stands there without its cause.

use muddle_world::call::{Actor, Credential};
use muddle_world::office::Call;

use crate::error::OfficeError;
use crate::office::Office;
use crate::register::{Event, Holder, Scope, WorkspaceRow, key_row};
use crate::workspace::{Workspace, around};
use crate::{WorkspaceId, source};

/// What a key is good for at this moment. Whether it fits the vendor is for the caller to compare.
pub async fn credential(office: &Office, holder: &Holder) -> Result<Credential, OfficeError> {
    let (Credential::Valid, Some(ends_up)) = (holder.credential, holder.ends_up) else {
        return Ok(holder.credential);
    };
    let up = office.workspace(holder.workspace).up(office).await?;
    Ok(if up < ends_up {
        Credential::Valid
    } else {
        Credential::Expired
    })
}

/// Issues one more key that opens `scope`, ending `in_ms` of the workspace's `up` after its entry where that is given. It is
/// good for nothing before that entry stands, and told here and never again.
pub async fn issue(
    office: &Office,
    row: &WorkspaceRow,
    scope: Scope,
    in_ms: Option<i64>,
    actor: Actor,
) -> Result<(String, Holder), OfficeError> {
    let id = WorkspaceId(row.id);
    let workspace = office.workspace(id);
    if sealed(office, &workspace).await? {
        return Err(OfficeError::Sealed);
    }
    let key = match scope {
        Scope::Vendor(vendor) => source::vendor_key(vendor),
        role => source::token(role.name()),
    };
    let _issuing = office.issuing().await;
    let ordinal = key_row(&key, office.register().keys_of(id).len() + 1, scope).ordinal;
    let call = Call::IssueKey {
        key: ordinal.as_str().into(),
        opens: scope.name().into(),
        in_ms,
    };
    let told = office.call(&workspace, actor, call, around()).await?.told;
    let ends_up = in_ms.map(|ms| told.up.plus(ms));
    office.register().issue(id, &key, scope, ends_up).await?;
    Ok((key, held(office, id, &ordinal)?))
}

/// Takes a key back, named by its ordinal. Asked for twice it is said once.
pub async fn revoke(
    office: &Office,
    row: &WorkspaceRow,
    key: &str,
    actor: Actor,
) -> Result<Holder, OfficeError> {
    let id = WorkspaceId(row.id);
    let holder = held(office, id, key)?;
    if holder.credential == Credential::Revoked {
        return Ok(holder);
    }
    let workspace = office.workspace(id);
    if !sealed(office, &workspace).await? {
        let call = Call::RevokeKey {
            key: (*holder.ordinal).into(),
            opens: holder.scope.name().into(),
        };
        office.call(&workspace, actor, call, around()).await?;
    }
    let digest = digest(office, id, key)?;
    office.register().record(Event::Revoked { digest }).await?;
    held(office, id, key)
}

/// Gives a key an end, `in_ms` of the workspace's `up` from now; an end that it had before counts no longer.
pub async fn expire(
    office: &Office,
    row: &WorkspaceRow,
    key: &str,
    in_ms: i64,
    actor: Actor,
) -> Result<Holder, OfficeError> {
    let id = WorkspaceId(row.id);
    let holder = held(office, id, key)?;
    if holder.credential == Credential::Revoked {
        let message = format!("key `{key}` was taken back; it has no end to move");
        return Err(OfficeError::Conflict(message));
    }
    let call = Call::ExpireKey {
        key: (*holder.ordinal).into(),
        opens: holder.scope.name().into(),
        in_ms,
    };
    let workspace = office.workspace(id);
    let told = office.call(&workspace, actor, call, around()).await?.told;
    let event = Event::Expires {
        digest: digest(office, id, key)?,
        ends_up: told.up.plus(in_ms),
    };
    office.register().record(event).await?;
    held(office, id, key)
}

/// A workspace's key by its ordinal.
pub fn held(office: &Office, id: WorkspaceId, key: &str) -> Result<Holder, OfficeError> {
    let keys = office.register().keys_of(id);
    keys.into_iter()
        .find(|holder| &*holder.ordinal == key)
        .ok_or_else(|| no_key(key))
}

fn digest(office: &Office, id: WorkspaceId, key: &str) -> Result<String, OfficeError> {
    let digest = office.register().digest_of(id, key);
    digest.ok_or_else(|| no_key(key))
}

fn no_key(key: &str) -> OfficeError {
    OfficeError::NoKey(key.to_owned())
}

async fn sealed(office: &Office, workspace: &Workspace) -> Result<bool, OfficeError> {
    workspace.look(office, |desk| desk.world.sealed()).await
}
