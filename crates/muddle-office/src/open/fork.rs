//! A workspace that begins as another's past.
//!
//! Called by the control API. Invariant: the copied entries are the other's bytes, and the first entry of its own says whence
//! they come; the one copied from is only read.

use std::sync::Arc;

use muddle_log::{Append, Audience, Blob, Head, WorkspaceId};
use muddle_world::office::Call as OfficeCall;

use crate::error::OfficeError;
use crate::office::{Office, blocking, system};
use crate::open::keys::Keys;
use crate::open::{New, commit};
use crate::register::{Event, WorkspaceRow};
use crate::replay::Reader;
use crate::workspace::around;
use crate::{opening, source};

/// Copies a workspace up to entry `at` (its end if absent) into one of its own, with keys of its own.
pub async fn fork(office: &Arc<Office>, name: &str, at: Option<u64>) -> Result<New, OfficeError> {
    office.writable()?;
    let (row, from) = office.named(name)?;
    let log = office.log().clone();
    let source_id = from.id;
    let copied = blocking(move || copy(&*log, source_id, at)).await;
    let (entries, blobs) = copied.map_err(|error| office.by_name(source_id, error))?;
    let last = entries.last().map_or(0, |entry| entry.seq);
    if at.is_some_and(|at| at != last) {
        return Err(OfficeError::Invalid(format!(
            "workspace `{name}` ends at entry {last}"
        )));
    }
    let id = office.register().next_id();
    commit(
        office,
        Append {
            workspace: id,
            expected: Head::EMPTY,
            entries,
            blobs,
        },
    )
    .await?;
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
    let workspace = office.workspace(id);
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

/// The stored entries up to `at`, and every blob they name.
fn copy(
    log: &dyn muddle_log::Log,
    id: WorkspaceId,
    at: Option<u64>,
) -> Result<(Vec<muddle_log::Stored>, Vec<Blob>), OfficeError> {
    let mut reader = Reader::new(log, id);
    let (mut entries, mut named) = (Vec::new(), Vec::new());
    while at.is_none_or(|at| (entries.len() as u64) < at) {
        let Some((stored, entry)) = reader.read_next()? else {
            break;
        };
        if let Some(opening) = crate::replay::opening_of(&entry) {
            named.extend(
                [
                    (&opening.opening, Audience::All),
                    (&opening.truth, Audience::Grader),
                ]
                .map(own),
            );
            named.push(own((&opening.scenario_blob, Audience::All)));
        }
        named.extend(
            crate::long::names(&stored.bytes)
                .into_iter()
                .map(|digest| (digest, Audience::All)),
        );
        entries.push(stored);
    }
    let mut blobs = Vec::with_capacity(named.len());
    for (digest, audience) in named {
        blobs.push(Blob::pack(&opening::read(log, &digest)?, audience));
    }
    Ok((entries, blobs))
}

fn own((digest, audience): (&muddle_world::row::Str, Audience)) -> (String, Audience) {
    (digest.to_string(), audience)
}
