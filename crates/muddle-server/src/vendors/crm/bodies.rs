//! Records and associations as the vendor writes them.
//!
//! Called by the face for every answer that shows records; each body is written straight from the records: pages and
//! batches here, a record in [`record`], associations in [`links`].

mod links;
mod record;

use muddle_world::crm::Answer;
use muddle_world::row::Str;
use serde::Serialize;

use super::{errors, json};
use crate::credential;
use crate::vendors::{Rendered, Scene, percent_decoded};
pub use links::NumberedWay;
use links::{Numbered, linked};
use record::Record;

/// Spells an answer that shows records or associations.
pub fn render(answer: &Answer, scene: &Scene<'_>) -> Rendered {
    match answer {
        Answer::Object(shown, columns, wrote) => {
            json(scene, &Record::new(scene, shown, columns, *wrote))
        }
        Answer::Objects {
            items,
            columns,
            after,
            total,
        } => {
            let results: Vec<Record<'_>> = items
                .iter()
                .map(|shown| Record::new(scene, shown, columns, false))
                .collect();
            // A search is paged by a number in its body: there is no link.
            let link = |after: &Str| total.is_none().then(|| next_link(scene, after));
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
            columns,
            wrote,
            upsert,
            errors,
        } => {
            let record = |shown| Record {
                fresh: upsert.then_some(()),
                ..Record::new(scene, shown, columns, *wrote)
            };
            let results: Vec<Record<'_>> = items.iter().map(record).collect();
            batch(scene, &results, errors)
        }
        Answer::Ways { items, after } => {
            let results: Vec<Numbered<'_>> = items.iter().map(Numbered).collect();
            let link = |after: &Str| Some(next_link(scene, after));
            let paging = after.as_ref().map(|after| Paging::to(after, link(after)));
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

/// The request's own address with another place in the list: all else that was asked stays as it was.
pub fn next_link(scene: &Scene<'_>, after: &str) -> String {
    let query = scene.query.map(credential::without_keys);
    let place = format!("after={after}");
    let is_place = |pair: &str| {
        let name = pair.split_once('=').map_or(pair, |(name, _)| name);
        percent_decoded(name) == "after"
    };
    let mut placed = false;
    let mut pairs: Vec<&str> = Vec::new();
    for pair in query.iter().flat_map(|query| query.split('&')) {
        match (is_place(pair), placed) {
            (false, _) if pair.is_empty() => {}
            (false, _) => pairs.push(pair),
            (true, false) => {
                placed = true;
                pairs.push(&place);
            }
            (true, true) => {}
        }
    }
    if !placed {
        pairs.push(&place);
    }
    format!("{}{}?{}", scene.base_url, scene.path, pairs.join("&"))
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
pub fn batch<'a, T: Serialize, E>(scene: &Scene<'_>, results: &'a [T], failed: &'a [E]) -> Rendered
where
    errors::InBatch<'a>: From<&'a E>,
{
    let body = Batch {
        status: "COMPLETE",
        results,
        started_at: scene.at.iso(),
        completed_at: scene.at.iso(),
        num_errors: (!failed.is_empty()).then_some(failed.len()),
        errors: failed.iter().map(errors::InBatch::from).collect(),
    };
    json(scene, &body)
}
