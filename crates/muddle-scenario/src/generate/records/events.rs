//! What happened in billing during the last days, as the vendor tells it in its events.
//!
//! Called by `generate` after billing's other records, so that each event finds its object. Never tells of anything
//! that the records do not say as well.

use muddle_world::billing::{Event, RefundStatus};
use muddle_world::chance::{Dice, Seed};
use muddle_world::effect::Record;
use muddle_world::row::Str;
use muddle_world::time::{At, DAY};

use crate::generate::draft::Draft;
use crate::generate::ids::{Ids, token};

/// For how many days the vendor keeps events.
const KEPT_DAYS: i64 = 30;

/// The events of the last days, oldest first.
pub fn write(seed: &Seed, draft: &Draft, ids: &Ids, start: At, out: &mut Vec<Record>) {
    let since = start.plus(-KEPT_DAYS * DAY);
    let mut told = Told(Vec::new());
    payments(draft, ids, &mut told);
    changes(draft, ids, &mut told);
    told.0.retain(|one| one.at >= since && one.at < start);
    // Stable, so what happened at once keeps its order.
    told.0.sort_by_key(|one| one.at);
    let mut dice = seed.dice(&["events"]);
    out.extend(told.0.into_iter().map(|one| one.record(&mut dice)));
}

/// Something that happened.
struct Happening {
    at: At,
    kind: &'static str,
    collection: &'static str,
    object: Str,
}

impl Happening {
    fn record(self, dice: &mut Dice) -> Record {
        let event = Event {
            id: token(dice, "evt_3Q", 22),
            created: self.at,
            kind: self.kind.into(),
            collection: self.collection.into(),
            object: self.object,
            idempotency_key: None,
        };
        Record::Billing(event.into())
    }
}

/// What happened so far.
struct Told(Vec<Happening>);

impl Told {
    fn add(&mut self, at: At, kind: &'static str, collection: &'static str, object: &Str) {
        self.0.push(Happening {
            at,
            kind,
            collection,
            object: object.clone(),
        });
    }
}

/// Customers who came, and money that came in.
fn payments(draft: &Draft, ids: &Ids, told: &mut Told) {
    for (payer, id) in draft.payers.iter().zip(&ids.payers) {
        told.add(payer.created, "customer.created", "customers", id);
    }
    for (place, charge) in draft.charges.iter().enumerate() {
        let at = charge.created;
        told.add(at, "charge.succeeded", "charges", &ids.charges[place]);
        let intent = &ids.intents[place];
        told.add(at, "payment_intent.succeeded", "payment_intents", intent);
        if charge.invoiced {
            told.add(at, "invoice.paid", "invoices", &ids.invoices[place]);
        }
    }
}

/// Money that went back, or that a bank asks back.
fn changes(draft: &Draft, ids: &Ids, told: &mut Told) {
    for (refund, id) in draft.refunds.iter().zip(&ids.refunds) {
        let at = refund.created;
        told.add(at, "refund.created", "refunds", id);
        let charge = &ids.charges[refund.charge];
        told.add(at, "charge.refunded", "charges", charge);
        if refund.status == RefundStatus::Failed {
            told.add(at, "refund.failed", "refunds", id);
        }
    }
    for (dispute, id) in draft.disputes.iter().zip(&ids.disputes) {
        told.add(dispute.created, "charge.dispute.created", "disputes", id);
    }
}
