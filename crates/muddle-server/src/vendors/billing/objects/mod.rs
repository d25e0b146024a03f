//! The vendor's objects, every field of its examples, null where empty. One file per group of nouns.
//!
//! Serialised straight from the world's records into the body: nothing is built in between. What stands here and not
//! in a record is constant for this desk.

mod corrections;
mod events;
mod invoices;
mod money;
mod people;

use muddle_world::billing::{Expanded, Joined, Record};
use muddle_world::row::Str;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// A field that is always null here.
const NULL: Option<()> = None;

/// Writes entries of a map, one after the other.
macro_rules! fields {
    ($map:ident; $($name:literal: $value:expr),* $(,)?) => {
        $($map.serialize_entry($name, &$value)?;)*
    };
}
use fields;

/// Writes fields that are always null here.
fn nulls<M: SerializeMap>(map: &mut M, names: &[&'static str]) -> Result<(), M::Error> {
    names
        .iter()
        .try_for_each(|name| map.serialize_entry(*name, &NULL))
}

/// Any object of the desk.
#[derive(Clone, Copy)]
pub struct Object<'a> {
    around: &'a Expanded,
}

impl<'a> From<&'a Expanded> for Object<'a> {
    fn from(expanded: &'a Expanded) -> Self {
        Self { around: expanded }
    }
}

impl<'a> Object<'a> {
    /// A field that holds an id, or the object it names where that was expanded.
    fn link(self, field: &str, id: Option<&'a Str>) -> Link<'a> {
        match self.joined(field) {
            Some(Joined::One(object)) => Link::Object((&**object).into()),
            _ => id.map_or(Link::None, |id| Link::Id(id)),
        }
    }

    fn joined(self, field: &str) -> Option<&'a Joined> {
        let mut joined = self.around.joined.iter();
        joined
            .find(|(name, _)| &**name == field)
            .map(|(_, found)| found)
    }

    /// The objects joined into a field, if it was expanded, and whether there are more.
    fn many(self, field: &str) -> Option<(&'a [Expanded], bool)> {
        match self.joined(field)? {
            Joined::Many(items, has_more) => Some((items, *has_more)),
            Joined::One(_) => None,
        }
    }

    /// A list inside this object, if it was expanded.
    fn list(self, field: &str, url: String) -> Option<List<'static, Plain<'a>>> {
        let (items, has_more) = self.many(field)?;
        Some(List::page(Plain(items), has_more, url))
    }
}

/// An id, or the object in its place.
enum Link<'a> {
    None,
    Id(&'a str),
    Object(Object<'a>),
}

impl Serialize for Link<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => to.serialize_none(),
            Self::Id(id) => to.serialize_str(id),
            Self::Object(object) => object.serialize(to),
        }
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        match &self.around.record {
            Record::Customer(row) => people::customer(&mut map, row, *self),
            Record::Charge(row) => money::charge(&mut map, row, *self),
            Record::PaymentIntent(row) => money::payment_intent(&mut map, row, *self),
            Record::Refund(row) => corrections::refund(&mut map, row, *self),
            Record::BalanceTransaction(row) => money::balance_transaction(&mut map, row, *self),
            Record::Invoice(row) => invoices::invoice(&mut map, row, *self),
            Record::InvoicePayment(row) => invoices::invoice_payment(&mut map, row, *self),
            Record::CreditNote(row) => corrections::credit_note(&mut map, row, *self),
            Record::Dispute(row) => corrections::dispute(&mut map, row, *self),
            Record::Event(row) => events::event(&mut map, row, *self),
            Record::Product(row) => people::product(&mut map, row, *self),
            Record::Price(row) => people::price(&mut map, row, *self),
        }?;
        map.end()
    }
}

/// Objects in an array.
struct Plain<'a>(&'a [Expanded]);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(Object::from))
    }
}

/// A list object inside another object, or around a page.
#[derive(Serialize)]
pub struct List<'a, T> {
    object: &'static str,
    data: T,
    has_more: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_count: Option<u64>,
    url: String,
}

impl<T> List<'_, T> {
    /// A page of objects.
    fn page(data: T, has_more: bool, url: String) -> Self {
        Self {
            object: "list",
            data,
            has_more,
            next_page: None,
            total_count: None,
            url,
        }
    }
}

/// A page of a list.
pub fn list(items: &[Expanded], has_more: bool, url: String) -> impl Serialize + '_ {
    List::page(Plain(items), has_more, url)
}

/// A page of a search.
pub fn search_result<'a>(
    items: &'a [Expanded],
    has_more: bool,
    next_page: Option<&'a str>,
    total: Option<u64>,
    url: String,
) -> impl Serialize + 'a {
    List {
        object: "search_result",
        next_page: Some(next_page),
        total_count: total,
        ..List::page(Plain(items), has_more, url)
    }
}

pub use invoices::lines;
