//! What a decided call changes: whole records created or removed, and fields of records changed.
//!
//! `decide` builds [`Effects`]; the entry keeps them; `World::apply` carries them out and nothing else does. Written
//! with vendor and collection first, so that a reader knows a record's type before it meets the record.

use serde::de::{self, DeserializeSeed, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::chance::Seed;
use crate::row::{Fields, Row, Str};
use crate::vendor::Vendor;
use crate::{billing, crm, inbox, office};

/// A row of any vendor.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// Of `billing`.
    Billing(billing::Record),
    /// Of `crm`.
    Crm(crm::Record),
    /// Of `inbox`.
    Inbox(inbox::Record),
    /// Of the office itself.
    Office(office::Record),
}

impl Record {
    /// Whose collection it is in.
    pub const fn vendor(&self) -> Vendor {
        match self {
            Self::Billing(_) => Vendor::Billing,
            Self::Crm(_) => Vendor::Crm,
            Self::Inbox(_) => Vendor::Inbox,
            Self::Office(_) => Vendor::Office,
        }
    }

    /// Name of its collection.
    pub fn collection(&self) -> &'static str {
        match self {
            Self::Billing(record) => record.collection(),
            Self::Crm(record) => record.collection(),
            Self::Inbox(record) => record.collection(),
            Self::Office(record) => record.collection(),
        }
    }

    /// Its id.
    pub fn id(&self) -> &Str {
        match self {
            Self::Billing(record) => record.id(),
            Self::Crm(record) => record.id(),
            Self::Inbox(record) => record.id(),
            Self::Office(record) => record.id(),
        }
    }

    fn read<'de, D: Deserializer<'de>>(
        vendor: Vendor,
        collection: &str,
        from: D,
    ) -> Result<Self, D::Error> {
        Ok(match vendor {
            Vendor::Billing => Self::Billing(billing::Record::read(collection, from)?),
            Vendor::Crm => Self::Crm(crm::Record::read(collection, from)?),
            Vendor::Inbox => Self::Inbox(inbox::Record::read(collection, from)?),
            Vendor::Office => Self::Office(office::Record::read(collection, from)?),
        })
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Billing(record) => record.write(serializer),
            Self::Crm(record) => record.write(serializer),
            Self::Inbox(record) => record.write(serializer),
            Self::Office(record) => record.write(serializer),
        }
    }
}

/// One change of the world.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A record came to be.
    Created(Record),
    /// Fields of a record got other values.
    Changed {
        /// The record's id.
        id: Str,
        /// The fields, before and after.
        fields: Fields,
    },
    /// A record ceased to be.
    Removed(Record),
}

/// A change, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Whose record.
    pub vendor: Vendor,
    /// In which of its collections.
    pub collection: Str,
    /// A trace of looking (read flags, last-seen), which is never graded.
    pub view: bool,
    /// What happened to it.
    pub change: Change,
}

impl Serialize for Effect {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("vendor", &self.vendor)?;
        map.serialize_entry("collection", &self.collection)?;
        if self.view {
            map.serialize_entry("view", &true)?;
        }
        match &self.change {
            Change::Created(record) => map.serialize_entry("created", record)?,
            Change::Changed { id, fields } => {
                map.serialize_entry("id", id)?;
                map.serialize_entry("changed", fields)?;
            }
            Change::Removed(record) => map.serialize_entry("removed", record)?,
        }
        map.end()
    }
}

/// The effect that creates a record, to be written without making it.
#[derive(Clone, Copy, Debug)]
pub struct Creation<'a>(pub &'a Record);

impl Serialize for Creation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("vendor", &self.0.vendor())?;
        map.serialize_entry("collection", self.0.collection())?;
        map.serialize_entry("created", self.0)?;
        map.end()
    }
}

/// Reads a record whose vendor and collection were met before it.
struct RecordOf<'a>(Vendor, &'a str);

impl<'de> DeserializeSeed<'de> for RecordOf<'_> {
    type Value = Record;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Record, D::Error> {
        Record::read(self.0, self.1, from)
    }
}

/// The fields of an effect, told apart without a copy of their names.
#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    Vendor,
    Collection,
    View,
    Id,
    Changed,
    Created,
    Removed,
}

impl<'de> Deserialize<'de> for Effect {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Parts;
        impl<'de> Visitor<'de> for Parts {
            type Value = Effect;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an effect: vendor, collection, then created, changed or removed")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Effect, A::Error> {
                let (mut vendor, mut collection, mut id) =
                    (None::<Vendor>, None::<Str>, None::<Str>);
                let (mut view, mut fields) = (false, None);
                let (mut record, mut early) =
                    (None::<(bool, Record)>, None::<(bool, serde_json::Value)>);
                while let Some(field) = map.next_key::<Field>()? {
                    let created = field == Field::Created;
                    match field {
                        Field::Vendor => vendor = Some(map.next_value()?),
                        Field::Collection => collection = Some(map.next_value()?),
                        Field::View => view = map.next_value()?,
                        Field::Id => id = Some(map.next_value()?),
                        Field::Changed => fields = Some(map.next_value()?),
                        Field::Created | Field::Removed => match (vendor, &collection) {
                            (Some(vendor), Some(collection)) => {
                                let seed = RecordOf(vendor, collection);
                                record = Some((created, map.next_value_seed(seed)?));
                            }
                            // A reader that sorts fields hands the record over before its collection.
                            _ => early = Some((created, map.next_value()?)),
                        },
                    }
                }
                let vendor = vendor.ok_or_else(|| de::Error::missing_field("vendor"))?;
                let collection =
                    collection.ok_or_else(|| de::Error::missing_field("collection"))?;
                if let Some((created, value)) = early {
                    let read =
                        Record::read(vendor, &collection, value).map_err(de::Error::custom)?;
                    record = Some((created, read));
                }
                let change = match (record, fields, id) {
                    (Some((true, record)), ..) => Change::Created(record),
                    (Some((false, record)), ..) => Change::Removed(record),
                    (None, Some(fields), Some(id)) => Change::Changed { id, fields },
                    _ => {
                        return Err(de::Error::missing_field(
                            "created, changed with id, or removed",
                        ));
                    }
                };
                Ok(Effect {
                    vendor,
                    collection,
                    view,
                    change,
                })
            }
        }
        deserializer.deserialize_map(Parts)
    }
}

/// Effects under construction; also mints the ids of what they create.
#[derive(Debug, Default)]
pub struct Effects {
    list: Vec<Effect>,
}

impl Effects {
    /// Creates a record.
    pub fn create(&mut self, record: Record) {
        let (vendor, collection) = (record.vendor(), record.collection().into());
        self.list.push(Effect {
            vendor,
            collection,
            view: false,
            change: Change::Created(record),
        });
    }

    /// Changes a row into its next version; nothing if they are equal.
    pub fn change<R: Row>(&mut self, vendor: Vendor, before: &R, after: &R) {
        self.push_change(vendor, before, after, false);
    }

    /// Like [`Effects::change`], for a trace of looking.
    pub fn touch<R: Row>(&mut self, vendor: Vendor, before: &R, after: &R) {
        self.push_change(vendor, before, after, true);
    }

    fn push_change<R: Row>(&mut self, vendor: Vendor, before: &R, after: &R, view: bool) {
        let fields = before.diff(after);
        if !fields.0.is_empty() {
            let change = Change::Changed {
                id: before.id().clone(),
                fields,
            };
            self.list.push(Effect {
                vendor,
                collection: R::COLLECTION.into(),
                view,
                change,
            });
        }
    }

    /// Removes a record.
    pub fn remove(&mut self, record: Record) {
        let (vendor, collection) = (record.vendor(), record.collection().into());
        self.list.push(Effect {
            vendor,
            collection,
            view: false,
            change: Change::Removed(record),
        });
    }

    /// Adds what another step changes.
    pub fn extend(&mut self, more: Self) {
        self.list.extend(more.list);
    }

    /// How many records of this collection these effects create.
    pub fn creating(&self, vendor: Vendor, collection: &str) -> u64 {
        let hits = |effect: &&Effect| {
            effect.vendor == vendor
                && &*effect.collection == collection
                && matches!(effect.change, Change::Created(_))
        };
        self.list.iter().filter(hits).count() as u64
    }

    /// True while nothing changes.
    pub const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The finished list.
    pub fn into_vec(self) -> Vec<Effect> {
        self.list
    }
}

/// An id that is a function of the seed and of how many records its collection ever had: never of the clock.
pub fn mint(seed: &Seed, collection: &str, nth: u64, prefix: &str, length: usize) -> Str {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let bytes = seed.prf(&[b"id", collection.as_bytes(), &nth.to_be_bytes()]);
    let mut id = String::with_capacity(prefix.len() + length);
    id.push_str(prefix);
    id.extend(
        bytes
            .iter()
            .cycle()
            .take(length)
            .enumerate()
            .map(|(i, byte)| {
                let twist = bytes[(i * 7 + 3) % bytes.len()];
                char::from(ALPHABET[usize::from(byte.wrapping_add(twist)) % ALPHABET.len()])
            }),
    );
    id.into()
}
