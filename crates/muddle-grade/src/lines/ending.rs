//! How a call ended, as a clause: what happened to the world, then what became of the answer.
//!
//! Called by [`super::Lines`]. Pure. What a caller cannot know stands in capitals.

use muddle_world::call::{Call, Credential};
use muddle_world::entry::{Core, Fate, Outcome};
use muddle_world::fault::Kind;
use muddle_world::reply::{Denial, Reply};
use muddle_world::{billing, office};

/// Whether the answer is that of an earlier call with the same key.
pub(super) const fn is_repeated(core: &Core) -> bool {
    matches!(
        core.reply,
        Some(Reply::Billing(billing::Reply::Replayed { .. }))
    )
}

/// The clause.
pub(super) fn words(core: &Core) -> String {
    let write = core.call.is_write();
    let done = match core.outcome {
        Outcome::Ok if is_repeated(core) => {
            format!(
                "answered as entry {} was, nothing applied",
                core.about.unwrap_or(0)
            )
        }
        Outcome::Ok if matches!(core.call, Call::Office(_)) => String::new(),
        Outcome::Ok | Outcome::Indefinite if core.applied && write => "applied".to_owned(),
        Outcome::Ok | Outcome::Indefinite => "ok".to_owned(),
        Outcome::Refused => refused(core),
        Outcome::Failed if write => format!("not applied, {}", struck(core)),
        Outcome::Failed => struck(core),
        Outcome::Malformed => format!("malformed{}", status(core)),
        Outcome::Parked => format!("waits, {}", struck(core)),
        Outcome::Dropped => "dropped, not applied".to_owned(),
        Outcome::Broken => "THE SANDBOX FAILED, nothing applied".to_owned(),
    };
    let answer = match core.answer {
        Some(Fate::Lost) => Some("ANSWER LOST".to_owned()),
        Some(Fate::Altered) if core.outcome != Outcome::Failed => {
            Some(format!("ANSWER ALTERED ({})", struck(core)))
        }
        _ => late(core),
    };
    [Some(done), answer]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

/// ` (402)`, where an answer was sent.
fn status(core: &Core) -> String {
    core.status
        .map_or_else(String::new, |status| format!(" ({status})"))
}

/// What the fault was.
fn struck(core: &Core) -> String {
    let Some(verdict) = &core.verdict else {
        return format!("failed{}", status(core));
    };
    let kind = verdict.effect.name().replace('_', " ");
    let status = match &verdict.effect {
        Kind::Reset | Kind::Close | Kind::Hang { .. } => String::new(),
        _ => status(core),
    };
    format!("{kind}{status} by {}", verdict.fault)
}

/// That the answer came late.
fn late(core: &Core) -> Option<String> {
    let ms = core.verdict.as_ref().and_then(|verdict| verdict.delay_ms)?;
    (core.outcome != Outcome::Parked).then(|| format!("{} ms late", ms.max(0)))
}

fn refused(core: &Core) -> String {
    let why = match &core.reply {
        Some(Reply::Denied(denial)) => match denial {
            Denial::Credential(Credential::Revoked) => "refused: the key was taken back".to_owned(),
            Denial::Credential(Credential::Expired) => "refused: the key has ended".to_owned(),
            Denial::Credential(Credential::WrongVendor) => {
                "refused: the key is another vendor's".to_owned()
            }
            Denial::Credential(_) => "refused: the key may not do this".to_owned(),
            Denial::Limited(limited) => format!("refused: rate limit {}", limited.limit),
            Denial::Malformed(_) => "malformed".to_owned(),
            Denial::NoRoute => "refused: no such route".to_owned(),
            Denial::NotOffered { .. } => "not offered here".to_owned(),
            Denial::Full => "refused: the workspace is full".to_owned(),
        },
        Some(Reply::Office(office::Reply::Refused { message, .. })) => {
            return format!("refused: {}", super::clean(message));
        }
        _ => "refused".to_owned(),
    };
    format!("{why}{}", status(core))
}
