//! The office seal: what waits is dropped, the agenda is emptied, and the last hash is signed.
//!
//! Called by the control API, by [`crate::office::Office::stop`] (the first step alone) and for exams by the office
//! itself. All of it is one group of entries under the workspace's lock, so nothing can come between. A seal that is
//! asked for twice gives the same receipt.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use muddle_log::{Head, WorkspaceId};
use muddle_world::call::{Actor, Call, Input};
use muddle_world::office::Call as OfficeCall;
use muddle_world::time::Up;
use muddle_world::world::World;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::Serialize;

use crate::act::{ActError, Acted, Desk};
use crate::error::OfficeError;
use crate::modes::Mode;
use crate::office::{Office, blocking, system};
use crate::proof;
use crate::register::Event;
use crate::workspace::{Workspace, around};

/// What the signature covers comes after this.
const SIGNED_PREFIX: &str = "muddle seal 1";

/// Proof that a log ended there. It holds neither seed nor truth and may be given to anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The workspace.
    pub workspace: String,
    /// Its last entry.
    pub seq: u64,
    /// That entry's hash, hex.
    pub head: String,
    /// Ed25519 over [`signed_text`], hex.
    pub signature: String,
    /// The public key that proves it, hex.
    pub public_key: String,
}

/// The text that a receipt's signature covers.
pub fn signed_text(workspace: &str, seq: u64, head: &str) -> String {
    format!("{SIGNED_PREFIX}\n{workspace}\n{seq}\n{head}\n")
}

/// Seals a workspace's office.
pub async fn seal(office: &Office, name: &str, actor: Actor) -> Result<Receipt, OfficeError> {
    let (_, workspace) = office.named(name)?;
    // Whoever asks meanwhile waits for the receipt that is being made.
    let _alone = workspace.sealing().await;
    if let Some(receipt) = receipt(office, name)? {
        return Ok(receipt);
    }
    office.writable()?;
    // A receipt for a log that lost its tail would make the loss good.
    tokio::task::block_in_place(|| proof::require_whole(office, workspace.id))?;
    match workspace
        .with_desk(office, false, |desk, up| close(desk, actor, up))
        .await
    {
        Ok(_) | Err(OfficeError::Sealed) => {}
        Err(error) => return Err(error),
    }
    workspace.release_waiting();
    let head = sealed_head(office, &workspace).await?;
    let hex = HEXLOWER.encode(&head.hash);
    let signature = key(office)?.sign(signed_text(name, head.seq, &hex).as_bytes());
    office
        .register()
        .record(Event::Sealed {
            workspace: name.to_owned(),
            seq: head.seq,
            head: hex,
            receipt: HEXLOWER.encode(signature.as_ref()),
        })
        .await?;
    receipt(office, name)?.ok_or(OfficeError::NotKept)
}

/// The receipt of a workspace that is sealed. It names the workspace as it was called then, since that is what was signed.
pub fn receipt(office: &Office, name: &str) -> Result<Option<Receipt>, OfficeError> {
    let Some(seal) = office.register().seal(name) else {
        return Ok(None);
    };
    Ok(Some(Receipt {
        workspace: seal.workspace,
        seq: seal.seq,
        head: seal.head,
        signature: seal.signature,
        public_key: HEXLOWER.encode(key(office)?.public_key().as_ref()),
    }))
}

/// Whether a receipt's signature was made with the key it names.
pub fn proves(receipt: &Receipt) -> bool {
    let raw = |hex: &str| HEXLOWER.decode(hex.as_bytes()).unwrap_or_default();
    let (public, signature) = (raw(&receipt.public_key), raw(&receipt.signature));
    let text = signed_text(&receipt.workspace, receipt.seq, &receipt.head);
    UnparsedPublicKey::new(&ED25519, public)
        .verify(text.as_bytes(), &signature)
        .is_ok()
}

fn key(office: &Office) -> Result<Ed25519KeyPair, OfficeError> {
    Ed25519KeyPair::from_seed_unchecked(&office.config().signing_seed)
        .map_err(|_| OfficeError::Invalid("the signing key is not an Ed25519 seed".into()))
}

/// The log's end, once it is the entry that closed the office; nothing comes after that one.
async fn sealed_head(office: &Office, workspace: &Workspace) -> Result<Head, OfficeError> {
    let (log, id) = (office.log().clone(), workspace.id);
    let durable = blocking(move || Ok(log.head(id)?)).await?;
    let closed = |desk: &Desk| {
        let head = Head {
            seq: desk.world.seq,
            hash: desk.hash,
        };
        desk.world.sealed() && head == durable
    };
    if !workspace.look(office, closed).await? {
        return Err(OfficeError::NotKept);
    }
    Ok(durable)
}

/// Drops what waits, then closes the office, as one group of entries.
fn close(desk: &mut Desk, actor: Actor, up: Up) -> Result<Acted, ActError> {
    let mut acted = Acted::default();
    if desk.world.sealed() {
        return Err(ActError::Sealed);
    }
    let due = desk.tick(up)?;
    acted.written.extend(due.written);
    acted.resumed.extend(due.resumed);
    drop_waiting(desk, up, &mut acted)?;
    let input = office_input(actor, OfficeCall::Seal, up);
    let last = desk.act(input, around())?;
    acted.written.extend(last.written);
    acted.resumed.extend(last.resumed);
    acted.told = last.told;
    Ok(acted)
}

fn drop_waiting(desk: &mut Desk, up: Up, acted: &mut Acted) -> Result<(), ActError> {
    let waiting: Vec<u64> = waiting(&desk.world);
    for seq in waiting {
        let input = office_input(system(), OfficeCall::DropParked { seq }, up);
        let dropped = desk.act(input, around())?;
        acted.written.extend(dropped.written);
        acted.resumed.extend(dropped.resumed);
        acted.told = dropped.told;
    }
    Ok(())
}

fn waiting(world: &World) -> Vec<u64> {
    world
        .office
        .parked
        .rows()
        .map(|parked| parked.seq)
        .collect()
}

fn office_input(actor: Actor, call: OfficeCall, up: Up) -> Input {
    Input {
        actor,
        origin: None,
        call: Call::Office(call),
        up,
        paused: false,
    }
}

/// Drops every call that waits in a workspace, by entries: the server stops.
pub(crate) async fn drop_parked(office: &Office, workspace: &Workspace) -> Result<(), OfficeError> {
    let dropped = workspace
        .with_desk(office, false, |desk, up| {
            let mut acted = Acted::default();
            if !desk.world.sealed() {
                drop_waiting(desk, up, &mut acted)?;
            }
            Ok(acted)
        })
        .await
        .map(drop);
    workspace.release_waiting();
    dropped
}

/// Seals an exam whose story has ended. True if it is sealed now.
pub async fn seal_if_over(office: &Arc<Office>, id: WorkspaceId) -> Result<bool, OfficeError> {
    let Some(row) = office.register().workspace_by_id(id) else {
        return Ok(false);
    };
    if Mode::named(&row.mode) != Some(Mode::Exam) {
        return Ok(false);
    }
    let workspace = office.workspace(id);
    let over = workspace
        .look(office, |desk| {
            let ends = desk
                .world
                .office
                .profile
                .get("profile")
                .map(|p| p.story_ends);
            !desk.world.sealed() && ends.is_some_and(|ends| desk.world.at >= ends)
        })
        .await?;
    if over {
        seal(office, &row.name, system()).await?;
    }
    Ok(over)
}
