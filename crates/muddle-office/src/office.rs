//! All workspaces of a server: opening, waking, sleeping, sealing, and the way from a key to its workspace.
//!
//! Built by the binary over a log; called by the server's routes. It keeps no truth of its own: the register and the
//! workspaces' logs are folded at need, and everything in memory can be thrown away.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use muddle_log::{Head, Log, WireRow, WorkspaceId, Writer, WriterLimits, witness};
use muddle_world::call::{ActorKind, Call};
use muddle_world::entry::Around;
use muddle_world::office::Call as OfficeCall;
use tokio::sync::{Mutex, MutexGuard, Semaphore};

use crate::act::Desk;
use crate::admission::Admission;
use crate::error::OfficeError;
use crate::load::Load;
use crate::opening::{Opened, Openings};
use crate::register::{Event, Holder, Register, WorkspaceRow};
use crate::replay;
use crate::room::Limits;
use crate::timers::Timers;
use crate::witness::Recorder;
use crate::workspace::{RETRY_MS, Workspace};

/// How an office behaves as a whole.
#[derive(Clone, Debug)]
pub struct Config {
    /// After how long without a call a workspace leaves memory.
    pub idle_ms: i64,
    /// Pause between two looks for idle workspaces.
    pub doze_every: Duration,
    /// What the log's writer may hold.
    pub writer: WriterLimits,
    /// Signs seals: the seed of an Ed25519 key.
    pub signing_seed: [u8; 32],
    /// Scenario folders laid over the shipped ones.
    pub scenarios: Option<PathBuf>,
    /// The witness's file; none is kept where there is no directory for it.
    pub witness: Option<PathBuf>,
    /// What the office may hold.
    pub limits: Limits,
}

/// The workspaces of one server.
pub struct Office {
    log: Arc<dyn Log>,
    writer: Writer,
    register: Register,
    workspaces: RwLock<HashMap<WorkspaceId, Arc<Workspace>>>,
    openings: Openings,
    timers: Timers,
    admission: Admission,
    load: Load,
    issuing: Mutex<()>,
    forking: Mutex<()>,
    config: Config,
    witness: Option<Recorder>,
}

impl Office {
    /// Starts over a log. Reads the register; must run inside a tokio runtime. Where the register is damaged the office only reads.
    pub async fn start(log: Arc<dyn Log>, config: Config) -> Result<Arc<Self>, OfficeError> {
        let writer = Writer::start(log.clone(), config.writer);
        let (reading, writing) = (log.clone(), writer.clone());
        let path = config.witness.clone();
        let register = blocking(move || {
            let witnessed = path.map(|path| witness::read(&path).0.seen);
            let seen = witnessed.and_then(|seen| seen.get(&WorkspaceId::REGISTER).copied());
            Register::load(&*reading, writing, seen)
        })
        .await?;
        let fresh = register.is_fresh();
        match register.damage() {
            None => register.record(Event::Started).await?,
            Some(damage) => {
                tracing::error!(%damage, "everything is served for reading only, to the admin alone");
            }
        }
        // After the first event: a start that could write nothing leaves no file that says the directory was in use.
        let witness = match config.witness.clone() {
            Some(path) => Some(Recorder::keep(log.clone(), path, fresh).await?),
            None => None,
        };
        let office = Arc::new(Self {
            log,
            writer,
            register,
            workspaces: RwLock::new(HashMap::new()),
            openings: Openings::default(),
            timers: Timers::default(),
            admission: Admission::default(),
            load: Load::default(),
            issuing: Mutex::new(()),
            forking: Mutex::new(()),
            config,
            witness,
        });
        tokio::spawn(fire(Arc::downgrade(&office)));
        tokio::spawn(doze(Arc::downgrade(&office)));
        Ok(office)
    }

    /// Ends in order: what waits is dropped by entries, what is queued is written, the register says so, and the witness sees it.
    pub async fn stop(self: &Arc<Self>) -> Result<(), OfficeError> {
        let said = self.say_stopped().await;
        self.writer.shutdown().await;
        let stopping = self.clone();
        blocking(move || {
            stopping.witness.iter().for_each(Recorder::stop);
            Ok(())
        })
        .await?;
        said
    }

    async fn say_stopped(&self) -> Result<(), OfficeError> {
        if self.writable().is_err() {
            return Ok(());
        }
        for workspace in self.awake() {
            if let Err(error) = crate::seal::drop_parked(self, &workspace).await {
                // One that is damaged keeps none of the others from ending in order.
                tracing::error!(workspace = workspace.id.0, %error, "what waits could not be dropped");
            }
        }
        self.register.record(Event::Stopped).await
    }

    /// Fails where the register is damaged: nothing may be added to anything then.
    pub fn writable(&self) -> Result<(), OfficeError> {
        match self.register.damage() {
            Some(damage) => Err(OfficeError::ReadOnly(damage.to_string())),
            None => Ok(()),
        }
    }

    /// What watches how far the logs have come.
    pub const fn witness(&self) -> Option<&Recorder> {
        self.witness.as_ref()
    }

    /// The log's writer.
    pub const fn writer(&self) -> &Writer {
        &self.writer
    }

    /// The log, for reading.
    pub const fn log(&self) -> &Arc<dyn Log> {
        &self.log
    }

    /// The register.
    pub const fn register(&self) -> &Register {
        &self.register
    }

    /// Decoded openings.
    pub const fn openings(&self) -> &Openings {
        &self.openings
    }

    /// Due times.
    pub const fn timers(&self) -> &Timers {
        &self.timers
    }

    /// Fairness between workspaces.
    pub(crate) const fn admission(&self) -> &Admission {
        &self.admission
    }

    /// Places for large work.
    pub const fn load(&self) -> &Load {
        &self.load
    }

    /// Held while a key is issued, so that the ordinal its entry names is the one the register gives it.
    pub(crate) async fn issuing(&self) -> MutexGuard<'_, ()> {
        self.issuing.lock().await
    }

    /// Held while a fork is made, so that the forks of a workspace are counted one by one.
    pub(crate) async fn forking(&self) -> MutexGuard<'_, ()> {
        self.forking.lock().await
    }

    /// Its configuration.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Who holds a key.
    pub fn holder(&self, key: &str) -> Option<Holder> {
        self.register.holder(key)
    }

    /// A workspace by number, awake or asleep.
    pub fn workspace(&self, id: WorkspaceId) -> Arc<Workspace> {
        if let Some(found) = self.read().get(&id) {
            return found.clone();
        }
        self.write()
            .entry(id)
            .or_insert_with(|| Arc::new(Workspace::asleep(id)))
            .clone()
    }

    /// A workspace by public name.
    pub fn named(&self, name: &str) -> Result<(Arc<WorkspaceRow>, Arc<Workspace>), OfficeError> {
        let row = self
            .register
            .workspace(name)
            .ok_or_else(|| OfficeError::NoWorkspace(name.to_owned()))?;
        let workspace = self.workspace(WorkspaceId(row.id));
        Ok((row, workspace))
    }

    /// Takes in a workspace that was just opened.
    pub(crate) fn admit(&self, workspace: Workspace) -> Arc<Workspace> {
        let workspace = Arc::new(workspace);
        self.write().insert(workspace.id, workspace.clone());
        self.make_room();
        workspace
    }

    /// Builds a desk again from the log; with it what its opening holds.
    pub(crate) async fn rebuild(
        &self,
        id: WorkspaceId,
    ) -> Result<(Desk, Arc<Opened>), OfficeError> {
        let _place = self.load.waking().await;
        // The fold borrows the office's openings; a scoped block keeps the worker thread honest about blocking.
        tokio::task::block_in_place(|| replay::fold(&*self.log, &self.openings, id, None))
            .map_err(|error| self.by_name(id, error))
    }

    /// A number that no workspace has and no entry was written under, not even by a run that broke off.
    pub(crate) async fn fresh_id(&self) -> Result<WorkspaceId, OfficeError> {
        loop {
            let (id, log) = (self.register.next_id(), self.log.clone());
            if blocking(move || Ok(log.head(id)?)).await? == Head::EMPTY {
                return Ok(id);
            }
        }
    }

    /// What a workspace was opened with.
    pub async fn opened(&self, id: WorkspaceId) -> Result<Arc<Opened>, OfficeError> {
        tokio::task::block_in_place(|| replay::opened(&*self.log, &self.openings, id))
            .map_err(|error| self.by_name(id, error))
    }

    /// A call by somebody of the office itself.
    pub async fn call(
        &self,
        workspace: &Workspace,
        actor: muddle_world::call::Actor,
        call: OfficeCall,
        around: Around,
    ) -> Result<crate::workspace::Heard, OfficeError> {
        let lifted = matches!(call, OfficeCall::LiftFaults { .. });
        let heard = workspace
            .act(self, actor, None, Call::Office(call), around)
            .await?;
        if lifted {
            self.release(workspace).await?;
        }
        Ok(heard)
    }

    /// Continues every parked call whose fault is armed no longer.
    async fn release(&self, workspace: &Workspace) -> Result<(), OfficeError> {
        let free: Vec<u64> = workspace
            .look(self, |desk| {
                let tables = &desk.world.office;
                let free = tables
                    .parked
                    .rows()
                    .filter(|parked| tables.faults.get(&parked.verdict.fault).is_none());
                free.map(|parked| parked.seq).collect()
            })
            .await?;
        for seq in free {
            workspace.resume(self, seq).await?;
        }
        Ok(())
    }

    /// Adds a row to the wire stream; dropped, and counted, if its queue is full.
    pub fn wire(&self, workspace: WorkspaceId, seq: u64, json: String) {
        self.writer.wire(WireRow {
            workspace,
            seq,
            json,
        });
    }

    /// How many callers wait for parked calls, in all workspaces.
    pub fn waiting(&self) -> usize {
        self.read()
            .values()
            .map(|workspace| workspace.waiting())
            .sum()
    }

    /// The workspaces that are in memory.
    pub(crate) fn awake(&self) -> Vec<Arc<Workspace>> {
        let workspaces = self.read();
        let awake = workspaces.values().filter(|workspace| workspace.resident());
        awake.cloned().collect()
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, HashMap<WorkspaceId, Arc<Workspace>>> {
        self.workspaces
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, HashMap<WorkspaceId, Arc<Workspace>>> {
        self.workspaces
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes down how many calls came after a seal. They are no entries: the log they would stand in is closed.
async fn count_late(office: &Office) {
    let known: Vec<_> = office.read().values().cloned().collect();
    for workspace in known {
        let more = workspace.take_late();
        let Some(row) = office
            .register
            .workspace_by_id(workspace.id)
            .filter(|_| more > 0)
        else {
            continue;
        };
        let calls = office.register.late(&row.name) + more;
        let event = Event::Late {
            workspace: row.name.clone(),
            calls,
        };
        if let Err(error) = office.register.record(event).await {
            tracing::warn!(%error, more, "calls after a seal could not be counted");
        }
    }
}

/// Someone inside the office, by role.
pub fn system() -> muddle_world::call::Actor {
    muddle_world::call::Actor::inside(ActorKind::System, "server")
}

/// Runs what blocks off the worker threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, OfficeError> + Send + 'static,
) -> Result<T, OfficeError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(_) => Err(OfficeError::Stopping),
    }
}

/// Workspaces ticked at once; one that takes long delays the others only when there are as many of its kind.
const TICKS_MAX: usize = 16;

/// Ticks workspaces as they come due, for as long as the office lives.
async fn fire(office: std::sync::Weak<Office>) {
    let places = Arc::new(Semaphore::new(TICKS_MAX));
    loop {
        let Some(alive) = office.upgrade() else {
            return;
        };
        let next = tokio::time::timeout(Duration::from_secs(1), alive.timers.next()).await;
        let Ok(id) = next else {
            continue;
        };
        let Ok(place) = places.clone().acquire_owned().await else {
            return;
        };
        tokio::spawn(async move {
            tick(&alive, id).await;
            drop(place);
        });
    }
}

async fn tick(office: &Office, id: WorkspaceId) {
    let Err(error) = office.workspace(id).tick(office).await else {
        return;
    };
    tracing::warn!(workspace = id.0, %error, "a workspace could not be ticked");
    if matches!(error, OfficeError::Log(_)) {
        // Its timer was taken for this tick, and the store may well answer the next one.
        office.timers.set(id, Some(RETRY_MS));
    }
}

/// Puts idle workspaces out of memory and seals exams whose story is over, for as long as the office lives.
async fn doze(office: std::sync::Weak<Office>) {
    loop {
        let Some(alive) = office.upgrade() else {
            return;
        };
        for workspace in alive.awake() {
            if alive.writable().is_ok()
                && let Err(error) = crate::seal::seal_if_over(&alive, workspace.id).await
            {
                tracing::warn!(workspace = workspace.id.0, %error, "an exam could not be sealed");
            }
            workspace.doze(alive.config.idle_ms);
        }
        alive.make_room();
        count_late(&alive).await;
        let every = alive.config.doze_every;
        drop(alive);
        tokio::time::sleep(every).await;
    }
}
