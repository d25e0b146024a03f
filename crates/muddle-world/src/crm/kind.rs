//! The types of record this CRM holds, and what the vendor fixes about each.
//!
//! Read by rows, rules and the wire face; the collections of the log are named as the types are.

use serde::{Deserialize, Serialize};

/// A type of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// People.
    Contacts,
    /// Organisations.
    Companies,
    /// Orders.
    Deals,
    /// Lines of orders.
    LineItems,
    /// Matters that somebody works on.
    Tickets,
    /// Remarks on other records.
    Notes,
    /// Things to do.
    Tasks,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Contacts,
        Self::Companies,
        Self::Deals,
        Self::LineItems,
        Self::Tickets,
        Self::Notes,
        Self::Tasks,
    ];

    /// The plural name: also that of the collection.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Companies => "companies",
            Self::Deals => "deals",
            Self::LineItems => "line_items",
            Self::Tickets => "tickets",
            Self::Notes => "notes",
            Self::Tasks => "tasks",
        }
    }

    /// The singular name.
    pub const fn singular(self) -> &'static str {
        match self {
            Self::Contacts => "contact",
            Self::Companies => "company",
            Self::Deals => "deal",
            Self::LineItems => "line_item",
            Self::Tickets => "ticket",
            Self::Notes => "note",
            Self::Tasks => "task",
        }
    }

    /// The vendor's number for it.
    pub const fn type_id(self) -> &'static str {
        match self {
            Self::Contacts => "0-1",
            Self::Companies => "0-2",
            Self::Deals => "0-3",
            Self::LineItems => "0-8",
            Self::Tickets => "0-5",
            Self::Notes => "0-46",
            Self::Tasks => "0-27",
        }
    }

    /// The type of this plural, singular or number.
    pub fn spelled(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| {
            text == kind.type_id()
                || text.eq_ignore_ascii_case(kind.name())
                || text.eq_ignore_ascii_case(kind.singular())
        })
    }

    /// Whether two of them can be merged.
    pub const fn merges(self) -> bool {
        !matches!(self, Self::LineItems | Self::Notes | Self::Tasks)
    }

    /// The properties that say pipeline and stage.
    pub const fn stage_properties(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Deals => Some(("pipeline", "dealstage")),
            Self::Tickets => Some(("hs_pipeline", "hs_pipeline_stage")),
            _ => None,
        }
    }

    /// What comes back when nothing is asked for by name.
    pub const fn defaults(self) -> &'static [&'static str] {
        match self {
            Self::Contacts => &[
                "createdate",
                "email",
                "firstname",
                "hs_object_id",
                "lastmodifieddate",
                "lastname",
            ],
            Self::Companies => &[
                "createdate",
                "domain",
                "hs_lastmodifieddate",
                "hs_object_id",
                "name",
            ],
            Self::Deals => &[
                "amount",
                "closedate",
                "createdate",
                "dealname",
                "dealstage",
                "hs_lastmodifieddate",
                "hs_object_id",
                "pipeline",
            ],
            Self::LineItems => &[
                "createdate",
                "hs_lastmodifieddate",
                "hs_object_id",
                "name",
                "price",
                "quantity",
            ],
            Self::Tickets => &[
                "content",
                "createdate",
                "hs_lastmodifieddate",
                "hs_object_id",
                "hs_pipeline",
                "hs_pipeline_stage",
                "hs_ticket_category",
                "hs_ticket_priority",
                "subject",
            ],
            Self::Notes | Self::Tasks => &["hs_createdate", "hs_lastmodifieddate", "hs_object_id"],
        }
    }

    /// What always comes along, whatever is asked for: id, creation and last change.
    pub const fn always(self) -> [&'static str; 3] {
        match self {
            Self::Contacts => ["createdate", "hs_object_id", "lastmodifieddate"],
            Self::Notes | Self::Tasks => ["hs_createdate", "hs_lastmodifieddate", "hs_object_id"],
            _ => ["createdate", "hs_lastmodifieddate", "hs_object_id"],
        }
    }

    /// The properties that free text is looked for in.
    pub const fn searched(self) -> &'static [&'static str] {
        match self {
            Self::Contacts => &["firstname", "lastname", "email", "phone", "company"],
            Self::Companies => &["name", "domain", "website", "phone"],
            Self::Deals => &["dealname", "description", "dealstage"],
            Self::LineItems => &["name", "hs_sku", "description"],
            Self::Tickets => &["subject", "content", "hs_ticket_category"],
            Self::Notes => &["hs_note_body"],
            Self::Tasks => &["hs_task_subject", "hs_task_body"],
        }
    }

    /// The property that names a record best; part of a create's subject.
    pub const fn naming(self) -> &'static str {
        match self {
            Self::Contacts => "email",
            Self::Companies | Self::LineItems => "name",
            Self::Deals => "dealname",
            Self::Tickets => "subject",
            Self::Notes => "hs_note_body",
            Self::Tasks => "hs_task_subject",
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
