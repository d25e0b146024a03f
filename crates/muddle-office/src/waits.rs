//! The entry of a wait: how far it went, or under a clock that follows the calls how far it goes.
//!
//! Called by the control API once the caller has really waited as long as they had to. The clock is read under the
//! workspace's lock, in the same breath as the call: somebody may have set it otherwise since the wait began.

use muddle_world::call::{Actor, Call as AnyCall, Input};
use muddle_world::office::Call;
use muddle_world::time::At;

use crate::error::OfficeError;
use crate::office::Office;
use crate::workspace::{Heard, Workspace, around};

/// A wait of somebody's: since when, until when.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Office time at which it began.
    pub began: At,
    /// Office time that is waited for.
    pub target: At,
}

/// Ends a wait: where the clock follows the calls it goes on to the target, elsewhere it stays as far as it came.
pub async fn end(
    office: &Office,
    workspace: &Workspace,
    actor: Actor,
    span: Span,
) -> Result<Heard, OfficeError> {
    let heard = workspace
        .with_desk(office, false, |desk, up| {
            let (at, _) = desk.now(up);
            let for_ms = if desk.world.clock().follows_calls() {
                span.target.since(at)
            } else {
                at.since(span.began)
            };
            let call = Call::Wait {
                for_ms: for_ms.max(0),
            };
            let input = Input {
                actor,
                origin: None,
                call: AnyCall::Office(call),
                up,
                paused: false,
            };
            desk.act(input, around())
        })
        .await?;
    heard.ok_or(OfficeError::NotKept)
}
