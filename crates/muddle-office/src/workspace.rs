//! A workspace as the server holds it: its desk behind an async queue, its pulse, and the callers who wait in it.
//!
//! Called by `office`, by the server's faces and by timers. Calls wait here for their workspace, in order; nothing is
//! ever awaited under the desk's lock but the desk's own waking. Whatever leaves a call waits until its entry is durable,
//! and if it cannot be kept the desk is thrown away and built again from the log.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use muddle_log::{Append, Appended, Audience, Blob, Head, Permit, Stored, WorkspaceId};
use muddle_world::call::{Actor, ActorKind, Call, Input, Origin};
use muddle_world::entry::{Around, Outcome};
use muddle_world::office;
use muddle_world::time::Up;
use tokio::sync::oneshot;

use crate::act::{ActError, Acted, Desk, Told};
use crate::admission::CONTENDED_CALLS_MAX;
use crate::error::OfficeError;
use crate::office::Office;
use crate::source::{self, Pulse};

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
}

/// A read that may look at more records than this leaves its worker thread to others.
const SCAN_ROWS_MAX: usize = 20_000;

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
        }
    }

    /// A workspace whose desk was just made.
    pub fn awake(id: WorkspaceId, desk: Desk) -> Self {
        let workspace = Self::asleep(id);
        workspace.resident.store(true, Ordering::Relaxed);
        let seat = Seat {
            pulse: Pulse::from(desk.world.up),
            desk: Some(desk),
            generation: 1,
        };
        Self {
            seat: tokio::sync::Mutex::new(seat),
            ..workspace
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
        let scans = call.is_scan();
        let heard = self
            .with_desk(office, |desk, up| {
                let large = scans && desk.world.largest() > SCAN_ROWS_MAX;
                let input = Input {
                    actor,
                    origin,
                    call,
                    up,
                };
                if large {
                    // Others share this worker thread; they move to another one meanwhile.
                    tokio::task::block_in_place(|| desk.act(input, around))
                } else {
                    desk.act(input, around)
                }
            })
            .await?;
        heard.ok_or(OfficeError::NotKept)
    }

    /// Fires what is due by now.
    pub async fn tick(&self, office: &Office) -> Result<(), OfficeError> {
        self.with_desk(office, |desk, up| desk.tick(up))
            .await
            .map(drop)
    }

    /// Continues a parked call now.
    pub async fn resume(&self, office: &Office, seq: u64) -> Result<(), OfficeError> {
        match self
            .with_desk(office, |desk, up| desk.resume(seq, up))
            .await
        {
            // Somebody else was faster: the call is continued already.
            Err(OfficeError::Act(ActError::NotParked { .. })) => Ok(()),
            other => other.map(drop),
        }
    }

    /// Looks at the desk, waking it if it sleeps; what is read is durable only up to the log's head.
    pub async fn look<T>(
        &self,
        office: &Office,
        read: impl FnOnce(&Desk) -> T,
    ) -> Result<T, OfficeError> {
        let mut seat = self.seat.lock().await;
        let desk = self.wake(office, &mut seat).await?;
        Ok(read(desk))
    }

    /// What time it is for the workspace, were it called now.
    pub async fn now(&self, office: &Office) -> Result<(muddle_world::time::At, Up), OfficeError> {
        let mut seat = self.seat.lock().await;
        let pulse = seat.pulse;
        let desk = self.wake(office, &mut seat).await?;
        let up = if desk.world.clock().follows_calls() {
            desk.world.up
        } else {
            pulse.up().max(desk.world.up)
        };
        Ok((desk.world.clock().at(up).max(desk.world.at), up))
    }

    pub(crate) async fn with_desk(
        &self,
        office: &Office,
        act: impl FnOnce(&mut Desk, Up) -> Result<Acted, ActError>,
    ) -> Result<Option<Heard>, OfficeError> {
        let turn = office.admission().enter(self.id, &self.turn).await;
        let permit = office
            .writer()
            .permit()
            .await
            .map_err(|_| OfficeError::Stopping)?;
        self.used_ms
            .store(source::monotonic_ms(), Ordering::Relaxed);
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        let done = self.queued(office, permit, act).await;
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
        drop(turn);
        done
    }

    async fn queued(
        &self,
        office: &Office,
        permit: Permit,
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
        let acted = match act(desk, up) {
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
                return Err(error.into());
            }
        };
        let due = desk.next_due_up();
        if desk.world.clock().follows_calls() {
            // Should time run by itself later, it runs on from here.
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
        let ticket = permit.submit(append(self.id, expected, written));
        drop(seat);
        match ticket.outcome().await {
            Appended::Committed => {
                self.tell(resumed);
                Ok(told.map(|told| Heard { told, later }))
            }
            Appended::Lost(_) | Appended::Failed(_) => {
                let mut seat = self.seat.lock().await;
                if seat.generation == generation {
                    seat.desk = None;
                }
                Err(OfficeError::NotKept)
            }
        }
    }

    /// A parked call's caller waits for its continuation.
    fn expect_later(&self, told: Option<&Told>) -> Option<oneshot::Receiver<Told>> {
        let told = told.filter(|told| told.outcome == Outcome::Parked)?;
        let (tell, later) = oneshot::channel();
        self.parked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(told.seq, tell);
        Some(later)
    }

    fn tell(&self, resumed: Vec<(u64, Told)>) {
        for (seq, told) in resumed {
            let waiting = self
                .parked
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&seq);
            if let Some(waiting) = waiting {
                // A caller who left needs no answer; the effect stands.
                let _ = waiting.send(told);
            }
        }
    }

    /// Lets go of the callers whose calls will never be continued.
    pub(crate) fn release_waiting(&self) {
        self.parked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
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
            let desk = office.rebuild(self.id).await?;
            seat.pulse = Pulse::from(seat.pulse.up().max(desk.world.up));
            if seat.generation == 0 {
                seat.pulse = Pulse::from(desk.world.up);
            }
            seat.generation += 1;
            seat.desk = Some(desk);
            self.resident.store(true, Ordering::Relaxed);
            self.after_interruption(office, seat).await?;
        }
        seat.desk.as_mut().ok_or(OfficeError::NotKept)
    }

    /// After an unclean stop an open workspace says so itself, and what was parked then is dropped.
    async fn after_interruption(
        &self,
        office: &Office,
        seat: &mut Seat,
    ) -> Result<(), OfficeError> {
        if seat.generation != 1 || !office.interrupted_before(self.id) {
            return Ok(());
        }
        let Some(desk) = seat.desk.as_mut().filter(|desk| !desk.world.sealed()) else {
            return Ok(());
        };
        let mut calls = vec![office::Call::Interrupted];
        calls.extend(
            desk.world
                .office
                .parked
                .rows()
                .map(|parked| office::Call::DropParked { seq: parked.seq }),
        );
        let expected = Head {
            seq: desk.world.seq,
            hash: desk.hash,
        };
        let mut written = Vec::new();
        for call in calls {
            let actor = Actor::inside(ActorKind::System, "server");
            let input = Input {
                actor,
                origin: None,
                call: Call::Office(call),
                up: desk.world.up,
            };
            written.extend(desk.act(input, around())?.written);
        }
        let permit = office
            .writer()
            .permit()
            .await
            .map_err(|_| OfficeError::Stopping)?;
        match permit
            .submit(append(self.id, expected, written))
            .outcome()
            .await
        {
            Appended::Committed => Ok(()),
            Appended::Lost(_) | Appended::Failed(_) => {
                seat.desk = None;
                Err(OfficeError::NotKept)
            }
        }
    }

    /// Puts the desk out of memory if nobody used it for `idle_ms`. True if it sleeps now.
    pub fn doze(&self, idle_ms: i64) -> bool {
        let idle = source::monotonic_ms() - self.used_ms.load(Ordering::Relaxed);
        if idle < idle_ms || self.in_flight.load(Ordering::Relaxed) > 0 {
            return false;
        }
        let Ok(mut seat) = self.seat.try_lock() else {
            return false;
        };
        if seat
            .desk
            .as_ref()
            .is_some_and(|desk| !desk.world.office.parked.is_empty())
        {
            return false;
        }
        seat.desk = None;
        self.resident.store(false, Ordering::Relaxed);
        true
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

/// What a call made by the office itself is surrounded by.
pub fn around() -> Around {
    Around {
        wall: Some(source::wall_ms()),
        ..Around::default()
    }
}

/// What goes to the log's writer.
pub(crate) fn append(
    workspace: WorkspaceId,
    expected: Head,
    written: Vec<crate::act::Written>,
) -> Append {
    let mut append = Append {
        workspace,
        expected,
        entries: Vec::with_capacity(written.len()),
        blobs: Vec::new(),
    };
    for entry in written {
        append
            .blobs
            .extend(entry.blobs.iter().map(|raw| Blob::pack(raw, Audience::All)));
        append.entries.push(Stored {
            seq: entry.seq,
            hash: entry.hash,
            bytes: entry.bytes,
        });
    }
    append
}
