//! Records of the CRM.
//!
//! The seven types of record share one shape, [`Object`], and each has its own collection. What the vendor computes
//! (`hs_object_id`, `createdate`, `lastmodifieddate`) is not stored. Nothing is ever removed but associations: a
//! deleted record is archived.

use serde::{Deserialize, Serialize};

use super::builtin::ValueType;
use super::kind::Kind;
use super::object::{Object, Of, Typed};
use crate::row;
use crate::row::{Row, Str};
use crate::time::At;

macro_rules! types {
    ($($(#[$meta:meta])* $Row:ident as $Kind:ident;)*) => {
        /// One marker for each type.
        pub mod of {
            $(#[doc = stringify!($Kind)] #[derive(Clone, Debug, PartialEq)] pub struct $Kind;)*
        }
        $(
            impl Typed for of::$Kind { const KIND: Kind = Kind::$Kind; }
            $(#[$meta])*
            pub type $Row = Of<of::$Kind>;
        )*

        impl Record {
            /// A record of a type.
            pub fn of(kind: Kind, object: Object) -> Self {
                match kind { $(Kind::$Kind => Self::from($Row::from(object)),)* }
            }
            /// Type and shape of the record; none for what is none of the seven types.
            pub fn object(&self) -> Option<(Kind, &Object)> {
                match self { $(Self::$Row(row) => Some((Kind::$Kind, row)),)* _ => None }
            }
        }
    };
}

types! {
    /// A person.
    Contact as Contacts;
    /// An organisation.
    Company as Companies;
    /// An order.
    Deal as Deals;
    /// A line of an order.
    LineItem as LineItems;
    /// A matter that somebody works on.
    Ticket as Tickets;
    /// A remark.
    Note as Notes;
    /// A thing to do.
    Task as Tasks;
}

/// Does something with the table of a type, whichever it is.
macro_rules! with_table {
    ($tables:expr, $kind:expr, $table:ident => $body:expr) => {
        match $kind {
            $crate::crm::Kind::Contacts => {
                let $table = &$tables.contacts;
                $body
            }
            $crate::crm::Kind::Companies => {
                let $table = &$tables.companies;
                $body
            }
            $crate::crm::Kind::Deals => {
                let $table = &$tables.deals;
                $body
            }
            $crate::crm::Kind::LineItems => {
                let $table = &$tables.line_items;
                $body
            }
            $crate::crm::Kind::Tickets => {
                let $table = &$tables.tickets;
                $body
            }
            $crate::crm::Kind::Notes => {
                let $table = &$tables.notes;
                $body
            }
            $crate::crm::Kind::Tasks => {
                let $table = &$tables.tasks;
                $body
            }
        }
    };
}
pub(super) use with_table;

/// Who defined a type of association.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// The vendor.
    HubspotDefined,
    /// This account.
    UserDefined,
}

/// One way in which a record belongs to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LinkType {
    /// Who defined it.
    pub category: Category,
    /// Its number.
    pub type_id: u32,
}

row! {
    /// That one record belongs to another. There is one row for each direction.
    pub struct Association {
        /// `contacts/101/tickets/55`; see [`Association::id_of`].
        pub id: Str,
        /// The type it is seen from.
        pub from_type: Kind,
        /// The record it is seen from.
        pub from_id: Str,
        /// The other's type.
        pub to_type: Kind,
        /// The other.
        pub to_id: Str,
        /// In which ways; never empty, in order.
        pub types: Vec<LinkType>,
    }
}

impl Association {
    /// The one id of a pair in one direction.
    pub fn id_of(from: (Kind, &str), to: (Kind, &str)) -> Str {
        format!("{}/{}/{}/{}", from.0, from.1, to.0, to.1).into()
    }

    /// How the ids of all that a record belongs to begin.
    pub fn all_of(from: (Kind, &str)) -> String {
        format!("{}/{}/", from.0, from.1)
    }

    /// How the ids of what a record belongs to begin, where that is of one type.
    pub fn pair_of(from: (Kind, &str), to: Kind) -> String {
        format!("{}/{}/{to}/", from.0, from.1)
    }

    /// The row for a pair in one direction.
    pub fn new(from: (Kind, &str), to: (Kind, &str), mut types: Vec<LinkType>) -> Self {
        types.sort_unstable();
        types.dedup();
        Self {
            id: Self::id_of(from, to),
            from_type: from.0,
            from_id: from.1.into(),
            to_type: to.0,
            to_id: to.1.into(),
            types,
        }
    }
}

impl Row for Association {
    const COLLECTION: &'static str = "associations";
    fn id(&self) -> &Str {
        &self.id
    }
}

row! {
    /// A type of association that this account defined.
    pub struct AssociationLabel {
        /// `contacts/companies/37`: seen from, to, number.
        pub id: Str,
        /// The type it is seen from.
        pub from_type: Kind,
        /// The other's type.
        pub to_type: Kind,
        /// Its number.
        pub type_id: u32,
        /// Internal name.
        pub name: Str,
        /// What people read.
        pub label: Str,
        /// The number of the same seen from the other side.
        pub inverse_id: u32,
    }
}

/// One value that an enumeration takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What is stored.
    pub value: Str,
    /// What people read.
    pub label: Str,
    /// Place in lists.
    pub display_order: i32,
    /// Whether people are not offered it.
    #[serde(default)]
    pub hidden: bool,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Str>,
}

row! {
    /// A property that this account made up. The built-in ones are constants.
    pub struct Property {
        /// `contacts/loyalty_tier`.
        pub id: Str,
        /// Of which type.
        pub object_type: Kind,
        /// Internal name.
        pub name: Str,
        /// Name for people.
        pub label: Str,
        /// What values look like.
        pub value_type: ValueType,
        /// The vendor's form field: `text`, `select`, `checkbox`, …
        pub field_type: Str,
        /// The group it is shown in.
        pub group_name: Str,
        /// For people.
        pub description: Str,
        /// Values of an enumeration.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub options: Vec<Choice>,
        /// Place in lists.
        pub display_order: i32,
        /// Whether no two records may have the same value.
        pub has_unique_value: bool,
        /// Whether people are not shown it.
        pub hidden: bool,
        /// Whether it can be on a form.
        pub form_field: bool,
        /// When it was made.
        pub created: At,
        /// When it was changed.
        pub updated: At,
        /// When it was deleted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub archived: Option<At>,
    }
}

row! {
    /// A group of properties that this account made up.
    pub struct PropertyGroup {
        /// `contacts/loyalty`.
        pub id: Str,
        /// Of which type.
        pub object_type: Kind,
        /// Internal name.
        pub name: Str,
        /// Name for people.
        pub label: Str,
        /// Place in lists.
        pub display_order: i32,
        /// When it was deleted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub archived: Option<At>,
    }
}

row! {
    /// Somebody who can own records.
    pub struct Owner {
        /// Digits.
        pub id: Str,
        /// Their address.
        pub email: Str,
        /// Given name.
        pub first_name: Str,
        /// Family name.
        pub last_name: Str,
        /// Their number as a user; none for one who left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub user_id: Option<u32>,
        /// When they came.
        pub created: At,
        /// When they changed.
        pub updated: At,
        /// When they left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub archived: Option<At>,
    }
}

/// One stage of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Its id.
    pub id: Str,
    /// What people read.
    pub label: Str,
    /// Place in the pipeline.
    pub display_order: i32,
    /// Whether a record there is done with.
    pub closed: bool,
    /// Of an order there, how likely it is won, in percent; none for tickets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability_percent: Option<u32>,
}

row! {
    /// The stages that orders or tickets pass.
    pub struct Pipeline {
        /// Its id, unique among all pipelines.
        pub id: Str,
        /// Deals or tickets.
        pub object_type: Kind,
        /// What people read.
        pub label: Str,
        /// Place in lists.
        pub display_order: i32,
        /// In order.
        pub stages: Vec<Stage>,
        /// When it was made.
        pub created: At,
        /// When it was changed.
        pub updated: At,
    }
}

crate::rows! {
    AssociationLabel in "association_labels";
    Property in "properties" created |row| row.created.0;
    PropertyGroup in "property_groups";
    Owner in "owners" created |row| row.id.parse().unwrap_or(0);
    Pipeline in "pipelines" created |row| i64::from(row.display_order);
}

crate::tables! {
    /// Properties that the account made up.
    properties: Property,
    /// Groups of them.
    property_groups: PropertyGroup,
    /// Ways of belonging together that the account made up.
    association_labels: AssociationLabel,
    /// Who owns records.
    owners: Owner,
    /// What orders and tickets pass.
    pipelines: Pipeline,
    /// People.
    contacts: Contact,
    /// Organisations.
    companies: Company,
    /// Orders.
    deals: Deal,
    /// Lines of orders.
    line_items: LineItem,
    /// Matters that somebody works on.
    tickets: Ticket,
    /// Remarks.
    notes: Note,
    /// Things to do.
    tasks: Task,
    /// Which record belongs to which.
    associations: Association,
}
