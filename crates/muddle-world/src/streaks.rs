//! Answers that failed in a row, by vendor and key, and what a pause before the next call is worth in office time.
//!
//! An SDK that retries by itself sleeps in real time, which a clock that follows the calls does not see: without this an
//! outage would outlast every retry. Folded by `World::fold`; asked by `office::act` before a call. Invariant: follows
//! from the entries alone, so that a replay moves as far as the call did.

use std::collections::BTreeMap;

use crate::billing::{self, Refusal};
use crate::call::{ActorKind, Call, Credential};
use crate::entry::{Fate, Outcome};
use crate::fault::Kind;
use crate::gist::Gist;
use crate::limits::{PAUSE_FACTOR, PAUSE_FIRST_MS, PAUSE_MS_MAX};
use crate::office;
use crate::reply::{Denial, Reply};
use crate::row::{PatchError, Str};
use crate::time::At;
use crate::vendor::Vendor;

/// The last answers of one vendor to one key: all of them failures that may be tried again.
#[derive(Clone, Debug)]
struct Streak {
    failures: u32,
    /// When the last came.
    at: At,
    /// How long its answer asked to wait.
    asked_ms: Option<i64>,
    /// Whether the candidate has waited in office time since.
    waited: bool,
}

/// Streaks by vendor and ordinal of the key.
#[derive(Clone, Debug, Default)]
pub struct Streaks(BTreeMap<(Vendor, Str), Streak>);

impl Streaks {
    /// How far a call of `key` to `vendor`, made after a pause of real time, moves office time on from `now`.
    pub fn pause_ms(&self, vendor: Vendor, key: &Str, now: At) -> i64 {
        match self.0.get(&(vendor, key.clone())) {
            Some(streak) if !streak.waited => (streak.worth_ms() - now.since(streak.at)).max(0),
            _ => 0,
        }
    }

    /// Folds one entry. An answer that is no failure ends its key's streak; a wait of the candidate covers all of theirs.
    pub(crate) fn advance(&mut self, gist: &Gist<'_>) -> Result<(), PatchError> {
        if gist.vendor == Vendor::Office {
            return self.advance_office(gist);
        }
        let answered = !matches!(gist.outcome, Outcome::Parked | Outcome::Dropped);
        let counts =
            answered && gist.actor == ActorKind::Candidate && gist.credential == Credential::Valid;
        let Some(key) = gist.key.as_ref().filter(|_| counts) else {
            return Ok(());
        };
        let failed = failed(gist)?;
        if !failed && self.0.is_empty() {
            return Ok(());
        }
        let place = (gist.vendor, key.get("key")?.into_owned());
        if !failed {
            self.0.remove(&place);
            return Ok(());
        }
        let before = self.0.get(&place).map_or(0, |streak| streak.failures);
        let streak = Streak {
            failures: before.saturating_add(1),
            at: gist.at,
            asked_ms: asked_ms(gist)?,
            waited: false,
        };
        self.0.insert(place, streak);
        Ok(())
    }

    fn advance_office(&mut self, gist: &Gist<'_>) -> Result<(), PatchError> {
        if self.0.is_empty() {
            return Ok(());
        }
        match (gist.actor, &*gist.call.get("call")?) {
            (ActorKind::Candidate, Call::Office(office::Call::Wait { .. })) => {
                self.0.values_mut().for_each(|streak| streak.waited = true);
            }
            // A copy goes on under keys of its own, which have failed at nothing yet.
            (_, Call::Office(office::Call::Fork { .. })) => self.0.clear(),
            _ => {}
        }
        Ok(())
    }
}

impl Streak {
    /// What the pause after the last of the failures is worth.
    fn worth_ms(&self) -> i64 {
        let growing = || {
            let longer = PAUSE_FACTOR.checked_pow(self.failures.saturating_sub(1));
            longer.map_or(PAUSE_MS_MAX, |longer| longer.saturating_mul(PAUSE_FIRST_MS))
        };
        self.asked_ms.unwrap_or_else(growing).min(PAUSE_MS_MAX)
    }
}

/// Whether an answer is one after which SDKs try again: it never came whole, the vendor is down or asks to slow down, or
/// the idempotency key is in use.
fn failed(gist: &Gist<'_>) -> Result<bool, PatchError> {
    let struck = gist.verdict.as_ref().map(|verdict| &verdict.effect);
    if gist.answer == Some(Fate::Lost) || matches!(struck, Some(Kind::Cut { .. })) {
        return Ok(true);
    }
    Ok(match gist.status {
        Some(429) => true,
        Some(409) if gist.vendor == Vendor::Billing => matches!(
            gist.reply_read()?.as_deref(),
            Some(Reply::Billing(billing::Reply::Refused(
                Refusal::KeyInUse { .. }
            )))
        ),
        // Gmail asks to slow down by a 403; its other 403s are final.
        Some(status) if status == gist.vendor.quota_status() => match struck {
            Some(Kind::Throttle { .. } | Kind::QuotaExhausted) => true,
            _ => limited(gist)?,
        },
        // Our own refusals (not offered, full) come with such a status too, and asking again does not help.
        Some(500..) => gist.outcome != Outcome::Refused,
        _ => false,
    })
}

fn limited(gist: &Gist<'_>) -> Result<bool, PatchError> {
    let reply = gist.reply_read()?;
    Ok(matches!(
        reply.as_deref(),
        Some(Reply::Denied(Denial::Limited(_)))
    ))
}

/// How long the answer asked to wait. Of our vendors the mailbox alone says so.
fn asked_ms(gist: &Gist<'_>) -> Result<Option<i64>, PatchError> {
    if gist.vendor != Vendor::Inbox {
        return Ok(None);
    }
    if let Some(Kind::Throttle { window_ms, .. }) =
        gist.verdict.as_ref().map(|verdict| &verdict.effect)
    {
        return Ok(Some(*window_ms));
    }
    Ok(match gist.reply_read()?.as_deref() {
        Some(Reply::Denied(Denial::Limited(limited))) => {
            Some(limited.opens_up.since(gist.up).max(0))
        }
        _ => None,
    })
}
