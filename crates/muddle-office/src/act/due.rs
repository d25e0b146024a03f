//! What happens by itself before a call is taken: agenda items and parked calls whose time has come.

use std::sync::Arc;

use muddle_world::call::Input;
use muddle_world::effect::{Effects, Record};
use muddle_world::entry::Around;
use muddle_world::office::{AgendaItem, Parked};
use muddle_world::time::Up;

use super::order::{Acted, Moment};
use super::{ActError, Desk, Written};

/// One thing that is due.
enum Due {
    Item(Arc<AgendaItem>),
    Call(Arc<Parked>),
}

impl Desk {
    /// Fires all that is due at `now`, in order of time; each is an entry dated with its own due time.
    pub(super) fn fire_due(&mut self, now: Moment, acted: &mut Acted) -> Result<(), ActError> {
        while let Some((up, due)) = self.next_due(now) {
            let own = Moment {
                at: self.moment_at(up).at.min(now.at),
                up,
            };
            match due {
                Due::Item(item) => self.fire(
                    &item,
                    Moment {
                        at: item.due.max(self.world.at),
                        ..own
                    },
                    &mut acted.written,
                )?,
                Due::Call(parked) => {
                    let told = self.take_parked(parked.seq, own, &mut acted.written)?;
                    acted.resumed.push((parked.seq, told));
                }
            }
        }
        Ok(())
    }

    /// The moment at which something will be due next; none where time does not run by itself.
    pub fn next_due_up(&self) -> Option<Up> {
        if self.world.clock().follows_calls() {
            return None;
        }
        let item = self
            .world
            .office
            .agenda
            .oldest_first()
            .next()
            .and_then(|item| self.world.clock().up_of(item.due));
        let parked = self
            .world
            .office
            .parked
            .rows()
            .filter_map(|parked| parked.resume_up)
            .min();
        match (item, parked) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    fn next_due(&self, now: Moment) -> Option<(Up, Due)> {
        let item = self
            .world
            .office
            .agenda
            .oldest_first()
            .next()
            .filter(|item| item.due <= now.at)
            .map(|item| {
                let up = self.world.clock().up_of(item.due).unwrap_or(now.up);
                (
                    up.clamp(self.world.up, now.up.max(self.world.up)),
                    Due::Item(item.clone()),
                )
            });
        let parked = self
            .world
            .office
            .parked
            .oldest_first()
            .filter_map(|parked| Some((parked.resume_up?, parked)))
            .filter(|(up, _)| *up <= now.up)
            .min_by_key(|(up, parked)| (*up, parked.seq))
            .map(|(up, parked)| (up.max(self.world.up), Due::Call(parked.clone())));
        match (item, parked) {
            (Some(item), Some(parked)) => Some(if parked.0 < item.0 { parked } else { item }),
            (item, parked) => item.or(parked),
        }
    }

    /// Carries out an agenda item; it leaves the agenda in the same entry.
    fn fire(
        &mut self,
        item: &Arc<AgendaItem>,
        own: Moment,
        written: &mut Vec<Written>,
    ) -> Result<(), ActError> {
        let input = Input {
            actor: item.actor.clone(),
            origin: None,
            call: item.call.clone(),
            up: own.up,
            paused: false,
        };
        let mut spent = Effects::default();
        spent.remove(Record::Office(item.clone().into()));
        self.take(input, own, Around::default(), spent, written)?;
        Ok(())
    }
}
