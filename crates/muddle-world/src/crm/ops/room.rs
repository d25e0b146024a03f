//! How many properties an account may make up for a type, and how large their definitions may be together.
//!
//! Used by [`super::schema`], so that a list of all of them stays an answer that can be read.

use crate::crm::Kind;
use crate::crm::limits::{DEFINITION_BYTES_MAX, DEFINITIONS_MAX, OPTIONS_MAX};
use crate::crm::refusal::Refusal;
use crate::crm::state::Property;
use crate::view::View;

/// Bytes that an option and a definition take beside their texts.
const OPTION_BYTES: usize = 80;
const PROPERTY_BYTES: usize = 500;

/// What the definitions of one type take.
#[derive(Debug, Default)]
pub struct Room {
    count: usize,
    bytes: usize,
}

impl Room {
    /// What they take now, deleted ones included: they can still be listed.
    pub fn of(view: &View<'_>, of: Kind) -> Self {
        let mut room = Self::default();
        let rows = view.world.crm.properties.rows();
        for row in rows.filter(|row| row.object_type == of) {
            room.count += 1;
            room.bytes += bytes(row);
        }
        room
    }

    /// One goes.
    pub fn leave(&mut self, property: &Property) {
        self.count -= 1;
        self.bytes -= bytes(property);
    }

    /// One comes, if there is room for it.
    pub fn take(&mut self, property: &Property) -> Result<(), Refusal> {
        if property.options.len() > OPTIONS_MAX {
            return Err(Refusal::bad(format!(
                "A property can have {OPTIONS_MAX} options"
            )));
        }
        if self.count >= DEFINITIONS_MAX {
            return Err(Refusal::bad(format!(
                "An account can have {DEFINITIONS_MAX} properties of its own for one type, deleted ones included"
            )));
        }
        let bytes = self.bytes + bytes(property);
        if bytes > DEFINITION_BYTES_MAX {
            return Err(Refusal::bad(format!(
                "The definitions of one type's properties can have {DEFINITION_BYTES_MAX} bytes together"
            )));
        }
        self.count += 1;
        self.bytes = bytes;
        Ok(())
    }
}

fn bytes(property: &Property) -> usize {
    let texts = [
        &property.name,
        &property.label,
        &property.field_type,
        &property.description,
        &property.group_name,
    ];
    let options = property.options.iter().map(|one| {
        let description = one.description.as_ref().map_or(0, |text| text.len());
        OPTION_BYTES + one.value.len() + one.label.len() + description
    });
    PROPERTY_BYTES + texts.iter().map(|text| text.len()).sum::<usize>() + options.sum::<usize>()
}
