//! Looks at a desk that leave no entry, and how far the log has followed the desk they looked at.
//!
//! Called by the control API and by the office itself; told by `workspace` whenever a commit is known and whenever a desk
//! is thrown away. What was seen is named by its desk, counted by wakings, and by that desk's last entry, and is told only
//! once that entry is durable. Everybody is answered in the end, because a call runs to its end though its caller goes.

use muddle_world::time::{At, Up};
use tokio::sync::watch;

use super::Workspace;
use crate::act::Desk;
use crate::error::OfficeError;
use crate::office::Office;
use crate::source::Pulse;

impl Workspace {
    /// Looks at the desk, waking it if it sleeps. What is read is told once the log holds all that it rests on.
    pub async fn look<T>(
        &self,
        office: &Office,
        read: impl FnOnce(&Desk) -> T,
    ) -> Result<T, OfficeError> {
        let (found, generation, seq) = self.glance(office, |desk, _| read(desk)).await?;
        self.kept.wait(generation, seq).await?;
        Ok(found)
    }

    /// What time it is for the workspace, were it called now.
    pub async fn now(&self, office: &Office) -> Result<(At, Up), OfficeError> {
        let (moment, generation, seq) = self.glance(office, moment).await?;
        self.kept.wait(generation, seq).await?;
        Ok(moment)
    }

    /// The same `up` as an input to a call, whose own entry comes after all that this rests on.
    pub(crate) async fn up(&self, office: &Office) -> Result<Up, OfficeError> {
        let ((_, up), ..) = self.glance(office, moment).await?;
        Ok(up)
    }

    /// What time it is, if the desk is in memory, free, and durable as it stands; never wakes it.
    pub fn peek(&self) -> Option<(At, Up)> {
        let seat = self.seat.try_lock().ok()?;
        let desk = seat.desk.as_ref()?;
        let seen = State {
            generation: seat.generation,
            seq: desk.world.seq,
        };
        self.kept.is(seen).then(|| moment(desk, seat.pulse))
    }

    /// Tells of every commit from now on.
    pub fn commits(&self) -> Commits {
        Commits(self.kept.0.subscribe())
    }

    /// Reads the desk as it stands, and names that state: its desk and its last entry, which the log may not hold yet.
    async fn glance<T>(
        &self,
        office: &Office,
        read: impl FnOnce(&Desk, Pulse) -> T,
    ) -> Result<(T, u64, u64), OfficeError> {
        self.settle(office).await?;
        let mut seat = self.seat.lock().await;
        let pulse = seat.pulse;
        let desk = self.wake(office, &mut seat).await?;
        let (found, seq) = (read(desk, pulse), desk.world.seq);
        Ok((found, seat.generation, seq))
    }
}

/// The commits of one workspace, for whoever follows its log.
pub struct Commits(watch::Receiver<State>);

impl Commits {
    /// Returns once there was a commit since the last return, or since this was made. Several may be told as one.
    pub async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            // The workspace is gone, and nothing is committed any more.
            std::future::pending::<()>().await;
        }
    }
}

/// The time at a desk, were it called now.
fn moment(desk: &Desk, pulse: Pulse) -> (At, Up) {
    desk.now(pulse.up())
}

/// The desk in memory and the last of its entries that is durable.
pub(super) struct Kept(watch::Sender<State>);

/// Ordered: a later desk comes after all of an earlier one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    generation: u64,
    seq: u64,
}

impl Kept {
    /// Everything up to `seq` is durable.
    pub fn new(generation: u64, seq: u64) -> Self {
        Self(watch::Sender::new(State { generation, seq }))
    }

    /// A desk was built from the log: all of it is durable.
    pub fn begins(&self, generation: u64, seq: u64) {
        self.advance(State { generation, seq });
    }

    /// A commit went well. It says nothing where its desk is gone already.
    pub fn reached(&self, generation: u64, seq: u64) {
        if self.0.borrow().generation == generation {
            self.advance(State { generation, seq });
        }
    }

    /// A desk is thrown away: what it had beyond the log never was.
    pub fn ends(&self, generation: u64) {
        self.begins(generation + 1, 0);
    }

    fn is(&self, seen: State) -> bool {
        *self.0.borrow() == seen
    }

    /// Waits until what was seen is durable; an error if it never will be, or nobody can say.
    pub async fn wait(&self, generation: u64, seq: u64) -> Result<(), OfficeError> {
        let seen = State { generation, seq };
        if *self.0.borrow() == seen {
            return Ok(());
        }
        let mut states = self.0.subscribe();
        let state = states.wait_for(|state| *state >= seen).await;
        match state.map(|state| state.generation) {
            Ok(now) if now == generation => Ok(()),
            _ => Err(OfficeError::NotKept),
        }
    }

    fn advance(&self, to: State) {
        self.0.send_if_modified(|state| {
            let later = to > *state;
            if later {
                *state = to;
            }
            later
        });
    }
}
