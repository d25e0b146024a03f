//! The ways of belonging together that every account of the vendor has, with their numbers.
//!
//! A constant table. Numbers of pairs that the vendor documents are its own; the rest are in its numbering's style.

use super::kind::Kind;
use super::state::{Category, LinkType, Tables};

/// One built-in way, seen from one side.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// Seen from.
    pub from: Kind,
    /// To.
    pub to: Kind,
    /// Its number.
    pub type_id: u32,
    /// Its number seen from the other side.
    pub inverse_id: u32,
    /// What people read; none for the plain one.
    pub label: Option<&'static str>,
    /// Its name in the older interface.
    pub name: &'static str,
}

macro_rules! links {
    ($($from:ident $id:literal $name:literal, $to:ident $inverse:literal $back:literal $(, $label:literal)?;)*) => {
        /// All of them, each from both sides; the plain way of a pair comes before a labelled one.
        pub const LINKS: &[Link] = &[$(
            Link {
                from: Kind::$from, to: Kind::$to, type_id: $id, inverse_id: $inverse,
                label: links!(@label $($label)?), name: $name,
            },
            Link {
                from: Kind::$to, to: Kind::$from, type_id: $inverse, inverse_id: $id,
                label: links!(@label $($label)?), name: $back,
            },
        )*];
    };
    (@label $label:literal) => { Some($label) };
    (@label) => { None };
}

links! {
    Contacts 279 "contact_to_company_unlabeled", Companies 280 "company_to_contact_unlabeled";
    Contacts 1 "contact_to_company", Companies 2 "company_to_contact", "Primary";
    Contacts 4 "contact_to_deal", Deals 3 "deal_to_contact";
    Contacts 15 "contact_to_ticket", Tickets 16 "ticket_to_contact";
    Contacts 449 "contact_to_contact", Contacts 449 "contact_to_contact";
    Companies 342 "company_to_deal_unlabeled", Deals 341 "deal_to_company_unlabeled";
    Companies 6 "company_to_deal", Deals 5 "deal_to_company", "Primary";
    Companies 340 "company_to_ticket_unlabeled", Tickets 339 "ticket_to_company_unlabeled";
    Companies 25 "company_to_ticket", Tickets 26 "ticket_to_company", "Primary";
    Companies 450 "company_to_company", Companies 450 "company_to_company";
    Deals 19 "deal_to_line_item", LineItems 20 "line_item_to_deal";
    Deals 27 "deal_to_ticket", Tickets 28 "ticket_to_deal";
    Deals 451 "deal_to_deal", Deals 451 "deal_to_deal";
    Tickets 452 "ticket_to_ticket", Tickets 452 "ticket_to_ticket";
    Notes 202 "note_to_contact", Contacts 201 "contact_to_note";
    Notes 190 "note_to_company", Companies 189 "company_to_note";
    Notes 214 "note_to_deal", Deals 213 "deal_to_note";
    Notes 228 "note_to_ticket", Tickets 227 "ticket_to_note";
    Tasks 204 "task_to_contact", Contacts 203 "contact_to_task";
    Tasks 192 "task_to_company", Companies 191 "company_to_task";
    Tasks 216 "task_to_deal", Deals 215 "deal_to_task";
    Tasks 230 "task_to_ticket", Tickets 229 "ticket_to_task";
}

/// The built-in ways from one type to another.
pub fn between(from: Kind, to: Kind) -> impl Iterator<Item = &'static Link> {
    LINKS
        .iter()
        .filter(move |link| link.from == from && link.to == to)
}

/// The plain way from one type to another and back: what an association gets when none is named.
pub fn defaults(from: Kind, to: Kind) -> Option<(LinkType, LinkType)> {
    let link = between(from, to).find(|link| link.label.is_none())?;
    Some((built_in(link.type_id), built_in(link.inverse_id)))
}

/// A built-in way by number.
pub const fn built_in(type_id: u32) -> LinkType {
    LinkType {
        category: Category::HubspotDefined,
        type_id,
    }
}

/// The built-in way of this name in the older interface; a plain way also answers to the name without its suffix where
/// no labelled way has that.
pub fn named(from: Kind, to: Kind, name: &str) -> Option<&'static Link> {
    between(from, to).find(|link| link.name.eq_ignore_ascii_case(name))
}

/// Whether the vendor defined it.
pub const fn is_built_in(way: LinkType) -> bool {
    matches!(way.category, Category::HubspotDefined)
}

/// Where a way leads that is given by number alone: the other type, the way itself and the way back.
pub fn leads(tables: &Tables, from: Kind, way: LinkType) -> Option<(Kind, LinkType, LinkType)> {
    if is_built_in(way) {
        let link = LINKS
            .iter()
            .find(|link| link.from == from && link.type_id == way.type_id)?;
        return Some((link.to, way, built_in(link.inverse_id)));
    }
    let label = tables
        .association_labels
        .rows()
        .find(|label| label.from_type == from && label.type_id == way.type_id)?;
    let back = LinkType {
        category: way.category,
        type_id: label.inverse_id,
    };
    Some((label.to_type, way, back))
}
