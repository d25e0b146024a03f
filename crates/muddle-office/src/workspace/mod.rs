//! A workspace as the server holds it: its desk behind an async queue, its pulse, and the callers who wait in it.
//!
//! Called by `office`, by the server's faces and by timers. Calls wait here for their workspace, in order; nothing is
//! ever awaited under the desk's lock but the desk's own waking. Whatever leaves a call waits until its entry is durable,
//! and if it cannot be kept the desk is thrown away and built again from the log.

mod answered;
mod appending;
mod kept;
mod settle;
mod waiting;
mod weight;

pub(crate) use appending::append;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use muddle_log::{Appended, Head, Permit, WorkspaceId};
use muddle_world::call::{Actor, Call, Input, Origin};
use muddle_world::entry::Around;
use muddle_world::time::Up;
use muddle_world::vendor::Vendor;
use tokio::sync::oneshot;

use crate::act::{ActError, Acted, Desk, Told};
use crate::admission::CONTENDED_CALLS_MAX;
use crate::error::OfficeError;
use crate::office::Office;
use crate::source::{self, Pulse};
use crate::{limits, load};
pub use kept::Commits;

/// One workspace.
pub struct Workspace {
    /// Its number in the log.
    pub id: WorkspaceId,
    seat: tokio::sync::Mutex<Seat>,
    parked: Mutex<BTreeMap<u64, oneshot::Sender<Told>>>,
    used_ms: AtomicI64,
    in_flight: AtomicU64,
    resident: AtomicBool,
    turn: tokio::sync::Semaphore,
    late: AtomicU64,
    sealing: tokio::sync::Mutex<()>,
    /// Whether an interruption before this run is in its log, or needs no entry.
    settled: AtomicBool,
    kept: kept::Kept,
    answered: answered::Answered,
    weight: weight::Weight,
    /// Bytes of large bodies that its callers may hold at once.
    bodies: Arc<tokio::sync::Semaphore>,
}

/// After how long a workspace whose entries could not be kept is ticked again, milliseconds.
pub(crate) const RETRY_MS: i64 = 1_000;

/// A read that may look at more records than this leaves its worker thread to others.
const SCAN_ROWS_MAX: usize = 20_000;
/// As [`SCAN_ROWS_MAX`], of the bytes of a workspace's mail.
const SCAN_BYTES_MAX: u64 = 4 << 20;

/// The desk, if it is in memory.
struct Seat {
    desk: Option<Desk>,
    pulse: Pulse,
    /// Counts wakings: what failed on an earlier desk says nothing about this one.
    generation: u64,
}

/// What a call was told, once its entry is durable.
#[derive(Debug)]
pub struct Heard {
    /// What to tell the caller.
    pub told: Told,
    /// For a call that waits: it arrives here when the call is continued.
    pub later: Option<oneshot::Receiver<Told>>,
}

impl Workspace {
    /// A workspace that sleeps.
    pub fn asleep(id: WorkspaceId) -> Self {
        Self {
            id,
            seat: tokio::sync::Mutex::new(Seat {
                desk: None,
                pulse: Pulse::from(Up(0)),
                generation: 0,
            }),
            parked: Mutex::new(BTreeMap::new()),
            used_ms: AtomicI64::new(source::monotonic_ms()),
            in_flight: AtomicU64::new(0),
            resident: AtomicBool::new(false),
            turn: tokio::sync::Semaphore::new(CONTENDED_CALLS_MAX),
            late: AtomicU64::new(0),
            sealing: tokio::sync::Mutex::new(()),
            settled: AtomicBool::new(false),
            kept: kept::Kept::new(0, 0),
            answered: answered::Answered::default(),
            weight: weight::Weight::default(),
            bodies: load::semaphore(limits::WORKSPACE_BODIES_BYTES_MAX),
        }
    }

    /// A workspace whose desk was just made from an opening of so many bytes.
    pub fn awake(id: WorkspaceId, desk: Desk, opening_bytes: u64) -> Self {
        let workspace = Self::asleep(id);
        workspace.weight.begins(&desk, opening_bytes);
        workspace.resident.store(true, Ordering::Relaxed);
        let kept = kept::Kept::new(1, desk.world.seq);
        let seat = Seat {
            pulse: Pulse::from(desk.world.up),
            desk: Some(desk),
            generation: 1,
        };
        Self {
            seat: tokio::sync::Mutex::new(seat),
            kept,
            ..workspace
        }
    }

    /// A workspace whose desk is a copy of another one's, which shares its rows.
    pub(crate) fn forked(id: WorkspaceId, desk: Desk, opening_bytes: u64) -> Self {
        let weight = weight::Weight::default();
        weight.begins_shared(&desk, opening_bytes);
        Self {
            weight,
            ..Self::awake(id, desk, opening_bytes)
        }
    }

    /// One call, from its place in the queue to its durable entry.
    pub async fn act(
        &self,
        office: &Office,
        actor: Actor,
        origin: Option<Origin>,
        call: Call,
        around: Around,
    ) -> Result<Heard, OfficeError> {
        let arrived_ms = source::monotonic_ms();
        self.act_on_arrival(office, actor, origin, call, around, arrived_ms)
            .await
    }

    /// One call that arrived at `arrived_ms` of the monotonic clock.
    pub async fn act_on_arrival(
        &self,
        office: &Office,
        actor: Actor,
        origin: Option<Origin>,
        call: Call,
        around: Around,
        arrived_ms: i64,
    ) -> Result<Heard, OfficeError> {
        let scans = call.is_scan();
        let line = answered::line(&actor, &call);
        let asked = origin.as_ref().map_or(0, Origin::len);
        // A scan reads the mail; how much of it there is, is known as of the last call.
        let reads_mail = scans || call.vendor() == Vendor::Inbox;
        let heavy =
            asked > limits::LARGE_BYTES_MIN || (reads_mail && self.weight().0 > SCAN_BYTES_MAX);
        let place = if heavy {
            office.load().job().await
        } else {
            None
        };
        let heard = self
            .with_desk(office, heavy, |desk, up| {
                let large = scans && desk.world.largest() > SCAN_ROWS_MAX;
                let input = Input {
                    actor,
                    origin,
                    call,
                    up,
                    paused: self.answered.paused(line.as_ref(), arrived_ms),
                };
                let acted = load::aside(large, || desk.act(input, around));
                self.answered.now(line);
                acted
            })
            .await?;
        drop(place);
        heard.ok_or(OfficeError::NotKept)
    }

    /// Room for a large body that one of its callers sends, in the order of asking. A fork shares the room of the
    /// workspace that it goes back to: many forks are still one candidate.
    pub async fn room(&self, office: &Office, bytes: usize) -> load::Room {
        let row = office.register().workspace_by_id(self.id);
        let fork = row.filter(|row| row.forked.is_some());
        let origin = fork.and_then(|row| office.named(&crate::open::origin_of(office, &row)).ok());
        let bodies = origin.as_ref().map_or(&self.bodies, |(_, of)| &of.bodies);
        office.load().room(bodies, bytes).await
    }

    /// Fires what is due by now.
    pub async fn tick(&self, office: &Office) -> Result<(), OfficeError> {
        self.with_desk(office, self.weight().0 > SCAN_BYTES_MAX, |desk, up| {
            desk.tick(up)
        })
        .await
        .map(drop)
    }

    /// Continues a parked call now.
    pub async fn resume(&self, office: &Office, seq: u64) -> Result<(), OfficeError> {
        match self
            .with_desk(office, self.weight().0 > SCAN_BYTES_MAX, |desk, up| {
                desk.resume(seq, up)
            })
            .await
        {
            // Somebody else was faster: the call is continued already.
            Err(OfficeError::Act(ActError::NotParked { .. })) => Ok(()),
            other => other.map(drop),
        }
    }

    /// `heavy` says that what is written may be many megabytes.
    pub(crate) async fn with_desk(
        &self,
        office: &Office,
        heavy: bool,
        act: impl FnOnce(&mut Desk, Up) -> Result<Acted, ActError>,
    ) -> Result<Option<Heard>, OfficeError> {
        office.writable()?;
        self.settle(office).await?;
        let turn = office.admission().enter(self.id, &self.turn).await;
        let permit = office
            .writer()
            .permit()
            .await
            .map_err(|_| OfficeError::Stopping)?;
        self.used_ms
            .store(source::monotonic_ms(), Ordering::Relaxed);
        let flight = Flight::of(&self.in_flight);
        let done = self.queued(office, permit, heavy, act).await;
        drop((flight, turn));
        done
    }

    async fn queued(
        &self,
        office: &Office,
        permit: Permit,
        heavy: bool,
        act: impl FnOnce(&mut Desk, Up) -> Result<Acted, ActError>,
    ) -> Result<Option<Heard>, OfficeError> {
        let mut seat = self.seat.lock().await;
        self.wake(office, &mut seat).await?;
        let (generation, up) = (seat.generation, seat.pulse.up());
        let Some(desk) = seat.desk.as_mut() else {
            return Err(OfficeError::NotKept);
        };
        let expected = Head {
            seq: desk.world.seq,
            hash: desk.hash,
        };
        let followed_calls = desk.world.clock().follows_calls();
        // A panic of a rule may come after the fold: the desk is then ahead of its log.
        let acted = catch_unwind(AssertUnwindSafe(|| load::aside(heavy, || act(desk, up))));
        let seq = expected.seq + 1;
        let acted = match acted.unwrap_or(Err(ActError::Panicked { seq })) {
            Ok(acted) => acted,
            Err(ActError::Sealed) => {
                self.late.fetch_add(1, Ordering::Relaxed);
                return Err(OfficeError::Sealed);
            }
            Err(error @ ActError::NotParked { .. }) => return Err(error.into()),
            Err(error) => {
                // The world may be half folded: it is built again from the log.
                tracing::error!(workspace = self.id.0, %error, "the desk is spoilt and will be rebuilt");
                seat.desk = None;
                self.kept.ends(generation);
                return Err(error.into());
            }
        };
        self.weight.grows(desk);
        let (due, last) = (desk.next_due_up(), desk.world.seq);
        if followed_calls || desk.world.clock().follows_calls() {
            // Should time run by itself later, or from this call on, it runs on from here.
            let up = desk.world.up;
            seat.pulse = Pulse::from(up);
        }
        let later = self.expect_later(acted.told.as_ref());
        let Acted {
            written,
            told,
            resumed,
        } = acted;
        // Also where nothing was due yet: whoever ticked took the timer with him.
        let due_in = due.map(|due| due.since(seat.pulse.up()).max(0));
        office.timers().set(self.id, due_in);
        if written.is_empty() {
            return Ok(None);
        }
        let append = load::aside(heavy, || append(self.id, expected, written));
        let ticket = permit.submit(append);
        drop(seat);
        match ticket.outcome().await {
            Appended::Committed => {
                self.kept.reached(generation, last);
                self.tell(resumed);
                Ok(told.map(|told| Heard { told, later }))
            }
            Appended::Lost(_) | Appended::Failed(_) => {
                let mut seat = self.seat.lock().await;
                if seat.generation == generation {
                    seat.desk = None;
                    self.kept.ends(generation);
                }
                drop((seat, later));
                self.forget_gone();
                // The timer was set by a desk that was not kept; what is due now only the log can say.
                office.timers().set(self.id, Some(RETRY_MS));
                Err(OfficeError::NotKept)
            }
        }
    }

    /// Why a parked call's caller was let go without an answer.
    pub async fn why_dropped(&self, office: &Office) -> OfficeError {
        match self.look(office, |desk| desk.world.sealed()).await {
            Ok(true) => OfficeError::Sealed,
            Ok(false) => OfficeError::NotKept,
            Err(error) => error,
        }
    }

    async fn wake<'a>(
        &self,
        office: &Office,
        seat: &'a mut Seat,
    ) -> Result<&'a mut Desk, OfficeError> {
        if seat.desk.is_none() {
            let (desk, opened) = office.rebuild(self.id).await?;
            self.weight.begins(&desk, opened.bytes());
            seat.pulse = Pulse::from(seat.pulse.up().max(desk.world.up));
            if seat.generation == 0 {
                seat.pulse = Pulse::from(desk.world.up);
            }
            seat.generation += 1;
            self.kept.begins(seat.generation, desk.world.seq);
            seat.desk = Some(desk);
            self.resident.store(true, Ordering::Relaxed);
            self.used_ms
                .store(source::monotonic_ms(), Ordering::Relaxed);
            office.make_room();
        }
        seat.desk.as_mut().ok_or(OfficeError::NotKept)
    }

    /// Held by whoever seals it, from the look for a receipt to the receipt.
    pub(crate) async fn sealing(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.sealing.lock().await
    }

    /// Takes the number of calls that came after the seal since it was last taken.
    pub(crate) fn take_late(&self) -> u64 {
        self.late.swap(0, Ordering::Relaxed)
    }

    /// Whether the desk is in memory.
    pub fn resident(&self) -> bool {
        self.resident.load(Ordering::Relaxed)
    }
}

/// A call under way, counted until it ends in whatever way.
struct Flight<'a>(&'a AtomicU64);

impl<'a> Flight<'a> {
    fn of(count: &'a AtomicU64) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a call made by the office itself is surrounded by.
pub fn around() -> Around {
    Around {
        wall: Some(source::wall_ms()),
        ..Around::default()
    }
}
