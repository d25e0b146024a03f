//! Up to a hundred records at once. A miss fails alone; a conflict or a flaw among new records fails them all.

use std::collections::BTreeSet;

use super::{Said, objects};
use crate::crm::call::{Edit, Key, NewObject};
use crate::crm::draft::Draft;
use crate::crm::refusal::Refusal;
use crate::crm::{Kind, Reply};
use crate::row::Str;

/// Inputs of a batch.
pub const INPUTS_MAX: usize = 100;

/// A batch neither too long nor empty of sense.
pub fn sized(inputs: usize, most: usize) -> Result<(), Refusal> {
    if inputs > most {
        let message = format!(
            "The maximum number of inputs supported in a batch request is {most}, but {inputs} were sent"
        );
        return Err(Refusal::bad(message));
    }
    Ok(())
}

/// `POST …/batch/read`.
pub fn read(draft: &Draft<'_>, of: Kind, keys: &[Key], archived: bool) -> Said {
    sized(keys.len(), INPUTS_MAX)?;
    let mut told = Told::default();
    for key in keys {
        match objects::get(draft, of, key, archived) {
            Ok(Reply::One { id, .. }) => told.ok(&id),
            Ok(_) => {}
            Err(refusal) => told.failed(key, refusal)?,
        }
    }
    told.reply(of)
}

/// `POST …/batch/create`: only a record that was to belong to nobody fails alone.
pub fn create(draft: &mut Draft<'_>, of: Kind, new: &[NewObject]) -> Said {
    sized(new.len(), INPUTS_MAX)?;
    let mut told = Told::default();
    for one in new {
        match objects::create(draft, of, one) {
            Ok(id) => told.ids.push(id),
            Err(refusal @ Refusal::NotFound { .. }) => told.errors.push(refusal),
            Err(refusal) => return Err(refusal),
        }
    }
    told.reply(of)
}

/// `POST …/batch/update`.
pub fn update(draft: &mut Draft<'_>, of: Kind, edits: &[Edit]) -> Said {
    sized(edits.len(), INPUTS_MAX)?;
    let mut told = Told::default();
    for edit in edits {
        match objects::update(draft, of, edit) {
            Ok(id) => told.ok(&id),
            Err(refusal) => told.failed(&edit.key, refusal)?,
        }
    }
    told.reply(of)
}

/// `POST …/batch/upsert`: by id a record must be there, by a unique property it is made where it is not.
pub fn upsert(draft: &mut Draft<'_>, of: Kind, edits: &[Edit]) -> Said {
    sized(edits.len(), INPUTS_MAX)?;
    let mut told = Told::default();
    for edit in edits {
        match objects::update(draft, of, edit) {
            Ok(id) => told.ok(&id),
            Err(Refusal::NotFound { .. }) if edit.key.by.is_some() => {
                let mut properties = edit.properties.clone();
                if let Some(by) = &edit.key.by {
                    let given = properties.entry(by.clone());
                    given.or_insert_with(|| edit.key.id.clone());
                }
                let links = Vec::new();
                let id = objects::create(draft, of, &NewObject { properties, links })?;
                told.fresh.push(id.clone());
                told.ids.push(id);
            }
            Err(refusal) => told.failed(&edit.key, refusal)?,
        }
    }
    told.reply(of)
}

/// `POST …/batch/archive`.
pub fn archive(draft: &mut Draft<'_>, of: Kind, ids: &[Str]) -> Said {
    sized(ids.len(), INPUTS_MAX)?;
    for id in ids {
        objects::archive(draft, of, id);
    }
    Ok(Reply::Done)
}

/// What became of the inputs so far.
#[derive(Default)]
struct Told {
    ids: Vec<Str>,
    fresh: Vec<Str>,
    missing: Vec<Str>,
    errors: Vec<Refusal>,
}

impl Told {
    fn ok(&mut self, id: &Str) {
        self.ids.push(id.clone());
    }

    /// A miss or a conflict is this input's own; anything else is the caller's mistake.
    fn failed(&mut self, key: &Key, refusal: Refusal) -> Result<(), Refusal> {
        match refusal {
            Refusal::NotFound { .. } => self.missing.push(key.id.clone()),
            Refusal::Exists { .. } | Refusal::NotUnique { .. } => self.errors.push(refusal),
            refusal => return Err(refusal),
        }
        Ok(())
    }

    /// Records named twice are told once; all that is missing is told in one error.
    fn reply(mut self, of: Kind) -> Said {
        let mut seen = BTreeSet::new();
        self.ids.retain(|id| seen.insert(id.clone()));
        if !self.missing.is_empty() {
            let ids = self.missing;
            self.errors.insert(0, Refusal::NotFound { of, ids });
        }
        Ok(Reply::Batch {
            collection: of.name().into(),
            ids: self.ids,
            fresh: self.fresh,
            errors: self.errors,
        })
    }
}
