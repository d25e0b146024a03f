//! How much an answer may hold: pages end early, what has no pages is refused.
//!
//! Asked by every operation that shows records, before anything is changed.

use crate::crm::call::Select;
use crate::crm::columns::Columns;
use crate::crm::limits::ANSWER_BYTES_MAX;
use crate::crm::object::Object;
use crate::crm::refusal::Refusal;
use crate::crm::state::Tables;
use crate::crm::{Kind, validate};

/// What is left of an answer's bytes.
pub struct Budget {
    /// What is shown of each record; all that it holds where it was written.
    columns: Option<Columns>,
    left: usize,
}

impl Budget {
    /// An answer without records yet. Without a selection records are shown whole.
    pub fn new(tables: &Tables, of: Kind, select: Option<&Select>) -> Self {
        Self {
            columns: select.map(|select| Columns::new(tables, of, select)),
            left: ANSWER_BYTES_MAX,
        }
    }

    /// Whether the record still finds room.
    pub fn takes(&mut self, object: &Object) -> bool {
        let bytes = match &self.columns {
            Some(columns) => columns.bytes(object),
            None => validate::bytes(object),
        };
        let left = self.left.checked_sub(bytes);
        self.left = left.unwrap_or(0);
        left.is_some()
    }

    /// How many of these records, in order, one page shows: at least one, or none where one alone is too much.
    pub fn page<'a>(&mut self, objects: impl IntoIterator<Item = &'a Object>) -> usize {
        objects
            .into_iter()
            .take_while(|object| self.takes(object))
            .count()
    }
}

/// Refuses an answer without pages that would be too large.
pub fn within<'a>(
    budget: &mut Budget,
    objects: impl IntoIterator<Item = &'a Object>,
) -> Result<(), Refusal> {
    if objects.into_iter().all(|object| budget.takes(object)) {
        return Ok(());
    }
    Err(too_large())
}

/// The refusal of an answer that would be too large.
pub fn too_large() -> Refusal {
    Refusal::bad(format!(
        "The answer would hold more than {ANSWER_BYTES_MAX} bytes of property values; ask for fewer records or properties"
    ))
}
