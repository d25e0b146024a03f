//! Records and associations as the vendor writes them.
//!
//! Called by the face for every answer that shows records; each body is written straight from the records: pages and
//! batches here, a record in [`record`], associations in [`links`].

mod links;
mod record;

use muddle_world::crm::{Answer, Refusal};
use muddle_world::row::Str;
use serde::Serialize;

use super::{errors, json};
use crate::vendors::{Rendered, Scene};
pub use links::NumberedWay;
use links::{Numbered, linked};
use record::Record;

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
