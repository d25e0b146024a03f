//! What happened in an office: the world at the end, and who did what on the way there.
//!
//! Built by [`crate::grade`] from the opening and the entries, in one pass; read by the facts, the cases and the
//! tables. The world is folded by `World::apply` and by nothing else; beside it stand only things that the end of a
//! world forgets: who made a record, mail that was deleted, labels that came and went, merges, ties that were cut.

mod mail;
mod people;

use std::collections::BTreeMap;
use std::sync::Arc;

use muddle_world::call::ActorKind;
use muddle_world::chance::Seed;
use muddle_world::crm;
use muddle_world::effect::{Change, Effect, Record};
use muddle_world::entry::{Core, Fate, Outcome};
use muddle_world::fault::Rule;
use muddle_world::office;
use muddle_world::row::{PatchError, Str};
use muddle_world::time::At;
use muddle_world::vendor::Vendor;
use muddle_world::world::World;

pub(crate) use mail::{Direction, LabelMove, Mail};
pub(crate) use people::{DELIVERED_ON, FINAL_SALE, NEEDS_A_PERSON, ORDER_NUMBER};

/// A record by vendor, collection and id.
pub(crate) type Place = (Vendor, Str, Str);

/// Who made something, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    /// The entry; 0 at the opening.
    pub seq: u64,
    /// Office time.
    pub at: At,
    /// Who.
    pub actor: ActorKind,
    /// Whether the answer reached its caller whole.
    pub told: bool,
}

/// What stood there before anybody did anything.
const OPENING: Origin = Origin {
    seq: 0,
    at: At(0),
    actor: ActorKind::Story,
    told: true,
};

/// A change that the candidate made to a record, traces of looking left out.
#[derive(Clone, Debug)]
pub(crate) struct Touch {
    /// By which entry.
    pub by: Origin,
    /// To which record.
    pub place: Place,
    /// The fields; empty for a record that was made or removed.
    pub fields: Vec<Str>,
}

/// A CRM record by type and id.
pub(crate) type Party = (crm::Kind, Str);

/// Two contacts made one.
#[derive(Clone, Debug)]
pub(crate) struct Merge {
    /// By whom.
    pub by: Origin,
    /// Who lives.
    pub survivor: Str,
    /// Who is gone.
    pub loser: Str,
}

/// All of it.
#[derive(Clone, Debug)]
pub(crate) struct History {
    /// The world at the end.
    pub world: World,
    /// Every mail there ever was, by id.
    pub mails: BTreeMap<Str, Mail>,
    /// Labels put on and taken off, in order.
    pub labels: Vec<LabelMove>,
    /// What the candidate changed, in order.
    pub touches: Vec<Touch>,
    /// Ties of each CRM record, of the opening and later, in order; also those that were cut.
    pub ties: BTreeMap<Party, Vec<(Party, Origin)>>,
    /// Merges of contacts, in order.
    pub merges: Vec<Merge>,
    /// Places in `touches`, by collection and id.
    touched: BTreeMap<(Str, Str), Vec<usize>>,
    /// Who made what since the opening.
    made: BTreeMap<Place, Origin>,
    /// The candidate's calls that we failed, with their subjects.
    pub broken: Vec<(u64, Str)>,
    /// Fault rules that were armed since the opening.
    pub armed: Vec<Rule>,
    /// Office time of the last entry.
    pub end: At,
}

impl History {
    /// An office as it was opened.
    pub fn open(opening: &[Record], start: At) -> Self {
        // The fold draws nothing, so any seed does.
        let mut world = World::empty(Arc::new(Seed::from_number(0)), start);
        let (mut mails, mut ties) = (BTreeMap::new(), BTreeMap::new());
        world.fill(opening);
        for record in opening {
            match record {
                Record::Inbox(muddle_world::inbox::Record::Message(row)) => {
                    mails.insert(row.id.clone(), Mail::new(row, OPENING));
                }
                Record::Crm(crm::Record::Association(row)) => tie(&mut ties, row, OPENING),
                _ => {}
            }
        }
        Self {
            world,
            mails,
            labels: Vec::new(),
            touches: Vec::new(),
            ties,
            merges: Vec::new(),
            touched: BTreeMap::new(),
            made: BTreeMap::new(),
            broken: Vec::new(),
            armed: Vec::new(),
            end: start,
        }
    }

    /// One more entry.
    pub fn fold(&mut self, core: &Core) -> Result<(), PatchError> {
        let by = Origin {
            seq: core.seq,
            at: core.at,
            actor: core.actor.kind,
            told: core.answer.is_none_or(|fate| fate == Fate::Sent),
        };
        self.end = self.end.max(core.at);
        if core.outcome == Outcome::Broken && by.actor == ActorKind::Candidate {
            let subject = core.subject.clone().unwrap_or_else(|| "".into());
            self.broken.push((core.seq, subject));
        }
        for effect in &core.effects {
            self.note(core, effect, by);
        }
        self.world.apply(core)
    }

    fn note(&mut self, core: &Core, effect: &Effect, by: Origin) {
        let id = match &effect.change {
            Change::Created(record) | Change::Removed(record) => record.id(),
            Change::Changed { id, .. } => id,
        };
        let place = (effect.vendor, effect.collection.clone(), id.clone());
        self.note_mail(core, effect, by);
        match &effect.change {
            Change::Created(record) => {
                self.made.insert(place.clone(), by);
                match record {
                    Record::Crm(crm::Record::Association(row)) => tie(&mut self.ties, row, by),
                    Record::Office(office::Record::Rule(row)) => self.armed.push(Rule::clone(row)),
                    _ => {}
                }
            }
            Change::Changed { id, fields } if &*effect.collection == "contacts" => {
                let into = fields.0.iter().find(|field| &*field.name == "merged_into");
                if let Some(survivor) = into.and_then(|field| field.after.as_str()) {
                    self.merges.push(Merge {
                        by,
                        survivor: survivor.into(),
                        loser: id.clone(),
                    });
                }
            }
            Change::Changed { .. } | Change::Removed(_) => {}
        }
        if by.actor == ActorKind::Candidate && !effect.view {
            let fields = match &effect.change {
                Change::Changed { fields, .. } => {
                    fields.0.iter().map(|field| field.name.clone()).collect()
                }
                Change::Created(_) | Change::Removed(_) => Vec::new(),
            };
            let key = (place.1.clone(), place.2.clone());
            self.touched
                .entry(key)
                .or_default()
                .push(self.touches.len());
            self.touches.push(Touch { by, place, fields });
        }
    }

    /// The candidate's changes of a record, in order.
    pub fn touches_of(&self, collection: &str, id: &str) -> impl Iterator<Item = &Touch> {
        let places = self.touched.get(&(Str::from(collection), Str::from(id)));
        places.into_iter().flatten().map(|nth| &self.touches[*nth])
    }

    /// Who made a record.
    pub fn origin(&self, vendor: Vendor, collection: &str, id: &str) -> Origin {
        let place = (vendor, collection.into(), id.into());
        self.made.get(&place).copied().unwrap_or(OPENING)
    }
}

fn tie(ties: &mut BTreeMap<Party, Vec<(Party, Origin)>>, row: &crm::Association, by: Origin) {
    let from = (row.from_type, row.from_id.clone());
    let to = (row.to_type, row.to_id.clone());
    ties.entry(from).or_default().push((to, by));
}
