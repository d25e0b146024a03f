//! What a workspace grows from, as blobs: the opening's records, the truth with its seed, and the packet.
//!
//! Written once at `open`, shared by workspaces of one scenario, seed and epoch, and read back at every waking: nothing
//! is ever generated again to replay. Decoded openings are kept while they are in use, so that waking is a fold.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::HEXLOWER;
use muddle_log::{Audience, Blob, Log};
use muddle_scenario::Truth;
use muddle_world::chance::Seed;
use muddle_world::effect::{Change, Effect, Record};
use muddle_world::time::At;
use muddle_world::world::World;
use serde::{Deserialize, Serialize};

use crate::act::Story;
use crate::error::OfficeError;
use crate::people;

/// Decoded openings that are kept.
const KEPT_MAX: usize = 8;

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

/// The three blobs of an opening, packed.
pub struct Packed {
    /// Records, secret, packet.
    pub blobs: Vec<Blob>,
    /// Their digests, hex.
    pub digests: [String; 3],
}

/// Packs an opening for the log. Costly: call it off the worker threads.
pub fn pack(records: &[Record], secret: &Secret, packet: &Packet) -> Result<Packed, OfficeError> {
    let broken = |error: serde_json::Error| {
        OfficeError::Invalid(format!("the opening cannot be written: {error}"))
    };
    let effects: Vec<Effect> = records
        .iter()
        .map(|record| Effect {
            vendor: record.vendor(),
            collection: record.collection().into(),
            view: false,
            change: Change::Created(record.clone()),
        })
        .collect();
    let parts = [
        (serde_json::to_vec(&effects).map_err(broken)?, Audience::All),
        (
            serde_json::to_vec(secret).map_err(broken)?,
            Audience::Grader,
        ),
        (serde_json::to_vec(packet).map_err(broken)?, Audience::All),
    ];
    let blobs: Vec<Blob> = parts
        .iter()
        .map(|(raw, audience)| Blob::pack(raw, *audience))
        .collect();
    let digests = [0, 1, 2].map(|i| HEXLOWER.encode(&blobs[i].digest));
    Ok(Packed { blobs, digests })
}

/// Decoded openings, the last used kept.
#[derive(Default)]
pub struct Openings {
    kept: Mutex<VecDeque<Arc<Opened>>>,
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
    let bytes = HEXLOWER
        .decode(seed.as_bytes())
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let seed = bytes
        .ok_or_else(|| OfficeError::Invalid("the stored seed is not 32 bytes of hex".into()))?;
    let mut world = World::empty(Arc::new(Seed::from_bytes(seed)), start);
    for record in &records {
        world.load(record);
    }
    let truth = Arc::new(truth);
    Ok(Opened {
        world,
        records,
        story: people::story(&truth),
        truth,
        packet,
        digests,
    })
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
