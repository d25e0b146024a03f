//! Associations as the vendor writes them: by name in the older interface, by number in the newer.
//!
//! Called by [`super`] for answers about pairs, and by [`super::record`] for those of one record.

use muddle_world::crm::{Category, Kind, Label, Linked, Refusal, Ties, Way};
use muddle_world::row::Str;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use super::super::json;
use super::{Paging, batch};
use crate::vendors::{Rendered, Scene};

/// Associations of a record by type; the vendor writes one key with a blank.
pub(super) struct Ends<'a> {
    pub base_url: &'a str,
    pub from: (Kind, &'a Str),
    pub ties: &'a [Ties],
}

impl Serialize for Ends<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.ties.len()))?;
        for ties in self.ties {
            let key = match ties.to {
                Kind::LineItems => "line items",
                kind => kind.name(),
            };
            let end = End {
                results: Named(&ties.ways),
                paging: self.rest(ties),
            };
            map.serialize_entry(key, &end)?;
        }
        map.end()
    }
}

impl Ends<'_> {
    /// Where the associations are that are not shown.
    fn rest(&self, ties: &Ties) -> Option<Paging> {
        let last = ties.ways.last().filter(|_| ties.more)?;
        let ((from, id), to, after) = (self.from, ties.to, &last.to);
        let path = format!("/crm/v4/objects/{from}/{id}/associations/{to}?after={after}");
        Some(Paging::to(after, Some(format!("{}{path}", self.base_url))))
    }
}

#[derive(Serialize)]
struct End<'a> {
    results: Named<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paging: Option<Paging>,
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
pub(super) struct Numbered<'a>(pub &'a Way);

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

pub(super) fn linked(
    scene: &Scene<'_>,
    ends: (Kind, Kind),
    items: &[Linked],
    failed: &[Refusal],
    by_name: bool,
) -> Rendered {
    match scene.operation.unwrap_or("") {
        "associate" => match items.first() {
            Some(item) => json(scene, &by_number(ends, item)),
            None => batch::<(), _>(scene, &[], failed),
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
