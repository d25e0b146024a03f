//! Mess operators: each takes a clean draft and a rate, spoils records, and writes down what it spoiled.
//!
//! Called by the generator between drawing and numbering, in the order of [`OPERATORS`], which is also their
//! documentation. An operator never touches what a case is decided by: identity and orders in question of cases stay
//! whole, and so do those of their decoys, so that dirt points at nobody.

mod clock_skew;
mod conflicting_phone;
mod duplicate_field;
mod exact_duplicate;
mod format_drift;
mod hidden_fact;
mod html_only;
mod latin_letters;
mod left_owner;
mod missing_field;
mod missing_order_number;
mod mixed_case;
mod near_duplicate;
mod note_on_wrong_record;
mod note_twice;
mod room;
mod stale_address;
mod test_data;
mod top_posting;
mod unit_slip;
mod wrong_association;
mod wrong_order_number;

use std::collections::BTreeSet;

use muddle_world::chance::{Dice, Seed};
use muddle_world::time::{At, DAY};

use crate::file::Desk;
use crate::generate::{Calendar, Draft, Place, Role, Spoiled, Spot, TrueValue};
use crate::truth::Repair;

/// One way in which records go bad.
pub trait Operator: Sync {
    /// Its name in scenarios and defects.
    fn name(&self) -> &'static str;
    /// What it does, in a line.
    fn about(&self) -> &'static str;
    /// Spoils.
    fn spoil(&self, mess: &mut Mess<'_>);
}

/// Every operator, in the order in which they work.
pub const OPERATORS: &[&dyn Operator] = &[
    &missing_order_number::Op,
    &wrong_order_number::Op,
    &unit_slip::Op,
    &wrong_association::Op,
    &exact_duplicate::Op,
    &near_duplicate::Op,
    &test_data::Op,
    &missing_field::Op,
    &stale_address::Op,
    &conflicting_phone::Op,
    &duplicate_field::Op,
    &format_drift::Op,
    &mixed_case::Op,
    &left_owner::Op,
    &hidden_fact::Op,
    &note_twice::Op,
    &note_on_wrong_record::Op,
    &latin_letters::Op,
    &top_posting::Op,
    &html_only::Op,
    &clock_skew::Op,
];

/// What an operator works on.
pub struct Mess<'a> {
    /// The office.
    pub draft: &'a mut Draft,
    /// The operator's own dice.
    pub dice: Dice,
    /// Days.
    pub calendar: &'a Calendar,
    /// The scenario.
    pub desk: &'a Desk,
    rate: u32,
    operator: &'static str,
    /// Orders that a case or a decoy is about.
    asked: &'a BTreeSet<Place>,
}

impl Mess<'_> {
    /// Whether this one goes bad.
    pub fn hit(&mut self) -> bool {
        self.dice.chance(u64::from(self.rate), 1_000)
    }

    /// Whether nobody's case hangs on this order.
    pub fn is_idle(&self, order: Place) -> bool {
        !self.asked.contains(&order)
    }

    /// Whether this person is neither in a case nor a decoy.
    pub fn is_bystander(&self, soul: Place) -> bool {
        matches!(self.draft.souls[soul].role, Role::Past | Role::Crowd)
    }

    /// Contacts of bystanders.
    pub fn bystanders(&self) -> Vec<Place> {
        let free = |place: &Place| {
            self.draft.contacts[*place]
                .soul
                .is_some_and(|soul| self.is_bystander(soul))
        };
        (0..self.draft.contacts.len()).filter(free).collect()
    }

    /// Some days after a moment, but before the office opens.
    pub fn later(&mut self, than: At, days: [i64; 2]) -> At {
        let later = than.plus(self.dice.between(days[0], days[1]) * DAY);
        if later < self.calendar.start {
            return later;
        }
        At(than.0 + (self.calendar.start.0 - than.0) / 2)
    }

    /// Writes a defect down.
    pub fn record(
        &mut self,
        spots: Vec<Spot>,
        fields: &[&'static str],
        truth: TrueValue,
        repair: Repair,
    ) {
        self.draft.spoiled.push(Spoiled {
            operator: self.operator,
            spots,
            fields: fields.to_vec(),
            truth,
            repair,
        });
    }
}

/// Spoils an office at the scenario's rates.
pub(crate) fn spoil(seed: &Seed, desk: &Desk, calendar: &Calendar, draft: &mut Draft) {
    let asked: BTreeSet<Place> = (0..draft.orders.len())
        .filter(|&order| draft.is_asked(order))
        .collect();
    for operator in OPERATORS {
        let rate = desk.mess.get(operator.name()).copied().unwrap_or(0);
        if rate == 0 {
            continue;
        }
        let mut mess = Mess {
            draft: &mut *draft,
            dice: seed.dice(&["mess", operator.name()]),
            calendar,
            desk,
            rate,
            operator: operator.name(),
            asked: &asked,
        };
        operator.spoil(&mut mess);
        room::make(draft, desk.population.contacts);
    }
}
