//! What a workspace says of an interruption: once, before anything else that happens in this run.
//!
//! Called by `workspace` before it takes a permit or the lock. An entry that could not be kept is tried again by whoever
//! comes next; a workspace that began in this run owes none.

use std::sync::atomic::Ordering;

use muddle_log::{Append, Appended, Head, WorkspaceId};
use muddle_world::call::{Actor, ActorKind, Call, Input};
use muddle_world::office;

use super::{Workspace, append, around};
use crate::act::{ActError, Desk};
use crate::error::OfficeError;
use crate::office::Office;

impl Workspace {
    /// After an unclean stop an open workspace says so itself, before anything else, and what was parked then is dropped.
    pub(super) async fn settle(&self, office: &Office) -> Result<(), OfficeError> {
        if self.settled.load(Ordering::Acquire) {
            return Ok(());
        }
        if office.register().interrupted(self.id) {
            // Before the lock: whoever holds all the permits may be waiting for it.
            let permit = office
                .writer()
                .permit()
                .await
                .map_err(|_| OfficeError::Stopping)?;
            let mut seat = self.seat.lock().await;
            if self.settled.load(Ordering::Acquire) {
                return Ok(());
            }
            let desk = self.wake(office, &mut seat).await?;
            let kept = match say_interrupted(self.id, desk) {
                Ok(None) => Ok(()),
                Ok(Some(append)) => match permit.submit(append).outcome().await {
                    Appended::Committed => Ok(()),
                    Appended::Lost(_) | Appended::Failed(_) => Err(OfficeError::NotKept),
                },
                Err(error) => Err(error.into()),
            };
            let seq = desk.world.seq;
            if kept.is_err() {
                seat.desk = None;
                self.kept.ends(seat.generation);
                return kept;
            }
            self.kept.reached(seat.generation, seq);
        }
        self.settled.store(true, Ordering::Release);
        Ok(())
    }
}

/// The entries that tell of an interruption and drop what was parked; none where the office is closed.
fn say_interrupted(id: WorkspaceId, desk: &mut Desk) -> Result<Option<Append>, ActError> {
    if desk.world.sealed() {
        return Ok(None);
    }
    let expected = Head {
        seq: desk.world.seq,
        hash: desk.hash,
    };
    let parked = desk.world.office.parked.rows();
    let drops = parked.map(|parked| office::Call::DropParked { seq: parked.seq });
    let calls: Vec<_> = std::iter::once(office::Call::Interrupted)
        .chain(drops)
        .collect();
    let mut written = Vec::new();
    for call in calls {
        let input = Input {
            actor: Actor::inside(ActorKind::System, "server"),
            origin: None,
            call: Call::Office(call),
            up: desk.world.up,
            paused: false,
        };
        written.extend(desk.act(input, around())?.written);
    }
    Ok(Some(append(id, expected, written)))
}
