//! A workspace that begins as another's past.
//!
//! Called by the control API. Invariants: the copied entries are the other's bytes, and the first entry of its own says
//! whence they come; the one copied from is only read. What a fork does not change it shares: long values lie in the log
//! once, and a fork of a workspace as it stands begins with that one's rows.

use std::sync::Arc;

use muddle_log::{Append, Head, Stored, WorkspaceId};
use muddle_world::entry::link;
use muddle_world::office::Call as OfficeCall;

use crate::act::Desk;
use crate::error::OfficeError;
use crate::office::{Office, blocking, system};
use crate::open::keys::Keys;
use crate::open::{New, commit};
use crate::register::{Event, WorkspaceRow};
use crate::replay::{Page, damaged};
use crate::source;
use crate::workspace::{Workspace, around};

/// Copies a workspace up to entry `at` (its end if absent) into one of its own, with keys of its own.
pub async fn fork(office: &Arc<Office>, name: &str, at: Option<u64>) -> Result<New, OfficeError> {
    office.writable()?;
    let (row, from) = office.named(name)?;
    // Until the register knows the fork: others would count without it.
    let _forking = office.forking().await;
    check_count(office, &row)?;
    // Before anything of the workspace is locked: whoever has a place may be waiting for that.
    let place = office.load().job().await;
    let (end, desk) = from
        .look(office, |desk| {
            let end = desk.world.seq;
            (end, at.is_none_or(|at| at == end).then(|| desk.copy()))
        })
        .await?;
    let last = at.unwrap_or(end);
    if last > end {
        return Err(OfficeError::Invalid(format!(
            "workspace `{name}` ends at entry {end}"
        )));
    }
    let id = office.fresh_id().await?;
    copy(office, from.id, id, last).await?;
    drop(place);
    let keys = Keys::drawn();
    let copy = WorkspaceRow {
        id: id.0,
        name: source::workspace_name(),
        forked: Some((row.name.clone(), last)),
        ..WorkspaceRow::clone(&row)
    };
    office
        .register()
        .record(Event::Opened {
            workspace: copy.clone(),
            keys: keys.rows(),
        })
        .await?;
    let workspace = admit(office, &from, id, desk);
    let call = OfficeCall::Fork {
        from: row.name.as_str().into(),
        seq: last,
    };
    let told = office
        .call(&workspace, system(), call, around())
        .await?
        .told;
    Ok(New {
        row: copy,
        now: told.at,
        keys,
    })
}

/// The fork with its desk, where the one it comes from had it at hand; else asleep.
fn admit(office: &Office, from: &Workspace, id: WorkspaceId, desk: Option<Desk>) -> Arc<Workspace> {
    match desk {
        Some(desk) => {
            let (_, (_, opening_bytes)) = from.weight();
            office.admit(Workspace::forked(id, desk, opening_bytes))
        }
        None => office.workspace(id),
    }
}

/// Forks of a workspace, and forks of those, are counted together.
fn check_count(office: &Office, row: &WorkspaceRow) -> Result<(), OfficeError> {
    let forks_max = office.config().limits.forks_max;
    let origin = origin_of(office, row);
    let known = office.register().workspaces();
    let forks = known
        .iter()
        .filter(|other| other.forked.is_some() && origin_of(office, other) == origin);
    if forks.count() < forks_max {
        return Ok(());
    }
    Err(OfficeError::Limit(format!(
        "workspace `{origin}` has {forks_max} forks, as many as a workspace may have (forks_max); \
         open another workspace"
    )))
}

/// The workspace that a fork goes back to in the end.
pub(crate) fn origin_of(office: &Office, row: &WorkspaceRow) -> String {
    let mut name = row.name.clone();
    let mut forked = row.forked.clone();
    while let Some((from, _)) = forked {
        forked = office
            .register()
            .workspace(&from)
            .and_then(|row| row.forked.clone());
        name = from;
    }
    name
}

/// Copies the stored entries up to `last`, some at a time, and shares every blob they name.
async fn copy(
    office: &Office,
    from: WorkspaceId,
    to: WorkspaceId,
    last: u64,
) -> Result<(), OfficeError> {
    let log = office.log().clone();
    blocking(move || Ok(log.share_blobs(from, to)?)).await?;
    let (mut head, mut page) = (Head::EMPTY, Page::default());
    while head.seq < last {
        let (log, before, limit) = (office.log().clone(), head, page.entries());
        let entries = blocking(move || piece(&*log, from, before, last, limit)).await?;
        page.was(&entries);
        let append = Append {
            workspace: to,
            expected: head,
            entries,
            blobs: Vec::new(),
        };
        head = append.head_after();
        commit(office, append).await?;
    }
    Ok(())
}

/// The next entries behind `head`, their chain checked; never none.
fn piece(
    log: &dyn muddle_log::Log,
    from: WorkspaceId,
    head: Head,
    last: u64,
    limit: usize,
) -> Result<Vec<Stored>, OfficeError> {
    let left = usize::try_from(last - head.seq).unwrap_or(usize::MAX);
    let entries = log.read(from, head.seq + 1, left.min(limit))?;
    let mut end = head;
    for stored in &entries {
        if stored.seq != end.seq + 1 || link(&end.hash, &stored.bytes) != stored.hash {
            let what = "it does not continue the chain".to_owned();
            return Err(damaged(from, end.seq + 1, what));
        }
        end = stored.head();
    }
    if entries.is_empty() {
        let what = "the log ends before it".to_owned();
        return Err(damaged(from, end.seq + 1, what));
    }
    Ok(entries)
}
