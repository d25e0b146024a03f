//! How a workspace begins: opened from a scenario and a seed, reset to its beginning, or forked from another.
//!
//! Called by the control API. The blobs go to the log in pieces beside other workspaces' commits; only the small first
//! entry goes through the group commit, so a large opening delays nobody.

mod fork;
mod keys;

pub use fork::fork;
pub(crate) use fork::origin_of;
pub use keys::Keys;

use std::sync::Arc;

use data_encoding::HEXLOWER;
use muddle_log::{Append, Appended, Head, WorkspaceId};
use muddle_scenario::{Options, Scenario};
use muddle_world::call::{Call, Input};
use muddle_world::chance::Seed;
use muddle_world::clock::Mode;
use muddle_world::office::{Call as OfficeCall, Opening, RATE_LIMITS_OFF};
use muddle_world::time::{At, DAY};

use crate::act::Desk;
use crate::error::OfficeError;
use crate::office::{Office, blocking, system};
use crate::opening::{self, Opened, Packed, Packet, Recipe, Secret};
use crate::register::{Event, WorkspaceRow};
use crate::replay::Reader;
use crate::workspace::{Workspace, around};
use crate::{modes, rules, source};

/// What is to be opened.
#[derive(Clone, Debug)]
pub struct Order {
    /// The scenario's name.
    pub scenario: String,
    /// The seed, where it is no secret.
    pub seed: Option<u64>,
    /// `practice`, `live` or `exam`.
    pub mode: String,
    /// How the clock runs.
    pub clock: Mode,
    /// A day of the week that becomes the office's this week; this week if absent.
    pub epoch: Option<At>,
    /// Without the mess.
    pub clean: bool,
    /// Who works in it.
    pub candidate: Option<String>,
    /// Vendors take as long as on any day, and injected latency is slept as it is.
    pub real_latency: bool,
    /// Cut the story to about this many cases.
    pub cases: Option<u32>,
    /// Without the vendors' own rate limits.
    pub unlimited: bool,
}

/// A workspace that was just opened.
pub struct New {
    /// As the register knows it.
    pub row: WorkspaceRow,
    /// Office time at the opening.
    pub now: At,
    /// Its keys.
    pub keys: Keys,
}

/// The scenario of this name: from the folder laid over the shipped ones, or shipped.
pub fn scenario(office: &Office, name: &str) -> Result<Scenario, OfficeError> {
    if let Some(dir) = office
        .config()
        .scenarios
        .as_ref()
        .map(|dir| dir.join(name))
        .filter(|dir| dir.is_dir())
    {
        return muddle_scenario::load(&dir)
            .map_err(|problems| OfficeError::Scenario(problems.to_string()));
    }
    match muddle_scenario::shipped(name) {
        Some(Ok(scenario)) => Ok(scenario),
        Some(Err(problems)) => Err(OfficeError::Scenario(problems.to_string())),
        None => Err(OfficeError::Invalid(format!(
            "there is no scenario `{name}`; there is {}",
            muddle_scenario::shipped_names().join(", ")
        ))),
    }
}

/// The scenarios that can be opened, each with whether it ships with Muddle; one of the operator's own hides a shipped one.
pub fn scenario_names(office: &Office) -> Result<Vec<(String, bool)>, OfficeError> {
    let mut names: std::collections::BTreeMap<String, bool> = muddle_scenario::shipped_names()
        .into_iter()
        .map(|name| (name.to_owned(), true))
        .collect();
    if let Some(dir) = &office.config().scenarios {
        let unreadable = |error: std::io::Error| {
            OfficeError::Invalid(format!(
                "the folder {} cannot be read: {error}",
                dir.display()
            ))
        };
        for entry in std::fs::read_dir(dir).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            if let Some(name) = name.filter(|_| path.join("scenario.yaml").is_file()) {
                names.insert(name.to_owned(), false);
            }
        }
    }
    Ok(names.into_iter().collect())
}

/// The Monday, midnight UTC, of the week that `at` lies in.
pub fn monday_of(at: At) -> At {
    let day = at.0.div_euclid(DAY);
    At((day - (day + 3).rem_euclid(7)) * DAY)
}

/// Opens a workspace.
pub async fn open(office: &Arc<Office>, order: Order) -> Result<New, OfficeError> {
    check_cases(office, &order).await?;
    let keys = Keys::drawn();
    let (row, desk, opened) = grow(office, &order, source::workspace_name()).await?;
    let now = desk.world.at;
    let event = Event::Opened {
        workspace: row.clone(),
        keys: keys.rows(),
    };
    office.register().record(event).await?;
    office.admit(Workspace::awake(WorkspaceId(row.id), desk, opened.bytes()));
    Ok(New { row, now, keys })
}

/// Refuses more cases than the scenario has. A workspace that was opened so once can still be reset.
async fn check_cases(office: &Arc<Office>, order: &Order) -> Result<(), OfficeError> {
    let Some(wanted) = order.cases else {
        return Ok(());
    };
    let (loading, name) = (office.clone(), order.scenario.clone());
    let most =
        blocking(move || Ok(muddle_scenario::cases_max(&scenario(&loading, &name)?))).await?;
    if u64::from(wanted) <= most {
        return Ok(());
    }
    Err(OfficeError::TooManyCases {
        scenario: order.scenario.clone(),
        most,
    })
}

/// Opens the same office again under the same name and keys. The old one keeps its log.
pub async fn reset(office: &Arc<Office>, name: &str) -> Result<Arc<WorkspaceRow>, OfficeError> {
    let (old, workspace) = office.named(name)?;
    let first = first_opening(office, workspace.id).await?;
    let seed = workspace
        .look(office, |desk| desk.world.seed.clone())
        .await?;
    let order = Order {
        scenario: old.scenario.clone(),
        seed: old.seed,
        mode: old.mode.clone(),
        clock: first.clock,
        epoch: Some(first.start),
        clean: old.clean,
        candidate: old.candidate.clone(),
        real_latency: old.real_latency,
        cases: first.cases,
        unlimited: first.rate_limits.as_deref() == Some(RATE_LIMITS_OFF),
    };
    let (row, desk, opened) =
        grow_from(office, &order, source::workspace_name(), (*seed).clone()).await?;
    let id = row.id;
    office
        .register()
        .record(Event::Opened {
            workspace: row,
            keys: Vec::new(),
        })
        .await?;
    office.admit(Workspace::awake(WorkspaceId(id), desk, opened.bytes()));
    office
        .register()
        .record(Event::Replaced {
            old: old.id,
            new: id,
        })
        .await?;
    office
        .register()
        .workspace(name)
        .ok_or_else(|| OfficeError::NoWorkspace(name.to_owned()))
}

async fn first_opening(office: &Office, id: WorkspaceId) -> Result<Opening, OfficeError> {
    let log = office.log().clone();
    let read = blocking(move || {
        let first = Reader::new(&*log, id).read_next()?;
        first
            .and_then(|(_, entry)| crate::replay::opening_of(&entry).cloned())
            .ok_or_else(|| OfficeError::NoWorkspace(id.to_string()))
    });
    read.await.map_err(|error| office.by_name(id, error))
}

async fn grow(
    office: &Arc<Office>,
    order: &Order,
    name: String,
) -> Result<(WorkspaceRow, Desk, Arc<Opened>), OfficeError> {
    let seed = order
        .seed
        .map_or_else(|| Seed::from_bytes(source::entropy()), Seed::from_number);
    grow_from(office, order, name, seed).await
}

async fn grow_from(
    office: &Arc<Office>,
    order: &Order,
    name: String,
    seed: Seed,
) -> Result<(WorkspaceRow, Desk, Arc<Opened>), OfficeError> {
    office.writable()?;
    let (making, wanted) = (office.clone(), order.clone());
    let place = office.load().job().await;
    let (opened, packed) = blocking(move || make(&making, &wanted, &seed)).await?;
    drop(place);
    let id = office.fresh_id().await?;
    let mut desk = Desk::new(opened.world.clone(), opened.story.clone());
    let expected = Head::EMPTY;
    let profile = desk.world.office.profile.get("profile").cloned();
    let address = profile
        .map(|profile| profile.address.to_string())
        .unwrap_or_default();
    let call = Call::Office(OfficeCall::Open(Opening {
        scenario: order.scenario.as_str().into(),
        candidate: order.candidate.as_deref().map(Into::into),
        mode: order.mode.as_str().into(),
        test: modes::is_test(&order.mode, order.seed),
        clean: order.clean,
        cases: order.cases,
        rate_limits: order.unlimited.then(|| RATE_LIMITS_OFF.into()),
        start: opened.world.at,
        clock: order.clock,
        seed_digest: HEXLOWER.encode(&opened.world.seed.digest()).into(),
        opening: packed.digests[0].as_str().into(),
        truth: packed.digests[1].as_str().into(),
        scenario_blob: packed.digests[2].as_str().into(),
        rules: rules::numbers(),
    }));
    let input = Input {
        actor: system(),
        origin: None,
        call,
        up: desk.world.up,
        paused: false,
    };
    let written = desk.act(input, around())?.written;
    let mut append = crate::workspace::append(id, expected, written);
    append.blobs.extend(packed.blobs);
    commit(office, append).await?;
    let row = WorkspaceRow {
        id: id.0,
        name,
        scenario: order.scenario.clone(),
        mode: order.mode.clone(),
        clean: order.clean,
        candidate: order.candidate.clone(),
        seed: order.seed,
        address,
        forked: None,
        real_latency: order.real_latency,
    };
    Ok((row, desk, opened))
}

/// Generates, packs and stores an opening, or takes the one made lately from the same recipe. Blocks.
fn make(office: &Office, order: &Order, seed: &Seed) -> Result<(Arc<Opened>, Packed), OfficeError> {
    let recipe = Recipe {
        scenario: scenario(office, &order.scenario)?,
        seed: seed.clone(),
        epoch: monday_of(order.epoch.unwrap_or_else(|| At(source::wall_ms()))),
        clean: order.clean,
        cases: order.cases,
        real_latency: order.real_latency,
    };
    if let Some(made) = office.openings().made(&recipe) {
        return Ok(made);
    }
    let (opened, packed) = cook(office, &recipe)?;
    office.openings().keep(opened.clone());
    if order.seed.is_some() {
        // A secret seed never comes again.
        office
            .openings()
            .keep_made(recipe, opened.clone(), packed.clone());
    }
    Ok((opened, packed))
}

/// Makes an opening; its blobs are packed and stored, ahead of the first entry, while its world is built.
fn cook(office: &Office, recipe: &Recipe) -> Result<(Arc<Opened>, Packed), OfficeError> {
    let options = Options {
        clean: recipe.clean,
        cases: recipe.cases,
        real_latency: recipe.real_latency,
    };
    let generated =
        muddle_scenario::generate(&recipe.scenario, &recipe.seed, recipe.epoch, options);
    let hex = HEXLOWER.encode(recipe.seed.bytes());
    let secret = Secret {
        seed: hex.clone(),
        truth: generated.truth,
    };
    let packet = Packet {
        brief: generated.brief,
        contract: generated.contract,
    };
    let (world, packed) = std::thread::scope(|threads| {
        let world = threads.spawn(|| opening::raise(&generated.records, &hex, generated.start));
        let packed = opening::pack(&generated.records, &secret, &packet)?;
        office.log().put_blobs(&packed.blobs)?;
        let world = world.join().map_err(|_| OfficeError::Stopping)??;
        Ok::<_, OfficeError>((world, packed))
    })?;
    let opened = Opened::new(
        world,
        generated.records,
        secret.truth,
        packet,
        packed.digests.clone(),
    );
    Ok((Arc::new(opened), packed))
}

async fn commit(office: &Office, append: Append) -> Result<(), OfficeError> {
    let permit = office
        .writer()
        .permit()
        .await
        .map_err(|_| OfficeError::Stopping)?;
    match permit.submit(append).outcome().await {
        Appended::Committed => Ok(()),
        Appended::Failed(error) => {
            tracing::error!(%error, "the opening could not be kept");
            Err(OfficeError::NotKept)
        }
        Appended::Lost(_) => Err(OfficeError::NotKept),
    }
}
