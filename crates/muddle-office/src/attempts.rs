//! The beginning of a declared attempt: as many as wanted, but one in an exam.
//!
//! Called by the control API. Whether one has begun already is asked under the workspace's lock, in the same breath as
//! the call, so of two that come at once one wins.

use muddle_world::call::{Actor, Call as AnyCall, Input};
use muddle_world::office::Call;
use muddle_world::row::Str;

use crate::act::Acted;
use crate::error::OfficeError;
use crate::modes::Mode;
use crate::office::Office;
use crate::register::WorkspaceRow;
use crate::workspace::{Heard, Workspace, around};

/// How a candidate names an attempt.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Its name; `attempt` and its number if absent.
    pub label: Option<Str>,
    /// Commit or digest of the code.
    pub code: Option<Str>,
    /// How it is run.
    pub command: Option<Str>,
}

/// An attempt that has begun.
#[derive(Debug)]
pub struct Begun {
    /// What the call was told.
    pub heard: Heard,
    /// The attempt's name.
    pub label: Str,
}

/// Begins an attempt.
pub async fn start(
    office: &Office,
    row: &WorkspaceRow,
    workspace: &Workspace,
    actor: Actor,
    words: Words,
) -> Result<Begun, OfficeError> {
    let one_only = Mode::named(&row.mode) == Some(Mode::Exam);
    let mut chosen = None;
    let heard = workspace
        .with_desk(office, false, |desk, up| {
            if one_only && !desk.world.sealed() && !desk.world.office.attempts.is_empty() {
                return Ok(Acted::default());
            }
            let number = desk.world.next_attempt();
            let label = words.label;
            let label = label.unwrap_or_else(|| format!("attempt {number}").into());
            chosen = Some(label.clone());
            let call = Call::StartAttempt {
                label,
                code: words.code,
                command: words.command,
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
    let label = chosen.ok_or_else(|| {
        OfficeError::Conflict("an exam takes one declared attempt, and it has begun".into())
    })?;
    let heard = heard.ok_or(OfficeError::NotKept)?;
    Ok(Begun { heard, label })
}
