//! The people of a scenario as the office's story: they see every entry, with the truth at hand.

use std::sync::Arc;

use muddle_scenario::Truth;
use muddle_world::entry::Core;
use muddle_world::office::Plan;
use muddle_world::world::World;

use crate::act::Story;

struct People {
    truth: Arc<Truth>,
}

/// The story that this truth's people act.
pub fn story(truth: &Arc<Truth>) -> Arc<dyn Story> {
    Arc::new(People {
        truth: truth.clone(),
    })
}

impl Story for People {
    fn react(&self, world: &World, core: &Core) -> Vec<Plan> {
        muddle_scenario::react(world, core, &self.truth)
    }
}
