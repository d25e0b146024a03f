//! What a workspace grows from, as blobs: the opening's records, the truth with its seed, and the packet.
//!
//! Written once at `open`, shared by workspaces of one scenario, seed and epoch, and read back at every waking: nothing
//! is ever generated again to replay. Decoded openings are kept while they are in use, so that waking is a fold.

use std::collections::VecDeque;
use std::io::BufWriter;
use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::HEXLOWER;
use muddle_log::{Audience, Blob, Log, Packer};
use muddle_scenario::{Scenario, Truth};
use muddle_world::chance::Seed;
use muddle_world::effect::{Change, Creation, Effect, Record};
use muddle_world::time::At;
use muddle_world::world::World;
use serde::{Deserialize, Serialize, Serializer};

use crate::act::Story;
use crate::error::OfficeError;
use crate::limits::OPENING_RECORD_BYTES;
use crate::people;

/// Decoded openings that are kept.
const KEPT_MAX: usize = 8;
/// Text that is packed at once, bytes.
const PIECE_BYTES: usize = 64 * 1024;

/// The grader's blob: what only the sandbox knows.
#[derive(Serialize, Deserialize)]
pub struct Secret {
    /// The seed, hex.
    pub seed: String,
    /// The truth of every case.
    pub truth: Truth,
}

/// The packet: what a candidate is given.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Packet {
    /// The brief, Markdown.
    pub brief: String,
    /// The page of what counts.
    pub contract: serde_json::Value,
}

/// A decoded opening.
pub struct Opened {
    /// The world as it was before entry 2.
    pub world: World,
    /// The records it was loaded from, in order.
    pub records: Vec<Record>,
    /// Who reacts.
    pub story: Arc<dyn Story>,
    /// The truth.
    pub truth: Arc<Truth>,
    /// What the candidate is given.
    pub packet: Packet,
    digests: [String; 3],
}

/// What an opening is made from: equal recipes make equal openings.
#[derive(Clone, PartialEq)]
pub struct Recipe {
    /// The scenario as it was loaded.
    pub scenario: Scenario,
    /// The seed.
    pub seed: Seed,
    /// The Monday of the office's week.
    pub epoch: At,
    /// Without the mess.
    pub clean: bool,
    /// The story is cut to about this many cases.
    pub cases: Option<u32>,
    /// Vendors take as long as on any day.
    pub real_latency: bool,
}

/// The three blobs of an opening, packed.
#[derive(Clone)]
pub struct Packed {
    /// Records, secret, packet.
    pub blobs: Vec<Blob>,
    /// Their digests, hex.
    pub digests: [String; 3],
}

/// Packs an opening for the log. Costly: call it off the worker threads.
pub fn pack(records: &[Record], secret: &Secret, packet: &Packet) -> Result<Packed, OfficeError> {
    let blobs = vec![
        write(Audience::All, |into| {
            serde_json::Serializer::new(into).collect_seq(records.iter().map(Creation))
        })?,
        write(Audience::Grader, |into| serde_json::to_writer(into, secret))?,
        write(Audience::All, |into| serde_json::to_writer(into, packet))?,
    ];
    let digests = [0, 1, 2].map(|i| HEXLOWER.encode(&blobs[i].digest));
    Ok(Packed { blobs, digests })
}

/// A blob packed while its text is written; the text is never whole in memory.
fn write(
    audience: Audience,
    json: impl FnOnce(&mut BufWriter<Packer>) -> serde_json::Result<()>,
) -> Result<Blob, OfficeError> {
    let broken = |error: &dyn std::fmt::Display| {
        OfficeError::Invalid(format!("the opening cannot be written: {error}"))
    };
    let mut into = BufWriter::with_capacity(PIECE_BYTES, Packer::new(audience));
    json(&mut into).map_err(|error| broken(&error))?;
    let packer = into.into_inner().map_err(|error| broken(&error))?;
    Ok(packer.finish())
}

/// Decoded openings, the last used kept.
#[derive(Default)]
pub struct Openings {
    kept: Mutex<VecDeque<Arc<Opened>>>,
    made: Mutex<VecDeque<(Recipe, Arc<Opened>, Packed)>>,
}

impl Openings {
    /// The opening of these digests. Blocks while it is read and decoded.
    pub fn get(
        &self,
        log: &dyn Log,
        digests: &[String; 3],
        start: At,
    ) -> Result<Arc<Opened>, OfficeError> {
        if let Some(found) = self.find(digests) {
            return Ok(found);
        }
        let records = records(&read(log, &digests[0])?)?;
        let secret: Secret = parse(&read(log, &digests[1])?)?;
        let packet: Packet = parse(&read(log, &digests[2])?)?;
        let opened = Arc::new(assemble(
            records,
            &secret.seed,
            secret.truth,
            packet,
            digests.clone(),
            start,
        )?);
        self.keep(opened.clone());
        Ok(opened)
    }

    /// What was made from an equal recipe lately.
    pub fn made(&self, recipe: &Recipe) -> Option<(Arc<Opened>, Packed)> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let found = made.iter().find(|(other, ..)| other == recipe);
        found.map(|(_, opened, packed)| (opened.clone(), packed.clone()))
    }

    /// Keeps what was just made from a recipe that may come again.
    pub fn keep_made(&self, recipe: Recipe, opened: Arc<Opened>, packed: Packed) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.push_front((recipe, opened, packed));
        made.truncate(KEPT_MAX);
    }

    /// Keeps an opening that was just made.
    pub fn keep(&self, opened: Arc<Opened>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|other| other.digests != opened.digests);
        kept.push_front(opened);
        kept.truncate(KEPT_MAX);
    }

    fn find(&self, digests: &[String; 3]) -> Option<Arc<Opened>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter()
            .find(|opened| opened.digests == *digests)
            .cloned()
    }
}

/// Loads records into a world, beside who reacts in it.
pub fn assemble(
    records: Vec<Record>,
    seed: &str,
    truth: Truth,
    packet: Packet,
    digests: [String; 3],
    start: At,
) -> Result<Opened, OfficeError> {
    let world = raise(&records, seed, start)?;
    Ok(Opened::new(world, records, truth, packet, digests))
}

impl Opened {
    /// What it takes in memory, about.
    pub fn bytes(&self) -> u64 {
        self.records.len() as u64 * OPENING_RECORD_BYTES
    }

    /// What was made or read, put together.
    pub fn new(
        world: World,
        records: Vec<Record>,
        truth: Truth,
        packet: Packet,
        digests: [String; 3],
    ) -> Self {
        let truth = Arc::new(truth);
        Self {
            world,
            records,
            story: people::story(&truth),
            truth,
            packet,
            digests,
        }
    }
}

/// Loads records into a world.
pub fn raise(records: &[Record], seed: &str, start: At) -> Result<World, OfficeError> {
    let bytes = HEXLOWER
        .decode(seed.as_bytes())
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let seed = bytes
        .ok_or_else(|| OfficeError::Invalid("the stored seed is not 32 bytes of hex".into()))?;
    let mut world = World::empty(Arc::new(Seed::from_bytes(seed)), start);
    world.fill(records);
    Ok(world)
}

/// Decodes the blob of an opening's records.
pub fn records(raw: &[u8]) -> Result<Vec<Record>, OfficeError> {
    let effects: Vec<Effect> = parse(raw)?;
    Ok(effects
        .into_iter()
        .filter_map(|effect| match effect.change {
            Change::Created(record) => Some(record),
            Change::Changed { .. } | Change::Removed(_) => None,
        })
        .collect())
}

fn parse<'a, T: Deserialize<'a>>(raw: &'a [u8]) -> Result<T, OfficeError> {
    serde_json::from_slice(raw)
        .map_err(|error| OfficeError::Invalid(format!("a stored opening cannot be read: {error}")))
}

/// A blob's bytes by its digest in hex.
pub fn read(log: &dyn Log, digest: &str) -> Result<Vec<u8>, OfficeError> {
    let missing = || OfficeError::Invalid(format!("blob {digest} is not in the log"));
    let raw = HEXLOWER
        .decode(digest.as_bytes())
        .ok()
        .and_then(|raw| raw.try_into().ok())
        .ok_or_else(missing)?;
    Ok(log.blob(&raw)?.ok_or_else(missing)?.unpack()?)
}
