//! The world as a value: every vendor's records, and the fold that an entry makes of it.
//!
//! `decide` looks at `&World`; only [`World::apply`] changes it, reads neither clock nor chance, and folds the whole
//! entry: effects, fault counts, rate windows, failures in a row, idempotency. So a replay needs the entries and nothing else.

use std::sync::Arc;

use crate::billing;
use crate::call::Call;
use crate::chance::Seed;
use crate::clock::{Clock, Hours, Mode};
use crate::effect::{Change, Effect, Record};
use crate::entry::Core;
use crate::fault::{Counters, Position, Verdict};
use crate::gist::Gist;
use crate::limits::{self, Windows};
use crate::reply::Decision;
use crate::row::PatchError;
use crate::streaks::Streaks;
use crate::time::{At, Up};
use crate::vendor::Vendor;
use crate::view::View;
use crate::{crm, inbox, office};

/// Everything a workspace is, at one seq.
#[derive(Clone, Debug)]
pub struct World {
    /// What chance is drawn from.
    pub seed: Arc<Seed>,
    /// The last entry folded.
    pub seq: u64,
    /// That entry's time since opening.
    pub up: Up,
    /// That entry's office time.
    pub at: At,
    /// Charges, refunds, customers.
    pub billing: billing::Tables,
    /// Contacts, companies, orders.
    pub crm: crm::Tables,
    /// Mail.
    pub inbox: inbox::Tables,
    /// Faults, agenda, clock.
    pub office: office::Tables,
    /// What each fault did so far.
    pub faults: Counters,
    /// Use of the vendors' rate limits.
    pub windows: Windows,
    /// Failed answers in a row, by vendor and key.
    pub streaks: Streaks,
    /// Idempotency keys of the billing desk.
    pub keys: billing::Keys,
    /// What changed in the mailbox, in order.
    pub history: inbox::History,
}

impl World {
    /// An empty world, to be filled with an opening's records.
    pub fn empty(seed: Arc<Seed>, start: At) -> Self {
        let mut office = office::Tables::default();
        let clock = Clock {
            id: "clock".into(),
            mode: Mode::Manual,
            base_up: Up(0),
            base_at: start,
            hours: Hours {
                from_min: 9 * 60,
                to_min: 17 * 60 + 30,
            },
        };
        office.clock.load(Arc::new(clock));
        Self {
            seed,
            seq: 0,
            up: Up(0),
            at: start,
            billing: billing::Tables::default(),
            crm: crm::Tables::default(),
            inbox: inbox::Tables::default(),
            office,
            faults: Counters::default(),
            windows: Windows::default(),
            streaks: Streaks::default(),
            keys: billing::Keys::default(),
            history: inbox::History::default(),
        }
    }

    /// Puts a record of the opening in; an event after its object.
    pub fn load(&mut self, record: &Record) {
        match record {
            Record::Billing(record) => {
                self.billing.load(record);
                billing::keep_event(self, record);
            }
            Record::Crm(record) => self.crm.load(record),
            Record::Inbox(record) => self.inbox.load(record),
            Record::Office(record) => self.office.load(record),
        }
    }

    /// Puts all records of the opening in.
    pub fn fill(&mut self, records: &[Record]) {
        macro_rules! of {
            ($Vendor:ident) => {
                records.iter().filter_map(|record| match record {
                    Record::$Vendor(record) => Some(record),
                    _ => None,
                })
            };
        }
        self.billing.fill(of!(Billing));
        self.crm.fill(of!(Crm));
        self.inbox.fill(of!(Inbox));
        self.office.fill(of!(Office));
        of!(Billing).for_each(|record| billing::keep_event(self, record));
    }

    /// The clock's setting.
    ///
    /// # Panics
    /// Never: [`World::empty`] puts one in and nothing removes it.
    pub fn clock(&self) -> &Clock {
        self.office.clock_row().expect("a world always has a clock")
    }

    /// Whether the office is closed.
    pub fn sealed(&self) -> bool {
        !self.office.closing.is_empty()
    }

    /// The attempt that is open.
    pub fn attempt(&self) -> Option<u32> {
        self.office
            .attempts
            .rows()
            .find(|attempt| attempt.ended.is_none())
            .map(|attempt| attempt.number)
    }

    /// The number of the attempt that begins next.
    pub fn next_attempt(&self) -> u32 {
        (self.office.attempts.minted() + 1) as u32
    }

    /// 64 bits that name the request of an entry: a function of the seed and the entry.
    pub fn request(&self, seq: u64) -> u64 {
        self.seed.draw(&[b"request", &seq.to_be_bytes()])
    }

    /// How many records the largest of the searched collections has.
    pub fn largest(&self) -> usize {
        self.billing
            .charges
            .len()
            .max(self.crm.contacts.len())
            .max(self.inbox.messages.len())
    }

    /// How many records a collection ever had.
    pub fn minted(&self, vendor: Vendor, collection: &str) -> u64 {
        match vendor {
            Vendor::Billing => self.billing.minted(collection),
            Vendor::Crm => self.crm.minted(collection),
            Vendor::Inbox => self.inbox.minted(collection),
            Vendor::Office => self.office.minted(collection),
        }
    }

    /// Every record, vendor by vendor.
    pub fn records(&self) -> impl Iterator<Item = Record> + '_ {
        let office = self.office.records().map(Record::Office);
        let billing = self.billing.records().map(Record::Billing);
        let crm = self.crm.records().map(Record::Crm);
        let inbox = self.inbox.records().map(Record::Inbox);
        office.chain(billing).chain(crm).chain(inbox)
    }

    /// What the called vendor's rules make of a call.
    ///
    /// # Panics
    /// If asked about a call that never reaches a vendor's rules (malformed, unrouted).
    pub fn decide(view: &View<'_>, call: &Call, verdict: Option<&Verdict>) -> Decision {
        match call {
            Call::Billing(call) => billing::decide(view, call, verdict),
            Call::Crm(call) => crm::decide(view, call, verdict),
            Call::Inbox(call) => inbox::decide(view, call, verdict),
            Call::Office(call) => office::decide(view, call),
            Call::Malformed { .. } | Call::Unrouted { .. } => {
                unreachable!("a call that names no operation is refused before the rules")
            }
        }
    }

    /// Folds one entry. Fails only if the log holds what this version cannot read.
    pub fn apply(&mut self, core: &Core) -> Result<(), PatchError> {
        self.fold(&Gist::of(core))
    }

    /// Folds one entry by its gist.
    pub fn fold(&mut self, gist: &Gist<'_>) -> Result<(), PatchError> {
        // Before the effects, which end a parked call.
        self.count_units(gist)?;
        for effect in &*gist.effects {
            self.carry_out(effect, gist.up)?;
        }
        self.faults.advance(&self.office.faults, gist)?;
        (self.seq, self.up, self.at) = (gist.seq, gist.up, gist.at);
        self.count_latency(gist);
        self.streaks.advance(gist)?;
        billing::fold_keys(self, gist)?;
        self.history.fold(&self.inbox, &gist.effects);
        Ok(())
    }

    /// A call uses its vendor's limit when it comes in: one that was parked did so then, and not again when it goes on.
    fn count_units(&mut self, gist: &Gist<'_>) -> Result<(), PatchError> {
        let goes_on = gist
            .about
            .is_some_and(|seq| self.office.parked.get(&seq.to_string()).is_some());
        if goes_on || !limits::may_apply(self, gist.actor, gist.credential) {
            return Ok(());
        }
        let call = gist.call.get("call")?;
        if let Some((limit, units)) = limits::cost(self, &call) {
            let limit = limit.clone();
            self.windows.advance(&limit, units, gist.up);
        }
        Ok(())
    }

    /// Under a clock that follows the calls, a delay after the effect passes before the next call.
    fn count_latency(&mut self, gist: &Gist<'_>) {
        let delayed = gist
            .verdict
            .as_ref()
            .filter(|verdict| verdict.position == Position::After);
        if let Some(ms) = delayed.and_then(|verdict| verdict.delay_ms)
            && self.clock().follows_calls()
        {
            self.up = self.up.plus(ms);
        }
    }

    fn carry_out(&mut self, effect: &Effect, up: Up) -> Result<(), PatchError> {
        let (collection, vendor) = (&*effect.collection, effect.vendor);
        match &effect.change {
            Change::Created(Record::Billing(record)) => self.billing.put(record, up),
            Change::Created(Record::Crm(record)) => self.crm.put(record, up),
            Change::Created(Record::Inbox(record)) => self.inbox.put(record, up),
            Change::Created(Record::Office(record)) => self.office.put(record, up),
            Change::Changed { id, fields } => {
                let found = match vendor {
                    Vendor::Billing => self.billing.patch(collection, id, fields, up)?,
                    Vendor::Crm => self.crm.patch(collection, id, fields, up)?,
                    Vendor::Inbox => self.inbox.patch(collection, id, fields, up)?,
                    Vendor::Office => self.office.patch(collection, id, fields, up)?,
                };
                if !found {
                    let why = format!("there is no {collection} `{id}`");
                    return Err(PatchError {
                        field: collection.to_owned(),
                        why,
                    });
                }
            }
            Change::Removed(record) => {
                match vendor {
                    Vendor::Billing => self.billing.drop_row(collection, record.id(), up),
                    Vendor::Crm => self.crm.drop_row(collection, record.id(), up),
                    Vendor::Inbox => self.inbox.drop_row(collection, record.id(), up),
                    Vendor::Office => self.office.drop_row(collection, record.id(), up),
                };
            }
        }
        Ok(())
    }
}
