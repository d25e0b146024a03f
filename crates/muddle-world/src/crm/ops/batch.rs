//! Up to a hundred records at once. An input that cannot be done fails alone, and the answer says so; but two contacts
//! with one address fail a whole batch of new records, unless every input has a name of the caller's own.

use std::collections::BTreeSet;

use super::answer::{Budget, within};
use super::{Said, objects};
use crate::crm::call::{Edit, Key, NewObject, Select};
use crate::crm::draft::Draft;
use crate::crm::limits::INPUTS_MAX;
use crate::crm::refusal::Refusal;
use crate::crm::{Kind, Reply};
use crate::row::Str;

/// A batch that is not too long.
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
pub fn read(draft: &Draft<'_>, of: Kind, keys: &[Key], archived: bool, select: &Select) -> Said {
    sized(keys.len(), INPUTS_MAX)?;
    let mut done = Done::default();
    for key in keys {
        match objects::find(draft, of, key, archived) {
            Ok(object) => done.ids.push(object.id.clone()),
            Err(Refusal::NotFound { .. }) => done.missing.push(key.id.clone()),
            Err(refusal) => return Err(refusal),
        }
    }
    done.reply(draft, of, Some(select))
}

/// `POST …/batch/create`.
pub fn create(draft: &mut Draft<'_>, of: Kind, new: &[NewObject]) -> Said {
    sized(new.len(), INPUTS_MAX)?;
    let traces: BTreeSet<&Str> = new.iter().filter_map(|one| one.trace.as_ref()).collect();
    let traced = traces.len() == new.len();
    let mut done = Done::default();
    for (row, one) in new.iter().enumerate() {
        match objects::create(draft, of, one) {
            Ok(id) => done.ids.push(id),
            Err(refusal @ (Refusal::Exists { .. } | Refusal::NotUnique { .. })) if !traced => {
                return Err(refusal);
            }
            Err(refusal) => done.failed(row, refusal),
        }
    }
    done.reply(draft, of, None)
}

/// `POST …/batch/update`.
pub fn update(draft: &mut Draft<'_>, of: Kind, edits: &[Edit]) -> Said {
    sized(edits.len(), INPUTS_MAX)?;
    let mut done = Done::default();
    for (row, edit) in edits.iter().enumerate() {
        match objects::update(draft, of, edit) {
            Ok(id) => done.ids.push(id),
            Err(refusal) => done.edit_failed(row, edit, refusal)?,
        }
    }
    done.reply(draft, of, None)
}

/// `POST …/batch/upsert`: by id a record must be there, by a unique property it is made where it is not.
pub fn upsert(draft: &mut Draft<'_>, of: Kind, edits: &[Edit]) -> Said {
    sized(edits.len(), INPUTS_MAX)?;
    let mut done = Done::default();
    for (row, edit) in edits.iter().enumerate() {
        match objects::update(draft, of, edit) {
            Ok(id) => done.ids.push(id),
            Err(Refusal::NotFound { .. }) if edit.key.by.is_some() => {
                match objects::create(draft, of, &from_edit(edit)) {
                    Ok(id) => {
                        done.fresh.push(id.clone());
                        done.ids.push(id);
                    }
                    Err(refusal) => done.failed(row, refusal),
                }
            }
            Err(refusal) => done.edit_failed(row, edit, refusal)?,
        }
    }
    done.reply(draft, of, None)
}

/// The record that an upsert makes where it finds none: it has the value it was looked for by.
fn from_edit(edit: &Edit) -> NewObject {
    let mut properties = edit.properties.clone();
    if let Some(by) = &edit.key.by {
        let given = properties.entry(by.clone());
        given.or_insert_with(|| edit.key.id.clone());
    }
    NewObject {
        properties,
        ..NewObject::default()
    }
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
struct Done {
    ids: Vec<Str>,
    fresh: Vec<Str>,
    missing: Vec<Str>,
    errors: Vec<Refusal>,
    rows: Vec<Option<u32>>,
}

impl Done {
    /// An input that failed alone.
    fn failed(&mut self, row: usize, refusal: Refusal) {
        self.errors.push(refusal);
        self.rows.push(u32::try_from(row).ok());
    }

    /// As [`Self::failed`]. Records that are missing are named together unless the caller named the input; a key that is
    /// not unique is the mistake of the whole request.
    fn edit_failed(&mut self, row: usize, edit: &Edit, refusal: Refusal) -> Result<(), Refusal> {
        match refusal {
            Refusal::NotFound { .. } if edit.trace.is_none() => {
                self.missing.push(edit.key.id.clone());
            }
            Refusal::Bad { .. } => return Err(refusal),
            refusal => self.failed(row, refusal),
        }
        Ok(())
    }

    /// A record named twice is shown once; all that is missing is one error.
    fn reply(mut self, draft: &Draft<'_>, of: Kind, select: Option<&Select>) -> Said {
        let mut seen = BTreeSet::new();
        self.ids.retain(|id| seen.insert(id.clone()));
        let mut budget = Budget::new(draft.tables(), of, select);
        let found = self.ids.iter().filter_map(|id| draft.raw(of, id));
        within(&mut budget, found)?;
        if !self.missing.is_empty() {
            let ids = self.missing;
            self.errors.insert(0, Refusal::NotFound { of, ids });
            self.rows.insert(0, None);
        }
        if self.rows.iter().all(Option::is_none) {
            self.rows.clear();
        }
        Ok(Reply::Batch {
            collection: of.name().into(),
            ids: self.ids,
            fresh: self.fresh,
            errors: self.errors,
            rows: self.rows,
        })
    }
}
