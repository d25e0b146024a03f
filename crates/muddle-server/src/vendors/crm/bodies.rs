//! Records and associations as the vendor writes them.
//!
//! Called by the face for every answer that shows records; each body is written straight from the records.

use std::borrow::Cow;

use muddle_world::crm::{
    Answer, Category, Kind, Label, Linked, Object, Refusal, Select, Shown, Way,
};
use muddle_world::row::Str;
use muddle_world::time::At;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use super::{errors, json};
use crate::vendors::{Rendered, Scene};

/// Spells an answer that shows records or associations.
pub fn render(answer: &Answer, scene: &Scene<'_>) -> Rendered {
    match answer {
        Answer::Object(shown, select, wrote) => json(scene, &Record::new(shown, select, *wrote)),
        Answer::Objects {
            of,
            items,
            select,
            after,
            total,
        } => {
            let results: Vec<Record<'_>> = items
                .iter()
                .map(|shown| Record::new(shown, select, false))
                .collect();
            let link = |after: &Str| {
                total
                    .is_none()
                    .then(|| format!("{}/crm/v3/objects/{of}?after={after}", scene.base_url))
            };
            let paging = after.as_ref().map(|after| Paging::to(after, link(after)));
            let total = *total;
            json(
                scene,
                &Page {
                    total,
                    results,
                    paging,
                },
            )
        }
        Answer::Batch {
            items,
            select,
            wrote,
            upsert,
            errors,
        } => {
            let record = |shown| Record {
                fresh: upsert.then_some(()),
                ..Record::new(shown, select, *wrote)
            };
            let results: Vec<Record<'_>> = items.iter().map(record).collect();
            batch(scene, &results, errors)
        }
        Answer::Ways { items, after } => {
            let results: Vec<Numbered<'_>> = items.iter().map(Numbered).collect();
            let paging = after.as_ref().map(|after| Paging::to(after, None));
            let total = None;
            json(
                scene,
                &Page {
                    total,
                    results,
                    paging,
                },
            )
        }
        Answer::Linked {
            from,
            to,
            items,
            errors,
            by_name,
        } => linked(scene, (*from, *to), items, errors, *by_name),
        _ => unreachable!("all other answers are told by `frame`"),
    }
}

/// A page of something.
#[derive(Serialize)]
pub struct Page<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    pub results: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paging: Option<Paging>,
}

/// Where the next page is.
#[derive(Serialize)]
pub struct Paging {
    next: Next,
}

#[derive(Serialize)]
struct Next {
    after: Str,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

impl Paging {
    /// The page behind `after`.
    pub fn to(after: &Str, link: Option<String>) -> Self {
        Self {
            next: Next {
                after: after.clone(),
                link,
            },
        }
    }
}

/// What became of a batch.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Batch<'a, T> {
    status: &'static str,
    results: &'a [T],
    started_at: String,
    completed_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    num_errors: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<errors::InBatch<'a>>,
}

/// Spells what became of a batch.
pub fn batch<T: Serialize>(scene: &Scene<'_>, results: &[T], failed: &[Refusal]) -> Rendered {
    let body = Batch {
        status: "COMPLETE",
        results,
        started_at: scene.at.iso(),
        completed_at: scene.at.iso(),
        num_errors: (!failed.is_empty()).then_some(failed.len()),
        errors: failed.iter().map(errors::InBatch).collect(),
    };
    json(scene, &body)
}

/// A record as the vendor writes it.
struct Record<'a> {
    shown: &'a Shown,
    kind: Kind,
    object: &'a Object,
    select: &'a Select,
    /// Everything that is set is told, as after a write.
    whole: bool,
    /// Present where the vendor says whether the record is new.
    fresh: Option<()>,
}

impl<'a> Record<'a> {
    fn new(shown: &'a Shown, select: &'a Select, whole: bool) -> Self {
        let (kind, object) = shown
            .record
            .object()
            .expect("what is shown is a record of one of the types");
        Self {
            shown,
            kind,
            object,
            select,
            whole,
            fresh: None,
        }
    }
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let object = self.object;
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("id", &object.id)?;
        map.serialize_entry("properties", &Values(self))?;
        if !self.select.history.is_empty() {
            map.serialize_entry("propertiesWithHistory", &Histories(self))?;
        }
        map.serialize_entry("createdAt", &object.created.iso())?;
        map.serialize_entry("updatedAt", &object.updated.iso())?;
        map.serialize_entry("archived", &object.archived.is_some())?;
        if let Some(at) = object.archived {
            map.serialize_entry("archivedAt", &at.iso())?;
        }
        if self.fresh.is_some() {
            map.serialize_entry("new", &self.shown.fresh)?;
        }
        if !self.shown.links.is_empty() {
            map.serialize_entry("associations", &Ends(&self.shown.links))?;
        }
        map.end()
    }
}

/// The properties of a record, in order of name.
struct Values<'a>(&'a Record<'a>);

impl Serialize for Values<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Record {
            kind,
            object,
            select,
            whole,
            ..
        } = self.0;
        let mut map = to.serialize_map(None)?;
        let mut told: Vec<&str> = kind.always().to_vec();
        if *whole {
            told.extend(object.properties.iter().map(|(name, _)| name.as_str()));
        } else if select.properties.is_empty() && select.history.is_empty() {
            told.extend(kind.defaults());
        } else {
            told.extend(select.properties.iter().map(|name| &**name));
        }
        told.sort_unstable();
        told.dedup();
        for name in told {
            let value = muddle_world::crm::read_value(*kind, object, name);
            map.serialize_entry(name, &value)?;
        }
        map.end()
    }
}

/// Versions of the properties that were asked for so, newest first.
struct Histories<'a>(&'a Record<'a>);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Version<'a> {
    value: Cow<'a, str>,
    timestamp: String,
    source_type: &'static str,
}

impl Serialize for Histories<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Record {
            kind,
            object,
            select,
            ..
        } = self.0;
        let mut map = to.serialize_map(None)?;
        for name in &select.history {
            let version = |value, at: At| Version {
                value,
                timestamp: at.iso(),
                source_type: "INTEGRATION",
            };
            let mut versions: Vec<Version<'_>> = object
                .versions(name)
                .into_iter()
                .map(|(value, at)| version(Cow::Owned(value.to_string()), at))
                .collect();
            if versions.is_empty() && kind.always().contains(&&**name) {
                let value = muddle_world::crm::read_value(*kind, object, name);
                versions.extend(value.map(|value| version(value, object.created)));
            }
            map.serialize_entry(name, &versions)?;
        }
        map.end()
    }
}

/// Associations of a record by type; the vendor writes one key with a blank.
struct Ends<'a>(&'a [(Kind, Vec<Way>)]);

impl Serialize for Ends<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        for (kind, ways) in self.0 {
            let key = match kind {
                Kind::LineItems => "line items",
                kind => kind.name(),
            };
            map.serialize_entry(
                key,
                &End {
                    results: Named(ways),
                },
            )?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct End<'a> {
    results: Named<'a>,
}

/// Associated records with their ways by name, each way on its own.
struct Named<'a>(&'a [Way]);

#[derive(Serialize)]
struct NamedWay<'a> {
    id: &'a Str,
    #[serde(rename = "type")]
    name: &'a str,
}

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(None)?;
        for way in self.0 {
            for label in &way.labels {
                let (id, name) = (&way.to, &*label.name);
                list.serialize_element(&NamedWay { id, name })?;
            }
        }
        list.end()
    }
}

/// An associated record with its ways by number.
struct Numbered<'a>(&'a Way);

/// One way by number.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NumberedWay<'a> {
    category: &'static str,
    type_id: u32,
    label: Option<&'a str>,
}

impl<'a> From<&'a Label> for NumberedWay<'a> {
    fn from(label: &'a Label) -> Self {
        Self {
            category: category(label),
            type_id: label.way.type_id,
            label: label.label.as_deref(),
        }
    }
}

const fn category(label: &Label) -> &'static str {
    match label.way.category {
        Category::HubspotDefined => "HUBSPOT_DEFINED",
        Category::UserDefined => "USER_DEFINED",
    }
}

impl Serialize for Numbered<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let ways: Vec<NumberedWay<'_>> = self.0.labels.iter().map(NumberedWay::from).collect();
        let mut map = to.serialize_map(Some(2))?;
        map.serialize_entry("toObjectId", &self.0.to)?;
        map.serialize_entry("associationTypes", &ways)?;
        map.end()
    }
}

#[derive(Serialize)]
struct IdOf<'a> {
    id: &'a str,
}

#[derive(Serialize)]
struct Joined<'a> {
    from: IdOf<'a>,
    to: IdOf<'a>,
    #[serde(rename = "type")]
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JoinedByDefault<'a> {
    from: IdOf<'a>,
    to: IdOf<'a>,
    association_spec: Spec,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    association_category: &'static str,
    association_type_id: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JoinedByNumber<'a> {
    from_object_type_id: &'static str,
    from_object_id: &'a str,
    to_object_type_id: &'static str,
    to_object_id: &'a str,
    labels: Vec<&'a str>,
}

#[derive(Serialize)]
struct ReadByName<'a> {
    from: IdOf<'a>,
    to: Named<'a>,
}

#[derive(Serialize)]
struct ReadByNumber<'a> {
    from: IdOf<'a>,
    to: Vec<Numbered<'a>>,
}

fn linked(
    scene: &Scene<'_>,
    ends: (Kind, Kind),
    items: &[Linked],
    failed: &[Refusal],
    by_name: bool,
) -> Rendered {
    match scene.operation.unwrap_or("") {
        "associate" => match items.first() {
            Some(item) => json(scene, &by_number(ends, item)),
            None => batch::<()>(scene, &[], failed),
        },
        "associate_default" | "batch_associate_default" => {
            let results: Vec<JoinedByDefault<'_>> = items.iter().flat_map(by_default).collect();
            batch(scene, &results, failed)
        }
        "batch_read_associations" => read(scene, items, failed, by_name),
        _ if by_name => {
            let named = |item: &'_ Linked| -> Vec<(Str, Str, String)> {
                let ways = item.to.labels.iter();
                ways.map(|label| {
                    (
                        item.from.clone(),
                        item.to.to.clone(),
                        label.name.to_string(),
                    )
                })
                .collect()
            };
            let rows: Vec<(Str, Str, String)> = items.iter().flat_map(named).collect();
            let results: Vec<Joined<'_>> = rows
                .iter()
                .map(|(from, to, name)| Joined {
                    from: IdOf { id: from },
                    to: IdOf { id: to },
                    name,
                })
                .collect();
            batch(scene, &results, failed)
        }
        _ => {
            let results: Vec<JoinedByNumber<'_>> =
                items.iter().map(|item| by_number(ends, item)).collect();
            batch(scene, &results, failed)
        }
    }
}

fn by_number<'a>(ends: (Kind, Kind), item: &'a Linked) -> JoinedByNumber<'a> {
    JoinedByNumber {
        from_object_type_id: ends.0.type_id(),
        from_object_id: &item.from,
        to_object_type_id: ends.1.type_id(),
        to_object_id: &item.to.to,
        labels: item
            .to
            .labels
            .iter()
            .filter_map(|label| label.label.as_deref())
            .collect(),
    }
}

/// Each pair once for its plain way.
fn by_default(item: &Linked) -> Option<JoinedByDefault<'_>> {
    let plain = item.to.labels.iter().find(|label| label.label.is_none());
    plain
        .or(item.to.labels.first())
        .map(|label| JoinedByDefault {
            from: IdOf { id: &item.from },
            to: IdOf { id: &item.to.to },
            association_spec: Spec {
                association_category: category(label),
                association_type_id: label.way.type_id,
            },
        })
}

/// Pairs come in order of their first record; each record is told once.
fn read(scene: &Scene<'_>, items: &[Linked], failed: &[Refusal], by_name: bool) -> Rendered {
    let groups: Vec<&[Linked]> = items.chunk_by(|a, b| a.from == b.from).collect();
    if by_name {
        let ways: Vec<(&str, Vec<Way>)> = groups
            .iter()
            .map(|group| {
                (
                    &*group[0].from,
                    group.iter().map(|one| one.to.clone()).collect(),
                )
            })
            .collect();
        let results: Vec<ReadByName<'_>> = ways
            .iter()
            .map(|(id, to)| ReadByName {
                from: IdOf { id },
                to: Named(to),
            })
            .collect();
        return batch(scene, &results, failed);
    }
    let results: Vec<ReadByNumber<'_>> = groups
        .iter()
        .map(|group| ReadByNumber {
            from: IdOf { id: &group[0].from },
            to: group.iter().map(|one| Numbered(&one.to)).collect(),
        })
        .collect();
    batch(scene, &results, failed)
}
