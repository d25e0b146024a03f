//! Named maxima of an office, and the vendors' own rate limits.
//!
//! [`check`] is asked by `office::act` before faults; [`Windows::advance`] folds entries. Windows run on `up`, because
//! a window on a stopped office clock would never open again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::call::{Actor, ActorKind, Call, Credential};
use crate::clock::Mode;
use crate::row;
use crate::row::{Row, Str};
use crate::time::Up;
use crate::vendor::Vendor;
use crate::world::World;

/// A value longer than this is kept once, as a blob.
pub const INLINE_BYTES_MAX: usize = 4 * 1_024;
/// Entries a workspace holds by default.
pub const ENTRIES_MAX: u64 = 1_000_000;
/// Stored bytes a workspace holds by default.
pub const LOG_BYTES_MAX: u64 = 1 << 30;
/// Bytes of long values (mail above all) a workspace holds: they stay in memory while it is awake.
pub const LONG_VALUES_BYTES_MAX: u64 = 192 << 20;
/// Faults that can be armed at once.
pub const FAULTS_MAX: usize = 200;
/// Items the agenda holds.
pub const AGENDA_MAX: usize = 20_000;
/// Longest note of somebody who watches or judges, bytes.
pub const NOTE_BYTES_MAX: usize = 2_000;
/// Longest text of a mail that is sent in by hand, bytes.
pub const MAIL_TEXT_BYTES_MAX: usize = 20_000;
/// Longest subject of a mail that is sent in by hand, bytes.
pub const MAIL_SUBJECT_BYTES_MAX: usize = 200;
/// Calls that can be parked at once.
pub const PARKED_MAX: usize = 1_000;
/// How long before its answer is due a waiting call goes on, milliseconds: its entry must be durable first, and whoever
/// answers keeps the answer until its time. It decides what an entry says, so another value is another number of rules.
pub const ANSWER_AHEAD_MS: i64 = 5;
/// Real time after a failed answer from which the next call counts as one made after a pause, milliseconds.
pub const PAUSE_REAL_MS_MIN: i64 = 100;
/// What the first such pause moves office time by, milliseconds; each further failure in a row makes it
/// [`PAUSE_FACTOR`] times as long.
pub const PAUSE_FIRST_MS: i64 = 10_000;
/// How much longer each further pause is.
pub const PAUSE_FACTOR: i64 = 3;
/// The longest that one pause moves office time by, milliseconds.
pub const PAUSE_MS_MAX: i64 = 40 * 60_000;

row! {
    /// One rate limit of a vendor.
    pub struct RateLimit {
        /// `billing`, `crm`, `crm_search`, `inbox`.
        pub id: Str,
        /// Whose.
        pub vendor: Vendor,
        /// Units per window.
        pub units: u64,
        /// Length of the window, milliseconds.
        pub window_ms: i64,
    }
}

impl Row for RateLimit {
    const COLLECTION: &'static str = "rate_limits";
    fn id(&self) -> &Str {
        &self.id
    }
}

/// A call that came too early.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limited {
    /// Which limit.
    pub limit: Str,
    /// Units per window.
    pub units: u64,
    /// Length of the window.
    pub window_ms: i64,
    /// When the next window opens.
    pub opens_up: Up,
}

/// How much of each window is used.
#[derive(Clone, Debug, Default)]
pub struct Windows(BTreeMap<Str, (Up, u64)>);

impl Windows {
    /// Units used of the limit in the window that `up` lies in, and that window's start.
    pub fn used(&self, limit: &RateLimit, up: Up) -> (Up, u64) {
        match self.0.get(&limit.id) {
            Some((start, used)) if up.since(*start) < limit.window_ms => (*start, *used),
            _ => (up, 0),
        }
    }

    /// Folds one entry: a candidate's call that reached the vendor uses its units, once.
    pub fn advance(&mut self, limit: &RateLimit, units: u64, up: Up) {
        let (start, used) = self.used(limit, up);
        self.0.insert(limit.id.clone(), (start, used + units));
    }
}

/// Whether any limit counts this actor's calls under the clock as it is set. A vendor counts callers whose key it takes:
/// a refused one uses nothing of anybody's limit.
pub fn may_apply(world: &World, actor: ActorKind, credential: Credential) -> bool {
    actor == ActorKind::Candidate
        && credential == Credential::Valid
        && !matches!(world.clock().mode, Mode::Step { .. } | Mode::Manual)
}

/// The limit a call counts against and what it costs; none where the office has no such limit.
pub fn applies<'a>(world: &'a World, actor: &Actor, call: &Call) -> Option<(&'a RateLimit, u64)> {
    may_apply(world, actor.kind, actor.credential)
        .then(|| cost(world, call))
        .flatten()
}

/// What a call that counts uses of which limit.
pub(crate) fn cost<'a>(world: &'a World, call: &Call) -> Option<(&'a RateLimit, u64)> {
    let (name, units) = match call {
        Call::Billing(_) => ("billing", 1),
        Call::Crm(call) if call.is_search() => ("crm_search", 1),
        Call::Crm(_) => ("crm", 1),
        Call::Inbox(call) => ("inbox", call.quota_units()),
        Call::Office(_) | Call::Malformed { .. } | Call::Unrouted { .. } => return None,
    };
    world
        .office
        .rate_limits
        .get(name)
        .map(|limit| (&**limit, units))
}

/// Whether the call is over its vendor's own limit.
pub fn check(world: &World, actor: &Actor, call: &Call, up: Up) -> Option<Limited> {
    let (limit, units) = applies(world, actor, call)?;
    let (start, used) = world.windows.used(limit, up);
    (used + units > limit.units).then(|| Limited {
        limit: limit.id.clone(),
        units: limit.units,
        window_ms: limit.window_ms,
        opens_up: start.plus(limit.window_ms),
    })
}
