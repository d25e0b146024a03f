//! All that is known of a workspace's log, put together: its chain, its decisions, its end, the witness and the register.
//!
//! Called by `muddle verify` through the control API, and before an office is sealed or graded. Everything here blocks: call it off the worker
//! threads. Invariant: sentences name a workspace by its public name.

use muddle_log::WorkspaceId;
use muddle_world::time::At;

use crate::ends::Ends;
use crate::error::OfficeError;
use crate::office::Office;
use crate::seal;
use crate::verify::{self, Verified};

/// What a proof found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Of the log.
    pub found: Verified,
    /// How far the witness has seen it, in a sentence.
    pub witness: String,
    /// What is wrong with the register, if anything: it says whether an office was sealed.
    pub register: Option<String>,
}

/// Proves a workspace's log.
pub fn prove(office: &Office, id: WorkspaceId) -> Result<Proof, OfficeError> {
    let ends = ends(office, id)?;
    let proved = verify::verify_to(&**office.log(), id, &ends);
    let found = match proved {
        Err(OfficeError::NoWorkspace(_)) => Verified::Broken {
            seq: 1,
            what: "the register names the workspace, and its log is empty".to_owned(),
        },
        other => other.map_err(|error| office.by_name(id, error))?,
    };
    Ok(Proof {
        witness: witness_sentence(office, &ends, found.entries()),
        found,
        register: office.register().damage().map(ToString::to_string),
    })
}

/// Fails where a workspace's log is not whole, before anything is signed or judged that rests on it.
pub fn require_whole(office: &Office, id: WorkspaceId) -> Result<(), OfficeError> {
    let ends = ends(office, id)?;
    let Some(wrong) = verify::chain(&**office.log(), id, &ends)? else {
        return Ok(());
    };
    Err(OfficeError::NotWhole {
        workspace: office.name_of(id),
        what: wrong.sentence(),
    })
}

fn ends(office: &Office, id: WorkspaceId) -> Result<Ends, OfficeError> {
    let row = office.register().workspace_by_id(id);
    let receipt = match row {
        Some(row) => seal::receipt(office, &row.name)?,
        None => None,
    };
    let witnessed = office.witness().map(|witness| witness.seen().0);
    let seen = witnessed.and_then(|witnessed| witnessed.seen.get(&id).copied());
    Ok(Ends { receipt, seen })
}

fn witness_sentence(office: &Office, ends: &Ends, entries: Option<u64>) -> String {
    let Some(witness) = office.witness() else {
        return "this server keeps no witness".to_owned();
    };
    let (witnessed, flaw) = witness.seen();
    let since = At(witnessed.since_ms).iso();
    let seen = match (ends.seen, entries) {
        (None, _) => "the witness has seen no entry of it".to_owned(),
        (Some(seen), Some(entries)) if seen.head.seq < entries => format!(
            "the end is unwitnessed since {}: the witness saw entry {}",
            At(seen.at_ms).iso(),
            seen.head.seq
        ),
        (Some(seen), _) => format!(
            "the witness saw entry {} at {}",
            seen.head.seq,
            At(seen.at_ms).iso()
        ),
    };
    match flaw {
        Some(flaw) => format!("{seen}; {flaw}"),
        None => format!("{seen}; it is kept without a gap since {since}"),
    }
}

impl Office {
    /// A workspace's public name; its number where the register has none.
    pub fn name_of(&self, id: WorkspaceId) -> String {
        let row = self.register().workspace_by_id(id);
        row.map_or_else(|| id.to_string(), |row| row.name.clone())
    }

    /// The same error, naming the workspace as people know it.
    pub fn by_name(&self, id: WorkspaceId, error: OfficeError) -> OfficeError {
        match error {
            OfficeError::Damaged { seq, what, .. } => OfficeError::Damaged {
                workspace: self.name_of(id),
                seq,
                what,
            },
            other => other,
        }
    }
}
