//! CRM records as a grader reads them: texts of notes, tickets and tasks, and contacts followed through merges.

use muddle_world::crm::{self, Object};
use muddle_world::effect::Record;
use muddle_world::row::Str;
use muddle_world::vendor::Vendor;
use serde_json::Value;

use super::{History, Origin};
use crate::wording::plain;

/// The stage and the label that ask for a person.
pub(crate) const NEEDS_A_PERSON: &str = "Needs a person";
/// The property of a deal that holds its order number.
pub(crate) const ORDER_NUMBER: &str = "order_number";
/// The property of a deal that says when it was delivered.
pub(crate) const DELIVERED_ON: &str = "delivered_on";
/// The property of a deal that marks a final sale.
pub(crate) const FINAL_SALE: &str = "final_sale";
const MERGES_MAX: usize = 64;

/// A note, ticket or task.
#[derive(Debug)]
pub(crate) struct Paper<'a> {
    /// Its record.
    pub object: &'a Object,
    /// Of which type.
    pub kind: crm::Kind,
    /// Who made it.
    pub by: Origin,
}

impl Paper<'_> {
    fn property(&self, name: &str) -> &str {
        self.object
            .properties
            .get(name)
            .map_or("", |value| &**value)
    }

    /// Its headline; a note has none.
    pub fn subject(&self) -> &str {
        match self.kind {
            crm::Kind::Tickets => self.property("subject"),
            crm::Kind::Tasks => self.property("hs_task_subject"),
            _ => "",
        }
    }

    /// Its body as written.
    pub fn body(&self) -> &str {
        match self.kind {
            crm::Kind::Tickets => self.property("content"),
            crm::Kind::Tasks => self.property("hs_task_body"),
            _ => self.property("hs_note_body"),
        }
    }

    /// Headline and body, for comparing.
    pub fn says(&self) -> String {
        plain(&format!("{} {}", self.subject(), self.body()))
    }

    /// Who should do it.
    pub fn owner(&self) -> &str {
        self.property("hubspot_owner_id")
    }
}

impl History {
    /// Every note, ticket or task, deleted ones included.
    pub fn papers(&self, kind: crm::Kind) -> Vec<Paper<'_>> {
        let tables = &self.world.crm;
        let objects: Vec<&Object> = match kind {
            crm::Kind::Tickets => tables.tickets.oldest_first().map(|row| &***row).collect(),
            crm::Kind::Tasks => tables.tasks.oldest_first().map(|row| &***row).collect(),
            _ => tables.notes.oldest_first().map(|row| &***row).collect(),
        };
        let paper = |object| Paper {
            object,
            kind,
            by: self.origin(Vendor::Crm, kind.name(), &object.id),
        };
        objects.into_iter().map(paper).collect()
    }

    /// The number of an order by its deal's id.
    pub fn order_number(&self, deal: &str) -> Option<&str> {
        let deal = self.world.crm.deals.get(deal)?;
        deal.properties.get(ORDER_NUMBER).map(|number| &**number)
    }

    /// A ticket's stage as people read it.
    pub fn stage(&self, ticket: &Object) -> Str {
        let Some(id) = ticket.properties.get("hs_pipeline_stage") else {
            return "".into();
        };
        let stages = self
            .world
            .crm
            .pipelines
            .rows()
            .flat_map(|pipeline| &pipeline.stages);
        let mut named = stages.filter(|stage| stage.id == *id);
        named
            .next()
            .map_or_else(|| id.clone(), |stage| stage.label.clone())
    }

    /// The contact that answers for this one now.
    pub fn lives_as(&self, contact: &str) -> Option<Str> {
        let mut id: Str = contact.into();
        for _ in 0..MERGES_MAX {
            let object = self.world.crm.contacts.get(&id)?;
            match &object.merged_into {
                Some(next) => id = next.clone(),
                None => return object.archived.is_none().then_some(id),
            }
        }
        None
    }

    /// The contacts of a paper, merged ones as their survivors, each with the moment of the tie.
    pub fn contacts_of(&self, kind: crm::Kind, id: &str) -> Vec<(Str, Origin)> {
        let ties = self.ties.get(&(kind, id.into()));
        let contacts = ties
            .into_iter()
            .flatten()
            .filter(|(to, _)| to.0 == crm::Kind::Contacts);
        contacts
            .map(|((_, contact), by)| {
                (
                    self.lives_as(contact).unwrap_or_else(|| contact.clone()),
                    *by,
                )
            })
            .collect()
    }
}

impl History {
    /// A field of a record at the end, by its dotted path; none if there is no such record.
    pub fn value(&self, vendor: Vendor, collection: &str, id: &str, field: &str) -> Option<Value> {
        let world = &self.world;
        let found = match vendor {
            Vendor::Billing => world.billing.record(collection, id).map(Record::Billing),
            Vendor::Crm => world.crm.record(collection, id).map(Record::Crm),
            Vendor::Inbox => world.inbox.record(collection, id).map(Record::Inbox),
            Vendor::Office => world.office.record(collection, id).map(Record::Office),
        };
        let mut value = serde_json::to_value(found?).ok()?;
        for step in field.split('.') {
            value = value.get_mut(step).map_or(Value::Null, Value::take);
        }
        Some(value)
    }

    /// The candidate's last change that matters to a hand-off; none if the candidate had no part in it.
    pub fn completed(&self, kind: crm::Kind, paper: &Paper<'_>) -> Option<Origin> {
        let matters = |field: &Str| {
            let field = field.strip_prefix("properties.").unwrap_or(field);
            matches!(
                field,
                "hs_pipeline_stage"
                    | "subject"
                    | "content"
                    | "hs_task_subject"
                    | "hs_task_body"
                    | "hubspot_owner_id"
            )
        };
        let ours = self.touches_of(kind.name(), &paper.object.id);
        ours.filter(|touch| touch.fields.is_empty() || touch.fields.iter().any(matters))
            .map(|touch| touch.by)
            .last()
    }
}
